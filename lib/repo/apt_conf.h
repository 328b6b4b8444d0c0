/*
 * apt_conf: text in the form of apt.conf(5), flattened to one line an option,
 * as `apt-config dump --format '%f %v%n'` prints it:
 *
 *	Acquire { http::Proxy "http://p:1"; Languages { "none"; } }
 *
 *	Acquire::http::Proxy http://p:1
 *	Acquire::Languages:: none
 */
#ifndef REPO_APT_CONF_H
#define REPO_APT_CONF_H

#include "base/buffer.h"
#include "base/error.h"

int apt_conf_flatten(struct view text, struct buffer *lines,
    struct error *err);

#endif
