#include "root/root_sources.h"

#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "guest/apt_sources.h"
#include "install/skip.h"
#include "repo/key_file.h"
#include "repo/url.h"
#include "root/root.h"

/* --- what the operands say ------------------------------------------------ */

static const char standard_input[] = "standard input";

/* Text without a name continues the one before it if that is of its form. */
static void
given_add_text(struct root_sources *given, enum source_form form,
    const char *name, struct view text)
{
	struct root_source_text *last = given->texts.count
	    ? &given->texts.items[given->texts.count - 1] : NULL;
	char *joined;

	if (last && last->form == form && !last->name && !name) {
		joined = memory_printf("%s%s" VIEW_FORMAT, last->text,
		    form == SOURCE_ONE_LINE ? "\n" : "\n\n",
		    VIEW_ARGUMENTS(text));
		free(last->text);
		last->text = joined;
		return;
	}
	last = vector_push(&given->texts);
	*last = (struct root_source_text){
		.form = form,
		.name = memory_string(name),
		.text = view_string(text),
	};
}

/* Text of sources: its entries are read, and the root gets it as it is. */
static int
given_parse(struct root_sources *given, const struct root_request *request,
    const char *path, const char *name, struct view text, struct error *err)
{
	struct source_filter filter = {
		.architecture = request->architecture,
		.foreign = request->foreign,
	};

	if (!text.length) {
		events_warn(request->events, "'%s' is empty", path);
		return 0;
	}
	if (source_file_parse(path, text, &filter, &given->sources, err) < 0)
		return -1;
	given_add_text(given, source_form_of(path, text), name, text);
	return 0;
}

static int
given_add_input(struct root_sources *given,
    const struct root_request *request, const char *operand,
    struct error *err)
{
	auto_buffer struct buffer text = {0};

	(void)operand;
	if (file_read(STDIN_FILENO, &text, err) < 0)
		return error_prefix(err, standard_input);
	return given_parse(given, request, standard_input, NULL,
	    (struct view){text.data, text.length}, err);
}

static int
given_add_line(struct root_sources *given,
    const struct root_request *request, const char *operand,
    struct error *err)
{
	auto_free char *line = memory_printf("%s\n", operand);

	return given_parse(given, request, operand, NULL, view_of(line), err);
}

static int
given_add_file(struct root_sources *given,
    const struct root_request *request, const char *operand,
    struct error *err)
{
	auto_buffer struct buffer text = {0};
	const char *slash = strrchr(operand, '/');

	if (file_read_at(AT_FDCWD, operand, &text, err) < 0)
		return error_prefix(err, "sources");
	return given_parse(given, request, operand,
	    slash ? slash + 1 : operand,
	    (struct view){text.data, text.length}, err);
}

/* What apt would trust when it is run by mmdebstrap here. */
static void
trusted_fingerprints(const struct root_request *request,
    struct strings *fingerprints)
{
	auto_strings struct strings files = {0};

	key_files_of_host(&request->trust.keyrings, &files);
	vector_each(file, &files) {
		struct strings one = {file, 1, 1};
		auto_buffer struct buffer keys = {0};
		auto_error struct error ignored = {0};

		if (key_files_read(&one, &keys, &ignored) == 0)
			key_fingerprints((struct view){keys.data, keys.length},
			    fingerprints);
	}
}

/* "[signed-by=…]" is written only if apt would not trust the suite's keyring
 * anyway. */
static char *
signed_by_option(const struct root_request *request)
{
	auto_strings struct strings keyring = {0}, wanted = {0}, known = {0};
	auto_buffer struct buffer keys = {0};
	auto_error struct error ignored = {0};

	if (request->suite && !(request->skip & SKIP_SIGNED_BY))
		key_files_of_suite(request->suite, &keyring);
	if (!keyring.count || key_files_read(&keyring, &keys, &ignored) < 0)
		return memory_string("");
	key_fingerprints((struct view){keys.data, keys.length}, &wanted);
	trusted_fingerprints(request, &known);
	vector_each(fingerprint, &wanted)
		if (!strings_has(&known, *fingerprint))
			return memory_printf(" [signed-by=\"%s\"]",
			    keyring.items[0]);
	return memory_string("");
}

/* Each once, wherever blanks and commas stand. */
static void
wanted_components(const struct root_request *request,
    struct strings *components)
{
	auto_strings struct strings words = {0};

	vector_each(item, &request->components)
		strings_split(&words, *item, ", \t\n");
	vector_each(word, &words)
		if (!strings_has(components, *word))
			strings_add(components, *word);
	if (!components->count)
		strings_add(components, "main");
}

