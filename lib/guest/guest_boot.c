#include "guest/guest_boot.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/memory.h"

struct choice {
	const char *option;
	size_t offset;	/* of a char * */
	const char *values[4];	/* NULL-ended */
};

static const struct choice choices[] = {
	{"toolstack", GUEST(toolstack), {"xl", "xm"}},
	{"type", GUEST(type), {"pvh", "pv", "hvm"}},
	{"boot", GUEST(boot), {"pvgrub", "pygrub", "direct"}},
	{"firmware", GUEST(firmware), {"bios", "uefi"}},
};

static bool
text_is(const char *text, const char *word)
{
	return text && !strcmp(text, word);
}

static void
check_choice(const struct choice *choice, const struct guest *guest,
    struct faults *faults)
{
	const char *text =
	    *(char *const *)((const char *)guest + choice->offset);
	auto_buffer struct buffer known = {0};
	auto_error struct error one = {0};

	for (size_t i = 0; text && choice->values[i]; i++) {
		if (!strcmp(text, choice->values[i]))
			return;
		buffer_printf(&known, "%s%s", !i ? "" : choice->values[i + 1]
		    ? ", " : " or ", choice->values[i]);
	}
	if (!text)
		return;
	error_usage(&one, "'%s' is unknown; it can be %s", text, known.data);
	faults_add(faults, choice->option, 0, &one);
}

/* Of the host where the guest is to run. */
static const struct {
	const char *option;
	size_t offset;	/* of a char * */
} host_paths[] = {
	{"kernel", GUEST(kernel)}, {"ramdisk", GUEST(ramdisk)},
	{"cdrom", GUEST(cdrom)},
};

static void
check_host_paths(const struct guest *guest, struct faults *faults)
{
	for (size_t i = 0; i < sizeof(host_paths) / sizeof(*host_paths); i++) {
		const char *path = *(char *const *)
		    ((const char *)guest + host_paths[i].offset);
		auto_error struct error one = {0};

		if (!path || *path == '/')
			continue;
		error_usage(&one, "'%s' is no absolute path", path);
		faults_add(faults, host_paths[i].option, 0, &one);
	}
}

/* What goes with nothing else, whatever the release is. */
static const struct {
	const char *option;
	size_t offset;	/* of a char *, which is */
	const char *is;	/* this; NULL: anything */
	size_t other;	/* of another, which is */
	const char *other_is;	/* this; NULL: not given */
	const char *sentence;
} conflicts[] = {
	{"ramdisk", GUEST(ramdisk), NULL, GUEST(kernel), NULL,
	    "it is for --kernel"},
	{"kernel", GUEST(kernel), NULL, GUEST(boot), "pvgrub",
	    "PvGRUB would boot the guest's own; leave out --boot"},
	{"kernel", GUEST(kernel), NULL, GUEST(boot), "pygrub",
	    "pygrub would boot the guest's own; leave out --boot"},
	{"modules", GUEST(modules), NULL, GUEST(kernel), NULL,
	    "it is for --kernel"},
	{"boot", GUEST(boot), "pygrub", GUEST(toolstack), "xm",
	    "pygrub of hosts that have xm reads no menu of today's GRUB; use "
	    "--boot direct or --kernel"},
	{"boot", GUEST(boot), "pvgrub", GUEST(toolstack), "xm",
	    "hosts that have xm have no PvGRUB for it; use --boot direct or "
	    "--kernel"},
	{"type", GUEST(type), "pvh", GUEST(toolstack), "xm",
	    "xm knows no pvh; use pv, or --toolstack xl"},
	{"firmware", GUEST(firmware), "uefi", GUEST(toolstack), "xm",
	    "hosts that have xm start no guest by UEFI; leave it out"},
	{"boot", GUEST(boot), NULL, GUEST(type), "hvm",
	    "the firmware of an hvm guest boots its disk; leave it out"},
	{"ramdisk", GUEST(ramdisk), NULL, GUEST(type), "hvm",
	    "the firmware of an hvm guest boots its disk; leave it out"},
};

/* What only a machine with firmware has. */
static const struct {
	const char *option;
	size_t offset;	/* of a char * */
} of_hvm[] = {
	{"firmware", GUEST(firmware)},
};

static void
check_hvm(const struct guest *guest, struct faults *faults)
{
	bool is_hvm = text_is(guest->type, "hvm");
	auto_error struct error kernel = {0};

	for (size_t i = 0; i < sizeof(of_hvm) / sizeof(*of_hvm); i++) {
		auto_error struct error one = {0};

		if (is_hvm || !*(char *const *)((const char *)guest +
		    of_hvm[i].offset))
			continue;
		error_usage(&one, "it is for --type hvm");
		faults_add(faults, of_hvm[i].option, 0, &one);
	}
	if (!is_hvm || !guest->kernel || text_is(guest->toolstack, "xm"))
		return;
	error_usage(&kernel, "the firmware of an hvm guest boots its disk; "
	    "leave it out (with --toolstack xm it is the path of hvmloader)");
	faults_add(faults, "kernel", 0, &kernel);
}

static void
check_vnc(struct guest *guest, struct faults *faults)
{
	auto_error struct error one = {0};

	guest->screen.display = VNC_ANY_DISPLAY;
	if (guest->vnc && guest_vnc_parse(guest->vnc, &guest->screen,
	    &one) < 0)
		faults_add(faults, "vnc", 0, &one);
}


