/*
 * home: the directory of a new user, a copy of the guest's own /etc/skel.
 */
#ifndef GUEST_HOME_H
#define GUEST_HOME_H

#include <sys/stat.h>

#include "base/error.h"
#include "guest/accounts.h"
#include "tree/edit.h"

/* The user's, with all that is in it; what is there already stays as it is. */
int home_make(struct tree_edit *edit, const struct account *account,
    mode_t mode, struct error *err);

#endif
