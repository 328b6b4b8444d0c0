/*
 * windows_answers: what the Setup of Windows asks, answered beforehand. Its
 * texts are templates of hooks/windows, and those that the admin has in
 * templates/windows (config.h):
 *
 *	autounattend	autounattend.xml, for Vista, Server 2008 and later: in the
 *			root of any removable medium
 *	winnt		winnt.sif, for XP and Server 2003: on a floppy
 */
#ifndef GUEST_WINDOWS_ANSWERS_H
#define GUEST_WINDOWS_ANSWERS_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/vector.h"

/* All is the caller's. */
struct windows_answers {
	const char *format;	/* autounattend | winnt */
	const char *computer_name;
	const char *password;	/* of the Administrator */
	const char *product_key;	/* NULL: Setup asks, if it wants one */
	const char *edition;	/* a name or number of those that the medium
				   has; NULL: Setup asks, unless there is one */
	const char *locale;	/* as locale.h has it; NULL: en_US */
	const char *timezone;	/* of the tz database */
	const char *medium_label;	/* its language may be in it */
	const char *firmware;	/* bios | uefi */
	const char *architecture;	/* dpkg's name */
};

/* What can be known before anything is read. Wrong use, and a sentence. */
int windows_computer_name(const char *hostname, char **name,
    struct error *err);
int windows_product_key_check(const char *key, struct error *err);

/* Appends the file's text, which holds secrets. An error names the option. */
int windows_answers_text(const struct windows_answers *answers,
    struct buffer *text, struct error *err);
/* What the file has to be called. */
const char *windows_answers_name(const char *format);
/* … and is it on a floppy? */
bool windows_answers_are_on_floppy(const char *format);

/* The name of a script in the medium, freed by the caller, and the text of the
 * one that runs them all when the Administrator logs in first. */
char *windows_script_name(size_t number, const char *path);
int windows_first_logon(const struct strings *scripts, struct buffer *text,
    struct error *err);

#endif
