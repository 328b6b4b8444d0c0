/*
 * apt_sources: where the guest's apt gets packages from: the suite, its
 * updates, its security suite, in the form that the release is used to.
 */
#ifndef GUEST_APT_SOURCES_H
#define GUEST_APT_SOURCES_H

#include "base/buffer.h"
#include "guest/guest.h"
#include "suite/suite.h"

/* NULL is the official one. */
struct apt_mirrors {
	const char *archive;	/* of the suite and its updates */
	const char *security;
	const struct strings *components;	/* NULL: the suite's */
};

/* What the description of a guest asks for. */
struct apt_mirrors apt_mirrors_of(const struct guest *guest);

/* Path (in the guest; freed by the caller) and text. */
void apt_sources_text(const struct suite *suite,
    const struct apt_mirrors *mirrors, char **path, struct buffer *text);

#endif
