/*
 * medium: an image of an installer's CD or DVD: can it be booted (El Torito
 * Bootable CD-ROM Format 1.0; UEFI 13.3.2.1), and what does it install. It
 * comes from anywhere, so it is read in a confined child: ISO 9660 by
 * libarchive, UDF by udf.h.
 */
#ifndef DISK_MEDIUM_H
#define DISK_MEDIUM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* What those systems want of their machine. */
struct medium_family {
	bool is_windows;
	const char *answers;	/* of an unattended setup: the directory of its
				   templates; NULL: it has none */
	const char *nic;	/* the card that it has a driver for */
	uint64_t memory;	/* MiB, for its setup to run; 0: little */
};

struct medium {
	char *label;	/* of the volume; "" if it has none */
	char *title;	/* what it installs, for people */
	const struct medium_family *family;
	bool boots_bios;
	bool boots_uefi;
};

#define auto_medium __attribute__((cleanup(medium_release)))

/* `fd` is a file or a drive; what is neither ISO 9660 nor UDF is an error. To
 * be released in any case. */
int medium_read(int fd, struct medium *medium, struct error *err);
/* Does such firmware boot it? An error if not. */
int medium_check_boot(const struct medium *medium, const char *firmware,
    struct error *err);
void medium_release(struct medium *medium);

#endif
