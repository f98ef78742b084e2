// The arguments of the process as the kernel hands them over. Swift's own list is read from /proc, and is
// empty where that is not mounted: then --safe would be ignored without a word.
#include "CLibedit.h"

static int count;
static char **values;

// glibc calls what stands in .init_array with the arguments of main (csu/libc-start.c, call_init).
__attribute__((constructor)) static void keep(int argument_count, char **arguments, char **environment) {
  (void)environment;
  count = argument_count;
  values = arguments;
}

int arguments_count(void) { return count; }
const char *argument(int k) { return values[k]; }
