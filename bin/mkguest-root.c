#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/size.h"
#include "bin/tool.h"
#include "install/hook_listener.h"
#include "install/hook_transfer.h"
#include "install/second_stage.h"
#include "install/skip.h"
#include "make/apt_option.h"
#include "make/base_cache.h"
#include "make/mode.h"
#include "make/root.h"
#include "make/root_output.h"
#include "plan/inclusion.h"
#include "repo/cache.h"
#include "repo/cache_limit.h"
#include "repo/deb_tarball.h"

struct request {
	struct terminal_options terminal;
	char *variant;
	struct strings includes;	/* not cut yet */
	struct strings exclude;
	struct strings components;
	struct strings extra_suites;
	struct strings architectures;
	bool first_stage;
	bool second_stage;
	char *second_stage_target;
	char *cache_directory;
	char *mode;
	struct strings hooks;
	struct strings aptopts;
	struct strings dpkgopts;
	struct strings skip;
	uint64_t cache_limit;
	char *lock;
	char *make_tarball;
	char *unpack_tarball;
	bool clean_cache;
	uint64_t threads;
	bool no_base_cache;
	bool verify;
	bool print_debs;
	bool simulate;
	bool dry_run;
	bool download_only;
	bool no_check_sig;
	bool force_check_sig;
	bool is_so_anyway;
	struct trust trust;
	struct connection connection;
	struct root_output_request output;
};

#define HOOK_OPTION(name, argument, help) \
	{0, name, argument, help, OPTION_ORDER, \
	    offsetof(struct request, hooks)}

