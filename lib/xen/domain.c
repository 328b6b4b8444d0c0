#include "xen/domain.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "guest/network_disk.h"
#include "xen/config.h"
#include "xen/config_edit.h"
#include "xen/disk_spec.h"
#include "xen/domain_settings.h"
#include "xen/vif_spec.h"
#include "xen/domain_toolstack.h"

/* Of Debian's grub-xen-host; the one for PVH enters kernels of both widths. HVM
 * needs no loader today; xm, which wants its path, is Etch's. */
static const struct {
	const char *architecture;	/* NULL: any */
	const char *type;
	const char *path;
} loaders[] = {
	{NULL, "pvh", "/usr/lib/grub-xen/grub-i386-xen_pvh.bin"},
	{"amd64", "pv", "/usr/lib/grub-xen/grub-x86_64-xen.bin"},
	{"i386", "pv", "/usr/lib/grub-xen/grub-i386-xen.bin"},
	{NULL, "hvm", "/usr/lib/xen-3.0.3-1/boot/hvmloader"},
};

const char *
domain_loader(const char *architecture, const char *type)
{
	for (size_t i = 0; i < sizeof(loaders) / sizeof(*loaders); i++)
		if (!strcmp(loaders[i].type, type) &&
		    (!loaders[i].architecture ||
		    !strcmp(loaders[i].architecture, architecture)))
			return loaders[i].path;
	return NULL;
}

/* What Xen runs besides the machine's own. */
static const struct {
	const char *machine;
	const char *architecture;
} others[] = {
	{"amd64", "i386"},
};

int
domain_architecture_check(const char *machine, const char *architecture,
    struct error *err)
{
	if (!strcmp(machine, architecture))
		return 0;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (!strcmp(machine, others[i].machine) &&
		    !strcmp(architecture, others[i].architecture))
			return 0;
	return error_set(err, "Xen on this machine (%s) runs no guest of '%s'; "
	    "mkguest-root --arch %s can make its root", machine, architecture,
	    architecture);
}

/* --- keys ---------------------------------------------------------------- */

struct writing {
	const struct domain *domain;
	const struct domain_toolstack *toolstack;
	struct buffer *text;
};

struct key {
	const char *name;
	unsigned toolstacks;	/* that know it */
	int (*write)(const struct writing *writing, const struct key *key,
	    struct error *err);
	size_t offset;	/* of a member of the domain */
	const char *constant;
};

static int
write_value(const struct writing *writing, const struct key *key,
    const char *value, struct error *err)
{
	if (!value)
		return 0;
	buffer_printf(writing->text, "%s = ", key->name);
	if (config_quote(value, writing->text, err) < 0)
		return error_prefix(err, "%s", key->name);
	buffer_text(writing->text, "\n");
	return 0;
}

static int
write_text(const struct writing *writing, const struct key *key,
    struct error *err)
{
	const char *place = (const char *)writing->domain + key->offset;

	return write_value(writing, key, *(const char *const *)place, err);
}

static int
write_constant(const struct writing *writing, const struct key *key,
    struct error *err)
{
	return write_value(writing, key, key->constant, err);
}

static int
write_number(const struct writing *writing, const struct key *key,
    struct error *err)
{
	const char *place = (const char *)writing->domain + key->offset;

	(void)err;
	buffer_printf(writing->text, "%s = %llu\n", key->name,
	    (unsigned long long)*(const uint64_t *)place);
	return 0;
}

static bool
is_hvm(const struct domain *domain)
{
	return !strcmp(domain->type, "hvm");
}

/* Today's Xen runs PV of 32 bits only in a shim, which is PVH itself. */
static bool
needs_shim(const struct domain *domain)
{
	return !strcmp(domain->type, "pv") &&
	    !strcmp(domain->architecture, "i386") &&
	    domain_version_has(domain, "pvshim");
}

static int
write_type(const struct writing *writing, const struct key *key,
    struct error *err)
{
	const struct domain *domain = writing->domain;

