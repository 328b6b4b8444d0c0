/*
 * apt_option: --aptopt and --dpkgopt. Both are files of the root. An option of
 * apt that would change what apt does while the root is made changes what we
 * do, or is refused by its name; apt_option.c has them in a table.
 */
#ifndef ROOT_APT_OPTION_H
#define ROOT_APT_OPTION_H

#include "root/root.h"

/* Each item is an option, or the name of a file with options. Adds the files to
 * request->files, and sets there what apt's say: trust, recommends, proxies. */
int apt_option_read(struct root_request *request,
    const struct strings *apt_options, const struct strings *dpkg_options,
    struct error *err);

/* Only what they say, of the file `path`. */
int apt_option_apply(struct root_request *request, const char *path,
    struct view text, struct error *err);

#endif
