/*
 * clone_manifest: the manifest of a clone: that of the guest that it was made
 * from, with names, paths and ids of its own. What was asked for of the other
 * says nothing of the clone, so there is no description in it.
 *
 *	clone_manifest_begin	its disks: where they go, their UUIDs
 *	clone_manifest_finish	all else, when the guest has its hostname,
 *				cards and keys (keep/setup.h)
 *
 * Ids that are in the guest's files are noted in guest->renamed, with those
 * that take their place.
 */
#ifndef KEEP_CLONE_MANIFEST_H
#define KEEP_CLONE_MANIFEST_H

#include "base/error.h"
#include "guest/guest.h"
#include "guest/manifest.h"

int clone_manifest_begin(struct manifest *manifest,
    const struct manifest *old, struct guest *guest, struct error *err);
/* Without cards of its own it gets the other's with new MAC addresses; a fixed
 * IP address among them is an error. */
int clone_manifest_finish(struct manifest *manifest,
    const struct manifest *old, struct guest *guest, struct error *err);

#endif
