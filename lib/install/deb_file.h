/*
 * deb_file: a .deb (deb(5)): an ar with debian-binary, control.tar.* and
 * data.tar.*, or the same without ar as it was before 1995 (deb-old(5)), read
 * once from start to end through libarchive.
 */
#ifndef INSTALL_DEB_FILE_H
#define INSTALL_DEB_FILE_H

#include <archive.h>
#include <archive_entry.h>

#include "base/error.h"
#include "base/vector.h"

/* A member of control.tar, other than ./ itself. */
struct deb_control_file {
	char *name;	/* control, md5sums, postinst … */
	char *data;	/* NUL follows */
	size_t length;
	mode_t mode;
	int64_t time;	/* seconds */
};

struct deb_control {
	struct deb_control_file *items;
	size_t count;
	size_t capacity;
};

struct deb_file;

/* Opens and reads control.tar. fd stays the caller's. */
struct deb_file *deb_file_open(int fd, struct deb_control *control,
    struct error *err);
/* The open data.tar, positioned before its first entry. */
struct archive *deb_file_data(struct deb_file *deb);
void deb_file_close(struct deb_file *deb);

/* NULL if it has none of that name. */
const struct deb_control_file *deb_control_find(
    const struct deb_control *control, const char *name);
void deb_control_release(struct deb_control *control);

#endif