static void
check_conflicts(const struct guest *guest, struct faults *faults)
{
	for (size_t i = 0; i < sizeof(conflicts) / sizeof(*conflicts); i++) {
		const char *text = *(char *const *)
		    ((const char *)guest + conflicts[i].offset);
		const char *other = *(char *const *)
		    ((const char *)guest + conflicts[i].other);
		auto_error struct error one = {0};

		if (!text || (conflicts[i].is &&
		    strcmp(text, conflicts[i].is)) || (conflicts[i].other_is
		    ? !text_is(other, conflicts[i].other_is) : other != NULL))
			continue;
		error_usage(&one, "%s", conflicts[i].sentence);
		faults_add(faults, conflicts[i].option, 0, &one);
	}
}

static void
set_default(char **place, const char *value)
{
	if (!*place)
		*place = memory_string(value);
}

void
guest_boot_check(struct guest *guest, struct faults *faults)
{
	for (size_t i = 0; i < sizeof(choices) / sizeof(*choices); i++)
		check_choice(&choices[i], guest, faults);
	check_host_paths(guest, faults);
	check_conflicts(guest, faults);
	check_hvm(guest, faults);
	check_vnc(guest, faults);
	set_default(&guest->toolstack, "xl");
	if (text_is(guest->type, "hvm"))
		set_default(&guest->firmware, "bios");
	set_default(&guest->boot, guest->firmware ? "firmware"
	    : guest->kernel || text_is(guest->toolstack, "xm") ? "direct"
	    : "pvgrub");
}

/* With another kernel than the release's own all is up to that. */
static int
type_check(const struct guest *guest, const struct suite *suite,
    struct view types, struct error *err)
{
	struct view rest = types, word;

	while (view_word(&rest, &word))
		if (view_is(word, guest->type))
			return 0;
	if (!types.data || ((guest->kernel ||
	    guest->kernel_package) && strcmp(guest->type, "hvm")))
		return 0;
	return error_usage(err, "the kernel of %s for %s starts in no domain "
	    "of type %s, only of type " VIEW_FORMAT, suite->codename,
	    guest->architecture, guest->type, VIEW_ARGUMENTS(types));
}

static void
type_default(struct guest *guest, struct view types)
{
	struct view first;

	if (guest->type)
		return;
	if (text_is(guest->toolstack, "xm"))
		guest->type = memory_string("pv");
	else if (view_word(&types, &first))
		guest->type = view_string(first);
	else
		guest->type = memory_string("pvh");
}

/* GRUB for PV unpacks the kernel itself, and knows only some ways. */
static int
compression_check(const struct guest *guest, const struct suite *suite,
    struct view types, struct error *err)
{
	static const char *const known[] = {"gzip", "xz", "lzo"};
	struct view kernel = stanza_get(&suite->fields, "Kernel-Compression");

	if (strcmp(guest->type, "pv") || strcmp(guest->boot, "pvgrub") ||
	    guest->kernel_package)
		return 0;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (view_is(kernel, known[i]))
			return 0;
	return error_usage(err, "GRUB for PV guests cannot unpack the kernel "
	    "of %s (" VIEW_FORMAT "); use --boot direct%s", suite->codename,
	    VIEW_ARGUMENTS(kernel.data ? kernel : view_of("compression "
	    "unknown")), view_starts(types, "pvh") ? " or --type pvh" : "");
}

/* Firmware boots what has a table of partitions. */
static int
table_check(const struct guest *guest, struct error *err)
{
	vector_each(disk, &guest->disks)
		if (guest->firmware && guest_disk_is_root(disk) &&
		    !disk->table)
			return error_usage(err, "--disk '%s': the firmware of "
			    "an hvm guest boots whole disks; leave out vdev=, "
			    "or say table=gpt and vdev=xvda", disk->path);
	return 0;
}

static int
images_check(const struct guest *guest, struct error *err)
{
	vector_each(disk, &guest->disks)
		if (text_is(guest->toolstack, "xm") &&
		    guest_disk_is_qcow2(disk))
			return error_usage(err, "xm attaches raw images only, "
			    "not '%s'; use format=raw", disk->path);
	return 0;
}

/* Of what libfsimage reads, that mkguest makes. */
static int
pygrub_check(const struct guest *guest, struct error *err)
{
	if (strcmp(guest->boot, "pygrub"))
		return 0;
	vector_each(disk, &guest->disks)
		if (guest_disk_is_root(disk) && disk->fs &&
		    !view_starts(view_of(disk->fs), "ext"))
			return error_usage(err, "pygrub cannot read %s; use "
			    "ext4, or another --boot", disk->fs);
	return 0;
}

/* libxl refuses it when the guest is started. */
static int
pci_check(const struct guest *guest, struct error *err)
{
	return guest->settings.pci.count && !strcmp(guest->type, "pvh")
	    ? error_usage(err, "--pci: Xen passes no device on to a pvh guest; "
	    "use --type hvm or --type pv") : 0;
}

int
guest_boot_complete(struct guest *guest, const struct suite *suite,
    struct error *err)
{
	struct view types = suite_kernel_types(suite, guest->architecture);

	type_default(guest, types);
	if (images_check(guest, err) < 0 || table_check(guest, err) < 0 ||
	    pygrub_check(guest, err) < 0 || pci_check(guest, err) < 0 ||
	    type_check(guest, suite, types, err) < 0)
		return -1;
	return compression_check(guest, suite, types, err);
}
