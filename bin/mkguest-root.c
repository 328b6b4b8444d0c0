#include <string.h>

#include "base/cleanup.h"
#include "base/size.h"
#include "bin/root_action.h"
#include "bin/tool.h"
#include "install/hook_listener.h"
#include "install/hook_transfer.h"
#include "install/second_stage.h"
#include "install/skip.h"
#include "plan/inclusion.h"
#include "repo/cache.h"
#include "repo/cache_limit.h"
#include "root/apt_option.h"
#include "root/base_cache.h"
#include "root/mode.h"
#include "root/root_setup.h"

static int
clean_cache(const char *directory, struct events *events, struct error *err)
{
	auto_close int cache = cache_open(directory, err);
	struct cache_use use;
	auto_free char *size = NULL;

	if (cache < 0 || cache_limit(cache, 0, &use, err) < 0)
		return -1;
	size = size_text(use.removed);
	events_info(events, "%s of the cache '%s' removed", size, directory);
	return 0;
}

static int
verify_cache(const char *directory, const struct strings *operands,
    struct events *events, struct error *err)
{
	auto_close int cache = -1;
	int good;

	if (operands->count)
		return error_usage(err, "--verify takes no operands");
	cache = cache_open(directory, err);
	good = cache < 0 ? -1 : base_cache_verify(cache, events, err);
	if (good < 0)
		return -1;
	printf("%d kept bases, all as they were\n", good);
	return 0;
}

static unsigned
verbosity(const struct terminal_options *terminal)
{
	switch (terminal->voice) {
	case 'q':
	case 's':
		return 0;
	case 'v':
		return 2;
	case 'd':
		return 3;
	default:
		return 1;
	}
}

/* It becomes a path below the mirror. */
static int
check_suite(const char *name, struct error *err)
{
	if (*name != '/' && !strstr(name, ".."))
		return 0;
	return error_usage(err, "the suite '%s' would lead out of the "
	    "mirror's dists/", name);
}

static int
check_suites(const struct root_request *wanted, struct error *err)
{
	vector_each(extra, &wanted->extra_suites)
		if (check_suite(*extra, err) < 0)
			return -1;
	return check_suite(wanted->suite_name, err);
}

static int
check_request(const struct root_request *wanted, struct error *err)
{
	if (check_suites(wanted, err) < 0)
		return -1;
	if (!plan_variant_is_known(wanted->variant))
		return error_usage(err, "unknown variant '%s'; see --help",
		    wanted->variant);
	if (wanted->first_stage && !strcmp(wanted->variant, "extract"))
		return error_usage(err, "the variant 'extract' runs nothing, "
		    "so it has no second stage");
	if (wanted->lock && wanted->unpack_tarball)
		return error_usage(err, "both --lock and --unpack-tarball say "
		    "what to install");
	if (wanted->trust.no_check_gpg && wanted->trust.force_check_gpg)
		return error_usage(err, "signatures are to be checked and not "
		    "to be checked");
	return 0;
}

/* Without a name and without sources, setup hooks are to bring one. */
static const struct suite *
suite_before_setup(const struct root_request *wanted,
    struct suite_table *suites, struct error *err)
{
	return !*wanted->suite_name && root_setup_is_needed(wanted)
	    ? wanted->suite : root_sources_suite(&wanted->given,
	    wanted->suite_name, suites, err);
}

static int
bootstrap(struct root_options *options, struct root_request *wanted,
    struct error *err)
{
	struct suite_table *suites = suite_table_read(err);
	int result = -1;

	wanted->suites = suites;
	wanted->suite = suites
	    ? suite_find_any(suites, wanted->suite_name) : NULL;
	if (wanted->suite &&
	    root_sources_read(&wanted->given, wanted, err) == 0)
		wanted->suite = suite_before_setup(wanted, suites, err);
	else
		wanted->suite = NULL;
	wanted->host_suite = suites ? suite_of_host(suites) : NULL;
	if (wanted->suite)
		result = root_action_run(options, wanted, err);
	suite_table_free(suites);
	return result;
}

/* SUITE TARGET MIRROR…, of which the last may be left out; without any, the
 * sources are on standard input. */
static void
take_operands(struct root_request *wanted, const struct strings *operands,
    const char **target)
{
	wanted->suite_name = operands->count ? operands->items[0] : "";
	*target = operands->count > 1 ? operands->items[1] : "-";
	for (size_t i = 2; i < operands->count; i++)
		if (*operands->items[i])
			strings_add(&wanted->mirrors, operands->items[i]);
	if (!*wanted->suite_name && !wanted->mirrors.count)
		strings_add(&wanted->mirrors, "-");
}

static void
take_architectures(struct root_request *wanted,
    const struct strings *architectures)
{
	if (architectures->count)
		wanted->architecture = architectures->items[0];
	vector_each(architecture, architectures)
		if (strcmp(*architecture, wanted->architecture) &&
		    !strings_has(&wanted->foreign, *architecture))
			strings_add(&wanted->foreign, *architecture);
}