static void
archive_line(const struct root_request *request, const char *operand,
    const char *suite, struct buffer *text)
{
	auto_strings struct strings components = {0};
	auto_free char *signed_by = signed_by_option(request);
	auto_free char *address = url_of_operand(operand);

	wanted_components(request, &components);
	buffer_printf(text, "deb%s %s %s", signed_by, address, suite);
	vector_each(component, &components)
		buffer_printf(text, " %s", *component);
	buffer_text(text, "\n");
}

static int
given_add_archive(struct root_sources *given,
    const struct root_request *request, const char *operand,
    struct error *err)
{
	auto_strings struct strings components = {0}, suites = {0};
	auto_buffer struct buffer lines = {0};

	if (!*request->suite_name)
		return error_usage(err, "mirror '%s' needs a SUITE", operand);
	wanted_components(request, &components);
	strings_add(&suites, request->suite_name);
	vector_each(extra, &request->extra_suites)
		strings_add(&suites, *extra);
	vector_each(suite, &suites) {
		if (sources_add_mirror(operand, *suite, &components,
		    &given->sources, err) < 0)
			return -1;
		archive_line(request, operand, *suite, &lines);
	}
	vector_each(source, &given->sources)
		if (strcmp(source->suite, request->suite_name) &&
		    strings_has(&request->extra_suites, source->suite))
			source->from_suite = false;
	given_add_text(given, SOURCE_ONE_LINE, NULL,
	    (struct view){lines.data, lines.length});
	return 0;
}

static bool
operand_is_input(const char *operand)
{
	return !strcmp(operand, "-");
}

static bool
operand_is_line(const char *operand)
{
	return view_starts(view_of(operand), "deb ") ||
	    view_starts(view_of(operand), "deb-src ");
}

static bool
operand_is_file(const char *operand)
{
	struct stat status;

	return !strstr(operand, "://") && stat(operand, &status) == 0 &&
	    !S_ISDIR(status.st_mode);
}

static bool
operand_is_script(const char *operand)
{
	return strstr(operand, "/debootstrap/scripts/");
}

/* debootstrap's last operand; the release's own one means what we do. */
static int
given_add_script(struct root_sources *given,
    const struct root_request *request, const char *operand,
    struct error *err)
{
	const char *name = strrchr(operand, '/') + 1;
	const struct suite *suite = request->suite;

	(void)given;
	if (!strcmp(name, request->suite_name) ||
	    !strcmp(name, suite->codename) ||
	    strings_has(&suite->aliases, name))
		return 0;
	return error_usage(err, "'%s' is a script of debootstrap for another "
	    "release, and such are not run here: a release is made as the "
	    "table of suites says", operand);
}

static bool
operand_is_any(const char *operand)
{
	(void)operand;
	return true;
}

/* The first that fits; an address that is none is told by the last. */
static const struct {
	bool (*fits)(const char *operand);
	int (*add)(struct root_sources *given,
	    const struct root_request *request, const char *operand,
	    struct error *err);
} operand_kinds[] = {
	{operand_is_input, given_add_input},
	{operand_is_line, given_add_line},
	{operand_is_script, given_add_script},
	{operand_is_file, given_add_file},
	{operand_is_any, given_add_archive},
};

static int
given_add(struct root_sources *given, const struct root_request *request,
    const char *operand, struct error *err)
{
	size_t i = 0;

	while (!operand_kinds[i].fits(operand))
		i++;
	return operand_kinds[i].add(given, request, operand, err);
}

int
root_sources_read(struct root_sources *given,
    const struct root_request *request, struct error *err)
{
	vector_each(operand, &request->mirrors)
		if (**operand && given_add(given, request, *operand, err) < 0)
			return -1;
	if (request->mirrors.count && !given->sources.count &&
	    !hook_list_has(&request->hooks, HOOK_SETUP))
		return error_usage(err, "none of the given sources has "
		    "packages for '%s'", request->architecture);
	return 0;
}

const struct suite *
root_sources_suite(const struct root_sources *given, const char *name,
    struct suite_table *table, struct error *err)
{
	const struct sources *sources = given->hooked.count
	    ? &given->hooked : &given->sources;

	if (!sources->count)
		return suite_find(table, name, err);
	return suite_find_any(table, *name ? name : sources->items[0].suite);
}

/* --- what is read --------------------------------------------------------- */

/* Security updates come from where the host gets them, else officially. */
static void
add_security(const struct root_request *request, const struct sources *host,
    struct sources *sources)
{
	const struct suite *suite = request->suite;
	struct source security = {
		.uri = (char *)(request->security_mirror
		    ? request->security_mirror : suite->security_mirror),
		.suite = suite->security_suite,
		.components = request->components,
	};
	bool found = false;

