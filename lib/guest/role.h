/*
 * role: what a kind of server needs, under one name: packages, hooks and a
 * script of its own, in a directory of roles/ of the admin (config.h) or of
 * hooks/roles/ that comes with mkguest; the first that has the name is taken
 * whole.
 *
 *	NAME/role		deb822, see role_columns
 *	NAME/STAGE/NN-hook	as in hooks.h
 *	NAME/first-boot		run once by the guest itself, with the argument
 *				of this guest, which the base never sees
 */
#ifndef GUEST_ROLE_H
#define GUEST_ROLE_H

#include "base/error.h"
#include "base/vector.h"
#include "guest/guest.h"
#include "guest/hooks.h"

struct role {
	char *name;
	char *directory;
	bool is_shipped;
	struct strings packages;
	char *argument;	/* what its argument is called; NULL: it takes none */
	char *pattern;	/* regex(7), extended: all of an argument; or NULL */
	char *value;	/* the argument; NULL: none was given */
	char *first_boot;	/* text; NULL: it has none */
};

struct roles {
	struct role *items;
	size_t count;
	size_t capacity;
};

/* Those that are wanted, "NAME" or "NAME=ARGUMENT". One that is not known, or
 * an argument that is none, is wrong use. */
int roles_read(struct roles *roles, const struct strings *wanted,
    struct error *err);
/* Adds what the guest is to do itself; before guest_read_files. */
int roles_first_boot(const struct roles *roles, struct guest *guest,
    struct error *err);
void roles_release(struct roles *roles);

#endif
