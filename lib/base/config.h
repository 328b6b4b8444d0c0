/*
 * config: the directories with the admin's own files: hooks, roles, templates
 * and defaults. An ordinary user's ($XDG_CONFIG_HOME/mkguest, by default
 * ~/.config/mkguest) goes before /etc/mkguest; $MKGUEST_CONFIG, an absolute
 * path, stands in the place of both. They are found once, so that in a user
 * namespace, where the user is root, they stay the user's.
 */
#ifndef BASE_CONFIG_H
#define BASE_CONFIG_H

#include "base/vector.h"

/* Adds the paths of `name` in them, whether there or not: what is in the first
 * wins. */
void config_paths(const char *name, struct strings *paths);

#endif
