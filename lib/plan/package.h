/*
 * package: one stanza of a Packages index (deb-control(5) and the Debian
 * repository format). Views point into the index's text, which the
 * package_set keeps.
 */
#ifndef PLAN_PACKAGE_H
#define PLAN_PACKAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/stanza.h"
#include "base/text.h"

struct package_name;
struct package_provider;

/* Where an index comes from; its views must live as long as plans are made. */
struct package_origin {
	struct view suite;	/* as its Release names itself */
	struct view codename;
	unsigned index;	/* which package_index it is */
	bool from_suite;	/* the suite itself, not updates or security:
				   Essential and Priority count for selection
				   only then */
	int pin;	/* 500; 100 or 1 for NotAutomatic suites */
};

struct package {
	struct view name;
	struct view version;
	struct view architecture;
	struct view multi_arch;
	struct view essential;
	struct view important;	/* Important: or Protected: yes */
	struct view priority;
	struct view section;
	struct view pre_depends;
	struct view depends;
	struct view conflicts;
	struct view breaks;
	struct view provides;
	struct view recommends;	/* these three pull nothing in; see
				   mentions.h */
	struct view suggests;
	struct view enhances;
	struct view replaces;
	struct view filename;	/* below the archive's URI */
	struct view size_text;
	struct view installed_size_text;
	struct view sha256;
	struct view sha512;
	struct view sha1;
	struct view md5;
	uint64_t size;	/* bytes of the .deb */
	uint64_t installed_size;	/* bytes, from KiB */
	const struct package_origin *origin;
	const struct package_name *owner;	/* the name it bears, of
					   its architecture */
	const struct package *next;	/* of the same name, less preferred */
	const struct package_provider *provided;	/* what it provides */
};

extern const struct stanza_column package_columns[];

bool package_is_essential(const struct package *package);
/* As apt ranks them: 1 required … 5 extra, 0 for none at all. */
int package_priority(const struct package *package);

/*
 * The numbers of a record that package_columns has filled; -1 and a sentence
 * if a field that must be there is not, or is no number.
 */
int package_complete(struct package *package, struct error *err);

#endif
