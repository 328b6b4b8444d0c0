/*
 * apt_sources: where the guest's apt gets packages from: the suite, its
 * updates, its security suite, in the form that the release is used to.
 */
#ifndef GUEST_APT_SOURCES_H
#define GUEST_APT_SOURCES_H

#include "base/buffer.h"
#include "suite/suite.h"

/*
 * Path (in the guest; freed by the caller) and text. mirror NULL is the
 * official one; security updates always come from their official host.
 */
void apt_sources_text(const struct suite *suite, const char *mirror,
    char **path, struct buffer *text);

#endif
