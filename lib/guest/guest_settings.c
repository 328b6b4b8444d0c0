#include "guest/guest_settings.h"

#include <regex.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "guest/guest.h"

#define SETTING(member) offsetof(struct guest, settings.member)

const struct option settings_options[] = {
	{0, "maxmem", "MIB", "memory that it can be given while it runs",
	    OPTION_MEBIBYTES, SETTING(maxmem)},
	{0, "maxvcpus", "N", "the same of virtual processors", OPTION_NUMBER,
	    SETTING(maxvcpus)},
	{0, "cpus", "LIST", "processors of the host that it runs on: 2-3,^1",
	    OPTION_TEXT, SETTING(cpus)},
	{0, "cpu-weight", "N", "its share, 1 to 65535 (Xen's default 256)",
	    OPTION_NUMBER, SETTING(cpu_weight)},
	{0, "cap", "PERCENT", "of one processor, that it gets at the most",
	    OPTION_NUMBER, SETTING(cap)},
	{0, "pool", "NAME", "of processors, that it belongs to", OPTION_TEXT,
	    SETTING(pool)},
	{0, "on-poweroff", "ACTION", "what Xen does then (default destroy)",
	    OPTION_TEXT, SETTING(on_poweroff)},
	{0, "on-reboot", "ACTION", "the same (default restart)", OPTION_TEXT,
	    SETTING(on_reboot)},
	{0, "on-crash", "ACTION", "the same (default destroy)", OPTION_TEXT,
	    SETTING(on_crash)},
	{0, "on-watchdog", "ACTION", "the same, when it does not answer",
	    OPTION_TEXT, SETTING(on_watchdog)},
	{0, "pci", "BUS:DEVICE.FUNCTION[,…]", "a device of the host that it "
	    "gets; repeatable", OPTION_REPEAT, SETTING(pci)},
	{0, "usb", "hostbus=BUS,hostaddr=DEVICE[,…]", "a USB device of the "
	    "host that it gets; repeatable", OPTION_REPEAT, SETTING(usb)},
	{0, "set", "KEY=VALUE", "any other key of the domain file; repeatable",
	    OPTION_REPEAT, SETTING(set)},
	{0, "xen-version", "VERSION", "that reads the domain file, 4.4 to 4.22 "
	    "(default: any)", OPTION_TEXT, SETTING(xen_version)},
	OPTIONS_END
};

/* What an option is in the file. */
static const struct setting {
	const char *option;
	const char *xl, *xm;	/* the key; NULL: it has none */
	uint64_t max;	/* of a number; 0: it is none */
} settings[] = {
	{"maxmem", "maxmem", "maxmem", 16 << 20},
	{"maxvcpus", "maxvcpus", "maxvcpus", 512},
	{"cpus", "cpus", "cpus"},
	{"cpu-weight", "cpu_weight", "cpu_weight", 65535},
	{"cap", "cap", "cpu_cap", 51200},
	{"pool", "pool", "pool"},
	{"on-poweroff", "on_poweroff", "on_poweroff"},
	{"on-reboot", "on_reboot", "on_reboot"},
	{"on-crash", "on_crash", "on_crash"},
	{"on-watchdog", "on_watchdog", NULL},
	{"pci", "pci", "pci"},
	{"usb", "usbdev", NULL},
};

enum { SETTINGS = sizeof(settings) / sizeof(*settings) };

static const char *
key_of(const struct setting *setting, const struct guest *guest)
{
	return guest->toolstack && !strcmp(guest->toolstack, "xm")
	    ? setting->xm : setting->xl;
}

static const struct option *
option_of(const struct setting *setting)
{
	const struct option *option = settings_options;

	while (strcmp(option->name, setting->option))
		option++;
	return option;
}

struct view
setting_key(const char *setting)
{
	return (struct view){setting, strcspn(setting, "=")};
}

/* --- is it right? --------------------------------------------------------- */

static int
check_number(const struct setting *setting, uint64_t number,
    struct error *err)
{
	if (number >= 1 && number <= setting->max)
		return 0;
	return error_usage(err, "%llu is not between 1 and %llu",
	    (unsigned long long)number, (unsigned long long)setting->max);
}

static void
check_option(const struct setting *setting, const struct guest *guest,
    struct faults *faults)
{
	const struct option *option = option_of(setting);
	const struct origin *origin = origins_find(&guest->origins,
	    setting->option, 0);
	auto_error struct error one = {0};

	if (!origin || origin->is_none)
		return;
	if (!key_of(setting, guest))
		error_usage(&one, "xm has no such key; leave it out, or use "
		    "--toolstack xl");
	else if (!setting->max || check_number(setting,
	    *(const uint64_t *)((const char *)guest + option->offset),
	    &one) == 0)
		return;
	faults_add(faults, setting->option, 0, &one);
}

