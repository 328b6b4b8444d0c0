#include "xen/domain_libvirt.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/xml.h"
#include "guest/network_disk.h"

/* What xl takes where nobody says another one. */
static const char usual_bridge[] = "xenbr0";

static const struct {
	const char *architecture, *libvirt;
} architectures[] = {
	{"amd64", "x86_64"}, {"i386", "i686"}, {"arm64", "aarch64"},
	{"armhf", "armv7l"},
};

static const struct {
	const char *type, *machine, *os;
} types[] = {
	{"pvh", "xenpvh", "xenpvh"},
	{"pv", "xenpv", "linux"},
	{"hvm", "xenfv", "hvm"},
};

/* By the first letters of its name. */
static const struct {
	const char *front, *bus;
} buses[] = {
	{"xvd", "xen"}, {"hd", "ide"}, {"sd", "scsi"}, {"fd", "fdc"},
};

/* --- elements -------------------------------------------------------------- */

/* " name='value'"; nothing for NULL. */
static int
add_attribute(struct buffer *text, const char *name, const char *value,
    struct error *err)
{
	if (!value)
		return 0;
	buffer_printf(text, " %s='", name);
	if (xml_text(value, text, err) < 0)
		return error_prefix(err, "'%s' for libvirt", name);
	buffer_text(text, "'");
	return 0;
}

/* "<name>value</name>"; nothing for NULL. */
static int
add_element(struct buffer *text, const char *name, const char *value,
    struct error *err)
{
	if (!value)
		return 0;
	buffer_printf(text, "<%s>", name);
	if (xml_text(value, text, err) < 0)
		return error_prefix(err, "'%s' for libvirt", name);
	buffer_printf(text, "</%s>\n", name);
	return 0;
}

/* "<name attribute='value'/>"; nothing for NULL. */
static int
add_empty(struct buffer *text, const char *name, const char *attribute,
    const char *value, struct error *err)
{
	if (!value)
		return 0;
	buffer_printf(text, "<%s", name);
	if (add_attribute(text, attribute, value, err) < 0)
		return -1;
	buffer_text(text, "/>\n");
	return 0;
}

/* --- what starts it -------------------------------------------------------- */

static const char *
architecture_of(const struct domain *domain)
{
	for (size_t i = 0; i < sizeof(architectures) / sizeof(*architectures);
	     i++)
		if (!strcmp(architectures[i].architecture,
		    domain->architecture))
			return architectures[i].libvirt;
	return domain->architecture;
}

static int
add_type(const struct domain *domain, struct buffer *text, struct error *err)
{
	const char *architecture = architecture_of(domain);

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (!strcmp(types[i].type, domain->type)) {
			buffer_printf(text, "<type arch='%s' machine='%s'>"
			    "%s</type>\n", architecture, types[i].machine,
			    types[i].os);
			return 0;
		}
	return error_set(err, "libvirt knows no domain of type '%s'",
	    domain->type);
}

static char *
command_line(const struct domain *domain)
{
	return !domain->root ? memory_string(domain->extra)
	    : memory_printf("root=%s%s%s", domain->root,
	    domain->extra ? " " : "", domain->extra ? domain->extra : "");
}

/* In the letters of "boot", as xl.cfg(5) has them. */
static void
add_boot_order(const char *letters, struct buffer *text)
{
	static const struct {
		char letter;
		const char *device;
	} devices[] = {{'a', "fd"}, {'c', "hd"}, {'d', "cdrom"},
		{'n', "network"}};

	for (; letters && *letters; letters++)
		for (size_t i = 0; i < sizeof(devices) / sizeof(*devices); i++)
			if (*letters == devices[i].letter)
				buffer_printf(text, "<boot dev='%s'/>\n",
				    devices[i].device);
}

static int
add_kernel(const struct domain *domain, struct buffer *text, struct error *err)
{
	auto_free char *cmdline = command_line(domain);

	return add_element(text, "kernel", domain->kernel, err) < 0 ||
	    add_element(text, "initrd", domain->ramdisk, err) < 0 ||
	    add_element(text, "cmdline", cmdline, err) < 0 ? -1 : 0;
}

static int
add_os(const struct domain *domain, struct buffer *text, struct error *err)
{
	const struct domain_machine *machine = &domain->machine;

	buffer_text(text, "<os>\n");
	if (add_type(domain, text, err) < 0 ||
	    (!machine->firmware && add_kernel(domain, text, err) < 0))
		return -1;
	add_boot_order(machine->boot, text);
	buffer_text(text, "</os>\n");
	if (machine->firmware)
		buffer_printf(text, "<features><acpi/><apic/><pae/>%s"
		    "</features>\n", machine->is_windows ? "<viridian/>" : "");
	return 0;
}

/* --- devices --------------------------------------------------------------- */

static const char *
bus_of(const char *vdev)
{
	for (size_t i = 0; i < sizeof(buses) / sizeof(*buses); i++)
		if (view_starts(view_of(vdev), buses[i].front))
			return buses[i].bus;
	return buses[0].bus;
}

