/* The wall clock of one program, set forth and back: what whoever sets a machine's clock does to all of them.
 *
 * Preloaded, it adds the milliseconds in the file that CLOCK_SHIFT names to what CLOCK_REALTIME shows. The other clocks
 * stay as they are, because setting the time does not move them. */

#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long long shift(void) {
    char text[24] = {0};
    const char *path = getenv("CLOCK_SHIFT");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return 0;
    ssize_t length = read(file, text, sizeof text - 1);
    close(file);
    return length > 0 ? atoll(text) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    long result = syscall(SYS_clock_gettime, clock, time);
    if (result == 0 && clock == CLOCK_REALTIME) {
        long long millis = time->tv_sec * 1000LL + time->tv_nsec / 1000000 + shift();
        time->tv_sec = millis / 1000;
        time->tv_nsec = time->tv_nsec % 1000000 + millis % 1000 * 1000000;
    }
    return (int)result;
}
