/*
 * dpkg_quirks: in what a release's dpkg differs from today's, as the suite
 * table says it (Dpkg-Quirks).
 */
#ifndef SUITE_DPKG_QUIRKS_H
#define SUITE_DPKG_QUIRKS_H

#include "base/error.h"
#include "base/text.h"

enum dpkg_quirk {
	DPKG_NO_MULTIARCH = 1 << 0,	/* no-multiarch */
	DPKG_NO_MD5SUMS = 1 << 1,	/* no-md5sums */
	DPKG_NO_TRIGGERS = 1 << 2,	/* no-triggers */
	DPKG_EMPTY_FILES = 1 << 3,	/* empty-files */
	DPKG_OVERWRITES = 1 << 4,	/* overwrites */
};

/* Words between blanks; adds theirs to *quirks. */
int dpkg_quirks_parse(struct view words, unsigned *quirks, struct error *err);

#endif
