/* What we read from apt's source files, with apt itself as the judge. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/command.h"
#include "base/file.h"
#include "base/memory.h"
#include "repo/source_file.h"
#include "t/unit/tap.h"

static const struct {
	const char *path, *text;
} files[] = {
	{"sources.list",
	    "# a comment\n"
	    "deb http://mirror.example.org/debian bookworm main contrib # x\n"
	    "deb-src http://mirror.example.org/debian bookworm main\n"
	    "#deb http://mirror.example.org/off bookworm main\n"
	    "deb [arch=amd64,arm64 signed-by=/usr/share/keyrings/k.gpg] "
	    "http://mirror.example.org/options/ bookworm main\n"
	    "deb [ arch=s390x ] http://mirror.example.org/s390x bookworm main\n"
	    "deb [ trusted=yes ] file:/srv/debian oldstable main\n"
	    "deb http://mirror.example.org/flat ./\n"
	    "deb http://mirror.example.org/debian sid main\n"
	    "\t deb\thttp://mirror.example.org/tabs  bookworm\tmain\n"},
	{"sources.list.d/a.sources",
	    "# a comment\n"
	    "Types: deb deb-src\n"
	    "# another\n"
	    "URIs: http://one.example.org/debian http://two.example.org/debian\n"
	    "Suites: bookworm bookworm-updates\n"
	    "# in between\n"
	    " oldstable-security trixie\n"
	    "Components: main\n"
	    "# in between\n"
	    " non-free-firmware\n"
	    "\n"
	    "Types: deb\n"
	    "Enabled: no\n"
	    "URIs: http://disabled.example.org/debian\n"
	    "Suites: bookworm\n"
	    "Components: main\n"
	    "\n"
	    "Types: deb-src\n"
	    "URIs: http://source.example.org/debian\n"
	    "Suites: bookworm\n"
	    "Components: main\n"
	    "\n"
	    "Types: deb\n"
	    "Architectures: s390x\n"
	    "URIs: http://s390x.example.org/debian\n"
	    "Suites: bookworm\n"
	    "Components: main\n"},
	{"sources.list.d/b.list",
	    "deb http://three.example.org/debian bookworm main\n"},
	{"sources.list.d/c.list.off",
	    "deb http://ignored.example.org/debian bookworm main\n"},
};

static void
write_files(const char *place)
{
	auto_error struct error err = {0};
	auto_free char *parts = memory_printf("%s/sources.list.d", place);

	mkdir(parts, 0755);
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		auto_free char *path = memory_printf("%s/%s", place,
		    files[i].path);

		file_replace(AT_FDCWD, path, files[i].text,
		    strlen(files[i].text), 0644, &err);
	}
}

static char *
joined(struct strings *lines)
{
	struct buffer text = {0};
	const char *before = "";

	strings_sort(lines);
	vector_each(line, lines) {
		if (strcmp(before, *line))
			buffer_printf(&text, "%s\n", *line);
		before = *line;
	}
	return buffer_steal(&text);
}

static void
read_ours(const char *place, const struct source_filter *filter,
    struct strings *lines)
{
	auto_error struct error err = {0};
	auto_sources struct sources sources = {0};

	ok(source_directory_read(place, filter, &sources, &err) == 0,
	    "the files are read");
	vector_each(source, &sources)
		vector_each(component, &source->components)
			strings_printf(lines, "%s/ %s %s", source->uri,
			    source->suite, *component);
}

/* apt's list of the same, without the suites that are not wanted. */
static void
read_apt(const char *place, const char *architecture, struct strings *lines)
{
	static const char *const left_out[] = {" sid ", " trixie ", " ./ "};
	auto_command struct command command = {0};
	auto_buffer struct buffer output = {0};
	auto_error struct error err = {0};
	struct view rest, line;

	command_add(&command, "apt-get");
	command_add(&command, "indextargets");
	command_add(&command, "--no-release-info");
	command_addf(&command, "-oDir::Etc=%s", place);
	command_addf(&command, "-oAPT::Architecture=%s", architecture);
	command_addf(&command, "-oAPT::Architectures=%s", architecture);
	command_add(&command, "--format");
	command_add(&command, "$(REPO_URI) $(RELEASE) $(COMPONENT)");
	command_add(&command, "Created-By: Packages");
	command_addf(&command, "Architecture: %s", architecture);
	command.output = &output;
	ok(command_run(&command, &err) == 0, "apt reads the same files");
	rest = (struct view){output.data, output.length};
	while (view_cut(&rest, '\n', &line)) {
		auto_free char *text = view_string(line);
		bool is_wanted = *text && !strstr(text, "/flat");

		for (size_t i = 0; i < 3; i++)
			is_wanted &= !strstr(text, left_out[i]);
		if (is_wanted)
			strings_add(lines, text);
	}
}

