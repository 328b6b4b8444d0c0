/*
 * personalise: what makes a root a particular guest, file edits only, as a
 * table of steps (one step_*.c each, or a few that belong together). No guest
 * program runs, so it works on a directory and on an ext image alike
 * (tree/edit.h). The guest is complete, with its ids and its hash and keys.
 *
 * A new guest takes all steps, but for those that are cloud-init's if the guest
 * has a seed (cloud_init.h). Of a root that is there, those are taken for
 * which an option was given, and all that a reset takes for one.
 *
 * On a directory or an image that a guest has written, steps run in a confined
 * child (base/confined.h): they open no file and run no program of the host's.
 * What they need of it is in the guest, or in templates that were loaded.
 */
#ifndef GUEST_PERSONALISE_H
#define GUEST_PERSONALISE_H

#include "base/error.h"
#include "base/events.h"
#include "guest/apt_sources.h"
#include "guest/guest.h"
#include "guest/password.h"
#include "tree/edit.h"

struct personalise_step {
	const char *name;	/* hostname, fstab, network … */
	int (*run)(struct tree_edit *edit, const struct guest *guest,
	    const struct suite *suite, struct error *err);
	/* of identity_options, that ask for it; NULL-ended */
	const char *options[14];
	bool at_reset;	/* --reset asks for it as well */
	bool by_cloud_init;	/* it does that in a guest that has a seed */
	bool of_clone;	/* only ids that were renamed ask for it */
};

extern const struct personalise_step personalise_steps[];	/* name NULL ends */

int personalise(struct tree_edit *edit, const struct guest *guest,
    const struct suite *suite, struct events *events, struct error *err);

#endif
