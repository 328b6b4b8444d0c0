/*
 * domain_settings: the keys of a domain file that the user has chosen, and
 * what the Xen that is to read it knows.
 */
#ifndef XEN_DOMAIN_SETTINGS_H
#define XEN_DOMAIN_SETTINGS_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"
#include "xen/domain.h"

/* Has the user another value for it? */
bool domain_settings_have(const struct domain *domain, const char *key);
/* Does that release of xl know it? */
bool domain_version_has(const struct domain *domain, const char *key);
/* All of them, a line each. What is no setting is wrong use. */
int domain_settings_write(const struct domain *domain, struct buffer *text,
    struct error *err);
/* What the lint says of them in a file that was written so: wrong use, a line
 * each. */
int domain_settings_check(const struct domain *domain, struct view text,
    struct error *err);

#endif
