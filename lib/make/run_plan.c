#include "make/run.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "guest/access.h"
#include "guest/cloud_init.h"
#include "guest/guest_files.h"
#include "guest/kernel_support.h"
#include "guest/state.h"
#include "make/claims.h"
#include "make/run_answers.h"
#include "make/run_manifest.h"
#include "make/run_seed.h"
#include "xen/domain.h"

/* A default directory is made when it is missing, one that was named is not. */
static int
plan_directory(struct run *run, const char *path, bool was_named,
    struct error *err)
{
	struct stat status;

	if (stat(path, &status) == 0)
		return S_ISDIR(status.st_mode) ? 0 :
		    error_set(err, "'%s' is not a directory", path);
	if (errno != ENOENT || was_named)
		return error_errno(err, "directory '%s'", path);
	strings_add(&run->directories, path);
	return run->dry_run ? 0 : file_make_directories(path, 0755, err);
}

static int
plan_directories(struct run *run, struct error *err)
{
	const struct guest *guest = run->guest;
	bool has_images = !guest->disk.count && !guest->on_volumes;

	if ((has_images || guest->cloud_init) && plan_directory(run,
	    guest->image_dir, run->image_dir_is_named, err) < 0)
		return -1;
	return plan_directory(run, guest->cfg_dir, run->cfg_dir_is_named, err);
}

static int
plan_manifest(struct run *run, struct error *err)
{
	if (!run->dry_run) {
		run->lock = guest_lock(run->guest->name, err);
		if (run->lock < 0)
			return -1;
	}
	if (manifest_read(run->guest->name, &run->before, err) < 0)
		return -1;
	manifest_keep_ids(&run->before, run->guest);
	guest_make_ids(run->guest);
	return 0;
}

/* Whose domain file is it? Only this guest's own may be replaced. */
static int
plan_cfg_existing(struct run *run, struct error *err)
{
	auto_buffer struct buffer text = {0};
	auto_domain_claims struct domain_claims domain = {0};

	if (!run->guest->force)
		return error_set(err, "'%s' exists; --force replaces this "
		    "guest's own image and domain file", run->cfg);
	if (file_read_at(AT_FDCWD, run->cfg, &text, err) < 0)
		return -1;
	if (domain_read(run->cfg, (struct view){text.data, text.length},
	    &domain, err) < 0)
		return -1;
	if (!domain.name || strcmp(domain.name, run->guest->name))
		return error_set(err, "'%s' is the domain file of '%s', not of "
		    "this guest", run->cfg, domain.name ? domain.name
		    : "no name");
	return 0;
}

/* xendomains(8) starts what is in /etc/xen/auto; a link that is there is kept
 * when the guest is made again. */
static int
plan_autostart(struct run *run, struct error *err)
{
	auto_free char *directory = memory_copy(run->cfg,
	    (size_t)(strrchr(run->cfg, '/') - run->cfg));
	char target[PATH_MAX] = "";

	run->autostart = memory_string(run->before.autostart);
	if (!run->guest->autostart)
		return 0;
	free(run->autostart);
	run->autostart = memory_printf("%s/auto/%s.cfg", directory,
	    run->guest->name);
	if (readlink(run->autostart, target, sizeof(target) - 1) < 0
	    ? errno != ENOENT : strcmp(target, run->cfg))
		return error_set(err, "'%s' exists and is no link to '%s'; "
		    "remove it", run->autostart, run->cfg);
	return 0;
}

static int
plan_cfg(struct run *run, struct error *err)
{
	auto_free char *directory = realpath(run->guest->cfg_dir, NULL);

	run->cfg = memory_printf("%s/%s.cfg",
	    directory ? directory : run->guest->cfg_dir, run->guest->name);
	if (directory && access(directory, W_OK) < 0)
		return error_errno(err, "write to '%s'", directory);
	if (plan_autostart(run, err) < 0)
		return -1;
	if (file_exists(AT_FDCWD, run->cfg) && plan_cfg_existing(run, err) < 0)
		return -1;
	return claims_check_name(run->claims, run->guest->name, run->cfg,
	    err);
}

/* In a dry run the default directory may be missing: then so is the image. */
static bool
is_in_missing_directory(const struct run *run, const char *path)
{
	vector_each(directory, &run->directories)
		if (view_starts(view_of(path), *directory))
			return run->dry_run;
	return false;
}

static int
plan_disks(struct run *run, struct error *err)
{
	struct guest *guest = run->guest;
	auto_free char *state = state_directory();

	run->locks = memory_printf("%s/locks", state);
	if (!run->claims &&
	    claims_read(&run->own_claims, guest->cfg_dir, err) < 0)
		return -1;
	if (!run->claims)
		run->claims = &run->own_claims;
	if (running_has(&run->claims->running, guest->name))
		return error_set(err, "domain '%s' is running; shut it down "
		    "first: xl shutdown -w %s", guest->name, guest->name);
	if (claims_check_nics(run->claims, guest->name, &guest->nics,
	    err) < 0)
		return -1;
	vector_each(wanted, &guest->disks) {
		struct run_disk *disk = vector_push(&run->disks);

		*disk = RUN_DISK_NONE;
		disk->disk = wanted;
		disk->suite = run->suite;
		disk->events = run->events;
		disk->claims = run->claims;
		disk->gate.locks = run->locks;
		disk->gate.looks_only = run->dry_run;
		if (!is_in_missing_directory(run, wanted->path) &&
		    run_disk_plan(disk, guest, err) < 0)
			return -1;
		run_disk_adopt(disk, wanted);
	}
	return 0;
}

static int
plan_screen(struct run *run, struct error *err)
{
	return guest_vnc_read_password(&run->guest->screen, err) < 0
	    ? error_prefix(err, "--vnc") : 0;
}