static const struct option options[] = {
	{0, "variant", "VARIANT", "essential, apt, minbase, required, buildd, "
	    "important, standard, custom, extract or - (default: -, as "
	    "important)", OPTION_TEXT,
	    offsetof(struct request, variant)},
	{0, "include", "A,B", "packages to install as well, as apt-get install "
	    "takes them", OPTION_REPEAT, offsetof(struct request, includes)},
	{0, "exclude", "A,B", "packages that must not come in", OPTION_LIST,
	    offsetof(struct request, exclude)},
	{0, "components", "A,B", "of the archive (default main)", OPTION_LIST,
	    offsetof(struct request, components)},
	{0, "extra-suites", "A,B", "more suites of each MIRROR that is an "
	    "address", OPTION_LIST, offsetof(struct request, extra_suites)},
	{0, "architectures", "ARCH,FOREIGN", "the root's own, and those of "
	    "which it can have packages (default: this machine's)",
	    OPTION_LIST, offsetof(struct request, architectures)},
	{0, "arch", "ARCH", "the same", OPTION_LIST,
	    offsetof(struct request, architectures)},
	{0, "foreign", NULL, "only the first stage: run nothing in the root; "
	    "its /debootstrap/debootstrap --second-stage does the rest",
	    OPTION_FLAG, offsetof(struct request, first_stage)},
	{0, "second-stage", NULL, "do that, and make nothing else",
	    OPTION_FLAG, offsetof(struct request, second_stage)},
	{0, "second-stage-target", "DIR", "of the root (default: /)",
	    OPTION_TEXT, offsetof(struct request, second_stage_target)},
	{0, "keyring", "FILE", "keys that may sign the archive (file or "
	    "directory); may be repeated", OPTION_REPEAT,
	    offsetof(struct request, trust.keyrings)},
	{0, "no-check-gpg", NULL, "trust an archive without a signature",
	    OPTION_FLAG, offsetof(struct request, trust.no_check_gpg)},
	{0, "no-check-sig", NULL, "the same", OPTION_FLAG,
	    offsetof(struct request, no_check_sig)},
	{0, "force-check-gpg", NULL, "even if a source says that it is to be "
	    "trusted", OPTION_FLAG,
	    offsetof(struct request, trust.force_check_gpg)},
	{0, "force-check-sig", NULL, "the same", OPTION_FLAG,
	    offsetof(struct request, force_check_sig)},
	{0, "allow-expired-keys", NULL, "accept signatures by keys that have "
	    "expired", OPTION_FLAG,
	    offsetof(struct request, trust.allow_expired_keys)},
	{0, "allow-weak-hashes", NULL, "accept MD5 and SHA-1, as old archives "
	    "have them", OPTION_FLAG,
	    offsetof(struct request, trust.allow_weak_hashes)},
	{0, "no-check-valid-until", NULL, "accept an outdated archive",
	    OPTION_FLAG, offsetof(struct request, trust.no_check_valid_until)},
	{0, "no-check-date", NULL, "accept one from the future, too",
	    OPTION_FLAG, offsetof(struct request, trust.no_check_date)},
	{0, "certificate", "FILE", "ours, for https mirrors that ask for one",
	    OPTION_TEXT, offsetof(struct request, connection.certificate)},
	{0, "private-key", "FILE", "its key", OPTION_TEXT,
	    offsetof(struct request, connection.private_key)},
	{0, "ca-certificate", "FILE", "who may vouch for https mirrors",
	    OPTION_TEXT, offsetof(struct request, connection.ca_certificate)},
	{0, "no-check-certificate", NULL, "nobody need vouch for them",
	    OPTION_FLAG,
	    offsetof(struct request, connection.no_check_certificate)},
	{0, "cache-dir", "DIR", "for downloads and work in progress",
	    OPTION_TEXT, offsetof(struct request, cache_directory)},
	{0, "cache-limit", "SIZE", "what the cache may hold (default 4G)",
	    OPTION_SIZE, offsetof(struct request, cache_limit)},
	{0, "clean-cache", NULL, "empty the cache and make nothing",
	    OPTION_FLAG, offsetof(struct request, clean_cache)},
	{0, "offline", NULL, "only what the cache has: nothing is fetched",
	    OPTION_FLAG, offsetof(struct request, connection.offline)},
	{0, "lock", "FILE", "install exactly what FILE lists; if there is none, "
	    "write it", OPTION_TEXT, offsetof(struct request, lock)},
	{0, "make-tarball", "FILE", "write the packages and what lists them, "
	    "and make nothing else", OPTION_TEXT,
	    offsetof(struct request, make_tarball)},
	{0, "unpack-tarball", "FILE", "install what is in such a tarball: "
	    "nothing is fetched", OPTION_TEXT,
	    offsetof(struct request, unpack_tarball)},
	{0, "format", "FORMAT", "auto, directory, tar, squashfs, ext2, ext3, "
	    "ext4 or null (default: auto, by TARGET)", OPTION_TEXT,
	    offsetof(struct request, output.format)},
	{0, "size", "SIZE", "of an ext2, ext3 or ext4 (default: what the root "
	    "needs)", OPTION_SIZE, offsetof(struct request, output.size)},
	{0, "no-base-cache", NULL, "neither take a finished root from the cache "
	    "nor keep it", OPTION_FLAG,
	    offsetof(struct request, no_base_cache)},
	{0, "verify", NULL, "read all finished roots in the cache, and drop "
	    "those that are damaged", OPTION_FLAG,
	    offsetof(struct request, verify)},
	{0, "print-debs", NULL, "print the packages' names and make nothing",
	    OPTION_FLAG, offsetof(struct request, print_debs)},
	{0, "simulate", NULL, "print the packages, with version and size, and "
	    "make nothing", OPTION_FLAG, offsetof(struct request, simulate)},
	{0, "dry-run", NULL, "the same", OPTION_FLAG,
	    offsetof(struct request, dry_run)},
	{0, "download-only", NULL, "fetch the packages into the cache and make "
	    "nothing", OPTION_FLAG, offsetof(struct request, download_only)},
	{0, "threads", "N", "that unpack (default: one a processor)",
	    OPTION_NUMBER, offsetof(struct request, threads)},
	{0, "mode", "MODE", "auto, root or sudo, unshare (default: auto)",
	    OPTION_TEXT, offsetof(struct request, mode)},
	{0, "aptopt", "OPTION|FILE", "for the root's apt, and honoured here",
	    OPTION_REPEAT, offsetof(struct request, aptopts)},
	{0, "dpkgopt", "OPTION|FILE", "for the root's dpkg, from now on",
	    OPTION_REPEAT, offsetof(struct request, dpkgopts)},
	{0, "skip", "PART,PART", "what is left out, in mmdebstrap's words",
	    OPTION_LIST, offsetof(struct request, skip)},
	HOOK_OPTION("setup-hook", "COMMAND", "when the root has no package"),
	HOOK_OPTION("extract-hook", "COMMAND",
	    "when the essential packages are unpacked"),
	HOOK_OPTION("essential-hook", "COMMAND", "when they are configured"),
	HOOK_OPTION("customize-hook", "COMMAND", "when everything is"),
	HOOK_OPTION("chrooted-extract-hook", "COMMAND",
	    "as --extract-hook, by the root's own sh"),
	HOOK_OPTION("chrooted-essential-hook", "COMMAND", "likewise"),
	HOOK_OPTION("chrooted-customize-hook", "COMMAND", "likewise"),
	HOOK_OPTION("hook-directory", "DIR",
	    "its setup*, extract*, essential*, customize*"),
	TERMINAL_OPTIONS(struct request, terminal),
	{'s', "silent", NULL, "the same as --quiet", OPTION_LETTER,
	    offsetof(struct request, terminal.voice)},
	{'d', "debug", NULL, "as --verbose, and hooks are told", OPTION_LETTER,
	    offsetof(struct request, terminal.voice)},
	{0, "logfile", "FILE", "write to FILE what else goes to standard error",
	    OPTION_TEXT, offsetof(struct request, terminal.logfile)},
	OPTIONS_END
};

