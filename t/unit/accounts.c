#include "guest/accounts.h"

#include <fcntl.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/inside.h"
#include "base/memory.h"
#include "t/unit/tap.h"

struct file {
	const char *path, *text;
};

/* With what nobody would expect there, none of which may change. */
static const struct file files[] = {
	{"etc/passwd", "root:x:0:0:root:/root:/bin/bash\n\n# note\n"
	    "+nis::::::\nbroken:x:5\nwords:x:a:b::/:/bin/sh\n"
	    "one:x:1000:100::/home/one:/bin/sh\n"},
	{"etc/shadow", "root:*:1:0:99999:7:::\none:!:1::::::\nleft::1::::::"},
	{"etc/group", "root:x:0:\nadm:x:4:one\nsomebody:x:1001:\nshort:x\n"},
	{"etc/gshadow", "adm:*::one\n"},
	{"etc/subuid", "one:100000:65536\nother:300000:10\nodd:x\n"},
};

enum { FILES = sizeof(files) / sizeof(*files) };

static struct tree_edit *
tree_make(char *directory, int *root)
{
	auto_error struct error err = {0};

	*root = mkdtemp(directory) ? open(directory,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	inside_make_directories(*root, "etc", 0755, &err);
	for (size_t i = 0; i < FILES; i++)
		inside_write(*root, files[i].path, files[i].text,
		    strlen(files[i].text), 0600, &err);
	return edit_directory_new(*root, &err);
}

static void
is_file(struct tree_edit *edit, const char *path, const char *expected)
{
	auto_buffer struct buffer text = {0};
	auto_error struct error err = {0};

	edit->read(edit, path, &text, &err);
	is_text(text.data ? text.data : "", expected, "%s", path);
}

static void
test_adding(struct tree_edit *edit)
{
	auto_accounts struct accounts accounts = {0};
	auto_error struct error err = {0};
	struct account account = {0};
	const struct account_wish two = {.name = "two", .hash = "$6$hash"};
	const struct account_wish left = {.name = "left", .gecos = "L"};

	ok(accounts_read(&accounts, edit, &err) == 0, "they are read");
	ok(accounts_add_user(&accounts, &two, &err) == 0 &&
	    accounts_add_user(&accounts, &left, &err) == 0 &&
	    accounts_add_member(&accounts, "adm", "two", &err) == 0 &&
	    accounts_add_member(&accounts, "adm", "two", &err) == 0,
	    "users are added");
	ok(accounts_find(&accounts, "two", &account, &err) == 1 &&
	    account.uid == 1002 && account.gid == 1002 &&
	    !strcmp(account.home, "/home/two"), "the first free number");
	ok(accounts_has_password(&accounts, "two") &&
	    !accounts_has_password(&accounts, "one") &&
	    !accounts_has_password(&accounts, "none"), "who has a password");
	ok(accounts_write(&accounts, edit, &err) == 0, "they are written");
	is_file(edit, "etc/passwd", "root:x:0:0:root:/root:/bin/bash\n\n# note"
	    "\n+nis::::::\nbroken:x:5\nwords:x:a:b::/:/bin/sh\n"
	    "one:x:1000:100::/home/one:/bin/sh\n"
	    "two:x:1002:1002::/home/two:/bin/bash\n"
	    "left:x:1003:1003:L:/home/left:/bin/bash\n");
	is_file(edit, "etc/shadow", "root:*:1:0:99999:7:::\none:!:1::::::\n"
	    "left:*:19675::::::\ntwo:$6$hash:19675:0:99999:7:::\n");
	is_file(edit, "etc/group", "root:x:0:\nadm:x:4:one,two\n"
	    "somebody:x:1001:\nshort:x\ntwo:x:1002:\nleft:x:1003:\n");
	is_file(edit, "etc/gshadow", "adm:*::one,two\ntwo:!::\nleft:!::\n");
	is_file(edit, "etc/subuid", "one:100000:65536\nother:300000:10\nodd:x\n"
	    "two:300010:65536\nleft:365546:65536\n");
	is_file(edit, "etc/subgid", "");
}

static int
add_user(struct accounts *accounts, const char *name, const char *uid,
    struct error *err)
{
	const struct account_wish wish = {.name = name, .uid = uid};

	return accounts_add_user(accounts, &wish, err);
}

static void
refused(int result, const struct error *err, const char *sentence)
{
	ok(result < 0 && strstr(err->text, sentence), "%s", sentence);
}

static void
test_refusals(struct tree_edit *edit)
{
	auto_accounts struct accounts accounts = {0};
	struct account account;
	static const char *const ids[] = {"0", "1000", NULL};
	static const char *const sentences[] = {"uid 0 is that of 'root'",
	    "uid 1000 is that of 'one'", "a group 'somebody' already"};
	static const char *const names[] = {"broken", "words"};

	{
		auto_error struct error err = {0};

		ok(accounts_read(&accounts, edit, &err) == 0, "read again");
	}
	for (size_t i = 0; i < 3; i++) {
		auto_error struct error err = {0};

		refused(add_user(&accounts, ids[i] ? "new" : "somebody",
		    ids[i], &err), &err, sentences[i]);
	}
	for (size_t i = 0; i < 2; i++) {
		auto_error struct error err = {0};

		refused(accounts_find(&accounts, names[i], &account, &err),
		    &err, i ? "has no numbers" : "is broken");
	}
	for (size_t i = 0; i < 2; i++) {
		auto_error struct error err = {0};

		refused(accounts_add_member(&accounts, i ? "short" : "none",
		    "one", &err), &err, i ? "is broken" : "no group 'none'");
	}
}

static void
test_missing(struct tree_edit *edit)
{
	auto_accounts struct accounts accounts = {0};
	auto_error struct error err = {0}, other = {0};
	auto_error struct error ignored = {0};

	edit->remove(edit, "etc/group", &ignored);
	edit->remove(edit, "etc/shadow", &ignored);
	ok(accounts_read(&accounts, edit, &ignored) == 0,
	    "files may be missing");
	refused(accounts_set_password(&accounts, "root", "*", &err), &err,
	    "the guest has no /etc/shadow");
	refused(add_user(&accounts, "new", NULL, &other), &other,
	    "the guest has no /etc/shadow");
}

int
main(void)
{
	char directory[] = "/tmp/mkguest-unit.XXXXXX";
	auto_error struct error err = {0};
	auto_close int root = -1;
	struct tree_edit *edit = tree_make(directory, &root);

	setenv("SOURCE_DATE_EPOCH", "1700000000", 1);
	test_adding(edit);
	test_refusals(edit);
	test_missing(edit);
	edit->free(edit);
	file_remove_tree(AT_FDCWD, directory, &err);
	return done();
}
