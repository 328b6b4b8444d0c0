#include "xen/keys.h"

#include <stdlib.h>
#include <stdint.h>
#include <string.h>

#include "base/nearest.h"

#define TEXT KEY_TEXT
#define NUMBER KEY_NUMBER
#define BOOL KEY_BOOL
#define LIST KEY_LIST
#define FILE_PATH KEY_FILE
#define SECRET KEY_SECRET

/* By name. */
static const struct key keys[] = {
	{"acpi", BOOL},
	{"acpi_firmware", FILE_PATH},
	{"acpi_laptop_slate", BOOL, 9},
	{"acpi_s3", BOOL},
	{"acpi_s4", BOOL},
	{"altp2m", TEXT | NUMBER, 9},
	{"altp2m_count", NUMBER, 21},
	{"altp2mhvm", BOOL, 6},
	{"apic", BOOL},
	{"arm_sci", TEXT, 21},
	{"bios", TEXT},
	{"bios_path_override", FILE_PATH, 8},
	{"boot", TEXT},
	{"bootloader", TEXT},
	{"bootloader_args", TEXT | LIST},
	{"bootloader_restrict", BOOL, 18},
	{"bootloader_user", TEXT, 18},
	{"builder", TEXT},
	{"cap", NUMBER},
	{"channel", LIST, 5},
	{"cmdline", TEXT, 5},
	{"cpu_weight", NUMBER},
	{"cpuid", TEXT | LIST},
	{"cpus", TEXT | LIST},
	{"cpus_soft", TEXT | LIST, 5},
	{"device_model", TEXT},
	{"device_model_args", LIST},
	{"device_model_override", FILE_PATH},
	{"device_model_stubdomain_override", BOOL},
	{"device_model_stubdomain_seclabel", TEXT},
	{"device_model_user", TEXT, 7},
	{"device_model_version", TEXT},
	{"device_tree", FILE_PATH, 6},
	{"disk", LIST},
	{"display", TEXT, 5},
	{"dm_restrict", BOOL, 10},
	{"driver_domain", BOOL},
	{"dtdev", LIST, 6},
	{"e820_host", BOOL},
	{"extra", TEXT},
	{"extratime", NUMBER},
	{"firmware", TEXT, 10},
	{"firmware_override", FILE_PATH},
	{"gfx_passthru", TEXT | NUMBER},
	{"gic_version", TEXT, 6},
	{"hap", BOOL},
	{"hdtype", TEXT, 6},
	{"hpet", BOOL},
	{"hvm_pirq", BOOL, 19},
	{"init_seclabel", TEXT},
	{"iomem", LIST},
	{"ioports", LIST},
	{"irqs", LIST},
	{"kernel", FILE_PATH},
	{"keymap", TEXT},
	{"latency", NUMBER},
	{"llc_colors", LIST, 20},
	{"localtime", BOOL},
	{"max_event_channels", NUMBER},
	{"max_grant_frames", NUMBER, 10},
	{"max_grant_version", NUMBER, 16},
	{"max_maptrack_frames", NUMBER, 10},
	{"maxmem", NUMBER},
	{"maxvcpus", NUMBER},
	{"mca_caps", LIST, 10},
	{"memory", NUMBER},
	{"mmio_hole", NUMBER, 5},
	{"ms_vm_genid", TEXT, 5},
	{"msr_relaxed", BOOL, 15},
	{"name", TEXT},
	{"nestedhvm", BOOL},
	{"nodes", LIST, 0, 8},
	{"nographic", BOOL},
	{"nomigrate", BOOL},
	{"nr_spis", NUMBER, 19},
	{"nx", BOOL},
	{"on_crash", TEXT},
	{"on_poweroff", TEXT},
	{"on_reboot", TEXT},
	{"on_soft_reset", TEXT, 7},
	{"on_watchdog", TEXT},
	{"oos", BOOL},
	{"opengl", BOOL},
	{"p9", LIST, 9},
	{"pae", BOOL},
	{"passthrough", TEXT, 13},
	{"pci", LIST},
	{"pci_msitranslate", NUMBER},
	{"pci_permissive", NUMBER},
	{"pci_power_mgmt", NUMBER},
	{"pci_seize", NUMBER, 5},
	{"period", NUMBER},
	{"pool", TEXT},
	{"pvcalls", LIST, 11},
	{"pvh", BOOL, 0, 8},
	{"pvshim", BOOL, 11},
	{"pvshim_cmdline", TEXT, 11},
	{"pvshim_extra", TEXT, 11},
	{"pvshim_path", TEXT, 11},
	{"ramdisk", FILE_PATH},
	{"rdm", TEXT, 6},
	{"rdm_mem_boundary", NUMBER, 6},
	{"root", TEXT},
	{"rtc_timeoffset", NUMBER},
	{"sched", TEXT, 0, 8},
	{"sdl", BOOL},
	{"seclabel", TEXT},
	{"serial", TEXT | LIST},
	{"shadow_memory", NUMBER},
	{"slice", NUMBER},
	{"smbios", LIST, 18},
	{"smbios_firmware", FILE_PATH},
	{"soundhw", TEXT},
	{"spice", BOOL},
	{"spice_clipboard_sharing", BOOL},
	{"spice_image_compression", TEXT, 6},
	{"spice_streaming_video", TEXT, 6},
	{"spiceagent_mouse", BOOL},
	{"spicedisable_ticketing", BOOL},
	{"spicehost", TEXT},
	{"spicepasswd", SECRET},
	{"spiceport", NUMBER},
	{"spicetls_port", NUMBER},
	{"spiceusbredirection", NUMBER},
	{"spicevdagent", BOOL},
	{"stdvga", NUMBER},
	{"stubdomain_cmdline", TEXT, 16},
	{"stubdomain_kernel", FILE_PATH, 14},
	{"stubdomain_memory", NUMBER, 14},
	{"stubdomain_ramdisk", FILE_PATH, 14},
	{"sve", TEXT, 18},
	{"tee", TEXT, 13},
	{"timer_mode", TEXT | NUMBER},
	{"trap_unmapped_accesses", BOOL, 21},
	{"tsc_mode", TEXT | NUMBER},
	{"type", TEXT, 10},
	{"usb", BOOL},
	{"usbctrl", LIST, 7},
	{"usbdev", LIST, 7},
	{"usbdevice", TEXT | LIST},
	{"usbversion", NUMBER},
	{"uuid", TEXT},
	{"vcpus", NUMBER},
	{"vdispl", LIST, 10},
	{"vendor_device", TEXT},
	{"vfb", LIST},
	{"vga", TEXT},
	{"videoram", NUMBER},
	{"vif", LIST},
	{"vif2", LIST},
	{"viridian", BOOL | LIST},
	{"virtio", LIST, 18},
	{"vkb", LIST, 12},
	{"vkb_device", BOOL, 13},
	{"vmtrace_buf_kb", NUMBER, 15},
	{"vnc", NUMBER | BOOL},
	{"vncdisplay", NUMBER},
	{"vnclisten", TEXT},
	{"vncpasswd", SECRET},
	{"vncunused", BOOL},
	{"vncviewer", NUMBER},
	{"vnuma", LIST, 6},
	{"vpmu", BOOL, 16},
	{"vpt_align", BOOL},
	{"vsnd", LIST, 12},
	{"vtpm", LIST},
	{"vuart", TEXT, 10},
	{"xauthority", TEXT, 5},
	{"xen_platform_pci", BOOL},
	{"xen_platform_pci_bar_uc", BOOL, 21},
	{"xend_suspend_evtchn_compat", BOOL, 14},
	{"xenstore_feature_mask", NUMBER, 21},
	{"xenstore_quota", LIST, 22},
};

