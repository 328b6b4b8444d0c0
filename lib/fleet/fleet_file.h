/*
 * fleet_file: many guests in one file, as mkguest-fleet(1) says: stanzas with
 * the fields of a guest file. The first one may have the defaults, of all; one
 * with Group and no Name has those of a group's guests; each other describes a
 * guest, or, if its Name has a range (range.h), as many as that stands for.
 * What is nearer hides what is farther, field by field: the guest's stanza, its
 * groups' in the order in which it names them, the defaults, mkguest.conf.
 */
#ifndef FLEET_FLEET_FILE_H
#define FLEET_FLEET_FILE_H

#include "base/error_list.h"
#include "base/map.h"
#include "fleet/fleet_stanza.h"
#include "guest/guest.h"
#include "guest/guest_defaults.h"
#include "guest/guest_text.h"

struct fleet_guest {
	struct guest guest;	/* as described: not completed */
	unsigned line;	/* of its stanza */
	struct strings group;
	char *address_pool;	/* that is nearest, or NULL */
	unsigned address_pool_line;
	bool lacks_address;	/* that it should have out of it */
};

struct fleet_file {
	struct guest_text text;	/* what the stanzas point into */
	struct guest_defaults conf;
	struct fleet_stanza defaults;
	VECTOR(struct fleet_stanza *) groups;
	struct map group_names;	/* to those */
	VECTOR(struct fleet_guest *) guests;
	struct map guest_names;	/* to those */
};

#define auto_fleet_file __attribute__((cleanup(fleet_file_release)))

/* "-" is standard input. -1: it cannot be read; what is wrong with its words
 * goes to the list, and the guests are there as far as they are known. */
int fleet_file_read(struct fleet_file *file, const char *path,
    struct error_list *wrong, struct error *err);
/* The same of file->text, without mkguest.conf. */
void fleet_file_parse(struct fleet_file *file, struct error_list *wrong);
/* Is it the guest's name, matched by a pattern as the shell has it, or one of
 * its groups? */
bool fleet_guest_is(const struct fleet_guest *guest, const char *word);
void fleet_file_release(struct fleet_file *file);

#endif
