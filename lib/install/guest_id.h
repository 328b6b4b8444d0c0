/*
 * guest_id: the numbers of a guest's users and groups, by name.
 */
#ifndef INSTALL_GUEST_ID_H
#define INSTALL_GUEST_ID_H

#include <sys/types.h>

#include "base/error.h"
#include "base/text.h"

/* `table` is "etc/passwd" or "etc/group". -1 if there is no such name. */
int guest_id(int root, const char *table, struct view name, id_t *id,
    struct error *err);

#endif
