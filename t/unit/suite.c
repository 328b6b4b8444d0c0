#include <stdlib.h>

#include "base/cleanup.h"
#include "suite/suite.h"
#include "t/unit/tap.h"

static void
test_find(struct suite_table *table)
{
	auto_error struct error err = {0};
	auto_strings struct strings merged = {0};
	const struct suite *suite = suite_find(table, "oldstable", &err);

	is_text(suite ? suite->codename : NULL, "bookworm",
	    "an alias leads to its release");
	suite = suite_find(table, "sid", &err);
	ok(suite && !suite->version && !suite->security_suite &&
	    !suite->is_released, "sid has neither version nor security");
	ok(!suite_find(table, "nowhere", &err) && err.kind == ERROR_USAGE &&
	    strstr(err.text, "trixie"), "an unknown name lists the known");
	ok(!strstr(err.text, "*"), "but not what stands for all others");
	suite = suite_find_any(table, "oldstable");
	is_text(suite->codename, "bookworm", "a known one is still itself");
	suite = suite_find_any(table, "nowhere");
	is_text(suite->codename, "nowhere", "another bears its own name");
	suite_merged_directories(suite, "amd64", &merged);
	ok(!suite->keyring && !suite->mirror && merged.count,
	    "has no archive of its own, and is merged");
}

static void
test_every(const struct suite_table *table, const char *name)
{
	auto_error struct error err = {0};
	const struct suite *suite = suite_find(table, name, &err);
	auto_free char *kernel = NULL;

	if (!ok(suite != NULL, "%s is known", name))
		return;
	kernel = suite_kernel_package(suite, "amd64", "pvh", &err);
	is_text(kernel, "linux-image-cloud-amd64", "%s: its kernel", name);
	free(kernel);
	kernel = suite_kernel_package(suite, "amd64", "hvm", &err);
	is_text(kernel, "linux-image-amd64", "%s: that of a whole machine",
	    name);
	ok(!suite_kernel_package(suite, "vax", "pvh", &err) && err.text,
	    "%s: no kernel for a strange architecture", name);
	ok(suite->is_released == (suite->security_suite != NULL) &&
	    suite->is_released == (suite->updates_suite != NULL),
	    "%s: security and updates if it was released", name);
	ok(suite->guest_packages.count >= 5 && suite->password_hashes.count &&
	    suite->filesystem_features, "%s: what a guest needs", name);
}

/* The fields that a release lacks, of those that another has. */
static const char *const lacking[][2] = {
	{"etch", "Cloud-Init-Stacks Locale Essential-Extra Merged-Directories "
	    "Xfs-Features Updates-Suite"},
	{"lenny", "Cloud-Init-Stacks Locale Essential-Extra Merged-Directories "
	    "Xfs-Features Updates-Suite Inode-Size"},
	{"squeeze", "Cloud-Init-Stacks Locale Essential-Extra Merged-Directories "
	    "Xfs-Features Updates-Suite Inode-Size"},
	{"wheezy", "Cloud-Init-Stacks Fstab Essential-Extra Merged-Directories "
	    "Xfs-Features Updates-Suite Inode-Size"},
	{"jessie", "Cloud-Init-Stacks Fstab Ssh-Key-Format "
	    "Essential-Extra Merged-Directories "
	    "Updates-Suite Inode-Size"},
	{"stretch", "Cloud-Init-Stacks Fstab Ssh-Key-Format "
	    "Essential-Extra Merged-Directories "
	    "Updates-Suite Inode-Size Configure-First Dpkg-Quirks"},
	{"buster", "Cloud-Init-Stacks Fstab Ssh-Key-Format "
	    "Essential-Extra Kernel-Compression Updates-Suite "
	    "Inode-Size Configure-First Dpkg-Quirks"},
	{"bullseye", "Fstab Ssh-Key-Format "
	    "Essential-Extra Removed-Keyring "
	    "Inode-Size Configure-First Dpkg-Quirks"},
	{"bookworm", "Fstab Ssh-Key-Format "
	    "Removed-Keyring Inode-Size Configure-First Dpkg-Quirks"},
	{"trixie", "Fstab Ssh-Key-Format "
	    "Essential-Extra Removed-Keyring Inode-Size "
	    "Configure-First Dpkg-Quirks"},
	{"forky", "Fstab Ssh-Key-Format "
	    "Essential-Extra Removed-Keyring Inode-Size Configure-First "
	    "Dpkg-Quirks Security-Mirror Security-Suite Updates-Suite"},
	{"sid", "Fstab Ssh-Key-Format "
	    "Essential-Extra Removed-Keyring Inode-Size Configure-First "
	    "Dpkg-Quirks Security-Mirror Security-Suite Updates-Suite "
	    "Version"},
};