#define CALLER_OPTION(name, help) \
	{0, name, NULL, help, OPTION_FLAG, \
	    offsetof(struct request, is_so_anyway)}

/* What callers of debootstrap say, too, and what needs no saying here. */
static const struct option caller_options[] = {
	CALLER_OPTION("resolve-deps", "dependencies are resolved anyway"),
	CALLER_OPTION("log-extra-deps", "-v shows them anyway"),
	CALLER_OPTION("merged-usr", "each release as it is made"),
	CALLER_OPTION("no-merged-usr", "the same: the packages decide"),
	OPTIONS_END
};

static bool
is_foreign(const struct root_request *wanted, const struct package *package)
{
	vector_each(foreign, &wanted->foreign)
		if (view_is(package->architecture, *foreign))
			return true;
	return false;
}

static void
print_names(const struct root_request *wanted, const struct plan *plan)
{
	vector_each(item, plan) {
		printf("%s" VIEW_FORMAT, item == plan->items ? "" : " ",
		    VIEW_ARGUMENTS(item->package->name));
		if (is_foreign(wanted, item->package))
			printf(":" VIEW_FORMAT,
			    VIEW_ARGUMENTS(item->package->architecture));
	}
	putchar('\n');
}

static int
make_root(struct root_request *wanted,
    const struct root_output_request *output_wanted, struct error *err)
{
	auto_root_plan struct root_plan root_plan = {.cache = -1};
	auto_root_output struct root_output output = {
		.target = {.parent = -1, .fd = -1}};

	if (root_output_check(&output, output_wanted, err) < 0 ||
	    root_plan_make(&root_plan, wanted, err) < 0)
		return -1;
	return root_output_build(&output, wanted, &root_plan, err);
}

static void
print_packages(const struct plan *plan)
{
	vector_each(item, plan)
		printf(VIEW_FORMAT " " VIEW_FORMAT " " VIEW_FORMAT
		    " (%" PRIu64 " bytes)\n",
		    VIEW_ARGUMENTS(item->package->name),
		    VIEW_ARGUMENTS(item->package->version),
		    VIEW_ARGUMENTS(item->package->architecture),
		    item->package->size);
	printf("%zu packages, %" PRIu64 " bytes of .debs, %" PRIu64
	    " installed\n", plan->count, plan->download_size,
	    plan->installed_size);
}

