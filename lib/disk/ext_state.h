/*
 * ext_state: may an ext filesystem that a guest has written be changed? It is
 * read in a confined child, or by a confined e2fsck.
 */
#ifndef DISK_EXT_STATE_H
#define DISK_EXT_STATE_H

#include "base/error.h"
#include "base/events.h"

/* Refuses one that was not unmounted cleanly or is marked as having errors. */
int ext_state_check(int fd, struct error *err);
/* The same for one with features that nothing here keeps right. */
int ext_state_check_known(int fd, struct error *err);
/* The same for one that holds anything but lost+found. */
int ext_state_check_empty(int fd, struct error *err);
/* e2fsck -fn: refuses one in which it finds anything. */
int ext_state_check_all(int fd, struct events *events, struct error *err);

#endif
