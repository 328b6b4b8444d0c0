/*
 * accounts: the databases of a guest's users and groups: passwd(5), shadow(5),
 * group(5), gshadow(5), subuid(5), subgid(5). Lines that nobody asked to
 * change stay as they are, whatever they hold.
 *
 *	auto_accounts struct accounts accounts = {0};
 *	accounts_read(&accounts, edit, err)
 *	accounts_add_user(&accounts, &user, err)
 *	accounts_write(&accounts, edit, err)
 *
 * A database that the guest does not have is an error only for what needs it:
 * passwd, shadow and group.
 */
#ifndef GUEST_ACCOUNTS_H
#define GUEST_ACCOUNTS_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/vector.h"
#include "tree/edit.h"

enum account_file {
	ACCOUNT_PASSWD, ACCOUNT_SHADOW, ACCOUNT_GROUP, ACCOUNT_GSHADOW,
	ACCOUNT_SUBUID, ACCOUNT_SUBGID, ACCOUNT_FILES
};

struct account_line {
	struct strings fields;	/* what is between the colons */
};

struct account_database {
	VECTOR(struct account_line) lines;
	bool is_there;
	bool is_changed;
};

struct accounts {
	struct account_database files[ACCOUNT_FILES];
};

/* A user as passwd has it. */
struct account {
	const char *name;
	uid_t uid;
	gid_t gid;
	const char *home;	/* the accounts' own */
};

/* A user that is to be, or what an existing one is to become. */
struct account_wish {
	const char *name;
	const char *uid;	/* decimal; NULL: the first that is free */
	const char *gecos;	/* NULL: none, or as it is */
	const char *shell;	/* NULL: the usual, or as it is */
	const char *hash;	/* crypt(5); NULL: no password, or as it is */
};

#define ACCOUNT_SHELL "/bin/bash"	/* unless another is asked for */
#define auto_accounts __attribute__((cleanup(accounts_release)))

int accounts_read(struct accounts *accounts, struct tree_edit *edit,
    struct error *err);
/* Those that changed, with their owners, and modes as Debian has them. */
int accounts_write(const struct accounts *accounts, struct tree_edit *edit,
    struct error *err);
void accounts_release(struct accounts *accounts);

/* 1 found, 0 there is none of that name, -1 its line is broken. */
int accounts_find(const struct accounts *accounts, const char *name,
    struct account *account, struct error *err);

/* Is there one in shadow that could be typed? */
bool accounts_has_password(const struct accounts *accounts, const char *name);

/* The user gets this crypt(5) hash, or what stands for none, and the day of its
 * change. */
int accounts_set_password(struct accounts *accounts, const char *name,
    const char *hash, struct error *err);

/*
 * A new user, with a group of its own, a home below /home and, where the guest
 * has the databases for it, subordinate ids; or one that exists, whose fields
 * change if asked for. Another uid than it has, or one that is taken, is an
 * error.
 */
int accounts_add_user(struct accounts *accounts,
    const struct account_wish *wish, struct error *err);

/* Fine if the user is in it already; a group that is not there is an error. */
int accounts_add_member(struct accounts *accounts, const char *group,
    const char *user, struct error *err);

#endif