/* As xl-pci-configuration(5) and xl.cfg(5) have them; a number that begins with
 * 0 would be octal. */
static const struct {
	const char *option;
	size_t offset;	/* of a struct strings */
	const char *pattern, *sentence;
} devices[] = {
	{"pci", SETTING(pci), "^([0-9a-f]{4}:)?[0-9a-f]{2}:[01][0-9a-f]\\."
	    "([0-7*]|[0-7]([,-][0-7])+)(@[0-9a-f]{2})?"
	    "(,[a-z_]+(=[a-z0-9_-]+)?)*$",
	    "PCI device, such as 03:00.0; lspci shows them"},
	{"usb", SETTING(usb), "^hostbus=[1-9][0-9]{0,2},"
	    "hostaddr=[1-9][0-9]{0,2}(,(controller|port)=(0|[1-9][0-9]{0,2}))*"
	    "$", "USB device, such as hostbus=1,hostaddr=4; lsusb shows them"},
};

static void
check_devices(const struct guest *guest, size_t kind, struct faults *faults)
{
	const struct strings *list = (const struct strings *)
	    ((const char *)guest + devices[kind].offset);
	regex_t pattern;

	if (regcomp(&pattern, devices[kind].pattern,
	    REG_EXTENDED | REG_ICASE | REG_NOSUB) != 0)
		return;
	for (size_t i = 0; i < list->count; i++) {
		auto_error struct error one = {0};

		if (regexec(&pattern, list->items[i], 0, NULL, 0) == 0)
			continue;
		error_usage(&one, "'%s' is no %s", list->items[i],
		    devices[kind].sentence);
		faults_add(faults, devices[kind].option, i, &one);
	}
	regfree(&pattern);
}

/* What others rely on, and have options of their own. */
static const char *const own_keys[] = {"name", "uuid", "disk", "vif"};

static int
check_setting(const char *text, struct error *err)
{
	struct view key = setting_key(text);

	if (!key.length || !text[key.length])
		return error_usage(err, "'%s' is not KEY=VALUE", text);
	for (size_t i = 0; i < sizeof(own_keys) / sizeof(*own_keys); i++)
		if (view_is(key, own_keys[i]))
			return error_usage(err, "%s is made from the guest's "
			    "own options", own_keys[i]);
	return 0;
}

void
guest_settings_check(struct guest *guest, struct faults *faults)
{
	for (size_t i = 0; i < SETTINGS; i++)
		check_option(&settings[i], guest, faults);
	for (size_t i = 0; i < sizeof(devices) / sizeof(*devices); i++)
		check_devices(guest, i, faults);
	for (size_t i = 0; i < guest->settings.set.count; i++) {
		auto_error struct error one = {0};

		if (check_setting(guest->settings.set.items[i], &one) < 0)
			faults_add(faults, "set", i, &one);
	}
}

/* --- their words ---------------------------------------------------------- */

static void
add_list(const char *key, const struct strings *items, struct strings *words)
{
	auto_buffer struct buffer text = {0};

	vector_each(item, items)
		buffer_printf(&text, "%s\"%s\"", text.length ? ", " : "",
		    *item);
	strings_printf(words, "%s=[%s]", key, text.data);
}

static void
add_option(const struct guest *guest, const char *key,
    const struct setting *setting, struct strings *words)
{
	const struct option *option = option_of(setting);
	const void *place = (const char *)guest + option->offset;

	if (!option_is_set(option, guest))
		return;
	if (setting->max)
		strings_printf(words, "%s=%llu", key,
		    *(const unsigned long long *)place);
	else if (option->kind == OPTION_REPEAT)
		add_list(key, place, words);
	else
		strings_printf(words, "%s=%s", key, *(char *const *)place);
}

/* Is there a later word for it? */
static bool
is_set_from(const struct strings *set, size_t first, struct view key)
{
	for (size_t i = first; i < set->count; i++)
		if (view_equal(setting_key(set->items[i]), key))
			return true;
	return false;
}

void
guest_settings_words(const struct guest *guest, struct strings *words)
{
	const struct strings *set = &guest->settings.set;

	for (size_t i = 0; i < SETTINGS; i++) {
		const char *key = key_of(&settings[i], guest);

		if (key && !is_set_from(set, 0, view_of(key)))
			add_option(guest, key, &settings[i], words);
	}
	for (size_t i = 0; i < set->count; i++)
		if (!is_set_from(set, i + 1, setting_key(set->items[i])))
			strings_add(words, set->items[i]);
}
