/*
 * medium_finding: what there is to see in an image of a CD or DVD. For inside
 * confined.h, which medium.h sees to.
 */
#ifndef DISK_MEDIUM_FINDING_H
#define DISK_MEDIUM_FINDING_H

#include <stdbool.h>
#include <stddef.h>

enum { MEDIUM_LABEL_MAX = 32, MEDIUM_INFO_MAX = 128, MEDIUM_FILES_MAX = 32 };

struct medium_finding {
	bool is_medium;
	bool boots_bios;
	bool boots_uefi;
	bool has_file[MEDIUM_FILES_MAX];	/* of those asked for */
	char label[MEDIUM_LABEL_MAX + 1];
	char info[MEDIUM_INFO_MAX + 1];	/* the first line of .disk/info */
};

/* Into an empty one. Looks for `count` files, in any case; NULL among them is
 * none. */
void medium_finding_read(struct medium_finding *finding, int fd,
    const char *const *files, size_t count);

#endif