static int
add_disk(const struct domain_disk *disk, const char *device,
    struct buffer *text, struct error *err)
{
	if (network_disk_find(disk->path))
		return error_set(err, "disk '%s' is on the network; for "
		    "libvirt it is to be a device of the host", disk->path);
	buffer_printf(text, "<disk type='%s' device='%s'>\n",
	    disk->is_device ? "block" : "file", device);
	buffer_printf(text, "<driver name='qemu' type='%s'/>\n",
	    disk->format ? disk->format : "raw");
	if (add_empty(text, "source", disk->is_device ? "dev" : "file",
	    disk->path, err) < 0)
		return -1;
	buffer_text(text, "<target");
	if (add_attribute(text, "dev", disk->vdev, err) < 0)
		return -1;
	buffer_printf(text, " bus='%s'/>\n%s</disk>\n", bus_of(disk->vdev),
	    disk->is_read_only || disk->is_cdrom ? "<readonly/>\n" : "");
	return 0;
}

static int
add_disks(const struct domain *domain, struct buffer *text, struct error *err)
{
	const struct domain_disk cdrom = {.path = domain->cdrom,
		.vdev = "xvdz", .is_cdrom = true, .is_device = true};
	const struct domain_disk floppy = {.path = domain->machine.floppy,
		.vdev = "fda"};

	vector_each(disk, &domain->disks)
		if (add_disk(disk, disk->is_cdrom ? "cdrom" : "disk", text,
		    err) < 0)
			return -1;
	if (cdrom.path && add_disk(&cdrom, "cdrom", text, err) < 0)
		return -1;
	return floppy.path ? add_disk(&floppy, "floppy", text, err) : 0;
}

static int
add_nic(const struct guest_nic *nic, struct buffer *text, struct error *err)
{
	if (nic->rate || nic->backend)
		return error_set(err, "the card %s has a rate or a backend, "
		    "which are not written for libvirt", nic->mac);
	buffer_text(text, "<interface type='bridge'>\n");
	if (add_empty(text, "mac", "address", nic->mac, err) < 0 ||
	    add_empty(text, "source", "bridge", nic->bridge ? nic->bridge
	    : usual_bridge, err) < 0 ||
	    add_empty(text, "script", "path", nic->script, err) < 0 ||
	    add_empty(text, "target", "dev", nic->vifname, err) < 0 ||
	    add_empty(text, "model", "type", nic->model, err) < 0)
		return -1;
	if (nic->mtu)
		buffer_printf(text, "<mtu size='%llu'/>\n",
		    (unsigned long long)nic->mtu);
	buffer_text(text, "</interface>\n");
	return 0;
}

static int
add_screen(const struct guest_vnc *vnc, struct buffer *text, struct error *err)
{
	if (!vnc)
		return 0;
	buffer_text(text, "<graphics type='vnc'");
	if (vnc->display == VNC_ANY_DISPLAY)
		buffer_text(text, " autoport='yes'");
	else
		buffer_printf(text, " port='%llu' autoport='no'",
		    (unsigned long long)(vnc->display + VNC_PORT_FIRST));
	if (add_attribute(text, "listen", vnc->listen, err) < 0)
		return -1;
	buffer_text(text, "/>\n");
	return 0;
}

static int
add_devices(const struct domain *domain, struct buffer *text,
    struct error *err)
{
	buffer_text(text, "<devices>\n");
	if (add_disks(domain, text, err) < 0)
		return -1;
	vector_each(nic, domain->nics)
		if (add_nic(nic, text, err) < 0)
			return -1;
	buffer_text(text, domain->machine.firmware
	    ? "<serial type='pty'/>\n<input type='tablet' bus='usb'/>\n"
	    : "<console type='pty'><target type='xen'/></console>\n");
	if (add_screen(domain->machine.vnc, text, err) < 0 ||
	    add_screen(domain->framebuffer, text, err) < 0)
		return -1;
	buffer_text(text, "</devices>\n");
	return 0;
}

/* --- all of it ------------------------------------------------------------- */

static bool
has_password(const struct guest_vnc *vnc)
{
	return vnc && vnc->password;
}

/* What would be lost is not left out in silence. */
static int
check(const struct domain *domain, struct error *err)
{
	const char *firmware = domain->machine.firmware;

	if (domain->settings->count)
		return error_set(err, "'%s' is set for the domain file, which "
		    "is not written for libvirt",
		    domain->settings->items[0]);
	if (domain->bootloader)
		return error_set(err, "libvirt wants to know where pygrub is, "
		    "which changes with Xen; use --boot pvgrub or direct");
	if (firmware && strcmp(firmware, "bios"))
		return error_set(err, "for libvirt the firmware can only be "
		    "bios, not '%s'", firmware);
	if (has_password(domain->machine.vnc) ||
	    has_password(domain->framebuffer))
		return error_set(err, "the password of its screen is not "
		    "written for libvirt, where others could read it");
	return 0;
}

int
domain_libvirt_write(const struct domain *domain, struct buffer *text,
    struct error *err)
{
	if (check(domain, err) < 0)
		return -1;
	buffer_text(text, "<domain type='xen'>\n");
	if (add_element(text, "name", domain->name, err) < 0 ||
	    add_element(text, "uuid", domain->uuid, err) < 0)
		return -1;
	buffer_printf(text, "<memory unit='MiB'>%llu</memory>\n"
	    "<vcpu>%llu</vcpu>\n", (unsigned long long)domain->memory,
	    (unsigned long long)domain->vcpus);
	if (add_os(domain, text, err) < 0)
		return -1;
	buffer_printf(text, "<clock offset='%s'/>\n"
	    "<on_poweroff>destroy</on_poweroff>\n"
	    "<on_reboot>restart</on_reboot>\n"
	    "<on_crash>destroy</on_crash>\n",
	    domain->machine.is_windows ? "localtime" : "utc");
	if (add_devices(domain, text, err) < 0)
		return -1;
	buffer_text(text, "</domain>\n");
	return 0;
}