	return write_value(writing, key, needs_shim(domain) ? "pvh"
	    : domain->type, err);
}

static int
write_shim(const struct writing *writing, const struct key *key,
    struct error *err)
{
	(void)err;
	if (needs_shim(writing->domain))
		buffer_printf(writing->text, "%s = 1\n", key->name);
	return 0;
}

/* xm is told hvmloader's place. */
static int
write_kernel(const struct writing *writing, const struct key *key,
    struct error *err)
{
	const struct domain *domain = writing->domain;

	return is_hvm(domain) && writing->toolstack->bit == XL ? 0
	    : write_value(writing, key, domain->kernel, err);
}

/* What only machines have, whatever their values. */
static int
write_of_machine(const struct writing *writing, const struct key *key,
    struct error *err)
{
	return is_hvm(writing->domain)
	    ? write_value(writing, key, key->constant, err) : 0;
}

/* Before there was type=, pvh was another thing, and pv the default. */
static int
write_builder(const struct writing *writing, const struct key *key,
    struct error *err)
{
	const struct domain *domain = writing->domain;
	bool is_uefi = domain->machine.firmware &&
	    !strcmp(domain->machine.firmware, "uefi");

	if (writing->toolstack->bit == XM)
		return write_of_machine(writing, key, err);
	if (domain_version_has(domain, "type"))
		return 0;
	if (!strcmp(domain->type, "pvh") || is_uefi)
		return error_usage(err, "Xen 4.%u starts no guest %s",
		    domain->version, is_uefi ? "by UEFI as mkguest says it"
		    : "of type pvh; use pv");
	return write_of_machine(writing, key, err);
}

static int
write_flag_of_machine(const struct writing *writing, const struct key *key,
    struct error *err)
{
	(void)err;
	if (is_hvm(writing->domain))
		buffer_printf(writing->text, "%s = %s\n", key->name,
		    key->constant);
	return 0;
}

static int
write_of_windows(const struct writing *writing, const struct key *key,
    struct error *err)
{
	return writing->domain->machine.is_windows
	    ? write_flag_of_machine(writing, key, err) : 0;
}

/* QEMU's machine lies beside hvmloader: …/boot/hvmloader, …/bin/qemu-dm. */
static int
write_device_model(const struct writing *writing, const struct key *key,
    struct error *err)
{
	static const char place[] = "/boot/hvmloader";
	struct view loader = view_of(writing->domain->kernel);
	auto_free char *path = NULL;

	if (!is_hvm(writing->domain) || !view_ends(loader, place))
		return 0;
	loader.length -= strlen(place);
	path = memory_printf(VIEW_FORMAT "/bin/qemu-dm",
	    VIEW_ARGUMENTS(loader));
	return write_value(writing, key, path, err);
}

/* xl has no key for it. */
static int
write_floppy(const struct writing *writing, const struct key *key,
    struct error *err)
{
	const char *floppy = writing->domain->machine.floppy;
	auto_free char *drive = NULL;

	if (!floppy)
		return 0;
	if (strchr(floppy, ','))
		return error_set(err, "floppy '%s' cannot be written in a "
		    "domain file: it holds a comma", floppy);
	drive = memory_printf("file=%s,if=floppy,format=raw,readonly=on",
	    floppy);
	buffer_printf(writing->text, "%s = [ \"-drive\", ", key->name);
	if (config_quote(drive, writing->text, err) < 0)
		return error_prefix(err, "%s", key->name);
	buffer_text(writing->text, " ]\n");
	return 0;
}

static int
write_vnc_text(const struct writing *writing, const struct key *key,
    struct error *err)
{
	const char *vnc = (const char *)writing->domain->machine.vnc;

	return !vnc ? 0 : write_value(writing, key,
	    *(const char *const *)(vnc + key->offset), err);
}

static int
write_vnc_display(const struct writing *writing, const struct key *key,
    struct error *err)
{
	const struct guest_vnc *vnc = writing->domain->machine.vnc;

