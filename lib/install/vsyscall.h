/*
 * vsyscall: the page of the kernel at a fixed address that programs of amd64
 * called for the time until glibc 2.14 (Vsyscall of the suite table). Kernels
 * of today may be without it, and such programs then end with SIGSEGV. One
 * that can be executed but not read ("xonly") does for them.
 */
#ifndef INSTALL_VSYSCALL_H
#define INSTALL_VSYSCALL_H

#include <stdbool.h>

#include "base/error.h"
#include "suite/suite.h"

/* Can it be called, as the text of a process's /proc/PID/maps says? */
bool vsyscall_is_there(struct view maps);
/* Says what to do if programs of the release need it and this kernel, which is
 * to run them itself, is without it. */
int vsyscall_check(const struct suite *suite, const char *architecture,
    struct error *err);

#endif
