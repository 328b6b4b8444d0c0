/*
 * divert_directory: what packages have below a directory is put out of the way,
 * below DIRECTORY.disabled, and stays there when they are upgraded: each file
 * is renamed and gets an entry in var/lib/dpkg/diversions, as dpkg-divert(1)
 * with --local and --rename would do it. The directories stay, as dpkg has no
 * diversions of them.
 */
#ifndef INSTALL_DIVERT_DIRECTORY_H
#define INSTALL_DIVERT_DIRECTORY_H

#include "base/error.h"
#include "base/vector.h"

struct divert_directory {
	char *path;	/* /lib/tls; NULL: there is nothing to do */
	struct strings keepers;	/* packages whose files stay */
};

/* In a root whose packages are unpacked. No such file is no diversion. */
int divert_directory(int root, const struct divert_directory *divert,
    struct error *err);
void divert_directory_release(struct divert_directory *divert);

#endif
