/* Has Node's inspector say at once what it says. It speaks over TCP in small pieces, and the kernel holds back
 * each until the last is acknowledged: 40 ms, twice in a step. Node has no switch for that, so this comes
 * before the C library (LD_PRELOAD), in the debugged process alone. */
#define _GNU_SOURCE
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What the program starts is not to have it, nor the program to see it. */
__attribute__((constructor)) static void hide(void) { unsetenv("LD_PRELOAD"); }

int accept4(int listener, struct sockaddr *address, socklen_t *size, int flags) {
    int accepted = (int)syscall(SYS_accept4, listener, address, size, flags);
    if (accepted >= 0) setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    return accepted;
}
