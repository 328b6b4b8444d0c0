#include "xen/lint_check.h"

#include <ctype.h>
#include <regex.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "xen/vif_spec.h"

enum { NAME_MAX_LENGTH = 15 };	/* IFNAMSIZ - 1 */

#define NUMBER "^(0x[0-9a-fA-F]+|[0-9]+)$"
#define NAME "^[^[:space:]/:]{1,15}$"

/* What xl knows, and what a value must be like. */
static const struct parameter {
	const char *name;
	unsigned since;	/* of Xen 4; 0: all releases */
	const char *form;	/* a regular expression; NULL: anything */
	const char *wanted;
} parameters[] = {
	{"mac", 0, "^([0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}$", "six groups of two "
	    "hexadecimal digits, of which xl would use some"},
	{"bridge", 0, NAME, "a name of at most 15 characters without blanks"},
	{"gatewaydev", 0, NAME, "a name of at most 15 characters"},
	{"netdev", 0, NAME, "a name of at most 15 characters"},
	{"type", 0, "^(vif|ioemu)$", "vif or ioemu"},
	{"model", 0, NULL, NULL},
	{"vifname", 0, NAME, "a name of at most 15 characters without blanks"},
	{"script", 0, NULL, NULL},
	{"ip", 0, NULL, NULL},
	{"backend", 0, NULL, NULL},
	{"rate", 0, "^[0-9]+[GMK]?[Bb]/s(@[0-9]+[mu]?s?)?$", "such as 10Mb/s "
	    "or 250KB/s@20ms"},
	{"accel", 0, NULL, NULL},
	{"devid", 0, NUMBER, "a number"},
	{"forwarddev", 5, NULL, NULL},
	{"mtu", 15, NUMBER, "a number of bytes"},
	{"trusted", 17, "^$", "a word without a value"},
	{"untrusted", 17, "^$", "a word without a value"},
	{"vlan", 19, NULL, NULL},
};

static bool
matches(struct view value, const char *form)
{
	auto_free char *text = value.data ? view_string(value)
	    : memory_string("");
	regex_t regex;
	bool is_match;

	if (!form)
		return true;
	if (!text || regcomp(&regex, form, REG_EXTENDED | REG_NOSUB) != 0)
		return false;
	is_match = regexec(&regex, text, 0, NULL, 0) == 0;
	regfree(&regex);
	return is_match;
}

static const struct parameter *
parameter_find(struct view name)
{
	for (size_t i = 0; i < sizeof(parameters) / sizeof(*parameters); i++)
		if (view_is(name, parameters[i].name))
			return &parameters[i];
	return NULL;
}

/* The lowest bit of the first byte: to a group of cards, never from one. */
static bool
is_group_address(struct view mac)
{
	return strchr("13579bBdDfF", mac.data[1]) != NULL;
}

static void
check_value(struct lint *lint, unsigned line,
    const struct parameter *parameter, struct view value)
{
	if (parameter->since > lint->version)
		lint_add(lint, line, "vif", "xl does not know %s= before Xen "
		    "4.%u; here is 4.%u", parameter->name, parameter->since,
		    lint->version);
	if (!strcmp(parameter->name, "netdev"))
		lint_add(lint, line, "vif", "deprecated: netdev=; write "
		    "gatewaydev=");
	if (!matches(value, parameter->form))
		lint_add(lint, line, "vif", "%s='" VIEW_FORMAT "' should be %s",
		    parameter->name, VIEW_ARGUMENTS(value), parameter->wanted);
	else if (!strcmp(parameter->name, "mac") && is_group_address(value))
		lint_add(lint, line, "vif", VIEW_FORMAT " is an address of a "
		    "group, which no card can have", VIEW_ARGUMENTS(value));
}

static void
check_vif(struct lint *lint, const struct config_value *item)
{
	struct view rest = view_of(item->text), name, value;

	while (vif_spec_next(&rest, &name, &value)) {
		const struct parameter *parameter = parameter_find(name);

		if (parameter)
			check_value(lint, item->line, parameter, value);
		else if (!view_starts(name, "colo"))
			lint_add(lint, item->line, "vif", "'" VIEW_FORMAT "' is "
			    "no parameter that xl knows", VIEW_ARGUMENTS(name));
	}
}

static void
check_pair(struct lint *lint, const struct config_value *item,
    const struct config_value *before)
{
	struct view mac = vif_spec_get(item->text, "mac");

	if (mac.length && view_equal_fold(mac,
	    vif_spec_get(before->text, "mac")))
		lint_add(lint, item->line, "vif", "the address " VIEW_FORMAT
		    " is that of line %u, too", VIEW_ARGUMENTS(mac),
		    before->line);
}

void
lint_vifs(struct lint *lint)
{
	const struct config_value *list = config_get(&lint->config, "vif");

	lint_each(item, list) {
		check_vif(lint, item);
		lint_each(before, list) {
			if (before == item)
				break;
			check_pair(lint, item, before);
		}
	}
}
