/*
 * unpacked: one package of the plan while it is installed: its control files,
 * and the paths that unpacking its .deb left in the root. The dpkg database
 * is written from this.
 *
 * A slow package is one that only dpkg can unpack: its preinst renames files
 * of others by diversion, or an earlier package brings the same file.
 */
#ifndef INSTALL_UNPACKED_H
#define INSTALL_UNPACKED_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/map.h"
#include "base/stanza.h"
#include "install/deb_file.h"

struct unpacked_path {
	char *path;	/* as in PACKAGE.list: "/.", "/usr/bin/find" */
	char *link;	/* a symlink's target, or a hard link's first name */
	bool is_hard_link;
	mode_t mode;	/* with its type; the last three are of directories */
	uid_t uid;
	gid_t gid;
	int64_t time;
	char *md5;	/* of a file, if the database needs it */
	uint64_t made;	/* inode of a directory that did not exist before */
	uint64_t put_into;	/* of the directory that a file went to */
	bool is_filtered;	/* not wanted in the root */
	bool is_pending;	/* a conffile left as .dpkg-new for dpkg */
};

struct unpacked {
	size_t place;	/* in the order to unpack */
	unsigned instance;	/* 1, 2 …: of those with this name, in order */
	int deb;	/* the caller's descriptor of it */
	bool is_malformed;	/* its .deb is not what it should be */
	atomic_bool is_slow;
	struct deb_control control;
	struct stanza fields;	/* of the control file */
	struct view name;	/* as planned, until control is read */
	struct view version;
	struct view architecture;
	/* In tar's order. */
	VECTOR(struct unpacked_path) paths;
	struct map by_path;	/* places in paths, from 1 on */
	size_t indexed;	/* how many of them are in it */
	struct strings conffiles;	/* absolute paths that the .deb ships */
	struct map is_conffile;	/* by these */
	bool has_plain_name;	/* in info/: no architecture */
	bool is_configured;	/* before the others */
	bool wants_md5sums;	/* it brings none: dpkg would make them */
	char *annex;	/* directory where its files wait; NULL: none do */
};

/* After control is filled: fields, names, conffiles. */
int unpacked_read_control(struct unpacked *package, struct error *err);
/* The front of its files in info/: "dash", "libc6:amd64"; the latter only of
 * those that are Multi-Arch: same. Freed by caller. */
char *unpacked_info_name(const struct unpacked *package);
/* NULL if the package has no such path. */
struct unpacked_path *unpacked_find(struct unpacked *package,
    const char *path);
bool unpacked_has_conffile(const struct unpacked *package, const char *path);
void unpacked_release(struct unpacked *package);

#endif
