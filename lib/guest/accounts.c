#include "guest/accounts.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/epoch.h"
#include "base/memory.h"
#include "base/size.h"

enum {
	FIRST_ID = 1000,	/* of people, as Debian's policy has it */
	LAST_ID = 59999,
	FIRST_SUBORDINATE = 100000,
	SUBORDINATES = 65536,
	SECONDS_A_DAY = 86400,
};

/* passwd: name:password:uid:gid:gecos:home:shell
 * shadow: name:password:day of the change:… */
enum { NAME, PASSWORD, UID, GID, GECOS, HOME, SHELL, PASSWD_FIELDS };
enum { CHANGE = 2, SHADOW_FIELDS = 9 };
/* group: name:password:gid:members; gshadow has administrators for the gid */
enum { GROUP_GID = 2, MEMBERS = 3, GROUP_FIELDS };
/* subuid, subgid: name:first:count */
enum { FIRST = 1, COUNT = 2, SUBORDINATE_FIELDS };

static const struct {
	const char *path;
	mode_t mode;
	size_t fields;
} files[ACCOUNT_FILES] = {
	[ACCOUNT_PASSWD] = {"etc/passwd", 0644, PASSWD_FIELDS},
	[ACCOUNT_SHADOW] = {"etc/shadow", 0640, SHADOW_FIELDS},
	[ACCOUNT_GROUP] = {"etc/group", 0644, GROUP_FIELDS},
	[ACCOUNT_GSHADOW] = {"etc/gshadow", 0640, GROUP_FIELDS},
	[ACCOUNT_SUBUID] = {"etc/subuid", 0644, SUBORDINATE_FIELDS},
	[ACCOUNT_SUBGID] = {"etc/subgid", 0644, SUBORDINATE_FIELDS},
};

/* ---- the files ----------------------------------------------------------- */

static void
fields_split(struct strings *fields, struct view line)
{
	struct view field;

	while (view_cut(&line, ':', &field))
		strings_printf(fields, VIEW_FORMAT, VIEW_ARGUMENTS(field));
}

static int
database_read(struct account_database *database, struct tree_edit *edit,
    const char *path, struct error *err)
{
	auto_buffer struct buffer text = {0};
	struct view rest, line;

	if (edit->read(edit, path, &text, err) < 0)
		return err->number == ENOENT ? (error_release(err), 0) : -1;
	database->is_there = true;
	rest = (struct view){text.data, text.length};
	while (rest.length && view_cut(&rest, '\n', &line))
		fields_split(&vector_push(&database->lines)->fields, line);
	return 0;
}

int
accounts_read(struct accounts *accounts, struct tree_edit *edit,
    struct error *err)
{
	for (size_t i = 0; i < ACCOUNT_FILES; i++)
		if (database_read(&accounts->files[i], edit, files[i].path,
		    err) < 0)
			return -1;
	return 0;
}

static int
database_write(const struct account_database *database,
    struct tree_edit *edit, size_t i, struct error *err)
{
	auto_buffer struct buffer text = {0};

	vector_each(line, &database->lines) {
		for (size_t f = 0; f < line->fields.count; f++)
			buffer_printf(&text, "%s%s", f ? ":" : "",
			    line->fields.items[f]);
		buffer_text(&text, "\n");
	}
	return edit->write(edit, files[i].path,
	    (struct view){text.data, text.length}, files[i].mode, err);
}

int
accounts_write(const struct accounts *accounts, struct tree_edit *edit,
    struct error *err)
{
	for (size_t i = 0; i < ACCOUNT_FILES; i++)
		if (accounts->files[i].is_changed &&
		    database_write(&accounts->files[i], edit, i, err) < 0)
			return -1;
	return 0;
}

void
accounts_release(struct accounts *accounts)
{
	for (size_t i = 0; i < ACCOUNT_FILES; i++) {
		vector_each(line, &accounts->files[i].lines)
			strings_release(&line->fields);
		vector_release(&accounts->files[i].lines);
	}
}

/* ---- their lines --------------------------------------------------------- */

/* NULL, and no error, if there is none of that name. */
static struct account_line *
line_find(const struct accounts *accounts, enum account_file file,
    const char *name)
{
	vector_each(line, &accounts->files[file].lines)
		if (!strcmp(line->fields.items[NAME], name))
			return line;
	return NULL;
}

/* The same where it must be; NULL and the sentence if it is not. */
static struct account_line *
line_get(const struct accounts *accounts, enum account_file file,
    const char *name, struct error *err)
{
	struct account_line *line = line_find(accounts, file, name);

	if (line && line->fields.count >= files[file].fields)
		return line;
	if (line)
		error_set(err, "the line of '%s' in the guest's /%s is broken",
		    name, files[file].path);
	else if (accounts->files[file].is_there)
		error_set(err, "the guest's /%s has no '%s'",
		    files[file].path, name);
	else
		error_set(err, "the guest has no /%s", files[file].path);
	return NULL;
}

