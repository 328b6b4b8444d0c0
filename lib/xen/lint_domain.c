#include "xen/lint_check.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <uuid.h>

enum { SINCE_TYPE = 10, SINCE_SOFT_RESET = 7 };

#define ACTIONS {"destroy", "restart", "rename-restart", "preserve", \
	"coredump-destroy", "coredump-restart", "soft-reset"}

/* Keys whose value is one of some words; xl ends or guesses at others. */
static const struct {
	const char *name;
	const char *words[8];
} choices[] = {
	{"type", {"pvh", "pv", "hvm"}},
	{"on_poweroff", ACTIONS},
	{"on_reboot", ACTIONS},
	{"on_crash", ACTIONS},
	{"on_watchdog", ACTIONS},
	{"on_soft_reset", ACTIONS},
	{"vga", {"stdvga", "cirrus", "none", "qxl"}},
	{"hdtype", {"ide", "ahci"}},
	{"bios", {"seabios", "rombios", "ovmf"}},
	{"device_model_version", {"qemu-xen", "qemu-xen-traditional"}},
	{"passthrough", {"default", "disabled", "enabled", "sync_pt",
	    "share_pt"}},
	{"vendor_device", {"none", "xenserver"}},
};

const char *
lint_type(const struct lint *lint)
{
	const char *type = config_text(&lint->config, "type");
	const char *builder = config_text(&lint->config, "builder");

	if (type && *type)
		return type;
	if ((type && !*type) || (builder && !strcmp(builder, "hvm")))
		return "hvm";
	return "pv";
}

static void
check_choice(struct lint *lint, const char *name, const char *const *words)
{
	const char *text = config_text(&lint->config, name);

	if (!text)
		return;
	for (size_t i = 0; words[i]; i++)
		if (!strcmp(text, words[i]))
			return;
	lint_add_key(lint, name, "'%s' is not known; it can be %s, %s and so "
	    "on, in small letters", text, words[0], words[1]);
}

static void
check_type(struct lint *lint)
{
	const char *type = config_text(&lint->config, "type");
	const char *builder = config_text(&lint->config, "builder");

	if (!type && !builder && lint->version >= SINCE_TYPE)
		lint_add(lint, 0, "type", "it is missing, and xl takes \"pv\"; "
		    "write type=\"pvh\", or what the guest is");
	if (type && builder && strcmp(strcmp(builder, "hvm") ? "pv" : "hvm",
	    type))
		lint_add_key(lint, "type", "builder= says that it is %s, and "
		    "xl refuses both", strcmp(builder, "hvm") ? "pv" : "hvm");
}

/* The name becomes part of paths and of commands. */
static void
check_name(struct lint *lint)
{
	const char *name = config_text(&lint->config, "name");

	if (!name) {
		lint_add(lint, 0, "name", "it is missing, and xl needs it");
		return;
	}
	if (!*name)
		lint_add_key(lint, "name", "it is empty");
	for (const char *c = name; *c; c++)
		if (!isgraph((unsigned char)*c) || strchr("/\"'\\", *c)) {
			lint_add_key(lint, "name", "'%s' has characters that "
			    "scripts of Xen do not expect; use letters, "
			    "digits, '-', '_', '.' and '+'", name);
			return;
		}
}

static void
check_uuid(struct lint *lint)
{
	const char *text = config_text(&lint->config, "uuid");
	uuid_t uuid;

	if (text && uuid_parse(text, uuid) < 0)
		lint_add_key(lint, "uuid", "'%s' is no UUID, and xl refuses it",
		    text);
}

