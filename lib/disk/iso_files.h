/*
 * iso_files: the files in an image of a CD (ISO 9660, with Joliet or Rock
 * Ridge), which may come from anywhere: it is read in a confined child.
 */
#ifndef DISK_ISO_FILES_H
#define DISK_ISO_FILES_H

#include <stddef.h>

#include "base/error.h"
#include "base/text.h"
#include "base/vector.h"

struct iso_content {
	char *path;	/* from the image's root: UTF-8, never upwards */
	struct view text;	/* in the map below */
};

struct iso_files {
	VECTOR(struct iso_content) items;
	void *map;	/* of what the child has read */
	size_t length;
};

#define auto_iso_files __attribute__((cleanup(iso_files_release)))

/* All of them, 512 MiB at the most; `fd` stays the caller's. To be released in
 * any case. */
int iso_files_read(int fd, struct iso_files *files, struct error *err);
/* Of what the child has written: its records, which the items point into. */
int iso_files_parse(struct view records, struct iso_files *files,
    struct error *err);
void iso_files_release(struct iso_files *files);

#endif