static int
simulate(struct root_request *wanted,
    const struct root_output_request *output_wanted, struct error *err)
{
	auto_root_plan struct root_plan root_plan = {.cache = -1};
	auto_root_output struct root_output output = {
		.target = {.parent = -1, .fd = -1}};
	auto_strings struct strings writes = {0};

	if (strcmp(output_wanted->target, "-")) {
		if (root_output_check(&output, output_wanted, err) < 0)
			return -1;
		root_output_writes(&output, &writes);
	}
	if (wanted->lock && access(wanted->lock, F_OK) < 0) {
		strings_printf(&writes, "lock %s", wanted->lock);
		wanted->lock = NULL;
	}
	if (root_plan_make(&root_plan, wanted, err) < 0)
		return -1;
	print_packages(&root_plan.plan);
	vector_each(write, &writes)
		printf("would write: %s\n", *write);
	return 0;
}

static int
download(struct root_request *wanted, const struct root_output_request *output,
    struct error *err)
{
	auto_root_plan struct root_plan root_plan = {.cache = -1};

	(void)output;
	if (root_plan_make(&root_plan, wanted, err) < 0 ||
	    root_plan_download(&root_plan, wanted, err) < 0)
		return -1;
	root_plan_limit_cache(&root_plan, wanted);
	return 0;
}

/* The target, if there is one, is not touched. */
static int
make_tarball(struct root_request *wanted, const char *path, struct error *err)
{
	auto_root_plan struct root_plan root_plan = {.cache = -1};

	if (file_exists(AT_FDCWD, path))
		return error_set(err, "'%s' exists; remove it or name another",
		    path);
	if (root_plan_make(&root_plan, wanted, err) < 0 ||
	    root_plan_download(&root_plan, wanted, err) < 0)
		return -1;
	events_step(wanted->events, "writing the tarball");
	return deb_tarball_write(path, &root_plan.plan, root_plan.cache, err);
}

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
print_debs(struct root_request *wanted, const struct root_output_request *output,
    struct error *err)
{
	auto_root_plan struct root_plan root_plan = {.cache = -1};

	(void)output;
	if (root_plan_make(&root_plan, wanted, err) < 0)
		return -1;
	print_names(wanted, &root_plan.plan);
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

static int
check_request(const struct root_request *wanted, struct error *err)
{
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

typedef int (*action)(struct root_request *wanted,
    const struct root_output_request *output, struct error *err);

static action
request_action(const struct request *request)
{
	const struct {
		bool is_wanted;
		action run;
	} actions[] = {
		{request->print_debs, print_debs},
		{request->simulate || request->dry_run, simulate},
		{request->download_only, download},
	};

	for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++)
		if (actions[i].is_wanted)
			return actions[i].run;
	return make_root;
}

static int
bootstrap(struct request *request, struct root_request *wanted,
    struct error *err)
{
	struct suite_table *suites = suite_table_read(err);
	int result = -1;

	wanted->suite = suites
	    ? suite_find_any(suites, wanted->suite_name) : NULL;
	if (wanted->suite &&
	    root_sources_read(&wanted->given, wanted, err) == 0)
		wanted->suite = root_sources_suite(&wanted->given,
		    wanted->suite_name, suites, err);
	else
		wanted->suite = NULL;
	wanted->host_suite = suites ? suite_of_host(suites) : NULL;
	if (wanted->suite)
		result = request->make_tarball
		    ? make_tarball(wanted, request->make_tarball, err)
		    : request_action(request)(wanted, &request->output,
		    err);
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
second_stage(const struct request *request, struct events *events,
    struct error *err)
{
	const char *target = request->second_stage_target;

