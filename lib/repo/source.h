/*
 * source: an entry of apt's sources (sources.list(5), one-line or deb822):
 * one URI, one suite, components. Also what apt itself would use on this host.
 */
#ifndef REPO_SOURCE_H
#define REPO_SOURCE_H

#include "base/error.h"
#include "base/vector.h"
#include "suite/suite.h"

struct source {
	char *uri;	/* without a final slash */
	char *suite;	/* bookworm-updates; or, with a slash at its end, the
			   path of a flat archive below the URI: "./" */
	struct strings components;	/* none if flat */
	char *signed_by;	/* keyring file(s) or fingerprints of apt's own
				   keys, separated by blanks or commas; or an
				   armoured key itself; NULL: the suite's
				   keyring */
	struct strings architectures;	/* that it is read for, of those that
					   were asked for; none: all */
	bool from_suite;	/* the suite itself, not updates or security */
	bool is_given;	/* by the user, as an entry of apt's sources: keys that
			   the host's apt trusts may sign it */
	bool trusted;	/* no signature is needed */
	bool no_check_valid_until;
	bool no_check_date;	/* nor Valid-Until */
	bool allow_weak;	/* MD5 and SHA-1 do */
};

struct sources {
	struct source *items;
	size_t count;
	size_t capacity;
};

#define auto_sources __attribute__((cleanup(sources_release)))

/* Which entries are wanted. */
struct source_filter {
	const struct suite *suite;	/* NULL: every entry is taken, and one
					   that cannot be is an error; else what
					   does not concern it is left out */
	bool extras;	/* its updates and security suites too */
	const char *architecture;	/* entries for none of these are left
					   out; what apt calls $(ARCH) */
	struct strings foreign;	/* borrowed: architectures besides */
};

/*
 * What the host's own apt uses for this suite and, if `extras`, for its
 * updates and security suites; entries for other suites are left out, and so
 * are those that a stranger's key signs when the archive's own are there.
 * Finding nothing is no error: sources->count stays 0.
 */
int sources_read_host(const struct source_filter *wanted,
    struct sources *sources, struct error *err);

/*
 * The same archives for a suite that the host's apt does not use: those of the
 * host's own release, with that suite in its place, since a mirror has them
 * all.
 */
int sources_read_neighbour(const struct suite *host,
    const struct source_filter *wanted, struct sources *sources,
    struct error *err);

/* The suite's official archive from the suite table. */
void sources_add_official(const struct suite *suite, bool extras,
    struct sources *sources);

/* One mirror, the suite only: what a MIRROR operand or --mirror means. */
int sources_add_mirror(const char *uri, const char *suite,
    const struct strings *components, struct sources *sources,
    struct error *err);

/*
 * Adds one entry, copied. The same URI, suite, key and architectures again
 * only add its components to the first.
 */
void sources_add(struct sources *sources, const struct source *source);

/* Does its suite name a path, without dists/ and components? */
bool source_is_flat(const struct source *source);

/* Is it http:, https:, file: or copy:? Others are not spoken here. */
bool source_uri_is_known(const char *uri);

void sources_release(struct sources *sources);

#endif
