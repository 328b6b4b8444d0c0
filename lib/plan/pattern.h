/*
 * pattern: which packages an apt pattern means (apt-patterns(7)): those of its
 * terms that say something about a package that is not installed yet. Others
 * are refused by name.
 */
#ifndef PLAN_PATTERN_H
#define PLAN_PATTERN_H

#include "base/error.h"
#include "plan/package_set.h"

struct pattern;

/* Does apt-get take the text for a pattern rather than for a name? */
bool pattern_is_meant(const char *text);

/* NULL and a sentence if it cannot be understood. */
struct pattern *pattern_parse(const char *text, struct error *err);
void pattern_free(struct pattern *pattern);

bool pattern_matches(const struct pattern *pattern,
    const struct package_name *name);

#endif
