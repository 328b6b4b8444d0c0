#include <string.h>

#include "base/cleanup.h"
#include "bin/tool.h"
#include "make/root.h"
#include "make/root_output.h"
#include "repo/cache.h"

struct request {
	struct terminal_options terminal;
	char *variant;
	struct strings include;
	struct strings components;
	char *architecture;
	char *keyring;
	char *cache_directory;
	bool print_debs;
	bool no_check_gpg;
	bool no_check_valid_until;
};

static const struct option options[] = {
	{0, "variant", "VARIANT", "essential, apt, minbase, required, buildd, "
	    "important, standard or - (default: -, as important)", OPTION_TEXT,
	    offsetof(struct request, variant)},
	{0, "include", "A,B", "packages to install as well", OPTION_LIST,
	    offsetof(struct request, include)},
	{0, "components", "A,B", "of the archive (default main)", OPTION_LIST,
	    offsetof(struct request, components)},
	{0, "arch", "ARCH", "architecture (default: this machine's)",
	    OPTION_TEXT, offsetof(struct request, architecture)},
	{0, "keyring", "FILE", "keys that may sign the archive", OPTION_TEXT,
	    offsetof(struct request, keyring)},
	{0, "cache-dir", "DIR", "for downloads and work in progress",
	    OPTION_TEXT, offsetof(struct request, cache_directory)},
	{0, "print-debs", NULL, "print the packages' names and make nothing",
	    OPTION_FLAG, offsetof(struct request, print_debs)},
	{0, "no-check-gpg", NULL, "trust an archive without a signature",
	    OPTION_FLAG, offsetof(struct request, no_check_gpg)},
	{0, "no-check-valid-until", NULL, "accept an outdated archive",
	    OPTION_FLAG, offsetof(struct request, no_check_valid_until)},
	TERMINAL_OPTIONS(struct request, terminal),
	OPTIONS_END
};

static void
print_names(const struct plan *plan)
{
	vector_each(item, plan)
		printf("%s" VIEW_FORMAT, item == plan->items ? "" : " ",
		    VIEW_ARGUMENTS(item->package->name));
	putchar('\n');
}

static int
make_root(struct root_request *wanted, const char *target, struct error *err)
{
	auto_root_plan struct root_plan root_plan = {.cache = -1};
	auto_root_output struct root_output output = {
		.parent = -1, .fd = -1};

	if (root_output_check(&output, target, err) < 0 ||
	    root_plan_make(&root_plan, wanted, err) < 0)
		return -1;
	return root_output_build(&output, wanted, &root_plan, err);
}

static int
print_debs(struct root_request *wanted, struct error *err)
{
	auto_root_plan struct root_plan root_plan = {.cache = -1};

	if (root_plan_make(&root_plan, wanted, err) < 0)
		return -1;
	print_names(&root_plan.plan);
	return 0;
}

static int
bootstrap(struct request *request, const struct strings *operands,
    struct events *events, struct error *err)
{
	struct suite_table *suites = NULL;
	auto_free char *cache = cache_directory(request->cache_directory);
	struct root_request wanted = {
		.suite_name = operands->items[0],
		.architecture = request->architecture
		    ? request->architecture : suite_host_architecture(),
		.variant = request->variant ? request->variant : "-",
		.mirror = operands->count > 2 ? operands->items[2] : NULL,
		.keyring = request->keyring,
		.cache_directory = cache,
		.include = request->include,
		.no_check_gpg = request->no_check_gpg,
		.no_check_valid_until = request->no_check_valid_until,
		.events = events,
	};
	int result = -1;

	if (!request->components.count)
		strings_add(&request->components, "main");
	wanted.components = request->components;
	if (strcmp(wanted.architecture, suite_host_architecture()))
		return error_set(err, "'%s' is not this machine's "
		    "architecture (%s); others are not made yet",
		    wanted.architecture, suite_host_architecture());
	if (!plan_variant_is_known(wanted.variant))
		return error_usage(err, "unknown variant '%s'; see --help",
		    wanted.variant);
	suites = suite_table_read(err);
	wanted.suite = suites
	    ? suite_find(suites, wanted.suite_name, err) : NULL;
	wanted.host_suite = suites ? suite_of_host(suites) : NULL;
	if (wanted.suite)
		result = request->print_debs ? print_debs(&wanted, err)
		    : make_root(&wanted, operands->items[1], err);
	suite_table_free(suites);
	return result;
}

static int
check_operands(const struct strings *operands, bool print_debs_only,
    struct error *err)
{
	size_t least = print_debs_only ? 1 : 2;

	if (operands->count < least)
		return error_usage(err, "SUITE%s missing; see --help",
		    least == 1 ? " is" : " or TARGET is");
	if (operands->count > 3)
		return error_usage(err, "too many operands; see --help");
	return 0;
}

static int
run(void *record, struct strings *operands, struct terminal *terminal,
    struct error *err)
{
	struct request *request = record;

	if (check_operands(operands, request->print_debs, err) < 0)
		return -1;
	return bootstrap(request, operands, &terminal->events, err);
}

static const struct option *const tables[] = {options, NULL};

static const struct tool tool = {
	.name = "mkguest-root",
	.usage = "mkguest-root [OPTION]… SUITE TARGET [MIRROR]",
	.about = "Bootstraps a Debian root into TARGET: a directory, a .tar "
	    "file, or - for a tar\non standard output. Without MIRROR the "
	    "packages come from where this host's\nown apt gets them, updates "
	    "and security included.\n",
	.tables = tables,
	.terminal = offsetof(struct request, terminal),
	.run = run,
};

int
main(int argc, char **argv)
{
	struct request request = {0};
	int status = argc > 0 ? tool_main(&tool, &request, argv) : 2;

	options_release(options, &request);
	return status;
}
