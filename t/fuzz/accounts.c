#include "t/fuzz/target.h"

#include <string.h>

#include "guest/accounts.h"

/* A guest, all of whose databases are the input. */
struct guest_edit {
	struct tree_edit edit;
	struct view text;
};

static int
edit_read(struct tree_edit *edit, const char *path, struct buffer *text,
    struct error *err)
{
	(void)path;
	(void)err;
	buffer_view(text, ((struct guest_edit *)edit)->text);
	return 0;
}

/* Whatever it is, it ends where a line ends. */
static int
edit_write(struct tree_edit *edit, const char *path, struct view text,
    mode_t mode, struct error *err)
{
	(void)edit;
	(void)path;
	(void)mode;
	(void)err;
	assert(text.length > 0 && text.data[text.length - 1] == '\n');
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct guest_edit guest = {
		.edit = {.read = edit_read, .write = edit_write},
		.text = input_view(data, size),
	};
	const struct account_wish wish = {.name = "ann", .hash = "*"};
	auto_accounts struct accounts accounts = {0};
	auto_error struct error err = {0}, other = {0};
	struct account account;

	assert(accounts_read(&accounts, &guest.edit, &err) == 0);
	if (accounts_add_user(&accounts, &wish, &err) < 0) {
		assert(err.text);
		return 0;
	}
	assert(accounts_find(&accounts, "ann", &account, &other) != 0);
	if (accounts_add_member(&accounts, "sudo", "ann", &other) < 0)
		assert(other.text);
	accounts_write(&accounts, &guest.edit, &other);
	return 0;
}
