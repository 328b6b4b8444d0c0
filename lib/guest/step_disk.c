/* What the guest's disks are called: fstab, and GRUB's menu; and what keeps it
 * as new as the guest's kernels. */
#include "guest/step.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"

/* What fstab says unless it was asked for; the first that fits. */
static const struct {
	const char *fs;	/* its beginning */
	bool is_root;	/* only of the root */
	const char *options;
	const char *pass;	/* of fsck */
} usual[] = {
	{"swap", false, "sw", "0"},
	{"ext", true, "errors=remount-ro", "1"},
	{"ext", false, "defaults", "2"},
	{"", false, "defaults", "0"},
};

/* Blanks and the like as fstab(5) has them. */
static void
add_escaped(struct buffer *lines, const char *text)
{
	for (; *text; text++)
		if (strchr(" \t\n\\#", *text))
			buffer_printf(lines, "\\%03o", (unsigned char)*text);
		else
			buffer_add(lines, text, 1);
}

static void
fstab_line(const struct guest_disk *disk, const char *by, struct buffer *lines)
{
	auto_free char *device = guest_disk_device(disk, by);
	size_t i = 0;

	while (!view_starts(view_of(disk->fs), usual[i].fs) ||
	    (usual[i].is_root && !guest_disk_is_root(disk)))
		i++;
	buffer_text(lines, lines->length ? "\n" : "");
	add_escaped(lines, device);
	buffer_printf(lines, "\t%s\t%s\t%s\t%s\t%s",
	    disk->mount ? disk->mount : "none", disk->fs,
	    disk->options ? disk->options : usual[i].options,
	    disk->dump ? disk->dump : "0",
	    disk->pass ? disk->pass : usual[i].pass);
}

/* "/var" before "/var/log", swap space at the end. */
static int
compare_mounts(const void *a, const void *b)
{
	const char *one = (*(const struct guest_disk *const *)a)->mount;
	const char *two = (*(const struct guest_disk *const *)b)->mount;

	if (!one || !two)
		return !one - !two;
	return strcmp(one, two);
}

/* What no init script of the release mounts by itself. */
static const struct {
	const char *name, *line;
} pseudo[] = {
	{"proc", "proc\t/proc\tproc\tdefaults\t0\t0"},
	{"devpts", "devpts\t/dev/pts\tdevpts\tgid=5,mode=620\t0\t0"},
	{"shm", "tmpfs\t/dev/shm\ttmpfs\tdefaults\t0\t0"},
};

static void
pseudo_lines(const struct suite *suite, struct buffer *lines)
{
	for (size_t i = 0; i < sizeof(pseudo) / sizeof(*pseudo); i++)
		if (strings_has(&suite->fstab, pseudo[i].name))
			buffer_printf(lines, "\n%s", pseudo[i].line);
}

STEP(step_fstab)
{
	VECTOR(const struct guest_disk *) disks = {0};
	auto_buffer struct buffer lines = {0}, more = {0};
	struct template_value values[] = {{"FILESYSTEMS", NULL},
	    {"PSEUDO", ""}, TEMPLATE_VALUES_END};

	vector_each(disk, &guest->disks)
		if (guest_disk_is_formatted(disk))
			*vector_push(&disks) = disk;
	vector_sort(&disks, compare_mounts);
	vector_each(disk, &disks)
		fstab_line(*disk, guest->fstab_by, &lines);
	vector_release(&disks);
	pseudo_lines(suite, &more);
	values[0].value = lines.data;
	values[1].value = more.length ? more.data : "";
	return step_write_template(edit, "fstab", values, "etc/fstab", err);
}

/* With those above it; what a package has made stays as it is. */
static int
make_directories(struct tree_edit *edit, const char *mount, struct error *err)
{
	auto_buffer struct buffer path = {0};
	struct view rest = view_of(mount + 1), part;

	while (view_cut(&rest, '/', &part)) {
		int there;

		buffer_printf(&path, "/" VIEW_FORMAT, VIEW_ARGUMENTS(part));
		there = edit->exists(edit, path.data, err);
		if (there < 0 || (!there &&
		    edit->make_directory(edit, path.data, 0755, err) < 0))
			return -1;
	}
	return 0;
}

STEP(step_mount_points)
{
	vector_each(disk, &guest->disks)
		if (disk->mount && !guest_disk_is_root(disk) &&
		    make_directories(edit, disk->mount, err) < 0)
			return -1;
	return 0;
}

/* Debian's links to the newest kernel, so that upgrades take effect. */
static int
kernel_check(struct tree_edit *edit, struct error *err)
{
	static const char *const links[] = {"vmlinuz", "initrd.img"};

	for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++) {
		int there = edit->exists(edit, links[i], err);

		if (there < 0)
			return -1;
		if (!there)
			return error_set(err, "the guest has no /%s, so "
			    "nothing could boot it; include a kernel "
			    "(linux-image-…)", links[i]);
	}
	return 0;
}

/* xl shows an hvm guest's serial line; the other one is there as well. */
static const char machine_console[] = "ttyS0,115200 console=";

/* What runs when a kernel comes or goes (Debian's kernel
 * handbook). */
static int
kernel_hook(struct tree_edit *edit, const struct guest *guest,
    struct error *err)
{
	static const char path[] = "etc/kernel/postinst.d/zz-mkguest";
	bool is_copied = !strcmp(guest->boot, "direct");
	const struct template_value values[] = {
		{"NAME", guest->name}, TEMPLATE_VALUES_END
	};

	if (guest->kernel)
		return 0;
	if (make_directories(edit, "/etc/kernel/postinst.d", err) < 0 ||
	    make_directories(edit, "/etc/kernel/postrm.d", err) < 0 ||
	    step_write_template(edit, is_copied ? "kernel-copy"
	    : "kernel-menu", values, path, err) < 0 ||
	    edit->set_mode(edit, path, 0755, err) < 0)
		return -1;
	return edit->symlink(edit, "etc/kernel/postrm.d/zz-mkguest",
	    "../postinst.d/zz-mkguest", err);
}

/* Written for --boot direct too: pygrub and a change of mind need it. A guest
 * with no more than the modules of the host's kernel has nothing to boot. */
STEP(step_grub)
{
	auto_free char *root = guest_disk_device(guest->disks.items,
	    guest->fstab_by);
	auto_free char *console = memory_printf("%s%s", guest->firmware
	    ? machine_console : "", suite->console);
	const struct template_value values[] = {
		{"ROOT", root},
		{"CONSOLE", console},
		TEMPLATE_VALUES_END
	};

	if (guest->modules && !guest->kernel_package)
		return 0;
	if (kernel_check(edit, err) < 0 || step_write_template(edit,
	    "grub.cfg", values, "boot/grub/grub.cfg", err) < 0)
		return -1;
	return kernel_hook(edit, guest, err);
}
