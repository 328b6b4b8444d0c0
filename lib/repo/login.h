/*
 * login: names and passwords for archives, from apt's auth.conf(5) of this
 * host: /etc/apt/auth.conf, then the .conf files of auth.conf.d. They are held
 * in memory only, and wiped.
 *
 *	machine [SCHEME://]HOST[:PORT][/PATH] login NAME password SECRET
 *
 * Without a scheme only https is meant. The first that fits counts.
 */
#ifndef REPO_LOGIN_H
#define REPO_LOGIN_H

#include "base/error.h"
#include "base/text.h"
#include "base/vector.h"

struct login {
	char *machine;
	char *name;
	char *password;
};

struct logins {
	struct login *items;
	size_t count;
	size_t capacity;
};

#define auto_logins __attribute__((cleanup(logins_release)))

/* Files that are not there, or that we may not read, say nothing. */
int logins_read(struct logins *logins, struct error *err);
/* Adds those of a file's text. */
void logins_parse(struct logins *logins, struct view text);
/* NULL: none is known, or the URL has a name itself. */
const struct login *logins_find(const struct logins *logins, const char *url);
void logins_release(struct logins *logins);

#endif