	(void)err;
	if (vnc && vnc->display != VNC_ANY_DISPLAY)
		buffer_printf(writing->text, "%s = %llu\n", key->name,
		    (unsigned long long)vnc->display);
	return 0;
}

static int
write_vnc_unused(const struct writing *writing, const struct key *key,
    struct error *err)
{
	const struct guest_vnc *vnc = writing->domain->machine.vnc;

	return vnc && vnc->display != VNC_ANY_DISPLAY ? 0
	    : write_flag_of_machine(writing, key, err);
}

static int
write_list(const struct writing *writing, const struct key *key,
    const struct strings *items, struct error *err)
{
	buffer_printf(writing->text, "%s = [\n", key->name);
	vector_each(item, items) {
		buffer_text(writing->text, "\t");
		if (config_quote(*item, writing->text, err) < 0)
			return error_prefix(err, "%s", key->name);
		buffer_text(writing->text, ",\n");
	}
	buffer_text(writing->text, "]\n");
	return 0;
}

/* One string, without quotes in it. xm says what it is in another way. */
static int
write_framebuffer(const struct writing *writing, const struct key *key,
    struct error *err)
{
	const struct guest_vnc *vnc = writing->domain->framebuffer;
	struct buffer spec = {0};
	char *item;
	int result;

	if (!vnc)
		return 0;
	if (vnc->password && strpbrk(vnc->password, ", \t"))
		return error_set(err, "the password of the screen cannot be "
		    "written in a domain file: it holds a comma or a blank");
	buffer_text(&spec, writing->toolstack->bit == XM ? "type=vnc"
	    : "vnc=1");
	if (vnc->listen)
		buffer_printf(&spec, ",vnclisten=%s", vnc->listen);
	if (vnc->display == VNC_ANY_DISPLAY)
		buffer_text(&spec, ",vncunused=1");
	else
		buffer_printf(&spec, ",vncdisplay=%llu",
		    (unsigned long long)vnc->display);
	if (vnc->password)
		buffer_printf(&spec, ",vncpasswd=%s", vnc->password);
	item = buffer_steal(&spec);
	result = write_list(writing, key, &(struct strings){&item, 1, 1}, err);
	memory_free_secret(item);
	return result;
}

static int
write_cmdline(const struct writing *writing, const struct key *key,
    struct error *err)
{
	const struct domain *domain = writing->domain;
	auto_free char *line = domain->root &&
	    domain_version_has(domain, "cmdline") ? memory_printf("root=%s%s%s",
	    domain->root, domain->extra ? " " : "",
	    domain->extra ? domain->extra : "") : NULL;

	return write_value(writing, key, line, err);
}

/* xm passes both on as it gets them, and so did xl once. */
static int
write_part_of_cmdline(const struct writing *writing, const struct key *key,
    struct error *err)
{
	return writing->toolstack->bit == XL &&
	    domain_version_has(writing->domain, "cmdline") ? 0
	    : write_text(writing, key, err);
}

static int
check_path(const char *path, struct error *err)
{
	return *path == '/' || network_disk_find(path) ? 0
	    : error_set(err, "disk '%s' is no absolute path", path);
}

static int
write_disks(const struct writing *writing, const struct key *key,
    struct error *err)
{
	const struct domain_toolstack *toolstack = writing->toolstack;
	const struct domain *domain = writing->domain;
	auto_strings struct strings items = {0};

	vector_each(disk, &domain->disks)
		if (check_path(disk->path, err) < 0 ||
		    toolstack->add_disk(disk, is_hvm(domain), &items,
		    err) < 0)
			return -1;
	if (domain->cdrom && toolstack->add_cdrom &&
	    toolstack->add_cdrom(domain->cdrom, &items, err) < 0)
		return -1;
	return write_list(writing, key, &items, err);
}

#define NIC(member) offsetof(struct guest_nic, member)