/* Each has all others, so that nothing is forgotten in one of them. */
static void
test_fields(const struct suite_table *table, const char *name,
    const char *lacks)
{
	static const char *const others[] = {"etch", "bookworm", "bullseye"};
	auto_error struct error err = {0};
	const struct suite *suite = suite_find(table, name, &err);
	auto_strings struct strings allowed = {0};

	strings_split(&allowed, lacks, " ");
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		vector_each(field, &suite_find(table, others[i],
		    &err)->fields.fields) {
			auto_free char *word = view_string(field->name);
			bool is_for_some = strstr(word, "Kernel-") ||
			    strstr(word, "Merged-Directories-") ||
			    (strstr(word, "Network-") &&
			    strcmp(word, "Network-Stacks")) ||
			    !strcmp(word, "Aliases") ||
			    strstr(word, "-pv") ||
			    !strcmp(word, "Signed-By") ||
			    !strcmp(word, "Vsyscall");

			if (!strcmp(word, "Kernel-amd64") ||
			    !strcmp(word, "Kernel-Types") ||
			    !strcmp(word, "Kernel-Compression"))
				is_for_some = false;
			if (!is_for_some && (stanza_get(&suite->fields,
			    word).data != NULL) == strings_has(&allowed, word))
				ok(false, "%s: %s", name, word);
		}
	ok(true, "%s has what it should", name);
}

/* As setup_merged_usr of debootstrap, and as trixie's base-files ships. */
static void
test_merged(const struct suite_table *table)
{
	static const struct {
		const char *suite, *architecture;
		size_t count;
	} cases[] = {
		{"bookworm", "amd64", 6}, {"bookworm", "arm64", 3},
		{"bookworm", "i386", 5}, {"trixie", "amd64", 4},
		{"trixie", "arm64", 3},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		auto_error struct error err = {0};
		auto_strings struct strings names = {0};

		suite_merged_directories(
		    suite_find(table, cases[i].suite, &err),
		    cases[i].architecture, &names);
		is_number((long long)names.count, (long long)cases[i].count,
		    "links of %s on %s", cases[i].suite,
		    cases[i].architecture);
	}
}

/* What depends on the kind of domain. */
static void
test_domains(const struct suite_table *table)
{
	static const struct {
		const char *suite, *architecture, *types;
	} cases[] = {
		{"etch", "i386", "pv"}, {"stretch", "amd64", "pv hvm"},
		{"stretch", "arm64", "pvh"}, {"buster", "i386", "pvh pv hvm"},
		{"bullseye", "i386", "pvh hvm"},
		{"bookworm", "amd64", "pvh pv hvm"},
		{"trixie", "arm64", "pvh"},
	};
	auto_error struct error err = {0};
	const struct suite *etch = suite_find(table, "etch", &err);
	auto_strings struct strings i386 = {0}, amd64 = {0};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		ok(view_is(suite_kernel_types(suite_find(table, cases[i].suite,
		    &err), cases[i].architecture), cases[i].types),
		    "the kernel of %s for %s", cases[i].suite,
		    cases[i].architecture);
	suite_guest_packages(etch, "i386", "pv", &i386);
	suite_guest_packages(etch, "amd64", "pv", &amd64);
	ok(strings_has(&i386, "libc6-xen") && i386.count == amd64.count + 1,
	    "libc6-xen is for i386");
	ok(view_is(suite_tls_directory(etch, "i386", "pv"), "/lib/tls") &&
	    !suite_tls_directory(etch, "i386", "pvh").data &&
	    !suite_tls_directory(etch, "amd64", "pv").data &&
	    !suite_tls_directory(suite_find(table, "lenny", &err), "i386",
	    "pv").data, "and so are libraries to be diverted, before lenny");
}

/* An ancient release, as its dpkg wants it. */
static void
test_quirks(const struct suite_table *table)
{
	auto_error struct error err = {0};
	const struct suite *suite = suite_find(table, "etch", &err);
	auto_strings struct strings merged = {0};
	unsigned quirks = 0;

	suite_merged_directories(suite, "amd64", &merged);
	ok(suite->dpkg_quirks & DPKG_NO_MULTIARCH && !merged.count &&
	    suite->configure_first.count && suite->removed_keyring,
	    "etch: its database, and a /usr apart");
	ok(!suite_find(table, "bullseye", &err)->dpkg_quirks,
	    "bullseye has no quirks");
	ok(dpkg_quirks_parse(view_of("overwrites odd"), &quirks, &err) < 0 &&
	    strstr(err.text, "'odd' is no quirk of dpkg"),
	    "a quirk that nobody knows");
}

int
main(void)
{
	static const char *const names[] = {
		"bookworm", "trixie", "bullseye", "forky", "sid",
	};
	auto_error struct error err = {0};
	struct suite_table *table = suite_table_read(&err);

	if (!ok(table != NULL, "the table is read"))
		printf("# %s\n", err.text);
	if (!table)
		return done();
	test_find(table);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		test_every(table, names[i]);
	for (size_t i = 0; i < sizeof(lacking) / sizeof(*lacking); i++)
		test_fields(table, lacking[i][0], lacking[i][1]);
	test_merged(table);
	test_quirks(table);
	test_domains(table);
	suite_table_free(table);
	return done();
}
