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
};

struct config_setting {
	struct view key;
	struct config_value value;
	unsigned line;
};

struct config {
	VECTOR(struct config_setting) settings;	/* a key once */
};

#define auto_config __attribute__((cleanup(config_release)))

/* Keys point into the text, which stays the caller's. */
int config_read(const char *path, struct view text, struct config *config,
    struct error *err);
/* NULL if the key is not there. */
const struct config_value *config_get(const struct config *config,
    const char *key);
/* Of a string or number; NULL for anything else. */
const char *config_text(const struct config *config, const char *key);
void config_release(struct config *config);

#endif
