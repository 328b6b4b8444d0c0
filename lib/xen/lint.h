/*
 * lint: what is wrong with a domain file, and what to write instead. xl takes
 * many mistakes in silence (an unknown key, a key given twice, a disk without
 * a file) and others with a warning that nobody sees; here each is a finding.
 */
#ifndef XEN_LINT_H
#define XEN_LINT_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "base/text.h"
#include "base/vector.h"
#include "xen/config.h"

struct finding {
	unsigned line;	/* 0: the file as a whole */
	char *key;	/* NULL: none */
	char *text;	/* one sentence */
};

struct lint {
	const char *path;	/* for messages; the caller's, as the text */
	struct view text;
	mode_t mode;	/* the file's; 0: not known */
	unsigned version;	/* of Xen, as keys.h has it */
	bool elsewhere;	/* its files and devices are not on this host */
	struct config config;
	VECTOR(struct finding) findings;	/* by line */
};

#define auto_lint __attribute__((cleanup(lint_release)))

/* Reads and judges the text. What xl cannot read is a finding, too. */
void lint_run(struct lint *lint);
/* Findings about both of two files that were run: a name, UUID or MAC that they
 * share, told of the first. */
void lint_compare(struct lint *lint, const struct lint *other);
/* pvh, pv or hvm: what xl takes the domain for. */
const char *lint_type(const struct lint *lint);
/* Is it, or is in it, what only its owner may read? */
bool lint_is_secret(const struct config_setting *setting);
/* The release of the running Xen, or the newest that is known. */
unsigned lint_host_version(void);
void lint_release(struct lint *lint);

#endif