static void
line_set(struct accounts *accounts, enum account_file file,
    struct account_line *line, size_t field, const char *value)
{
	char **place = &line->fields.items[field];

	if (!strcmp(*place, value))
		return;
	free(*place);
	*place = memory_string(value);
	accounts->files[file].is_changed = true;
}

/* A line as it is written. */
static void __attribute__((format(printf, 3, 4)))
line_add(struct accounts *accounts, enum account_file file,
    const char *format, ...)
{
	struct account_database *database = &accounts->files[file];
	auto_free char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	text = memory_vprintf(format, arguments);
	va_end(arguments);
	fields_split(&vector_push(&database->lines)->fields, view_of(text));
	database->is_changed = true;
}

/* False if it is not there, or no number. */
static bool
line_number(const struct account_line *line, size_t field, uint64_t *number)
{
	auto_error struct error ignored = {0};

	return field < line->fields.count && number_parse(
	    view_of(line->fields.items[field]), number, &ignored) == 0;
}

/* Is the number in this field of any line? */
static const char *
number_owner(const struct accounts *accounts, enum account_file file,
    size_t field, uint64_t number)
{
	uint64_t other;

	vector_each(line, &accounts->files[file].lines)
		if (line_number(line, field, &other) && other == number)
			return line->fields.items[NAME];
	return NULL;
}

/* ---- users and groups ---------------------------------------------------- */

int
accounts_find(const struct accounts *accounts, const char *name,
    struct account *account, struct error *err)
{
	const struct account_line *line =
	    line_find(accounts, ACCOUNT_PASSWD, name);
	uint64_t uid, gid;

	if (!line)
		return 0;
	line = line_get(accounts, ACCOUNT_PASSWD, name, err);
	if (!line)
		return -1;
	if (!line_number(line, UID, &uid) || !line_number(line, GID, &gid) ||
	    uid > UINT32_MAX || gid > UINT32_MAX)
		return error_set(err, "the line of '%s' in the guest's "
		    "/etc/passwd has no numbers", name);
	*account = (struct account){line->fields.items[NAME], (uid_t)uid,
	    (gid_t)gid, line->fields.items[HOME]};
	return 1;
}

bool
accounts_has_password(const struct accounts *accounts, const char *name)
{
	const struct account_line *line =
	    line_find(accounts, ACCOUNT_SHADOW, name);

	return line && line->fields.count > PASSWORD &&
	    !strchr("*!", line->fields.items[PASSWORD][0]);
}

int
accounts_set_password(struct accounts *accounts, const char *name,
    const char *hash, struct error *err)
{
	auto_free char *day = memory_printf("%lld",
	    (long long)epoch_or_now() / SECONDS_A_DAY);
	struct account_line *line =
	    line_get(accounts, ACCOUNT_SHADOW, name, err);

	if (!line)
		return -1;
	line_set(accounts, ACCOUNT_SHADOW, line, PASSWORD, hash);
	line_set(accounts, ACCOUNT_SHADOW, line, CHANGE, day);
	return 0;
}

/* One number for the user and for its group, if that can be. */
static int
ids_choose(const struct accounts *accounts, const char *wish, uint64_t *uid,
    uint64_t *gid, struct error *err)
{
	const char *owner;

	if (wish) {
		if (number_parse(view_of(wish), uid, err) < 0)
			return -1;
		owner = number_owner(accounts, ACCOUNT_PASSWD, UID, *uid);
		if (owner)
			return error_set(err, "the guest's uid %s is that of "
			    "'%s'", wish, owner);
		*gid = *uid;
		if (!number_owner(accounts, ACCOUNT_GROUP, GROUP_GID, *gid))
			return 0;
	}
	for (*gid = FIRST_ID; *gid <= LAST_ID; ++*gid)
		if (!number_owner(accounts, ACCOUNT_GROUP, GROUP_GID, *gid) &&
		    (wish ||
		    !number_owner(accounts, ACCOUNT_PASSWD, UID, *gid)))
			break;
	if (*gid > LAST_ID)
		return error_set(err, "the guest has no id left between %d "
		    "and %d", FIRST_ID, LAST_ID);
	if (!wish)
		*uid = *gid;
	return 0;
}

