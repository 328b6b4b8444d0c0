/*
 * description: what a guest was asked to be, as its manifest keeps it: the
 * fields of its guest file (guest_file.h) without its name, and without the
 * options that only say how it is made (--force, --cache-dir and the like;
 * description.c has them in a table). What the defaults were then is not in it.
 *
 * There are no secrets in it. Of what an option names the name is there, not
 * the content: FILE of --root-password file:FILE. Text that could be one, as
 * that of --write or the command of a hook, is there as a digest, so that it
 * can be told from another; addresses are there without their logins.
 *
 *	description_text(guest, &text, err)	before guest_complete
 *	description_compare(&manifest, guest, &differences, err)	likewise
 */
#ifndef GUEST_DESCRIPTION_H
#define GUEST_DESCRIPTION_H

#include "base/buffer.h"
#include "base/error.h"
#include "guest/guest.h"
#include "guest/manifest.h"

/* Appends it: lines, the last one without its end. Wrong use if a value cannot
 * stand in a file. */
int description_text(const struct guest *guest, struct buffer *text,
    struct error *err);

struct difference {
	char *field;	/* as in a guest file */
	char *before;	/* its values, a line each; NULL: none */
	char *after;
};

struct differences {
	struct difference *items;
	size_t count;
	size_t capacity;
};

#define auto_differences __attribute__((cleanup(differences_release)))

/*
 * In which fields a guest, which stays as it is, is not what the manifest
 * says. Both are looked at with the defaults of today that guest_complete
 * knows, so that to say them, or not to, is the same; those of a release it
 * does not know. Of a manifest without a description Description is the only
 * one.
 */
int description_compare(const struct manifest *manifest,
    const struct guest *guest, struct differences *differences,
    struct error *err);
void differences_release(struct differences *differences);

#endif
