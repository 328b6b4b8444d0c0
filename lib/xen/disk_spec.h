/*
 * disk_spec: one entry of a domain file's disk list
 * (xl-disk-configuration(5), and xm's older forms).
 */
#ifndef XEN_DISK_SPEC_H
#define XEN_DISK_SPEC_H

#include "base/text.h"

/* The file or device that it names, as written, without prefixes such as
 * "phy:"; absent if it names none. Points into spec. */
struct view disk_spec_target(const char *spec);

#endif