	if (!suite->security_suite)
		return;
	if (!request->security_mirror)
		vector_each(source, host)
			if (!strcmp(source->suite, suite->security_suite)) {
				sources_add(sources, source);
				found = true;
			}
	if (!found)
		sources_add(sources, &security);
}

static struct source_filter
host_filter(const struct root_request *request)
{
	return (struct source_filter){
		.suite = request->suite,
		.extras = true,
		.architecture = request->architecture,
		.foreign = request->foreign,
	};
}

static int
use_given(const struct root_request *request, struct sources *sources,
    struct error *err)
{
	auto_sources struct sources host = {0};
	struct source_filter wanted = host_filter(request);
	const char *updates = request->suite->updates_suite;

	vector_each(source, &request->given.sources)
		sources_add(sources, source);
	if (!request->with_updates)
		return 0;
	if (updates)
		sources_add(sources, &(struct source){
			.uri = sources->items[0].uri,
			.suite = (char *)updates,
			.components = request->components,
		});
	if (sources_read_host(&wanted, &host, err) < 0)
		return -1;
	add_security(request, &host, sources);
	return 0;
}

/* --keyring is for what the user asked for: here that is the suite. */
static void
forget_keyrings(struct sources *sources)
{
	vector_each(source, sources)
		free(steal_pointer(&source->signed_by));
}

/* Of archives that nobody has named in this request. */
static void
use_components(const struct root_request *request, struct sources *sources)
{
	vector_each(source, sources)
		if (!source_is_flat(source)) {
			strings_release(&source->components);
			wanted_components(request, &source->components);
		}
}

/* The mirrors of a host have releases of its own archive only: those that were
 * archived are elsewhere. */
static bool
has_neighbour(const struct root_request *request)
{
	const char *mirror = request->suite->mirror;

	return request->host_suite && mirror &&
	    !strcmp(request->host_suite->mirror, mirror);
}

static int
use_own(const struct root_request *request, struct sources *sources,
    struct error *err)
{
	struct source_filter wanted = host_filter(request);

	if (request->given.sources.count)
		return use_given(request, sources, err);
	if (sources_read_host(&wanted, sources, err) < 0)
		return -1;
	if (!sources->count && has_neighbour(request) &&
	    sources_read_neighbour(request->host_suite, &wanted, sources,
	    err) < 0)
		return -1;
	if (!sources->count)
		sources_add_official(request->suite, true, sources);
	if (request->trust.keyrings.count)
		forget_keyrings(sources);
	if (request->components.count)
		use_components(request, sources);
	return 0;
}

int
root_sources_find(const struct root_request *request, struct sources *sources,
    struct error *err)
{
	const struct root_sources *given = &request->given;

	if (!given->is_replaced && use_own(request, sources, err) < 0)
		return -1;
	vector_each(source, &given->hooked)
		sources_add(sources, source);
	return sources->count ? 0 : error_set(err, "the root's etc/apt has no "
	    "source of packages for '%s'", request->architecture);
}

/* --- what the root gets ---------------------------------------------------- */

static char *
text_path(const struct root_source_text *text, size_t number)
{
	const char *ending =
	    text->form == SOURCE_DEB822 ? ".sources" : ".list";
	const char *name = text->name ? text->name : "main";

	if (!number && !text->name && text->form == SOURCE_ONE_LINE)
		return memory_string("etc/apt/sources.list");
	if (strstr(name, ".list") || strstr(name, ".sources"))
		ending = "";
	return memory_printf("etc/apt/sources.list.d/%04zu%s%s", number, name,
	    ending);
}

void
root_sources_files(const struct root_request *request,
    struct root_files *files)
{
	const struct root_sources *given = &request->given;
	auto_buffer struct buffer official = {0};
	auto_strings struct strings components = {0};
	struct apt_mirrors mirrors = {0};

	for (size_t i = 0; i < given->texts.count; i++)
		*vector_push(files) = (struct root_file){
			.path = text_path(&given->texts.items[i], i),
			.text = memory_string(given->texts.items[i].text),
		};
	if (!request->mirrors.count) {
		struct root_file *file = vector_push(files);

		wanted_components(request, &components);
		if (request->components.count)
			mirrors.components = &components;
		apt_sources_text(request->suite, &mirrors, &file->path,
		    &official);
		file->text = buffer_steal(&official);
	}
}

void
root_files_release(struct root_files *files)
{
	vector_each(file, files) {
		free(file->path);
		free(file->text);
	}
	vector_release(files);
}

void
root_sources_release(struct root_sources *given)
{
	vector_each(text, &given->texts) {
		free(text->name);
		free(text->text);
	}
	vector_release(&given->texts);
	sources_release(&given->sources);
	sources_release(&given->hooked);
}
