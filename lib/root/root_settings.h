/*
 * root_settings: what the files below a root's etc/apt say of where packages
 * come from, after setup hooks had the root to themselves. In the sandbox they
 * are read by a child that can do nothing else, below the root only, regular
 * files only; outside they change a request.
 */
#ifndef ROOT_ROOT_SETTINGS_H
#define ROOT_ROOT_SETTINGS_H

#include "base/buffer.h"
#include "base/error.h"
#include "install/bootstrap.h"
#include "root/root.h"

struct root_setting {
	char *path;	/* in the root: "etc/apt/…" */
	struct view text;
};

struct root_settings {
	struct buffer text;	/* that the views are of */
	VECTOR(struct root_setting) items;
	VECTOR(int) keys;	/* files in memory, of keys */
};

#define auto_root_settings __attribute__((cleanup(root_settings_release)))

/* In the sandbox: into the empty file `fd`. */
int root_settings_write(int root, int fd, struct error *err);
int root_settings_read(struct root_settings *settings, int fd,
    struct error *err);

/* Adds the keys that the root's apt trusts whatever the archive, as files for
 * key_files_read that are there until the release. */
int root_settings_keys(struct root_settings *settings, struct strings *files,
    struct error *err);

/*
 * Changes what differs from the files that the root was given: sources,
 * trusted keys, options of apt. One that is not known is refused.
 */
int root_settings_apply(struct root_settings *settings,
    const struct bootstrap_file *given, struct root_request *request,
    struct error *err);

void root_settings_release(struct root_settings *settings);

#endif
