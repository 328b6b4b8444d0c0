/*
 * iso: a small medium of files, as ISO 9660 (ECMA-119) with Joliet and Rock
 * Ridge: what a guest reads once, when it is set up. Names may be long, lie in
 * directories, and hold any character of UTF-8; what reads Joliet sees 64
 * characters of each.
 */
#ifndef DISK_ISO_H
#define DISK_ISO_H

#include <stdint.h>

#include "base/error.h"
#include "base/text.h"
#include "base/vector.h"

struct iso_file {
	const char *path;	/* in the medium; directories are made */
	struct view text;	/* what it holds, */
	const char *source;	/* or a file of the host that does; NULL */
};

/* All is the caller's. */
struct iso {
	const char *label;	/* of the volume: at most 16 of A-Z, 0-9, _ */
	int64_t time;	/* of all that is in it: seconds since 1970 */
	VECTOR(struct iso_file) files;
};

/* To fd, from its beginning, which can be read as well. What is written depends
 * on nothing but the above; the files are root's, and only root can read them.
 * Until it is complete, a file without a name in $TMPDIR holds them, too. */
int iso_write(const struct iso *iso, int fd, struct error *err);

#endif
