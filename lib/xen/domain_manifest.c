#include "xen/domain_manifest.h"

#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/size.h"
#include "guest/cloud_init.h"
#include "xen/domain.h"
#include "xen/domain_libvirt.h"
#include "xen/domain_settings.h"
#include "xen/keys.h"

/* A kernel whose console is a terminal finds it by itself. */
static char *
kernel_extra(const char *console)
{
	return !console || view_starts(view_of(console), "tty") ? NULL
	    : memory_printf("ro console=%s", console);
}

/* Those of volumes may be yet to be made. */
static bool
is_device(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 ? S_ISBLK(status.st_mode)
	    : view_starts(view_of(path), "/dev/");
}

static void
add_disks(const struct manifest *manifest, struct domain *domain)
{
	vector_each(disk, &manifest->disks)
		*vector_push(&domain->disks) = (struct domain_disk){
			.path = disk->path, .vdev = disk->vdev,
			.format = guest_disk_is_qcow2(disk) ? "qcow2" : NULL,
			.is_device = is_device(disk->path),
		};
	if (manifest->seed)
		*vector_push(&domain->disks) = (struct domain_disk){
			.path = manifest->seed, .vdev = CLOUD_INIT_VDEV,
			.is_read_only = true,
		};
}

static void
add_cd(const char *path, const char *vdev, struct domain *domain)
{
	if (path)
		*vector_push(&domain->disks) = (struct domain_disk){
			.path = path, .vdev = vdev, .is_cdrom = true,
			.is_device = is_device(path),
		};
}

/* An empty disk cannot be booted, so that the CD is: then the disk can. The
 * firmware of old stopped there, and has to be told. */
static void
set_machine(const struct manifest *manifest, struct domain *domain)
{
	struct domain_machine *machine = &domain->machine;

	if (strcmp(manifest->type, "hvm"))
		return;
	machine->firmware = manifest->firmware;
	machine->boot = !manifest->iso ? "c"
	    : strcmp(manifest->toolstack, "xm") ? "cd" : "d";
	machine->floppy = manifest->floppy;
	machine->is_windows = manifest->system &&
	    !strcmp(manifest->system, "windows");
	add_cd(manifest->iso, "hdc", domain);
	add_cd(manifest->answers, "hdd", domain);
}

/* What starts the kernel, or the kernel itself. */
static void
set_boot(const struct manifest *manifest, struct domain *domain)
{
	bool is_hvm = !strcmp(manifest->type, "hvm");

	domain->kernel = manifest->kernel;
	domain->ramdisk = manifest->ramdisk;
	if (manifest->kernel && !is_hvm)
		domain->root = manifest->root;
	else
		domain->extra = NULL;
	if (!strcmp(manifest->boot, "pygrub"))
		domain->bootloader = "pygrub";
	else if (!manifest->kernel)
		domain->kernel = domain_loader(manifest->architecture,
		    manifest->type);
}

static int
set_numbers(const struct manifest *manifest, struct domain *domain,
    struct error *err)
{
	if (manifest->xen_version && xen_version_read(manifest->xen_version,
	    &domain->version, err) < 0)
		return -1;
	return number_parse(view_of(manifest->memory), &domain->memory,
	    err) < 0 || number_parse(view_of(manifest->vcpus), &domain->vcpus,
	    err) < 0 ? -1 : 0;
}

static int
write_checked(const struct domain *domain, struct buffer *text,
    struct error *err)
{
	if (domain_write(domain, text, err) < 0)
		return -1;
	return strcmp(domain->toolstack, "xl") ? 0
	    : domain_settings_check(domain, (struct view){text->data,
	    text->length}, err);
}

/* The text that `write` makes of the manifest's domain. */
static int
manifest_write(const struct manifest *manifest, const struct guest_vnc *vnc,
    int (*write)(const struct domain *domain, struct buffer *text,
    struct error *err), struct buffer *text, struct error *err)
{
	auto_free char *extra = kernel_extra(manifest->console);
	int result;
	struct domain domain = {
		.toolstack = manifest->toolstack, .name = manifest->name,
		.uuid = manifest->uuid, .type = manifest->type,
		.architecture = manifest->architecture, .extra = extra,
		.cdrom = manifest->cdrom, .nics = &manifest->nics,
		.settings = &manifest->settings,
	};

	if (!manifest->toolstack || !manifest->type || !manifest->boot ||
	    !manifest->memory || !manifest->vcpus)
		return error_set(err, "the manifest of '%s' does not say how "
		    "its domain is; make it again, with --force",
		    manifest->name);
	if (set_numbers(manifest, &domain, err) < 0)
		return -1;
	set_boot(manifest, &domain);
	add_disks(manifest, &domain);
	set_machine(manifest, &domain);
	if (strcmp(manifest->type, "hvm"))
		domain.framebuffer = manifest->vnc ? vnc : NULL;
	else
		domain.machine.vnc = vnc;
	result = write(&domain, text, err);
	vector_release(&domain.disks);
	return result;
}

int
domain_manifest_write(const struct manifest *manifest,
    const struct guest_vnc *vnc, struct buffer *text, struct error *err)
{
	return manifest_write(manifest, vnc, write_checked, text, err);
}

int
domain_manifest_libvirt(const struct manifest *manifest,
    const struct guest_vnc *vnc, struct buffer *text, struct error *err)
{
	return manifest_write(manifest, vnc, domain_libvirt_write, text, err);
}
