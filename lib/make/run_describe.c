#include "make/run.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "disk/filesystem.h"
#include "guest/cloud_init.h"
#include "guest/description.h"
#include "guest/guest_boot.h"
#include "guest/region.h"
#include "guest/template.h"
#include "make/run_hooks.h"
#include "make/run_install.h"
#include "repo/cache.h"
#include "root/mode.h"
#include "xen/domain.h"

static int
describe_suite(struct run *run, struct error *err)
{
	const struct guest *guest = run->guest;

	if (!run->suites)
		run->suites = run->own_suites = suite_table_read(err);
	run->suite = run->suites
	    ? suite_find(run->suites, guest->suite, err) : NULL;
	if (!run->suite)
		return -1;
	return domain_architecture_check(suite_host_architecture(),
	    guest->architecture, err);
}

static int
describe_bootstrap(struct run *run, struct error *err)
{
	struct guest *guest = run->guest;

	if (describe_suite(run, err) < 0 ||
	    guest_boot_complete(guest, run->suite, err) < 0 ||
	    template_check_all(err) < 0 ||
	    guest_network_check(guest, run->suite, err) < 0 ||
	    cloud_init_complete(guest, run->suite, err) < 0)
		return -1;
	if (run->suite == suite_of_host(run->suites) &&
	    region_check_by_host(guest, err) < 0)
		return -1;
	guest_disks_set_fs(&guest->disks, run->suite->filesystem);
	return 0;
}

static int
describe_guest(struct run *run, struct error *err)
{
	struct guest *guest = run->guest;

	run->image_dir_is_named = guest->image_dir != NULL;
	run->cfg_dir_is_named = guest->cfg_dir != NULL;
	if (guest_complete(guest, err) < 0)
		return -1;
	return guest->iso ? run_install_plan(run, err)
	    : describe_bootstrap(run, err);
}

/* The guest checks and grows its filesystems itself. */
static void
describe_filesystems(struct run *run)
{
	vector_each(disk, &run->guest->disks) {
		const char *package = disk->mount
		    ? filesystem_package(disk->fs) : NULL;

		if (package && !strings_has(&run->request.include, package))
			strings_add(&run->request.include, package);
	}
}

static void
describe_access_packages(struct run *run)
{
	const struct guest *guest = run->guest;
	bool needs_sshd = guest->ssh_key.count, needs_sudo = false;

	vector_each(user, &guest->users) {
		needs_sshd |= user->ssh_key.count != 0;
		needs_sudo |= user->sudo;
	}
	if (needs_sshd)
		strings_add(&run->request.include, "openssh-server");
	if (needs_sudo)
		strings_add(&run->request.include, "sudo");
	if (guest->cloud_init)
		strings_add(&run->request.include, CLOUD_INIT_PACKAGE);
}

static void
describe_network(struct run *run)
{
	const struct guest *guest = run->guest;

	suite_network_packages(run->suite, guest->network_stack
	    ? guest->network_stack : run->suite->network_stacks.items[0],
	    &run->request.include);
}

/* Thread-local storage of old C libraries on i386 is in segments that Xen makes
 * too short for it: each access traps. */
static void
describe_libraries(struct run *run)
{
	struct guest *guest = run->guest;
	struct divert_directory *divert = &run->request.divert;
	struct view directory = suite_tls_directory(run->suite,
	    guest->architecture, guest->type);

	if (!directory.data) {
		events_debug(run->events, "no library is diverted: those of %s "
		    "for %s need no emulation in a %s domain",
		    run->suite->codename, guest->architecture, guest->type);
		return;
	}
	divert->path = view_string(directory);
	suite_type_packages(run->suite, guest->architecture, guest->type,
	    &divert->keepers);
	events_debug(run->events, "the libraries below %s are diverted to "
	    "%s.disabled", divert->path, divert->path);
}

/* A device that is passed on wants the drivers of a whole machine. */
static int
describe_kernel(const struct run *run, char **kernel, struct error *err)
{
	const struct guest *guest = run->guest;

	if (guest->kernel_package)
		*kernel = memory_string(guest->kernel_package);
	else if (!guest->modules)
		*kernel = suite_kernel_package(run->suite,
		    guest->architecture, guest->settings.pci.count ? "hvm"
		    : guest->type, err);
	return *kernel || guest->modules ? 0 : -1;
}

/* Names where its packages come from, and of them only those that it is
 * certain to need. */
static struct root_request
request_begin(const struct run *run, struct error *err)
{
	const struct guest *guest = run->guest;

	return (struct root_request){
		.suite = run->suite,
		.suites = run->suites,
		.host_suite = suite_of_host(run->suites),
		.suite_name = guest->suite,
		.architecture = guest->architecture,
		.variant = guest->variant,
		.security_mirror = guest->security_mirror,
		.with_updates = true,
		.cache_directory = run->cache_directory,
		.hooks = run->base_hooks,
		.hooks_are_unattended = true,
		.mode = mode_find(NULL, err),
		.lends_resolver = run->base_hooks.count > 0,
		.verbosity = 1,
		.trust = run->trust,
		.events = run->events,
	};
}

static void
describe_packages(struct run *run, const char *kernel)
{
	const struct guest *guest = run->guest;

	suite_guest_packages(run->suite, guest->architecture, guest->type,
	    &run->request.include);
	describe_network(run);
	if (kernel)
		strings_add(&run->request.include, kernel);
	describe_libraries(run);
	describe_filesystems(run);
	describe_access_packages(run);
	region_packages(guest, &run->request.include);
	vector_each(role, &run->roles)
		vector_each(package, &role->packages)
			strings_add(&run->request.include, *package);
	vector_each(package, &guest->include)
		strings_add(&run->request.include, *package);
}

static int
describe_root(struct run *run, struct error *err)
{
	const struct guest *guest = run->guest;
	auto_free char *kernel = NULL;

	if (describe_kernel(run, &kernel, err) < 0)
		return -1;
	run->cache_directory = cache_directory(guest->cache_dir);
	run->request = request_begin(run, err);
	if (guest->mirror) {
		strings_add(&run->request.components, "main");
		strings_add(&run->request.mirrors, guest->mirror);
	}
	if (guest->keyring)
		strings_add(&run->request.trust.keyrings, guest->keyring);
	describe_packages(run, kernel);
	return 0;
}

int
run_describe(struct run *run, struct error *err)
{
	run->lock = -1;
	run->boot_files = (struct boot_files)BOOT_FILES_NONE;
	run->own_base = RUN_BASE_NONE;
	run->is_described = true;
	/* before any default is filled in */
	if (description_text(run->guest, &run->description, err) < 0 ||
	    describe_guest(run, err) < 0)
		return -1;
	if (run->guest->iso)
		return 0;
	return run_hooks_find(run, err) < 0 ? -1 : describe_root(run, err);
}
