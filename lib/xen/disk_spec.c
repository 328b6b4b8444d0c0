#include "xen/disk_spec.h"

#include <string.h>

/* Parameters that are neither KEY=VALUE nor a place in the order. */
static const char *const flags[] = {
	"cdrom", "direct-io-safe", "discard", "no-discard", "trusted",
	"untrusted", NULL
};

/* KEY= of libxlu_disk; anything else with '=' in it belongs to a path. */
static const char *const keys[] = {
	"format=", "vdev=", "access=", "devtype=", "backend=", "backendtype=",
	"script=", "specification=", "grant_usage=", "colo-", NULL
};

static const char *const prefixes[] = {
	"phy:", "file:", "tap:", "tap2:", "aio:", "tapdisk:", "ioemu:", "raw:",
	"qcow:", "qcow2:", "vhd:", NULL
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
skip_blanks(struct view text)
{
	while (text.length && (*text.data == ' ' || *text.data == '\t'))
		text.data++, text.length--;
	return text;
}

static struct view
without_prefixes(struct view target)
{
	size_t length;

	while ((length = front_length(target, prefixes))) {
		target.data += length;
		target.length -= length;
	}
	return target;
}

struct view
disk_spec_target(const char *spec)
{
	struct view rest = view_of(spec), part, target = {0};
	bool positional = false;

	while (rest.data) {
		rest = skip_blanks(rest);
		if (view_starts(rest, "target=")) {
			rest.data += strlen("target=");
			rest.length -= strlen("target=");
			return without_prefixes(rest);
		}
		view_cut(&rest, ',', &part);
		if (is_flag(part) || front_length(part, keys) || positional)
			continue;
		positional = true;
		target = without_prefixes(part);
	}
	return target.length ? target : (struct view){0};
}
