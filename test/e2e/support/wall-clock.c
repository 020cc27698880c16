/*
 * Sets the time of day, for the processes that this library is preloaded into: what the file named by
 * PORTHOLE_WALL_CLOCK says, in milliseconds, is added to it. Clocks that count from the start of the machine
 * are as they were, as on a machine whose clock is set.
 *
 * Firefox maps the file before it closes its sandboxes, so a write to it sets the clocks of all its processes at
 * once. Firefox's allocator asks for the time while it holds its lock: nothing here may allocate. Without any
 * header, so that a compiler alone is enough.
 */

struct timespec {
  long seconds;
  long nanoseconds;
};

struct timeval {
  long seconds;
  long microseconds;
};

extern void *dlsym(void *library, const char *name);
extern char *getenv(const char *name);
extern void *mmap(void *address, unsigned long length, int access, int flags, int file, long offset);
extern int open(const char *path, int flags, ...);

enum { CLOCK_REALTIME = 0, CLOCK_REALTIME_COARSE = 5, O_RDONLY = 0, PROT_READ = 1, MAP_SHARED = 1 };

#define RTLD_NEXT ((void *)-1)
#define MAP_FAILED ((void *)-1)

static int (*native)(int clock, struct timespec *now);
static const volatile long long nothing = 0;
static const volatile long long *ahead = &nothing;

static void begin(void) {
  const char *path = getenv("PORTHOLE_WALL_CLOCK");
  int file = path ? open(path, O_RDONLY) : -1;
  void *shared = file < 0 ? MAP_FAILED : mmap(0, 8, PROT_READ, MAP_SHARED, file, 0);
  if (shared != MAP_FAILED) ahead = shared;
  native = dlsym(RTLD_NEXT, "clock_gettime");
}

int clock_gettime(int clock, struct timespec *now) {
  if (!native) begin();
  int result = native(clock, now);
  if (result != 0 || (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE)) return result;
  long long by = *ahead;
  now->seconds += by / 1000;
  now->nanoseconds += by % 1000 * 1000000;
  if (now->nanoseconds < 0) {
    now->seconds -= 1;
    now->nanoseconds += 1000000000;
  } else if (now->nanoseconds >= 1000000000) {
    now->seconds += 1;
    now->nanoseconds -= 1000000000;
  }
  return 0;
}

int gettimeofday(struct timeval *now, void *zone) {
  struct timespec precise;
  int result = clock_gettime(CLOCK_REALTIME, &precise);
  if (result != 0 || !now) return result;
  now->seconds = precise.seconds;
  now->microseconds = precise.nanoseconds / 1000;
  return 0;
}

long time(long *where) {
  struct timespec now;
  if (clock_gettime(CLOCK_REALTIME, &now) != 0) return -1;
  if (where) *where = now.seconds;
  return now.seconds;
}
