#include "xen/lint_check.h"

#include <regex.h>
#include <string.h>

#include "base/cleanup.h"

#define RANGE "(all|none|\\^?(nodes?:)?[0-9]+(-[0-9]+)?)"
#define VNC "(vnc|vnclisten|vncpasswd|vncdisplay|vncunused|keymap|sdl|opengl|" \
	"display|xauthority)=[^,]*"
#define ENLIGHTENMENT "(all|defaults|base|freq|time_ref_count|reference_tsc|" \
	"hcall_remote_tlb_flush|apic_assist|crash_ctl|synic|stimer|" \
	"hcall_ipi|ex_processor_masks|no_vp_limit|cpu_hotplug)"

/* Texts that xl takes apart; a list is looked at item by item. */
static const struct {
	const char *key;
	const char *type;	/* of domain; NULL: any */
	const char *form;	/* a regular expression */
	const char *wanted;
} values[] = {
	{"cpus", NULL, "^" RANGE "(," RANGE ")*$", "numbers of processors, "
	    "such as 2-3,^1, or all"},
	{"cpus_soft", NULL, "^" RANGE "(," RANGE ")*$", "numbers of "
	    "processors, such as 2-3,^1, or all"},
	{"pci", NULL, "^([0-9a-fA-F]{4}:)?[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\\."
	    "([0-7*]|[0-7]([,-][0-7])+)(@[0-9a-fA-F]{1,2})?(,.*)?$",
	    "a device's place, such as 03:00.0"},
	{"usbdev", NULL, "^([a-z]+=[^,]*,)*hostbus=.*hostaddr=",
	    "hostbus= and hostaddr="},
	{"vfb", NULL, "^" VNC "(," VNC ")*$", "such as vnc=1,vncunused=1"},
	{"tsc_mode", NULL, "^([0-9]+|default|always_emulate|native|"
	    "native_paravirt)$", "\"default\", \"always_emulate\", \"native\" "
	    "or \"native_paravirt\""},
	{"timer_mode", NULL, "^([0-9]+|(no_)?delay_for_missed_ticks|"
	    "no_missed_ticks_pending|one_missed_tick_pending)$",
	    "such as \"no_delay_for_missed_ticks\""},
	{"viridian", NULL, "^([0-9]+|!?" ENLIGHTENMENT ")$", "0, 1, or a list "
	    "of groups such as \"defaults\""},
	{"firmware", "hvm", "^(bios|uefi|seabios|rombios|ovmf|/.*)$",
	    "\"bios\", \"uefi\" or a path"},
	{"firmware", "pv", "^(pvgrub(32|64)|/.*)$", "\"pvgrub32\" or "
	    "\"pvgrub64\""},
	{"firmware", "pvh", "^(pvgrub(32|64)|/.*)$", "\"pvgrub32\" or "
	    "\"pvgrub64\""},
};

/* What has gone from Xen. */
static const struct {
	const char *key, *value;
	unsigned until;	/* the last release of Xen 4 that has it */
	const char *advice;
} removed[] = {
	{"bootloader", "xenpvnetboot", 17, "let the guest boot from its disk, "
	    "or by kernel="},
	{"device_model_version", "qemu-xen-traditional", 20, "leave it out"},
};

/* Keys that mean something to domains of one type only. */
static const struct {
	const char *key, *type;
} of_type[] = {
	{"pvshim", "pvh"}, {"vga", "hvm"}, {"videoram", "hvm"}, {"usb", "hvm"},
	{"usbdevice", "hvm"}, {"viridian", "hvm"}, {"hdtype", "hvm"},
	{"serial", "hvm"}, {"soundhw", "hvm"}, {"bios", "hvm"},
	{"spice", "hvm"},
};

static void
check_form(struct lint *lint, size_t row, const struct config_value *value)
{
	regex_t regex;

	if (value->kind == CONFIG_LIST) {
		for (size_t i = 0; i < value->count; i++)
			check_form(lint, row, &value->items[i]);
		return;
	}
	if (regcomp(&regex, values[row].form, REG_EXTENDED | REG_NOSUB) != 0)
		return;
	if (regexec(&regex, value->text, 0, NULL, 0) != 0)
		lint_add(lint, value->line, values[row].key, "'%s' should be "
		    "%s", value->text, values[row].wanted);
	regfree(&regex);
}

static void
check_forms(struct lint *lint)
{
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		const struct config_value *value =
		    config_get(&lint->config, values[i].key);

		if (value && (!values[i].type ||
		    !strcmp(values[i].type, lint_type(lint))))
			check_form(lint, i, value);
	}
}

static void
check_removed(struct lint *lint)
{
	for (size_t i = 0; i < sizeof(removed) / sizeof(*removed); i++) {
		const char *text = config_text(&lint->config, removed[i].key);

		if (text && strstr(text, removed[i].value) &&
		    lint->version > removed[i].until)
			lint_add_key(lint, removed[i].key, "Xen has no %s "
			    "since 4.%u; here is 4.%u; %s", removed[i].value,
			    removed[i].until + 1, lint->version,
			    removed[i].advice);
	}
}

static void
check_types(struct lint *lint)
{
	const char *type = lint_type(lint);

	for (size_t i = 0; i < sizeof(of_type) / sizeof(*of_type); i++)
		if (config_get(&lint->config, of_type[i].key) &&
		    strcmp(of_type[i].type, type))
			lint_add_key(lint, of_type[i].key, "xl ignores this "
			    "key but for %s guests, and this is one of type "
			    "%s", of_type[i].type, type);
}

/* "xl list -l" and all that reads it want text. */
static void
check_characters(struct lint *lint, const char *key,
    const struct config_value *value)
{
	for (size_t i = 0; i < value->count; i++)
		check_characters(lint, key, &value->items[i]);
	if (!value->text)
		return;
	if (!view_is_utf8(view_of(value->text)))
		lint_add(lint, value->line, key, "the text is no UTF-8, as "
		    "which xl reads it again");
	for (const char *c = value->text; *c; c++)
		if ((unsigned char)*c < ' ' || *c == '\177') {
			lint_add(lint, value->line, key, "there is a control "
			    "character in it");
			return;
		}
}

void
lint_values(struct lint *lint)
{
	check_forms(lint);
	check_removed(lint);
	check_types(lint);
	vector_each(setting, &lint->config.settings) {
		auto_free char *key = view_string(setting->key);

		check_characters(lint, key, &setting->value);
	}
}
