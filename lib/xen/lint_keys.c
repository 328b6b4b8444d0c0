#include "xen/lint_check.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "xen/keys.h"

/* What xm read, or people write, and xl does not. */
static const struct {
	const char *name;
	const char *advice;
} strangers[] = {
	{"hostname", "the guest's own /etc/hostname decides"},
	{"cdrom", "a CD is an entry of disk=, with devtype=cdrom"},
	{"dhcp", "the guest's own network configuration decides"},
	{"ip", "the guest's own network configuration decides"},
	{"netmask", "the guest's own network configuration decides"},
	{"gateway", "the guest's own network configuration decides"},
	{"sdl_display", "sdl=1 and display= are what xl knows"},
	{"features", "xl chooses them"},
	{"autostart", "a link to the file in /etc/xen/auto does it"},
	{"on_xend_start", "a link to the file in /etc/xen/auto does it"},
	{"on_xend_stop", "/etc/default/xendomains says it for all domains"},
	{"restart", "on_reboot= and on_crash= say it"},
	{"usbport", "usbdev= takes devices by hostbus and hostaddr"},
};

enum { SINCE_CMDLINE = 5, SINCE_TYPE = 10 };

/* What xl still takes, and says so or not. */
static const struct {
	const char *name;
	unsigned since;	/* when what replaces it came; 0: long ago */
	unsigned kinds;	/* of the value that is meant; 0: any */
	const char *advice;
} deprecated[] = {
	{"builder", SINCE_TYPE, 0, "type= says it: \"hvm\", \"pv\" or \"pvh\""},
	{"root", SINCE_CMDLINE, 0, "write root=… in cmdline="},
	{"extra", SINCE_CMDLINE, 0, "write it in cmdline="},
	{"device_model", 0, 0, "xl ignores it; device_model_override= is for "
	    "another one than its own"},
	{"vncviewer", 0, 0, "xl ignores it; xl create -V opens a viewer"},
	{"stdvga", 0, 0, "write vga=\"stdvga\""},
	{"altp2mhvm", 9, 0, "write altp2m=\"mixed\""},
	{"vif2", 0, 0, "xl has no such cards; use vif="},
	{"nodes", SINCE_CMDLINE, 0, "cpus=\"nodes:…\" says it"},
	{"pvh", SINCE_TYPE, 0, "write type=\"pvh\""},
	{"tsc_mode", 0, KEY_NUMBER, "write its name: \"default\", "
	    "\"always_emulate\", \"native\" or \"native_paravirt\""},
	{"timer_mode", 0, KEY_NUMBER, "write its name, such as "
	    "\"no_delay_for_missed_ticks\""},
	{"bootloader_args", 0, KEY_TEXT, "write a list, an argument an item"},
	{"msr_relaxed", 0, 0, "it will go away; Xen's developers ask to be "
	    "told when it helps"},
};

static unsigned
kind_of(const struct config_value *value)
{
	static const unsigned kinds[] = {
		[CONFIG_STRING] = KEY_TEXT, [CONFIG_NUMBER] = KEY_NUMBER,
		[CONFIG_LIST] = KEY_LIST,
	};

	return kinds[value->kind];
}

static void
check_unknown(struct lint *lint, const struct config_setting *setting)
{
	auto_free char *name = view_string(setting->key);
	const struct key *meant = key_nearest(setting->key);

	for (size_t i = 0; i < sizeof(strangers) / sizeof(*strangers); i++)
		if (!strcmp(strangers[i].name, name)) {
			lint_add(lint, setting->line, name, "xl ignores this "
			    "key; %s", strangers[i].advice);
			return;
		}
	lint_add(lint, setting->line, name, "no release of xl knows this key, "
	    "and it is ignored%s%s%s", meant ? "; did you mean " : "",
	    meant ? meant->name : "", meant ? "?" : "");
}

static void
check_version(struct lint *lint, const struct config_setting *setting,
    const struct key *key)
{
	if (key->since > lint->version)
		lint_add(lint, setting->line, key->name, "xl ignores this key "
		    "before Xen 4.%u; here is 4.%u", key->since, lint->version);
	if (key->until && key->until < lint->version)
		lint_add(lint, setting->line, key->name, "xl ignores this key "
		    "since Xen 4.%u; here is 4.%u", key->until + 1,
		    lint->version);
}

