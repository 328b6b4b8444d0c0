/*
 * hook_tar: tar(1) as hooks use it, in the form of mmdebstrap's: pax, numeric
 * owners, extended attributes. It works in a directory given as a descriptor,
 * and its archive is our end of a pipe.
 */
#ifndef INSTALL_HOOK_TAR_H
#define INSTALL_HOOK_TAR_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"

struct hook_tar {
	pid_t child;
	int fd;	/* the archive; closed by hook_tar_end */
};

/* Packs `name` of the directory: read the archive from fd. */
int hook_tar_create(struct hook_tar *tar, int directory, const char *name,
    struct error *err);
/* Unpacks into the directory: write the archive to fd. Without `with_nodes`
 * the device nodes below ./dev are left out. */
int hook_tar_extract(struct hook_tar *tar, int directory, bool with_nodes,
    struct error *err);
/* Waits; keeps an error that is there already. */
int hook_tar_end(struct hook_tar *tar, int result, struct error *err);

#endif
