#include "keep/cfg_guest.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "disk/raw_disk.h"
#include "guest/boot_files.h"
#include "guest/kernel_image.h"
#include "guest/manifest.h"
#include "guest/state.h"
#include "make/commit.h"
#include "xen/config.h"
#include "xen/domain.h"
#include "xen/domain_manifest.h"
#include "xen/running.h"

#define auto_vnc __attribute__((cleanup(guest_vnc_release)))

/* Nobody else makes or changes it meanwhile; a descriptor that keeps it so. */
static int
guest_take(const char *name, struct manifest *manifest, struct error *err)
{
	auto_close int lock = -1;
	int found = manifest_read(name, manifest, err);

	if (found == 0)
		return error_set(err, "no guest '%s' was made here", name);
	lock = found < 0 ? -1 : guest_lock(name, err);
	return steal_fd(&lock);
}

/* --- the domain file ------------------------------------------------------ */

/* Whatever is there now must be this guest's. */
static int
check_owner(const struct manifest *manifest, struct error *err)
{
	auto_buffer struct buffer text = {0};
	auto_domain_claims struct domain_claims domain = {0};

	if (!file_exists(AT_FDCWD, manifest->cfg))
		return 0;
	if (file_read_at(AT_FDCWD, manifest->cfg, &text, err) < 0 ||
	    domain_read(manifest->cfg, (struct view){text.data, text.length},
	    &domain, err) < 0)
		return error_suffix(err, "; remove the file to have it written "
		    "anew");
	return domain.name && !strcmp(domain.name, manifest->name) ? 0
	    : error_set(err, "'%s' is the domain file of '%s', not of this "
	    "guest", manifest->cfg, domain.name ? domain.name : "no name");
}

static int
read_screen(const struct manifest *manifest, struct guest_vnc *vnc,
    struct error *err)
{
	vnc->display = VNC_ANY_DISPLAY;
	return !manifest->vnc || (guest_vnc_parse(manifest->vnc, vnc,
	    err) == 0 && guest_vnc_read_password(vnc, err) == 0) ? 0
	    : error_prefix(err, "the screen");
}

int
cfg_text(const struct manifest *manifest, struct buffer *text, mode_t *mode,
    struct error *err)
{
	auto_vnc struct guest_vnc vnc = {0};

	if (read_screen(manifest, &vnc, err) < 0)
		return -1;
	*mode = vnc.password ? 0600 : 0644;
	return domain_manifest_write(manifest, &vnc, text, err);
}

int
cfg_libvirt(const char *name, struct buffer *text, struct error *err)
{
	auto_manifest struct manifest manifest = {0};
	auto_vnc struct guest_vnc vnc = {0};
	auto_close int lock = guest_take(name, &manifest, err);

	return lock < 0 || read_screen(&manifest, &vnc, err) < 0 ? -1
	    : domain_manifest_libvirt(&manifest, &vnc, text, err);
}

static int
write_file(const struct manifest *manifest, struct error *err)
{
	struct buffer text = {0};
	mode_t mode;
	int result = cfg_text(manifest, &text, &mode, err);

	if (result == 0)
		result = file_replace(AT_FDCWD, manifest->cfg, text.data,
		    text.length, mode, err);
	memory_free_secret(buffer_steal(&text));
	return result;
}

/* A file that is none any more was edited, too. */
static int
text_is_same(const struct manifest *manifest, const struct buffer *text,
    struct error *err)
{
	auto_buffer struct buffer there = {0};
	auto_config struct config one = {0}, other = {0};
	auto_error struct error ignored = {0};

	if (file_read_at(AT_FDCWD, manifest->cfg, &there, err) < 0 ||
	    config_read(manifest->cfg, (struct view){text->data,
	    text->length}, &one, err) < 0)
		return -1;
	return config_read(manifest->cfg, (struct view){there.data,
	    there.length}, &other, &ignored) == 0 &&
	    config_is_same(&one, &other);
}

int
cfg_is_as_made(const struct manifest *manifest, struct error *err)
{
	struct buffer text = {0};
	mode_t mode;
	int result = cfg_text(manifest, &text, &mode, err);

	if (result == 0)
		result = text_is_same(manifest, &text, err);
	memory_free_secret(buffer_steal(&text));
	return result;
}

int
cfg_write(const char *name, const char *version, struct error *err)
{
	auto_manifest struct manifest manifest = {0};
	auto_close int lock = guest_take(name, &manifest, err);

	if (lock < 0)
		return -1;
	if (version) {
		free(manifest.xen_version);
		manifest.xen_version = memory_string(version);
	}
	return check_owner(&manifest, err) < 0 ? -1
	    : write_file(&manifest, err);
}

/* --- the kernel ----------------------------------------------------------- */

static int
check_refresh(const struct manifest *manifest, struct error *err)
{
	auto_running struct running running = {0};

	if (!manifest->kernel || !manifest->ramdisk || !manifest->boot ||
	    strcmp(manifest->boot, "direct"))
		return error_set(err, "'%s' does not boot from copies of its "
		    "kernel (--boot direct); there is nothing to take out",
		    manifest->name);
	if (running_read(&running, err) < 0)
		return -1;
	return !running_has(&running, manifest->name) ? 0
	    : error_set(err, "domain '%s' is running; shut it down first: "
	    "xl shutdown -w %s", manifest->name, manifest->name);
}

static int
read_files(const struct guest_disk *root, struct boot_files *files,
    struct events *events, struct error *err)
{
	auto_close int disk = raw_disk_open(root->path,
	    guest_disk_is_qcow2(root), events, err);
	auto_close int filesystem = -1;

	if (disk < 0)
		return -1;
	filesystem = raw_disk_filesystem(disk, root->table, err);
	if (filesystem < 0 || boot_files_read(filesystem, files, err) < 0)
		return error_prefix(err, "reading '%s'", root->path);
	return files->initrd < 0 ? error_set(err, "there is no initrd on '%s'",
	    root->path) : 0;
}

/* Both or none. */
static int
replace_files(const struct manifest *manifest, const struct boot_files *files,
    struct error *err)
{
	auto_commit struct commit copies = {0};

	if (commit_add_memory(&copies, manifest->kernel, files->kernel, 0644,
	    err) < 0 || commit_add_memory(&copies, manifest->ramdisk,
	    files->initrd, 0644, err) < 0 ||
	    commit_name(&copies, err) < 0 || commit_put(&copies, err) < 0)
		return -1;
	return commit_settle(&copies, err);
}

int
cfg_refresh(const char *name, struct cfg_refreshed *refreshed,
    struct events *events, struct error *err)
{
	auto_manifest struct manifest manifest = {0};
	auto_boot_files struct boot_files files = BOOT_FILES_NONE;
	auto_close int lock = guest_take(name, &manifest, err);
	auto_close int old = -1;

	if (lock < 0 || check_refresh(&manifest, err) < 0 ||
	    read_files(manifest.disks.items, &files, events, err) < 0)
		return -1;
	old = open(manifest.kernel, O_RDONLY | O_CLOEXEC);
	refreshed->before = old < 0 ? NULL : kernel_image_release(old);
	refreshed->after = kernel_image_release(files.kernel);
	return replace_files(&manifest, &files, err);
}

void
cfg_refreshed_release(struct cfg_refreshed *refreshed)
{
	free(refreshed->before);
	free(refreshed->after);
}
