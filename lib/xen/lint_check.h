/* lint_check: the parts of lint. */
#ifndef XEN_LINT_CHECK_H
#define XEN_LINT_CHECK_H

#include "xen/lint.h"

void lint_add(struct lint *lint, unsigned line, const char *key,
    const char *format, ...) __attribute__((format(printf, 4, 5)));
/* With the line where the key is given; fine if it is not there. */
void lint_add_key(struct lint *lint, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The items of a list, those that are strings; none if it is no list. */
#define lint_each(item, list) \
	for (const struct config_value *item = (list) ? (list)->items : NULL; \
	     item && item < (list)->items + (list)->count; item++) \
		if (item->kind != CONFIG_LIST)

/* Each key by itself: known, in that release, once, of the right kind. */
void lint_keys(struct lint *lint);
/* The values of those that know only some, and what goes together. */
void lint_domain(struct lint *lint);
/* Values that are texts with a form of their own. */
void lint_values(struct lint *lint);
void lint_disks(struct lint *lint);
void lint_vifs(struct lint *lint);
/* Kernels and loaders that are not there, secrets for all to read. */
void lint_files(struct lint *lint);

#endif