/* Of xl-network-configuration(5), which has no quotes, and keeps blanks; xm had
 * all of them, too. */
static const struct {
	const char *name;
	size_t offset;	/* of a char * */
} vif_keys[] = {
	{"mac", NIC(mac)}, {"bridge", NIC(bridge)}, {"model", NIC(model)},
	{"rate", NIC(rate)}, {"vifname", NIC(vifname)},
	{"script", NIC(script)}, {"backend", NIC(backend)},
};

int
domain_vif_text(const struct guest_nic *nic, const char *separator,
    struct buffer *spec, struct error *err)
{
	for (size_t i = 0; i < sizeof(vif_keys) / sizeof(*vif_keys); i++) {
		const char *value =
		    *(char *const *)((const char *)nic + vif_keys[i].offset);

		if (!value)
			continue;
		if (strpbrk(value, ", \t"))
			return error_set(err, "%s '%s' cannot be written in a "
			    "domain file", vif_keys[i].name, value);
		buffer_printf(spec, "%s%s=%s", spec->length ? separator : "",
		    vif_keys[i].name, value);
	}
	return 0;
}

enum { SINCE_MTU = 15 };	/* of Xen 4 */

static int
write_vifs(const struct writing *writing, const struct key *key,
    struct error *err)
{
	auto_strings struct strings items = {0};

	vector_each(nic, writing->domain->nics) {
		if (nic->mtu && writing->domain->version &&
		    writing->domain->version < SINCE_MTU)
			return error_usage(err, "--nic mtu=: Xen 4.%u knows "
			    "it not", writing->domain->version);
		if (writing->toolstack->add_vif(nic,
		    is_hvm(writing->domain), &items, err) < 0)
			return -1;
	}
	return write_list(writing, key, &items, err);
}

#define DOMAIN(member) offsetof(struct domain, member)
#define VNC(member) offsetof(struct guest_vnc, member)

static const struct key keys[] = {
	{"name", XL | XM, write_text, DOMAIN(name)},
	{"hostname", XM, write_text, DOMAIN(name)},
	{"uuid", XL | XM, write_text, DOMAIN(uuid)},
	{"type", XL, write_type},
	{"pvshim", XL, write_shim},
	{"memory", XL | XM, write_number, DOMAIN(memory)},
	{"vcpus", XL | XM, write_number, DOMAIN(vcpus)},
	{"builder", XL | XM, write_builder, .constant = "hvm"},
	{"bootloader", XL, write_text, DOMAIN(bootloader)},
	{"kernel", XL | XM, write_kernel},
	{"ramdisk", XL | XM, write_text, DOMAIN(ramdisk)},
	{"cmdline", XL, write_cmdline},
	{"root", XL | XM, write_part_of_cmdline, DOMAIN(root)},
	{"extra", XL | XM, write_part_of_cmdline, DOMAIN(extra)},
	{"disk", XL | XM, write_disks},
	{"cdrom", XM, write_text, DOMAIN(cdrom)},
	{"vif", XL | XM, write_vifs},
	{"vfb", XL | XM, write_framebuffer},
	{"device_model", XM, write_device_model},
	{"firmware", XL, write_text, DOMAIN(machine.firmware)},
	{"boot", XL | XM, write_text, DOMAIN(machine.boot)},
	{"fda", XM, write_text, DOMAIN(machine.floppy)},
	{"device_model_args", XL, write_floppy},
	{"vga", XL, write_of_machine, .constant = "stdvga"},
	{"serial", XL, write_of_machine, .constant = "pty"},
	{"usb", XL, write_flag_of_machine, .constant = "1"},
	{"usbdevice", XL, write_of_machine, .constant = "tablet"},
	{"viridian", XL, write_of_windows, .constant = "1"},
	{"localtime", XL | XM, write_of_windows, .constant = "1"},
	{"vnc", XL | XM, write_flag_of_machine, .constant = "1"},
	{"vnclisten", XL | XM, write_vnc_text, VNC(listen)},
	{"vncdisplay", XL | XM, write_vnc_display},
	{"vncunused", XL, write_vnc_unused, .constant = "1"},
	{"vncpasswd", XL | XM, write_vnc_text, VNC(password)},
	{"vncviewer", XM, write_flag_of_machine, .constant = "1"},
	{"sdl", XM, write_flag_of_machine, .constant = "0"},
	{"on_poweroff", XL | XM, write_constant, .constant = "destroy"},
	{"on_reboot", XL | XM, write_constant, .constant = "restart"},
	{"on_crash", XL | XM, write_constant, .constant = "destroy"},
};