static int
second_stage(const struct root_options *options, struct events *events,
    struct error *err)
{
	const char *target = options->second_stage_target;

	return second_stage_run(target ? target : "/", events, err);
}

static int
read_options(struct root_options *options, struct root_request *wanted,
    struct error *err)
{
	if (skip_parse(&options->skip, &wanted->skip, err) < 0)
		return -1;
	options->output.skip = wanted->skip;
	if (hook_list_read(&wanted->hooks, &options->hooks, wanted->events,
	    err) < 0)
		return -1;
	if (local_debs_read(&wanted->local_debs, wanted, err) < 0)
		return -1;
	return apt_option_read(wanted, &options->aptopts, &options->dpkgopts,
	    err);
}

static int
check_options(const struct root_options *options, struct error *err)
{
	const char *extractor = options->extractor;

	if (options->inrelease_path)
		return error_usage(err, "--inrelease-path is not done here: "
		    "Release files are looked for where apt looks");
	if (extractor && strcmp(extractor, "dpkg-deb") &&
	    strcmp(extractor, "ar"))
		return error_usage(err, "unknown extractor '%s'; debootstrap "
		    "has dpkg-deb and ar", extractor);
	return root_action_check(options, err);
}

static int
run(void *record, struct strings *operands, struct terminal *terminal,
    struct error *err)
{
	struct root_options *options = record;
	auto_free char *cache = cache_directory(options->cache_directory);
	struct root_request wanted = {
		.architecture = suite_host_architecture(),
		.variant = options->variant ? options->variant : "-",
		.cache_directory = cache,
		.exclude = options->exclude,
		.cache_limit = options->cache_limit,
		.unpack_tarball = options->unpack_tarball,
		.lock = options->lock,
		.threads = options->threads,
		.components = options->components,
		.extra_suites = options->extra_suites,
		.mode = mode_find(options->mode, err),
		.lends_resolver = true,
		.verbosity = verbosity(&options->terminal),
		.no_base_cache = options->no_base_cache,
		.first_stage = options->first_stage,
		.trust = options->trust,
		.connection = options->connection,
		.events = &terminal->events,
	};
	int result;

	if (check_options(options, err) < 0)
		return -1;
	if (options->second_stage)
		return second_stage(options, &terminal->events, err);
	if (options->clean_cache)
		return clean_cache(cache, &terminal->events, err);
	if (options->verify)
		return verify_cache(cache, operands, wanted.events, err);
	wanted.trust.no_check_gpg |= options->no_check_sig;
	wanted.trust.force_check_gpg |= options->force_check_sig;
	take_operands(&wanted, operands, &options->output.target);
	take_architectures(&wanted, &options->architectures);
	vector_each(include, &options->includes)
		inclusions_split(&wanted.include, *include);
	result = !wanted.mode || read_options(options, &wanted, err) < 0 ||
	    check_request(&wanted, err) < 0 ? -1
	    : bootstrap(options, &wanted, err);
	root_sources_release(&wanted.given);
	root_files_release(&wanted.files);
	strings_release(&wanted.proxies);
	strings_release(&wanted.mirrors);
	strings_release(&wanted.foreign);
	strings_release(&wanted.include);
	local_debs_release(&wanted.local_debs);
	hook_list_release(&wanted.hooks);
	return result;
}

static const struct tool tool = {
	.name = "mkguest-root",
	.usage = "mkguest-root [OPTION]… [SUITE [TARGET [MIRROR]…]]",
	.about = "Bootstraps a Debian root into TARGET: a directory, a tar "
	    "(.tar, .tar.zst …), a\nfilesystem (.squashfs, .ext4 …), or - for "
	    "a tar on standard output. Without\nMIRROR the packages come from "
	    "where this host's own apt gets them, updates and\nsecurity "
	    "included.\n",
	.tables = root_option_tables,
	.terminal = offsetof(struct root_options, terminal),
	.run = run,
};

/* What mmdebstrap's hooks call by these names, with the channel as stdin. */
static int
helper_main(const char *name, int (*help)(char *const *, struct error *),
    char *const *arguments)
{
	auto_error struct error err = {0};

	if (help(arguments, &err) == 0)
		return 0;
	fprintf(stderr, "%s: error: %s\n", name, err.text);
	return err.kind == ERROR_USAGE ? 2 : 1;
}

int
main(int argc, char **argv)
{
	struct root_options options = {0};
	int status = 2;

	if (argc > 1 && !strcmp(argv[1], "--hook-helper"))
		return helper_main(tool.name, hook_transfer_help, argv + 2);
	if (argc > 1 && !strcmp(argv[1], "--hook-listener"))
		return helper_main(tool.name, hook_listener_help, argv + 2);
	if (argc > 0)
		status = tool_main(&tool, &options, argv);
	root_options_release(&options);
	return status;
}
