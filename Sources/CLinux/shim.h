// CLinux owns the calls of Linux that Swift cannot make by itself: prctl(2), which is variadic, and adjtimex(2), which
// Glibc leaves out. It must not decide anything.

#pragma once
#include <sys/prctl.h>
#include <sys/timex.h>

static inline int prctl_set_dumpable(unsigned long value) { return prctl(PR_SET_DUMPABLE, value, 0, 0, 0); }
