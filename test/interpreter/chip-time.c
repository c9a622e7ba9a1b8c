/*
 * What a chip's time does that Linux's does not, behind LD_PRELOAD:
 *   CLOCK_OFFSET_FILE   names a file with a number: the seconds that the clock is ahead, read anew each time
 *   CONNECT_DELAY       seconds for which each connect() blocks before it does its work
 * All else lives by the kernel's own clock, so nothing but the time of day jumps.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long ahead(void) {
  static long last;
  const char *name = getenv("CLOCK_OFFSET_FILE");
  FILE *file = name ? fopen(name, "r") : NULL;
  long value;
  if (!file) return last;
  if (fscanf(file, "%ld", &value) == 1) last = value;
  fclose(file);
  return last;
}

int gettimeofday(struct timeval *now, void *zone) {
  int (*real)(struct timeval *, void *) = dlsym(RTLD_NEXT, "gettimeofday");
  int result = real(now, zone);
  now->tv_sec += ahead();
  return result;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  int (*real)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT, "clock_gettime");
  int result = real(clock, now);
  if (clock == CLOCK_REALTIME) now->tv_sec += ahead();
  return result;
}

int connect(int socket, const struct sockaddr *address, socklen_t length) {
  int (*real)(int, const struct sockaddr *, socklen_t) = dlsym(RTLD_NEXT, "connect");
  const char *delay = getenv("CONNECT_DELAY");
  if (delay && address->sa_family == AF_INET) sleep((unsigned)atoi(delay));
  return real(socket, address, length);
}