static void
plan_password_file(struct run *run)
{
	auto_free char *state = state_directory();

	if (run->guest->random_password && !run->shows_password &&
	    !run->password_file)
		run->password_file = memory_printf("%s/passwords/%s", state,
		    run->guest->name);
}

static int
plan_access(struct run *run, struct error *err)
{
	struct guest *guest = run->guest;

	/* nobody is asked for what is not used */
	if (run->dry_run && !strcmp(guest->root_password, "prompt"))
		free(steal_pointer(&guest->root_password));
	if (guest_read_access(guest, run->suite, run->events, err) < 0)
		return -1;
	plan_password_file(run);
	return 0;
}

static int
plan_answers(struct run *run, struct error *err)
{
	return run_answers_plan(run, err) < 0 ? -1
	    : (plan_password_file(run), 0);
}

static int
plan_files(struct run *run, struct error *err)
{
	return cloud_init_read(run->guest, err) < 0 ? -1
	    : guest_read_files(run->guest, err);
}

static char *
boot_path(const struct guest *guest, const char *file)
{
	auto_free char *here = get_current_dir_name();
	bool is_relative = *guest->boot_dir != '/' && here;

	return memory_printf("%s%s%s/%s/%s", is_relative ? here : "",
	    is_relative ? "/" : "", guest->boot_dir, guest->name, file);
}

/* What the domain file names is needed where the guest is to run, which may be
 * another host. */
static int
plan_host_file(struct run *run, const char *path, const char *remedy,
    struct error *err)
{
	bool runs_here = run->starts || run->guest->autostart ||
	    running_is_dom0();

	if (!path || access(path, R_OK) == 0)
		return 0;
	if (runs_here)
		return error_set(err, "this host has no '%s' to start the "
		    "guest with%s", path, remedy);
	events_warn(run->events, "this host has no '%s'; where the guest is to "
	    "run it is needed%s", path, remedy);
	return 0;
}

/* Not hvmloader, which xm starts an hvm guest with. */
static int
plan_host_kernel(struct run *run, struct error *err)
{
	const struct guest *guest = run->guest;
	auto_buffer struct buffer image = {0};
	struct kernel_support support;

	if (plan_host_file(run, guest->kernel, "", err) < 0)
		return -1;
	if (access(guest->kernel, R_OK) < 0)
		return 0;
	if (file_read_at(AT_FDCWD, guest->kernel, &image, err) < 0)
		return error_prefix(err, "--kernel '%s'", guest->kernel);
	support = kernel_support_of_image(
	    (struct view){image.data, image.length});
	return kernel_support_check(&support, guest->kernel, guest->type, err);
}

/* The guest may be for another host. */
static void
plan_bridges(const struct run *run)
{
	vector_each(nic, &run->guest->nics) {
		auto_free char *path = memory_printf("/sys/class/net/%s/bridge",
		    nic->bridge ? nic->bridge : "");

		if (nic->bridge && access(path, F_OK) < 0)
			events_warn(run->events, "this host has no bridge "
			    "'%s'", nic->bridge);
	}
}

static int
plan_boot(struct run *run, struct error *err)
{
	struct guest *guest = run->guest;

	if (guest->firmware && strcmp(guest->toolstack, "xm")) {
		events_debug(run->events, "the guest's firmware boots it");
	} else if (guest->kernel) {
		run->kernel = memory_string(guest->kernel);
		run->ramdisk = memory_string(guest->ramdisk);
		if (plan_host_kernel(run, err) < 0 ||
		    plan_host_file(run, run->ramdisk, "", err) < 0)
			return -1;
	} else if (strcmp(guest->boot, "direct") == 0) {
		run->kernel = boot_path(guest, "vmlinuz");
		run->ramdisk = boot_path(guest, "initrd.img");
		events_warn(run->events, "the guest's upgrades of its kernel "
		    "take effect when 'mkguest-cfg refresh %s' has copied it, "
		    "as its own messages will say", guest->name);
	} else if (strcmp(guest->boot, "pygrub") && plan_host_file(run,
	    domain_loader(guest->architecture, guest->type), guest->firmware
	    ? "; --kernel says where it is" : "; apt-get install "
	    "grub-xen-host, or use --boot direct", err) < 0) {
		return -1;
	}
	plan_bridges(run);
	return 0;
}

/* Whatever would not do is said before anything is made. */
static int
plan_domain(struct run *run, struct error *err)
{
	struct buffer text = {0};
	int result = run_domain_text(run, &text, err);

	memory_free_secret(buffer_steal(&text));
	return result;
}

static int
plan_archive(struct run *run, struct error *err)
{
	if (run->base)
		return 0;
	run->base = &run->own_base;
	return run_base_plan(run->base, run, err);
}

static const struct {
	const char *name;
	int (*run)(struct run *run, struct error *err);
	bool bootstraps;	/* it is not for a guest that --iso installs */
} plan_steps[] = {
	{"directories", plan_directories},
	{"manifest", plan_manifest},
	{"disks", plan_disks},
	{"seed", run_seed_plan, true},
	{"domain file", plan_cfg},
	{"screen", plan_screen},
	{"access", plan_access, true},
	{"answers", plan_answers},
	{"files", plan_files, true},
	{"boot", plan_boot},
	{"domain", plan_domain},
	{"archive", plan_archive, true},
};

int
run_plan(struct run *run, struct error *err)
{
	if (!run->is_described && run_describe(run, err) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(plan_steps) / sizeof(*plan_steps); i++) {
		if (run->guest->iso && plan_steps[i].bootstraps)
			continue;
		events_debug(run->events, "planning: %s", plan_steps[i].name);
		if (plan_steps[i].run(run, err) < 0)
			return -1;
	}
	return 0;
}