enum { KEY_COUNT = sizeof(keys) / sizeof(*keys) };

static int
key_compare(const void *name, const void *key)
{
	const struct view *text = name;

	return view_compare(*text, view_of(((const struct key *)key)->name));
}

const struct key *
key_find(struct view name)
{
	return bsearch(&name, keys, KEY_COUNT, sizeof(*keys), key_compare);
}

int
key_name_check(const char *name, struct error *err)
{
	size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz._0123456789");

	if (*name >= 'a' && *name <= 'z' && !name[length])
		return 0;
	return error_usage(err, "'%s' is no key of a domain file: those are "
	    "small letters, digits, '_' and '.'", name);
}

int
xen_version_read(const char *text, unsigned *version, struct error *err)
{
	char *end;

	if (strncmp(text, "4.", 2) == 0) {
		*version = strtoul(text + 2, &end, 10);
		if (end > text + 2 && (!*end || *end == '.') &&
		    *version >= XEN_OLDEST && *version <= XEN_NEWEST)
			return 0;
	}
	return error_usage(err, "--xen-version '%s': the releases that are "
	    "known are 4.%u to 4.%u", text, XEN_OLDEST, XEN_NEWEST);
}

bool
key_is(const struct key *key, unsigned kind)
{
	return key && (key->kinds & kind) == kind;
}

const struct key *
key_nearest(struct view name)
{
	const struct key *best = NULL;
	size_t least = SIZE_MAX;

	for (size_t i = 0; i < KEY_COUNT; i++) {
		size_t slips = nearest_slips(name, view_of(keys[i].name));

		if (slips >= least)
			continue;
		least = slips;
		best = &keys[i];
	}
	return nearest_is_near(name, least) ? best : NULL;
}
