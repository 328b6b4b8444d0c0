/*
 * id_map: the ids of an ordinary user's namespace: its root is the user, its
 * ids from 1 on are the user's subordinate ids (subuid(5), subgid(5)), mapped
 * by newuidmap(1) and newgidmap(1). Root, who needs no namespace but may want
 * one, gets ids that are nobody's on this host.
 */
#ifndef INSTALL_ID_MAP_H
#define INSTALL_ID_MAP_H

#include <sys/types.h>

#include "base/error.h"

/* Says in one sentence what is missing, and how to get it. */
int id_map_check(struct error *err);
int id_map_write(pid_t process, struct error *err);

/* Which id of root's is 0 in such a namespace: of those that systemd's
 * uids-gids leaves to nobody. */
enum { ID_MAP_OF_ROOT = 0x70000000 };

#endif
