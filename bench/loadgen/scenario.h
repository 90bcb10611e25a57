/* What the people do, and what is printed of it: one JSON object on one line. */
#ifndef SCENARIO_H
#define SCENARIO_H

typedef struct {
    double edits_per_second, shows_per_second, warm_up, seconds, drain;
    unsigned writers; /* of each room; 0 is all of them */
    int shows_with_edits, compensates;
    const char *seed;
    unsigned steps, stop; /* how often to step, and from which stop on */
    double pace;          /* seconds between two presses */
} Options;

void run_typing(const Options *options);
void run_join(const Options *options);
void run_idle(const Options *options);
void run_stepping(const Options *options);

#endif