/* PV and PVH need one of them; HVM has its firmware. */
static void
check_loader(struct lint *lint)
{
	const struct config *config = &lint->config;
	const char *firmware = config_text(config, "firmware");
	bool is_hvm = !strcmp(lint_type(lint), "hvm");
	const char *kernel = config_text(config, "kernel");
	const char *loader = config_text(config, "bootloader");

	if (!is_hvm && !kernel && !loader && !firmware)
		lint_add(lint, 0, "kernel", "there is neither kernel= nor "
		    "bootloader= to start the guest");
	if (!is_hvm && kernel && firmware)
		lint_add_key(lint, "firmware", "kernel= is given, too, and xl "
		    "refuses both");
	if (!is_hvm && firmware && strncmp(firmware, "pvgrub", 6) == 0)
		lint_add_key(lint, "firmware", "Debian ships no %s.bin; the "
		    "package grub-xen-host has loaders for kernel=, such as "
		    "/usr/lib/grub-xen/grub-i386-xen_pvh.bin", firmware);
	if (loader && strchr(loader, '/') && strstr(loader, "pygrub"))
		lint_add_key(lint, "bootloader", "write \"pygrub\": its place "
		    "differs between releases");
	if (kernel && strstr(kernel, "hvmloader"))
		lint_add_key(lint, "kernel", "xl ignores hvmloader here, as it "
		    "has its own; leave the line out");
}

static void
check_cmdline(struct lint *lint)
{
	const struct config *config = &lint->config;

	if (!config_get(config, "cmdline"))
		return;
	if (config_get(config, "root") || config_get(config, "extra"))
		lint_add_key(lint, "cmdline", "root= and extra= are ignored "
		    "beside it");
}

static bool
number_of(const struct lint *lint, const char *key, unsigned long long *number)
{
	const char *text = config_text(&lint->config, key);

	*number = text ? strtoull(text, NULL, 0) : 0;
	return text != NULL;
}

static void
check_limits(struct lint *lint)
{
	static const struct {
		const char *name, *limit;
	} pairs[] = {{"memory", "maxmem"}, {"vcpus", "maxvcpus"}};
	unsigned long long number, limit;

	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
		if (number_of(lint, pairs[i].name, &number) &&
		    number_of(lint, pairs[i].limit, &limit) && limit < number)
			lint_add_key(lint, pairs[i].limit, "%llu is less than "
			    "%s=%llu", limit, pairs[i].name, number);
	if (number_of(lint, "vcpus", &number) && !number)
		lint_add_key(lint, "vcpus", "a guest needs one at least");
	if (!config_get(&lint->config, "memory"))
		lint_add(lint, 0, "memory", "it is missing, and xl gives the "
		    "guest 32 MiB");
}

/* a, c, d and n for floppy, disk, CD and network. */
static void
check_boot(struct lint *lint)
{
	const char *boot = config_text(&lint->config, "boot");

	if (!boot)
		return;
	if (strcmp(lint_type(lint), "hvm")) {
		lint_add_key(lint, "boot", "only hvm guests have a boot "
		    "order");
		return;
	}
	for (const char *c = boot; *c; c++)
		if (!strchr("acdn", *c) || strchr(c + 1, *c)) {
			lint_add_key(lint, "boot", "'%s' is no boot order: "
			    "each of a (floppy), c (disk), d (CD) and n "
			    "(network) once", boot);
			return;
		}
}

static void
check_vnc(struct lint *lint)
{
	const char *listen = config_text(&lint->config, "vnclisten");

	if (listen && strchr(listen, ':') && listen[strspn(listen,
	    "0123456789.")] == ':' && config_get(&lint->config, "vncdisplay"))
		lint_add_key(lint, "vnclisten", "vncdisplay= is given, too, "
		    "and xl refuses two numbers of a display");
}

void
lint_domain(struct lint *lint)
{
	check_name(lint);
	check_type(lint);
	for (size_t i = 0; i < sizeof(choices) / sizeof(*choices); i++)
		check_choice(lint, choices[i].name, choices[i].words);
	check_uuid(lint);
	check_loader(lint);
	check_cmdline(lint);
	check_limits(lint);
	check_boot(lint);
	check_vnc(lint);
}
