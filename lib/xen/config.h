/*
 * config: the text of a domain file, read as xl reads it (libxlu_cfg: strings,
 * numbers, lists; a later assignment of a key wins, += appends). What xl
 * refuses is refused here, with file:line.
 */
#ifndef XEN_CONFIG_H
#define XEN_CONFIG_H

#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"
#include "base/vector.h"

enum config_kind { CONFIG_STRING, CONFIG_NUMBER, CONFIG_LIST };

struct config_value {
	enum config_kind kind;
	char *text;	/* of a string (unquoted) or a number (as written) */
	struct config_value *items;	/* of a list */
	size_t count;
	size_t capacity;
	unsigned line;	/* where it begins */
};

struct config_setting {
	struct view key;
	struct config_value value;
	unsigned line;
};

/* As the text has it; a key may be assigned more than once. */
struct config_assignment {
	struct view key;
	struct view value;	/* from its quote, digit or bracket to its end */
	unsigned line;
	bool is_append;	/* += */
};

struct config {
	VECTOR(struct config_setting) settings;	/* a key once */
	VECTOR(struct config_assignment) assignments;	/* in their order */
	const char *fault;	/* what config_read has refused; NULL: nothing */
	unsigned fault_line;
};

#define auto_config __attribute__((cleanup(config_release)))

/* Keys and assignments point into the text, which stays the caller's. */
int config_read(const char *path, struct view text, struct config *config,
    struct error *err);
/* NULL if the key is not there. */
const struct config_value *config_get(const struct config *config,
    const char *key);
/* Of a string or number; NULL for anything else. */
const char *config_text(const struct config *config, const char *key);
/* Do both have the same keys with the same values, in whatever order? */
bool config_is_same(const struct config *a, const struct config *b);
void config_release(struct config *config);

#endif
