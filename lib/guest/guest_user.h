/*
 * guest_user: a user of a guest, as --user describes one:
 *
 *	NAME[,uid=1000][,groups=adm:users][,ssh-key=FILE][,password-file=FILE]
 *	    [,hash-file=FILE][,sudo][,shell=/bin/sh][,gecos=TEXT]
 *
 * ssh-key= can be repeated. gecos= takes all that follows.
 */
#ifndef GUEST_GUEST_USER_H
#define GUEST_GUEST_USER_H

#include <stdbool.h>

#include "base/error.h"
#include "base/vector.h"

struct guest_user {
	char *name;
	char *uid;	/* decimal; NULL: the first that is free */
	char *groups;	/* colons between; NULL: none but its own */
	struct strings ssh_key;	/* files with public keys */
	char *password_file;
	char *hash_file;
	bool sudo;
	char *shell;	/* NULL: /bin/bash, or as it is */
	char *gecos;	/* NULL: none, or as it is */
	/* Worked out before the run: */
	char *password_hash;	/* crypt(5); NULL: none */
	char *authorized_keys;	/* text; NULL: none */
};

struct guest_users {
	struct guest_user *items;
	size_t count;
	size_t capacity;
};

/* Parses one and checks what needs no guest; wrong use if it is wrong. */
int guest_users_add(struct guest_users *users, const char *word,
    struct error *err);
void guest_users_release(struct guest_users *users);

/* Is there a way in, by password or key? */
bool guest_user_may_log_in(const struct guest_user *user);

#endif
