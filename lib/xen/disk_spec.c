#include "xen/disk_spec.h"

#include <string.h>

/* Parameters that are neither KEY=VALUE nor a place in the order. */
static const char *const flags[] = {
	"cdrom", "direct-io-safe", "discard", "no-discard", "trusted",
	"untrusted", NULL
};

/* KEY= of libxlu_disk. */
static const char *const keys[] = {
	"format=", "vdev=", "access=", "devtype=", "backend=", "backendtype=",
	"script=", "specification=", "grant_usage=", "colo-", NULL
};

static const char *const prefixes[] = {
	"phy:", "file:", "tap:", "tap2:", "aio:", "tapdisk:", "ioemu:", "raw:",
	"qcow:", "qcow2:", "vhd:", "iscsi:", "nbd:", "enbd:", "drbd:", NULL
};

static bool
is_flag(struct view part)
{
	for (size_t i = 0; flags[i]; i++)
		if (view_is(part, flags[i]))
			return true;
	return false;
}

static size_t
front_length(struct view part, const char *const *fronts)
{
	for (size_t i = 0; fronts[i]; i++)
		if (view_starts(part, fronts[i]))
			return strlen(fronts[i]);
	return 0;
}

static struct view
without_front(struct view text, size_t length)
{
	return (struct view){text.data + length, text.length - length};
}

/* Blanks and prefixes may stand before any parameter, in any number. */
static struct view
without_prefixes(struct view text)
{
	size_t length;

	do {
		while (text.length && strchr(" \t", *text.data))
			text = without_front(text, 1);
		length = front_length(text, prefixes);
		text = without_front(text, length);
	} while (length);
	return text;
}

/* target= takes all that is left, commas too, but for one at the very end. */
static struct view
whole_rest(struct view text)
{
	text = without_front(text, strlen("target="));
	text.length -= view_ends(text, ",");
	return text;
}

struct view
disk_spec_target(const char *spec)
{
	struct view rest = view_of(spec), part, target = {0};
	bool positional = false;

	while (rest.data) {
		rest = without_prefixes(rest);
		if (view_starts(rest, "target="))
			return whole_rest(rest);
		view_cut(&rest, ',', &part);
		if (is_flag(part) || front_length(part, keys) || positional)
			continue;
		positional = true;
		target = part;
	}
	return target.length ? target : (struct view){0};
}
