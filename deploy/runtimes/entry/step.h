/* One program's life: a compiler's, then that of what it made. */
#ifndef STEP_H
#define STEP_H

#include <stdint.h>

#include "want.h"

/* Answers a BEGIN frame: BEGUN, the program's output, and ENDED when not one of its processes is
 * left. In the meantime, INPUT, END_INPUT and RESIZE are obeyed. Its first words are the seconds until
 * the sandbox gives up, and the seconds of CPU time that all processes together may use. */
void run_step(uint32_t length);

/* Tells how a step ended: its exit code, and what was wanted since the step began. */
void send_end(int code, struct want before);

#endif
