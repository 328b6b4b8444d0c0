#include "guest/step.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "guest/accounts.h"
#include "guest/authorized_keys.h"
#include "guest/home.h"

static const char sudoers[] = "etc/sudoers";

static int
check_there(struct tree_edit *edit, const char *path, const char *what,
    struct error *err)
{
	int there = edit->exists(edit, path, err);

	if (there)
		return there < 0 ? -1 : 0;
	return error_set(err, "the guest has no %s (%s%s); include the "
	    "package that has it", what, *path == '/' ? "" : "/", path);
}

/* ---- sudo(8) ------------------------------------------------------------- */

static bool
has_line(struct view text, const char *front)
{
	struct view line;

	while (view_cut(&text, '\n', &line))
		if (view_starts(view_trim(line), front))
			return true;
	return false;
}

/* Releases whose sudo has no directory for rules get them in its one file. */
static int
rule_append(struct tree_edit *edit, const char *rule, struct buffer *text,
    struct error *err)
{
	if (has_line((struct view){text->data, text->length}, rule))
		return 0;
	buffer_printf(text, "%s%s\n", text->length &&
	    text->data[text->length - 1] != '\n' ? "\n" : "", rule);
	return edit->write(edit, sudoers,
	    (struct view){text->data, text->length}, 0440, err);
}

/* Those who have no password cannot be asked for it. */
static int
rule_write(struct tree_edit *edit, const struct account *account,
    bool has_password, struct error *err)
{
	/* sudo reads no file with a dot in its name, which users may have */
	auto_free char *path = memory_printf("etc/sudoers.d/mkguest-%u",
	    (unsigned)account->uid);
	auto_free char *rule = memory_printf("%s ALL=(ALL) %sALL",
	    account->name, has_password ? "" : "NOPASSWD: ");
	auto_free char *line = memory_printf("%s\n", rule);
	auto_buffer struct buffer text = {0};
	struct view whole;

	if (edit->read(edit, sudoers, &text, err) < 0)
		return -1;
	whole = (struct view){text.data, text.length};
	if (has_password && has_line(whole, "%sudo"))
		return edit->remove(edit, path, err);
	if (!has_line(whole, "@includedir /etc/sudoers.d") &&
	    !has_line(whole, "#includedir /etc/sudoers.d"))
		return rule_append(edit, rule, &text, err);
	return edit->write(edit, path, view_of(line), 0440, err);
}

static int
allow_sudo(struct tree_edit *edit, struct accounts *accounts,
    const struct account *account, struct error *err)
{
	if (check_there(edit, "usr/bin/sudo", "sudo", err) < 0 ||
	    accounts_add_member(accounts, "sudo", account->name, err) < 0)
		return -1;
	return rule_write(edit, account,
	    accounts_has_password(accounts, account->name), err);
}

/* -------------------------------------------------------------------------- */

static int
join_groups(struct accounts *accounts, const struct guest_user *user,
    struct error *err)
{
	auto_strings struct strings groups = {0};

	if (user->groups)
		strings_split(&groups, user->groups, ":");
	vector_each(group, &groups)
		if (accounts_add_member(accounts, *group, user->name, err) < 0)
			return -1;
	return 0;
}

/* 1 it is new, 0 it was there. */
static int
add_user(struct tree_edit *edit, struct accounts *accounts,
    const struct guest_user *user, struct account *account, struct error *err)
{
	const struct account_wish wish = {
		.name = user->name, .uid = user->uid, .gecos = user->gecos,
		.shell = user->shell, .hash = user->password_hash,
	};
	int there = accounts_find(accounts, user->name, account, err);

	if (there < 0 || ((user->shell || !there) && check_there(edit,
	    user->shell ? user->shell : ACCOUNT_SHELL, "shell", err) < 0) ||
	    accounts_add_user(accounts, &wish, err) < 0 ||
	    accounts_find(accounts, user->name, account, err) < 0)
		return -1;
	return !there;
}

static int
make_user(struct tree_edit *edit, struct accounts *accounts,
    const struct guest_user *user, const struct suite *suite,
    struct error *err)
{
	struct account account;
	int is_new = add_user(edit, accounts, user, &account, err);

	if (is_new < 0 || join_groups(accounts, user, err) < 0 ||
	    (is_new && home_make(edit, &account, suite->home_mode, err) < 0))
		return -1;
	if (user->authorized_keys && authorized_keys_add(edit, &account,
	    user->authorized_keys, err) < 0)
		return -1;
	return user->sudo ? allow_sudo(edit, accounts, &account, err) : 0;
}

STEP(step_users)
{
	auto_accounts struct accounts accounts = {0};

	if (!guest->users.count)
		return 0;
	if (accounts_read(&accounts, edit, err) < 0)
		return -1;
	vector_each(user, &guest->users)
		if (make_user(edit, &accounts, user, suite, err) < 0)
			return error_prefix(err, "%s", user->name);
	return accounts_write(&accounts, edit, err);
}
