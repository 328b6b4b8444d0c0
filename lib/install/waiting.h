/*
 * waiting: a package's regular files in a directory of the annex, complete,
 * until its other paths may come into the root. Each is called by its number
 * in the package.
 */
#ifndef INSTALL_WAITING_H
#define INSTALL_WAITING_H

#include "install/data_tar.h"

/* Makes the package's directory in the annex; a descriptor. */
int waiting_begin(int annex, struct unpacked *package, struct error *err);
/* The same later. */
int waiting_open(int annex, const struct unpacked *package,
    struct error *err);

struct waiting {
	int directory;
	const struct unpacked *package;
};

/* Keeps the entry if it has data; all others need no place meanwhile. */
int waiting_keep(const struct waiting *waiting, const struct data_tar *tar,
    struct unpacked_path *path, struct error *err);
/* Its name there, freed by the caller. */
char *waiting_name(const struct waiting *waiting,
    const struct unpacked_path *path);

#endif
