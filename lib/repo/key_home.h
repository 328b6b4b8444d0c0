/*
 * key_home: a home directory for gpg, with nothing in it but the keys and
 * options of one keyring.
 */
#ifndef REPO_KEY_HOME_H
#define REPO_KEY_HOME_H

#include "base/private_directory.h"
#include "base/text.h"

/* To be closed in any case. */
int key_home_open(struct private_directory *home, struct view keys,
    struct view options, struct error *err);

#endif