static bool
is_written(const struct writing *writing, const struct key *key)
{
	return key->toolstacks & writing->toolstack->bit &&
	    (writing->toolstack->bit == XM ||
	    domain_version_has(writing->domain, key->name)) &&
	    !domain_settings_have(writing->domain, key->name);
}

int
domain_write(const struct domain *domain, struct buffer *text,
    struct error *err)
{
	const struct writing writing = {
		.domain = domain,
		.toolstack = strcmp(domain->toolstack, domain_xm.name)
		    ? &domain_xl : &domain_xm,
		.text = text,
	};

	buffer_text(text, writing.toolstack->head);
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (is_written(&writing, &keys[i]) &&
		    keys[i].write(&writing, &keys[i], err) < 0)
			return -1;
	return domain_settings_write(domain, text, err);
}

/* --- reading ------------------------------------------------------------- */

static const char script_front[] = "block-";

/* As network_disk.h writes it, if it is one: /dev/drbd0 by its script is not
 * the same as /dev/drbd0. */
static void
add_target(const char *text, struct strings *disks)
{
	struct disk_spec spec = disk_spec_read(text);
	struct view script = spec.script;

	if (!spec.target.data)
		return;
	if (view_starts(script, script_front)) {
		script.data += strlen(script_front);
		script.length -= strlen(script_front);
	}
	strings_printf(disks, VIEW_FORMAT "%s" VIEW_FORMAT,
	    VIEW_ARGUMENTS(script), script.data ? ":" : "",
	    VIEW_ARGUMENTS(spec.target));
}

/* Blanks separate addresses. */
static void
add_vif(const char *text, struct domain_claims *claims)
{
	struct view rest = view_of(text), name, value;

	while (vif_spec_next(&rest, &name, &value)) {
		auto_free char *copy = view_string(value);

		if (view_is(name, "mac") && value.length)
			strings_add(&claims->macs, copy);
		else if (view_is(name, "ip") && value.length)
			strings_split(&claims->addresses, copy, " \t");
	}
}

static void
add_disk(const char *text, struct domain_claims *claims)
{
	add_target(text, &claims->disks);
}

static void
add_list(const struct config *config, const char *key,
    void (*add)(const char *text, struct domain_claims *claims),
    struct domain_claims *claims)
{
	const struct config_value *list = config_get(config, key);

	for (size_t i = 0; list && list->kind == CONFIG_LIST &&
	    i < list->count; i++)
		if (list->items[i].kind == CONFIG_STRING)
			add(list->items[i].text, claims);
}

void
domain_claims_read(const struct config *config, struct domain_claims *claims)
{
	claims->name = memory_string(config_text(config, "name"));
	add_list(config, "disk", add_disk, claims);
	add_list(config, "vif", add_vif, claims);
}

int
domain_read(const char *path, struct view text, struct domain_claims *claims,
    struct error *err)
{
	auto_config struct config config = {0};

	if (config_read(path, text, &config, err) < 0)
		return -1;
	domain_claims_read(&config, claims);
	return 0;
}

void
domain_claims_release(struct domain_claims *claims)
{
	free(claims->name);
	strings_release(&claims->disks);
	strings_release(&claims->macs);
	strings_release(&claims->addresses);
	*claims = (struct domain_claims){0};
}