/* As strtoul(3) reads it with base 0. */
static void
check_number(struct lint *lint, const struct config_setting *setting,
    const struct key *key)
{
	const char *text = setting->value.text;
	char *end;

	(void)strtoull(text, &end, 0);
	if (end == text || *end)
		lint_add(lint, setting->line, key->name, "'%s' is no number, "
		    "and xl takes its default instead%s", text,
		    strstr(key->name, "mem") ? "; write MiB, without a unit" :
		    "");
	else if (*text == '0' && text[1] >= '0' && text[1] <= '7')
		lint_add(lint, setting->line, key->name, "to xl '%s' is %llu, "
		    "as a number that begins with 0 is octal", text,
		    strtoull(text, NULL, 0));
}

static void
check_kind(struct lint *lint, const struct config_setting *setting,
    const struct key *key)
{
	bool is_list = setting->value.kind == CONFIG_LIST;

	if (is_list && !(key->kinds & KEY_LIST))
		lint_add(lint, setting->line, key->name, "xl wants %s here, "
		    "not a list, and ignores it", key->kinds & KEY_TEXT ?
		    "a string" : "a number");
	else if (!is_list && key->kinds == KEY_LIST)
		lint_add(lint, setting->line, key->name, "xl wants a list "
		    "here, [ … ], and ignores anything else");
	else if (!is_list && !(key->kinds & KEY_TEXT))
		check_number(lint, setting, key);
}

static void
check_deprecated(struct lint *lint, const struct config_setting *setting)
{
	unsigned kind = kind_of(&setting->value);

	for (size_t i = 0; i < sizeof(deprecated) / sizeof(*deprecated); i++) {
		if (!view_is(setting->key, deprecated[i].name) ||
		    deprecated[i].since > lint->version ||
		    (deprecated[i].kinds && deprecated[i].kinds != kind))
			continue;
		lint_add(lint, setting->line, deprecated[i].name,
		    "deprecated: %s", deprecated[i].advice);
	}
}

/* What a key's value ends in, xl keeps. */
static void
check_blanks(struct lint *lint, const char *key,
    const struct config_value *value)
{
	const char *text = value->text;
	size_t length = text ? strlen(text) : 0;

	for (size_t i = 0; i < value->count; i++)
		check_blanks(lint, key, &value->items[i]);
	if (length && strchr(" \t\n", text[length - 1]))
		lint_add(lint, value->line, key, "'%s' ends in a blank, which "
		    "xl keeps", text);
}

/* Those whose words are separated by blanks anyway. */
static bool
has_words(struct view key)
{
	return view_is(key, "cmdline") || view_is(key, "extra") ||
	    view_is(key, "root") || view_is(key, "pvshim_cmdline") ||
	    view_is(key, "pvshim_extra") || view_is(key, "stubdomain_cmdline");
}

static void
check_append(struct lint *lint, const struct config_assignment *assignment)
{
	const struct key *key = key_find(assignment->key);

	if (key && !(key->kinds & (KEY_TEXT | KEY_LIST)))
		lint_add(lint, assignment->line, key->name, "xl appends with "
		    "+= to strings and lists only, and ignores this number");
}

static void
check_once(struct lint *lint)
{
	const struct config_assignment *first = lint->config.assignments.items;

	vector_each(assignment, &lint->config.assignments) {
		const struct config_assignment *before = first;

		if (assignment->is_append) {
			check_append(lint, assignment);
			continue;
		}
		while (!view_equal(before->key, assignment->key))
			before++;
		if (before != assignment) {
			auto_free char *name = view_string(assignment->key);

			lint_add(lint, assignment->line, name, "line %u gives "
			    "it already, and is not used any more",
			    before->line);
		}
	}
}

void
lint_keys(struct lint *lint)
{
	vector_each(setting, &lint->config.settings) {
		const struct key *key = key_find(setting->key);

		if (!key) {
			check_unknown(lint, setting);
			continue;
		}
		check_version(lint, setting, key);
		check_kind(lint, setting, key);
		check_deprecated(lint, setting);
		if (!has_words(setting->key))
			check_blanks(lint, key->name, &setting->value);
	}
	check_once(lint);
}
