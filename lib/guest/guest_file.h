/*
 * guest_file: the description of a guest as a stanza whose fields are the
 * guest's options (fields.h) and Name, as mkguest(5) says. mkguest.conf has
 * defaults for all guests in the same grammar. What is nearer hides what is
 * farther, field by field: the command line, the guest's file, the user's
 * mkguest.conf, the admin's.
 */
#ifndef GUEST_GUEST_FILE_H
#define GUEST_GUEST_FILE_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/stanza.h"
#include "guest/guest.h"
#include "guest/guest_text.h"

/*
 * Fills in what the command line leaves open, from a file (NULL: there is none;
 * "-": standard input) and mkguest.conf. If something is wrong the error has a
 * line for each thing, those that guest_complete finds included.
 */
int guest_file_read(const char *path, struct guest *guest, struct error *err);

/* The same from a text with one stanza, whose fields are those of the tables. */
int guest_file_parse(const struct guest_text *text,
    const struct option *const *tables, struct guest *guest,
    struct error *err);

/* The same from one stanza, without mkguest.conf; `path` is for messages. */
int guest_file_stanza(const char *path, const struct stanza *stanza,
    struct guest *guest, struct error *err);

/* Appends the text of a file that describes the same guest: a field for each
 * option that was given. Before guest_complete. */
int guest_file_text(struct guest *guest, struct buffer *text,
    struct error *err);

#endif
