#include <time.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "repo/release.h"
#include "t/unit/tap.h"

static const char sample[] =
    "Origin: Debian\n"
    "Suite: oldstable\n"
    "Codename: bookworm\n"
    "Date: Sat, 11 Jul 2026 10:16:37 UTC\n"
    "Valid-Until: Sat, 18 Jul 2026 10:16:37 UTC\n"
    "Acquire-By-Hash: yes\n"
    "Architectures: all amd64 arm64\n"
    "MD5Sum:\n"
    " 0ed6d4c8891eb86358b94bb35d9e4da4 7 main/old\n"
    "SHA256:\n"
    " ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    "    3 main/binary-amd64/Packages.gz\n"
    " ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ag 3 bad\n"
    " e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    " 0 x/main/binary-amd64/Packages\n";

static void
test_dates(void)
{
	static const struct {
		const char *text;
		long long seconds;	/* as date(1) says; -1: refused */
	} cases[] = {
		{"Sat, 11 Jul 2026 10:16:37 UTC", 1783764997},
		{"Thu, 29 Feb 2024 23:59:59 GMT", 1709251199},
		{"Thu, 01 Jan 1970 00:00:01 +0000", 1},
		{"Sat, 1 Jul 2006 00:00:00 UTC", 1151712000},
		{"Sat, 11 Jul 2026 10:16:37 CEST", -1},
		{"Sat, 11 Jux 2026 10:16:37 UTC", -1},
		{"11 Jul 2026", -1},
		{"", -1},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		auto_error struct error err = {0};
		time_t date = -1;

		release_date(view_of(cases[i].text), &date, &err);
		is_number((long long)date, cases[i].seconds, "date '%s'",
		    cases[i].text);
	}
}

static void
test_find(const struct release *release)
{
	auto_error struct error err = {0};
	struct release_file file;

	is_number(release_find(release, "main/binary-amd64/Packages.gz",
	    false, &file, &err), 1, "an index is found");
	is_number((long long)file.size, 3, "with its size");
	is_number(file.kind, DIGEST_SHA256, "by its SHA-256");
	is_number(release_find(release, "main/binary-amd64/Packages",
	    false, &file, &err), 0, "a path that only ends alike is not it");
	is_number(release_find(release, "main/old", false, &file, &err),
	    -1, "MD5 alone is refused");
	is_number(release_find(release, "main/old", true, &file, &err), 1,
	    "unless weak hashes are allowed");
	is_text(file.hash, "MD5Sum", "by that name");
	is_number(release_find(release, "bad", false, &file, &err), -1,
	    "a hash that is none is refused");
}

static void
test_checks(const struct release *release)
{
	auto_error struct error err = {0};

	ok(release_check_identity(release, "bookworm", "bookworm", "amd64",
	    &err) == 0, "its codename");
	ok(release_check_identity(release, "oldstable", "bookworm", "arm64",
	    &err) == 0, "its suite");
	ok(release_check_identity(release, "oldstable", "trixie", "amd64",
	    &err) < 0, "an alias that has moved on is refused");
	ok(release_check_identity(release, "trixie", NULL, "amd64", &err) < 0,
	    "another suite is refused");
	ok(release_check_identity(release, "bookworm", NULL, "vax", &err) < 0 &&
	    strstr(err.text, "all amd64 arm64"), "so is an architecture");
}

static void
test_holds(const struct release *release)
{
	const time_t made = 1783764997, day = 86400;
	const struct {
		time_t now;
		struct release_checks checks;
		int result;
		const char *what;
	} cases[] = {
		{made + 3600, {false, false}, 0, "it holds an hour later"},
		{made - 10, {false, false}, 0, "and for a clock that is 10 s late"},
		{made - 11, {false, false}, -1, "but not for one more"},
		{made - 11, {true, false}, -1, "which is no matter of Valid-Until"},
		{made - 11, {false, true}, 0, "unless its date is of no interest"},
		{made + 8 * day, {false, false}, -1, "it expires"},
		{made + 8 * day, {true, false}, 0, "unless that is to be ignored"},
		{made + 8 * day, {false, true}, 0, "or all dates are"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		auto_error struct error err = {0};

		is_number(release_check_dates(release, cases[i].now,
		    &cases[i].checks, &err), cases[i].result, "%s",
		    cases[i].what);
	}
}

static int
pin_of(const char *fields)
{
	auto_end(release_release) struct release release = {0};
	auto_error struct error err = {0};

	release_parse(&release, "Release", memory_string(fields), &err);
	return release.pin;
}

int
main(void)
{
	auto_end(release_release) struct release release = {0};
	auto_error struct error err = {0};

	test_dates();
	ok(release_parse(&release, "Release", memory_string(sample), &err) ==
	    0, "a Release file is read");
	ok(release.has_by_hash && release.has_all, "with its flags");
	test_find(&release);
	test_checks(&release);
	test_holds(&release);
	is_number(pin_of("Suite: a\n"), 500, "pin of a usual suite");
	is_number(pin_of("NotAutomatic: yes\n"), 1, "pin of experimental");
	is_number(pin_of("NotAutomatic: yes\nButAutomaticUpgrades: yes\n"),
	    100, "pin of backports");
	return done();
}