	return second_stage_run(target ? target : "/", events, err);
}

static int
read_options(struct request *request, struct root_request *wanted,
    struct error *err)
{
	if (skip_parse(&request->skip, &wanted->skip, err) < 0)
		return -1;
	request->output.skip = wanted->skip;
	if (local_debs_read(&wanted->local_debs, wanted, err) < 0)
		return -1;
	return apt_option_read(wanted, &request->aptopts, &request->dpkgopts,
	    err);
}

/* One of them would be left undone. */
static int
check_actions(const struct request *request, struct error *err)
{
	if (request->second_stage_target && !request->second_stage)
		return error_usage(err, "--second-stage-target needs "
		    "--second-stage");
	if (request->make_tarball && request_action(request) != make_root)
		return error_usage(err, "--make-tarball goes with none of "
		    "--print-debs, --simulate and --download-only");
	return 0;
}

static int
run(void *record, struct strings *operands, struct terminal *terminal,
    struct error *err)
{
	struct request *request = record;
	auto_free char *cache = cache_directory(request->cache_directory);
	struct root_request wanted = {
		.architecture = suite_host_architecture(),
		.variant = request->variant ? request->variant : "-",
		.cache_directory = cache,
		.exclude = request->exclude,
		.cache_limit = request->cache_limit,
		.unpack_tarball = request->unpack_tarball,
		.lock = request->lock,
		.threads = request->threads,
		.components = request->components,
		.extra_suites = request->extra_suites,
		.hooks = request->hooks,
		.mode = mode_find(request->mode, err),
		.lends_resolver = true,
		.verbosity = verbosity(&request->terminal),
		.no_base_cache = request->no_base_cache,
		.first_stage = request->first_stage,
		.trust = request->trust,
		.connection = request->connection,
		.events = &terminal->events,
	};
	int result;

	if (check_actions(request, err) < 0)
		return -1;
	if (request->second_stage)
		return second_stage(request, &terminal->events, err);
	if (request->clean_cache)
		return clean_cache(cache, &terminal->events, err);
	if (request->verify)
		return verify_cache(cache, operands, wanted.events, err);
	wanted.trust.no_check_gpg |= request->no_check_sig;
	wanted.trust.force_check_gpg |= request->force_check_sig;
	take_operands(&wanted, operands, &request->output.target);
	take_architectures(&wanted, &request->architectures);
	vector_each(include, &request->includes)
		inclusions_split(&wanted.include, *include);
	result = !wanted.mode || read_options(request, &wanted, err) < 0 ||
	    check_request(&wanted, err) < 0 ? -1
	    : bootstrap(request, &wanted, err);
	root_sources_release(&wanted.given);
	root_files_release(&wanted.files);
	strings_release(&wanted.proxies);
	strings_release(&wanted.mirrors);
	strings_release(&wanted.foreign);
	strings_release(&wanted.include);
	local_debs_release(&wanted.local_debs);
	return result;
}

static const struct option *const tables[] = {options, caller_options, NULL};

static const struct tool tool = {
	.name = "mkguest-root",
	.usage = "mkguest-root [OPTION]… [SUITE [TARGET [MIRROR]…]]",
	.about = "Bootstraps a Debian root into TARGET: a directory, a tar "
	    "(.tar, .tar.zst …), a\nfilesystem (.squashfs, .ext4 …), or - for "
	    "a tar on standard output. Without\nMIRROR the packages come from "
	    "where this host's own apt gets them, updates and\nsecurity "
	    "included.\n",
	.tables = tables,
	.terminal = offsetof(struct request, terminal),
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
	struct request request = {0};
	int status = 2;

	if (argc > 1 && !strcmp(argv[1], "--hook-helper"))
		return helper_main(tool.name, hook_transfer_help, argv + 2);
	if (argc > 1 && !strcmp(argv[1], "--hook-listener"))
		return helper_main(tool.name, hook_listener_help, argv + 2);
	if (argc > 0)
		status = tool_main(&tool, &request, argv);
	options_release(options, &request);
	return status;
}
