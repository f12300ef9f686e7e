/* Loaded into a program as shipped, it has the wall clock ahead by as many seconds as
 * ENTREPOT_CLOCK_AHEAD_S says, as if the program were started that much later. All other clocks
 * stay as they are. Without a sanitizer, so that it can be loaded into any program. */
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *to)
{
    int failed = (int)syscall(SYS_clock_gettime, clock, to);
    const char *ahead = getenv("ENTREPOT_CLOCK_AHEAD_S");
    if (failed == 0 && clock == CLOCK_REALTIME && ahead != NULL)
        to->tv_sec += strtol(ahead, NULL, 10);
    return failed;
}
