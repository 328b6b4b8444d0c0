#include "guest/guest_user.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/parameters.h"
#include "base/size.h"

#define USER(member) offsetof(struct guest_user, member)

enum { NAME_MAX_LENGTH = 32 };	/* that of utmp(5), useradd(8)'s limit */

static const struct option user_table[] = {
	{0, "uid", "N", "its number", OPTION_TEXT, USER(uid)},
	{0, "groups", "A:B", "it is in besides its own", OPTION_TEXT,
	    USER(groups)},
	{0, "ssh-key", "FILE", "public keys", OPTION_REPEAT, USER(ssh_key)},
	{0, "password-file", "FILE", "its first line is the password",
	    OPTION_TEXT, USER(password_file)},
	{0, "hash-file", "FILE", "its first line is the password's hash",
	    OPTION_TEXT, USER(hash_file)},
	{0, "sudo", NULL, "it may become root", OPTION_FLAG, USER(sudo)},
	{0, "shell", "PATH", "in the guest", OPTION_TEXT, USER(shell)},
	{0, "gecos", "TEXT", "full name and the like", OPTION_TEXT,
	    USER(gecos)},
	OPTIONS_END
};

static const struct parameters parameters = {user_table, "gecos",
    "NAME[,groups=A:B][,ssh-key=FILE][,password-file=FILE][,sudo]"};

/* What useradd(8) takes, but for a dollar sign at the end. */
static bool
name_is_good(struct view name)
{
	if (!name.length || name.length > NAME_MAX_LENGTH ||
	    !(islower((unsigned char)name.data[0]) || name.data[0] == '_'))
		return false;
	for (size_t i = 0; i < name.length; i++)
		if (!islower((unsigned char)name.data[i]) &&
		    !isdigit((unsigned char)name.data[i]) &&
		    !strchr("_-.", name.data[i]))
			return false;
	return true;
}

static int
check_name(const struct guest_user *user, struct error *err)
{
	if (!strcmp(user->name, "root"))
		return error_usage(err, "root is there anyway; see "
		    "--root-password and --ssh-key");
	if (!name_is_good(view_of(user->name)))
		return error_usage(err, "'%s' is no name of a user; it has at "
		    "most %d lower-case letters, digits, '_', '-' and '.', a "
		    "letter or '_' first", user->name, NAME_MAX_LENGTH);
	return 0;
}

static int
check_uid(const struct guest_user *user, struct error *err)
{
	auto_error struct error ignored = {0};
	uint64_t uid;

	/* -1 means none to chown(2), and in 16 bits to old programs */
	if (user->uid &&
	    (number_parse(view_of(user->uid), &uid, &ignored) < 0 || !uid ||
	    uid >= UINT32_MAX || uid == UINT16_MAX || user->uid[0] == '0'))
		return error_usage(err, "uid '%s' is no number of a user",
		    user->uid);
	return 0;
}

static int
check_groups(const struct guest_user *user, struct error *err)
{
	struct view rest = view_of(user->groups), group;

	while (view_cut(&rest, ':', &group))
		if (!group.length)
			return error_usage(err, "groups '%s' has an empty "
			    "name; write groups=adm:users", user->groups);
	return 0;
}

static bool
fits_passwd(const char *text)
{
	for (; *text; text++)
		if (*text == ':' || iscntrl((unsigned char)*text))
			return false;
	return true;
}

static int
check_texts(const struct guest_user *user, struct error *err)
{
	if (user->shell && (user->shell[0] != '/' ||
	    !fits_passwd(user->shell)))
		return error_usage(err, "shell '%s' is no absolute path",
		    user->shell);
	if (user->gecos && !fits_passwd(user->gecos))
		return error_usage(err, "gecos has a colon or a control "
		    "character");
	if (user->password_file && user->hash_file)
		return error_usage(err, "password-file= and hash-file= exclude "
		    "each other");
	return 0;
}

static int
check_files(const struct guest_user *user, struct error *err)
{
	vector_each(path, &user->ssh_key)
		if (file_check_path(*path, err) < 0)
			return -1;
	if (user->password_file &&
	    file_check_path(user->password_file, err) < 0)
		return -1;
	return user->hash_file ? file_check_path(user->hash_file, err) : 0;
}

static int
user_parse(struct guest_user *user, struct view parameter, struct error *err)
{
	static int (*const checks[])(const struct guest_user *,
	    struct error *) = {
		check_uid, check_groups, check_texts, check_files
	};

	if (parameters_parse(&parameters, parameter, user, err) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(checks) / sizeof(*checks); i++)
		if (checks[i](user, err) < 0)
			return -1;
	return 0;
}

/* The last one is compared with those before. */
static int
check_alone(const struct guest_users *users, struct error *err)
{
	const struct guest_user *last = &users->items[users->count - 1];

	vector_each(user, users) {
		if (user == last)
			break;
		if (!strcmp(user->name, last->name))
			return error_usage(err, "the user is given twice");
		if (user->uid && last->uid && !strcmp(user->uid, last->uid))
			return error_usage(err, "uid %s is that of '%s'",
			    last->uid, user->name);
	}
	return 0;
}

int
guest_users_add(struct guest_users *users, const char *word,
    struct error *err)
{
	struct view rest = view_of(word), name;
	struct guest_user *user = vector_push(users);

	view_cut(&rest, ',', &name);
	user->name = view_string(name);
	if (check_name(user, err) < 0)
		return -1;
	/* What follows may be a password, by mistake. */
	if (user_parse(user, rest, err) < 0 || check_alone(users, err) < 0)
		return error_prefix(err, "%s", user->name);
	return 0;
}

bool
guest_user_may_log_in(const struct guest_user *user)
{
	return user->password_file || user->hash_file || user->ssh_key.count;
}

void
guest_users_release(struct guest_users *users)
{
	vector_each(user, users) {
		options_release(user_table, user);
		free(user->name);
		free(user->authorized_keys);
		memory_free_secret(user->password_hash);
	}
	vector_release(users);
}
