/*
 * personalise-root ROOT NAME SUITE [OPTION…]: makes the root, a directory or an
 * ext image, the guest NAME, with mkguest's options and the ids that a test can
 * foresee. Prints the milliseconds from opening it to what is left to sync.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/memory.h"
#include "guest/access.h"
#include "guest/personalise.h"

static void
print_warning(struct events *events, enum event_level level, const char *text)
{
	(void)events;
	if (level == EVENT_WARNING)
		fprintf(stderr, "warning: %s\n", text);
}

static int
describe(struct guest *guest, char **arguments, const struct suite *suite,
    struct error *err)
{
	auto_strings struct strings operands = {0};
	struct events events = {.message = print_warning};

	if (options_parse(guest_tables, arguments, guest, &operands, err) < 0 ||
	    guest_complete(guest, err) < 0)
		return -1;
	guest_disks_set_fs(&guest->disks, suite->filesystem);
	guest->disks.items[0].uuid =
	    memory_string("0b57e2a4-2f7e-4a2c-9a61-0d1b1b2f3c4d");
	guest_make_ids(guest);
	return guest_read_access(guest, suite, &events, err);
}

static int
edit(const char *path, const struct guest *guest, const struct suite *suite,
    struct error *err)
{
	auto_close int directory = open(path,
	    O_PATH | O_DIRECTORY | O_CLOEXEC);
	auto_close int image = directory < 0 ? open(path, O_RDWR | O_CLOEXEC)
	    : -1;
	struct tree_edit *edit;
	int result;

	if (directory < 0 && image < 0)
		return error_errno(err, "open '%s'", path);
	edit = directory >= 0 ? edit_directory_new(directory, err)
	    : edit_ext_new(image, false, err);
	if (!edit)
		return -1;
	result = personalise(edit, guest, suite, NULL, err);
	if (result == 0)
		result = edit->finish(edit, err);
	edit->free(edit);
	return result;
}

static int
work(char **arguments, struct error *err)
{
	struct suite_table *table = suite_table_read(err);
	struct guest guest = {.name = memory_string(arguments[1])};
	const struct suite *suite =
	    table ? suite_find(table, arguments[2], err) : NULL;
	double start;
	int result = -1;

	if (suite && describe(&guest, arguments + 3, suite, err) == 0) {
		start = clock_seconds();
		result = edit(arguments[0], &guest, suite, err);
		printf("%.2f\n", (clock_seconds() - start) * 1000);
	}
	guest_release(&guest);
	suite_table_free(table);
	return result;
}

int
main(int argc, char **argv)
{
	auto_error struct error err = {0};

	if (argc < 4)
		return 2;
	if (work(argv + 1, &err) == 0)
		return 0;
	fprintf(stderr, "%s\n", err.text);
	return err.kind == ERROR_USAGE ? 2 : 1;
}
