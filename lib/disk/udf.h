/*
 * udf: is there a file in a UDF filesystem (ECMA-167, OSTA UDF 1.02 to 2.01),
 * as media of installers have it: sectors of 2048 bytes, one partition. What
 * is not of that kind has no files. For inside confined.h.
 */
#ifndef DISK_UDF_H
#define DISK_UDF_H

#include <stdbool.h>

/* "sources/install.wim", in any case. */
bool udf_has_file(int fd, const char *path);

#endif
