/*
 * release: an archive's Release file for one suite: what it is, until when it
 * holds, and the hashes of its indices (Debian repository format).
 */
#ifndef REPO_RELEASE_H
#define REPO_RELEASE_H

#include <stdint.h>
#include <time.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/stanza.h"

extern const int release_usual_pin;

struct release {
	char *text;	/* owned; every view points into it */
	struct stanza fields;
	struct view suite;
	struct view codename;
	bool has_by_hash;
	bool has_all;	/* Architecture: all packages have indices of their
			   own */
	int pin;	/* 500; 100 or 1 if not to be installed by default */
};

/* An index as Release lists it. */
struct release_file {
	enum digest_kind kind;	/* SHA-256, or SHA-512 if that is all */
	const char *hash;	/* Release's name of it, also below by-hash */
	struct view digest;
	uint64_t size;
};

/* Takes over `text` (from malloc), which is signed; `path` for messages. */
int release_parse(struct release *release, const char *path, char *text,
    struct error *err);

/*
 * Is it what was asked for: of that suite (Suite or Codename), of that
 * codename if one is given, and of that architecture?
 */
int release_check_identity(const struct release *release, const char *suite,
    const char *codename, const char *architecture, struct error *err);

struct release_checks {	/* what is left out */
	bool no_valid_until;
	bool no_date;	/* nor Valid-Until */
};

/* Does it hold at `now`: Valid-Until and Date. */
int release_check_dates(const struct release *release, time_t now,
    const struct release_checks *checks, struct error *err);

/* `path` is below the suite: main/binary-amd64/Packages.xz. 1, 0 if it is not
 * listed, -1 if it is, but by nothing better than MD5 or SHA-1, unless these
 * are allowed. */
int release_find(const struct release *release, const char *path,
    bool allow_weak, struct release_file *file, struct error *err);

void release_release(struct release *release);

/* A date in a Release file: "Sat, 11 Jul 2026 10:16:37 UTC". */
int release_date(struct view text, time_t *date, struct error *err);

#endif