static void
test_against_apt(const char *place, const struct source_filter *filter)
{
	auto_strings struct strings ours = {0}, theirs = {0};
	auto_free char *our_text = NULL, *their_text = NULL;

	if (!command_exists("apt-get")) {
		ok(true, "apt as the judge # SKIP no apt-get");
		return;
	}
	read_ours(place, filter, &ours);
	read_apt(place, filter->architecture, &theirs);
	our_text = joined(&ours);
	their_text = joined(&theirs);
	ok(theirs.count > 10, "apt has many");
	is_text(our_text, their_text, "the same as apt");
}

static void
parse(const char *path, const char *text, const struct source_filter *filter,
    struct sources *sources, struct error *err)
{
	sources_release(sources);
	error_release(err);
	if (source_file_parse(path, view_of(text), filter, sources, err) == 0 &&
	    err->text)
		ok(false, "an error although it went well");
}

static void
test_forms(const struct source_filter *filter)
{
	auto_sources struct sources sources = {0};
	auto_error struct error err = {0};

	parse("a.list", "deb mirror+file:/etc/m bookworm main\n"
	    "deb cdrom:[Debian]/ bookworm main\n"
	    "deb [signed-by=0123456789ABCDEF] http://m bookworm main\n",
	    filter, &sources, &err);
	is_number((long long)sources.count, 0, "what is not spoken is left out");
	parse("a.list", "deb http://m/ bookworm main\n"
	    "deb http://m bookworm contrib main\n", filter, &sources, &err);
	ok(sources.count == 1 && sources.items[0].components.count == 2,
	    "the same source again only adds its components");
	parse("a.list", "deb [arch=i386,riscv64,amd64,arm64 signed-by=/k.gpg] "
	    "http://m bookworm main\n", filter, &sources, &err);
	is_text(sources.count ? sources.items[0].signed_by : NULL, "/k.gpg",
	    "signed-by");
	parse("a.list", "deb [trusted=yes] http://m bookworm main\n", filter,
	    &sources, &err);
	ok(sources.count == 1 && sources.items[0].trusted, "trusted=yes");
	parse("a.list", "\ndep http://m bookworm main\n", filter, &sources,
	    &err);
	is_text(err.text, "a.list:2: not an entry of sources.list(5)",
	    "a line that is none");
	parse("a.list", "deb [arch=amd64 http://m bookworm main\n", filter,
	    &sources, &err);
	ok(err.text, "options without an end");
	parse("a.sources", "Types: deb\nURIs: http://m\nSuites: bookworm\n"
	    "Components: main\nSigned-By:\n -----BEGIN PGP PUBLIC KEY BLOCK"
	    "-----\n .\n abc\n -----END PGP PUBLIC KEY BLOCK-----\n", filter,
	    &sources, &err);
	is_text(sources.count ? sources.items[0].signed_by : NULL,
	    "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabc\n"
	    "-----END PGP PUBLIC KEY BLOCK-----\n", "a key in the file");
}

