#include "t/fuzz/target.h"

#include "repo/release.h"

static const time_t now = 1767225600;

static void
check_date(struct view text)
{
	auto_error struct error err = {0};
	time_t date;

	check_sentence(release_date(text, &date, &err), &err);
}

static void
check_file(const struct release *release, const char *path, bool allow_weak)
{
	auto_error struct error err = {0};
	struct release_file file = {0};
	int found = release_find(release, path, allow_weak, &file, &err);

	check_sentence(found, &err);
	assert(found <= 0 || digest_is_hex(file.kind, file.digest));
}

static void
check_release(const struct release *release)
{
	auto_error struct error identity = {0}, dates = {0};
	const struct release_checks checks = {0};

	assert(release->fields.fields.count);
	check_sentence(release_check_identity(release, "bookworm/updates",
	    "bookworm", "amd64", &identity), &identity);
	check_sentence(release_check_dates(release, now, &checks, &dates),
	    &dates);
	check_file(release, "main/binary-amd64/Packages.xz", false);
	check_file(release, "main/binary-amd64/Packages.xz", true);
	check_file(release, "", true);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_end(release_release) struct release release = {0};
	auto_error struct error err = {0};
	int result = release_parse(&release, "input",
	    memory_copy(data, size), &err);

	check_sentence(result, &err);
	check_date(input_view(data, size));
	if (result == 0)
		check_release(&release);
	return 0;
}
