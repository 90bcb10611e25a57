/* A debug session's life: the adapter, and beside it the program on a terminal. */
#ifndef DEBUG_H
#define DEBUG_H

#include <stdint.h>

/* Answers a DEBUG frame: BEGUN with the terminal's path, and ENDED when not one process is left, which
 * is after FINISH or the adapter's end. Its words are the seconds until the sandbox gives up, the
 * seconds of CPU time that all processes together may use, columns, rows, 1 if the adapter is to be on
 * the terminal itself (else its streams are channels), and the adapter's command, which finds the
 * terminal's path in its variable DEBUG_TERMINAL.
 *
 * In the meantime INPUT (one at a time: the next after TAKEN), RESIZE, CONNECT and SAY are obeyed, and
 * SPAWN, whose words are a command: it is begun on the terminal, SPAWNED tells its number and LEFT its
 * exit code. No more of the terminal's output is sent than GRANT allows, so that output which nobody
 * reads holds up the program alone, and never what the adapter says. */
void run_debug(uint32_t length);

#endif