/* After all that are taken, as useradd(8) does. */
static void
subordinates_add(struct accounts *accounts, enum account_file file,
    const char *name)
{
	uint64_t next = FIRST_SUBORDINATE, first, count;

	if (!accounts->files[file].is_there ||
	    line_find(accounts, file, name))
		return;
	vector_each(line, &accounts->files[file].lines)
		if (line_number(line, FIRST, &first) &&
		    line_number(line, COUNT, &count) && first + count > next)
			next = first + count;
	if (next <= UINT32_MAX - SUBORDINATES)
		line_add(accounts, file, "%s:%llu:%d", name,
		    (unsigned long long)next, SUBORDINATES);
}

static int
names_check(const struct accounts *accounts, const char *name,
    struct error *err)
{
	static const enum account_file needed[] = {ACCOUNT_PASSWD,
	    ACCOUNT_SHADOW, ACCOUNT_GROUP};

	for (size_t i = 0; i < sizeof(needed) / sizeof(*needed); i++)
		if (!accounts->files[needed[i]].is_there)
			return error_set(err, "the guest has no /%s",
			    files[needed[i]].path);
	if (line_find(accounts, ACCOUNT_GROUP, name))
		return error_set(err, "the guest has a group '%s' already, "
		    "but no such user; take another name", name);
	return 0;
}

static int
user_new(struct accounts *accounts, const struct account_wish *wish,
    struct error *err)
{
	const char *name = wish->name;
	uint64_t uid, gid;

	if (names_check(accounts, name, err) < 0 ||
	    ids_choose(accounts, wish->uid, &uid, &gid, err) < 0)
		return -1;
	line_add(accounts, ACCOUNT_PASSWD, "%s:x:%llu:%llu:%s:/home/%s:%s",
	    name, (unsigned long long)uid, (unsigned long long)gid,
	    wish->gecos ? wish->gecos : "", name,
	    wish->shell ? wish->shell : ACCOUNT_SHELL);
	if (!line_find(accounts, ACCOUNT_SHADOW, name))
		line_add(accounts, ACCOUNT_SHADOW, "%s:*:0:0:99999:7:::",
		    name);
	line_add(accounts, ACCOUNT_GROUP, "%s:x:%llu:", name,
	    (unsigned long long)gid);
	if (accounts->files[ACCOUNT_GSHADOW].is_there &&
	    !line_find(accounts, ACCOUNT_GSHADOW, name))
		line_add(accounts, ACCOUNT_GSHADOW, "%s:!::", name);
	subordinates_add(accounts, ACCOUNT_SUBUID, name);
	subordinates_add(accounts, ACCOUNT_SUBGID, name);
	return accounts_set_password(accounts, name,
	    wish->hash ? wish->hash : "*", err);
}

static int
user_complete(struct accounts *accounts, const struct account_wish *wish,
    struct error *err)
{
	struct account_line *line =
	    line_get(accounts, ACCOUNT_PASSWD, wish->name, err);

	if (!line)
		return -1;
	if (wish->uid && strcmp(wish->uid, line->fields.items[UID]))
		return error_set(err, "the guest's '%s' has the uid %s, not "
		    "%s", wish->name, line->fields.items[UID], wish->uid);
	if (wish->gecos)
		line_set(accounts, ACCOUNT_PASSWD, line, GECOS, wish->gecos);
	if (wish->shell)
		line_set(accounts, ACCOUNT_PASSWD, line, SHELL, wish->shell);
	return wish->hash ? accounts_set_password(accounts, wish->name,
	    wish->hash, err) : 0;
}

int
accounts_add_user(struct accounts *accounts, const struct account_wish *wish,
    struct error *err)
{
	return line_find(accounts, ACCOUNT_PASSWD, wish->name)
	    ? user_complete(accounts, wish, err)
	    : user_new(accounts, wish, err);
}

static void
member_add(struct accounts *accounts, enum account_file file,
    struct account_line *line, const char *user)
{
	const char *members = line->fields.items[MEMBERS];
	auto_strings struct strings present = {0};
	auto_free char *more = memory_printf("%s%s%s", members,
	    *members ? "," : "", user);

	strings_split(&present, members, ",");
	if (!strings_has(&present, user))
		line_set(accounts, file, line, MEMBERS, more);
}

int
accounts_add_member(struct accounts *accounts, const char *group,
    const char *user, struct error *err)
{
	struct account_line *line;

	if (!line_find(accounts, ACCOUNT_GROUP, group))
		return error_set(err, "the guest has no group '%s'; include "
		    "the package that makes it", group);
	line = line_get(accounts, ACCOUNT_GROUP, group, err);
	if (!line)
		return -1;
	member_add(accounts, ACCOUNT_GROUP, line, user);
	if (!line_find(accounts, ACCOUNT_GSHADOW, group))
		return 0;
	line = line_get(accounts, ACCOUNT_GSHADOW, group, err);
	if (!line)
		return -1;
	member_add(accounts, ACCOUNT_GSHADOW, line, user);
	return 0;
}