/* Entries that the user gave: all of them, or an error. */
static void
test_given(void)
{
	const struct source_filter filter = {.architecture = "amd64"};
	static const struct {
		const char *text;
		const char *expected;	/* URI SUITE SIGNED-BY, or the error */
	} cases[] = {
		{"deb http://m any main", "http://m any (none)"},
		{"deb http://m/ ./", "http://m ./ (none)"},
		{"deb http://m x/$(ARCH)/", "http://m x/amd64/ (none)"},
		{"deb [signed-by=\"/a b/k.gpg\" arch=\"amd64\"] http://m s main",
		    "http://m s /a b/k.gpg"},
		{"deb [signed-by=/a.gpg,/b.gpg] http://m s main",
		    "http://m s /a.gpg /b.gpg"},
		{"deb [signed-by=0123456789ABCDEF] http://m s main",
		    "http://m s 0123456789ABCDEF"},
		{"deb [arch-=amd64] http://m s main", ""},
		{"deb-src http://m s main", ""},
		{"deb http://m s", "a.list:1: 'http://m s': it has no components"},
		{"deb http://m ./ main", "a.list:1: 'http://m ./': a suite that "
		    "ends in '/' has no components"},
		{"deb cdrom:x s main", "a.list:1: 'cdrom:x s': its URI is not "
		    "one of http:, https:, file: or copy:"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		auto_sources struct sources sources = {0};
		auto_error struct error err = {0};
		auto_buffer struct buffer text = {0};

		parse("a.list", cases[i].text, &filter, &sources, &err);
		vector_each(source, &sources)
			buffer_printf(&text, "%s %s %s", source->uri,
			    source->suite, source->signed_by
			    ? source->signed_by : "(none)");
		buffer_text(&text, err.text ? err.text : "");
		is_text(text.data, cases[i].expected, "%s", cases[i].text);
	}
}

/* For which of amd64, i386 and arm64, in this order, an entry is read. */
static void
test_architectures(void)
{
	auto_strings struct strings foreign = {0};
	struct source_filter filter = {.architecture = "amd64"};
	static const struct {
		const char *text;
		const char *expected;	/* URI: ARCHITECTURE… of each source */
	} cases[] = {
		{"deb http://m s main", "http://m:"},
		{"deb [arch=arm64,riscv64] http://m s main", "http://m: arm64"},
		{"deb [arch=i386,arm64,amd64] http://m s main", "http://m:"},
		{"deb [arch-=amd64] http://m s main", "http://m: i386 arm64"},
		{"deb [arch=riscv64] http://m s main", ""},
		{"deb [arch=i386] http://m s main\n"
		    "deb [arch=i386,riscv64] http://m s contrib\n"
		    "deb [arch=amd64] http://m s main",
		    "http://m: i386http://m: amd64"},
	};

	strings_split(&foreign, "i386 arm64", " ");
	filter.foreign = foreign;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		auto_sources struct sources sources = {0};
		auto_error struct error err = {0};
		auto_buffer struct buffer text = {0};

		parse("a.list", cases[i].text, &filter, &sources, &err);
		vector_each(source, &sources) {
			buffer_printf(&text, "%s:", source->uri);
			vector_each(architecture, &source->architectures)
				buffer_printf(&text, " %s", *architecture);
		}
		buffer_text(&text, err.text ? err.text : "");
		is_text(text.data, cases[i].expected, "architectures %zu", i);
	}
}

static void
test_forms_guessed(void)
{
	static const struct {
		const char *path, *text;
		enum source_form form;
	} cases[] = {
		{"a.list", "Types: deb\n", SOURCE_ONE_LINE},
		{"a.sources", "deb x\n", SOURCE_DEB822},
		{"a", "\n# deb: x\ndeb x: y\n", SOURCE_ONE_LINE},
		{"a", "#\nTypes: deb\n", SOURCE_DEB822},
		{"a", "two words: deb\n", SOURCE_UNKNOWN},
		{"a", "", SOURCE_UNKNOWN},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		is_number(source_form_of(cases[i].path,
		    view_of(cases[i].text)), cases[i].form, "form %zu", i);
}

static void
test_mirror(const struct suite *suite)
{
	auto_sources struct sources sources = {0};
	auto_error struct error err = {0};

	ok(sources_add_mirror("/srv/debian/", "bookworm", &suite->components,
	    &sources, &err) == 0, "a path is a mirror");
	is_text(sources.items[0].uri, "file:/srv/debian", "as file:");
	ok(sources_add_mirror("gopher://m", "bookworm", &suite->components,
	    &sources, &err) < 0 && err.kind == ERROR_USAGE,
	    "a strange scheme is wrong use");
	sources_release(&sources);
	sources_add_official(suite, true, &sources);
	is_number((long long)sources.count, 3, "suite, updates, security");
	ok(sources.items[0].from_suite && !sources.items[2].from_suite,
	    "of which the first is the suite itself");
}

int
main(void)
{
	char place[] = "/tmp/mkguest-unit.XXXXXX";
	auto_error struct error err = {0};
	struct suite_table *table = suite_table_read(&err);
	struct source_filter filter = {
		.suite = suite_find(table, "bookworm", &err),
		.extras = true,
		.architecture = suite_host_architecture(),
	};

	if (!mkdtemp(place))
		return 1;
	write_files(place);
	test_against_apt(place, &filter);
	test_forms(&filter);
	test_given();
	test_architectures();
	test_forms_guessed();
	test_mirror(filter.suite);
	file_remove_tree(AT_FDCWD, place, &err);
	suite_table_free(table);
	return done();
}
