#include "xen/disk_spec.h"

#include <stddef.h>
#include <string.h>

/* Parameters that are neither KEY=VALUE nor a place in the order. */
static const char *const flags[] = {
	"cdrom", "direct-io-safe", "discard", "no-discard", "trusted",
	"untrusted", NULL
};

/* KEY= of libxlu_disk. */
static const struct {
	const char *front;
	size_t place;	/* of its value in the spec; 0: the target, unused */
} keys[] = {
	{"format=", offsetof(struct disk_spec, format)},
	{"script=", offsetof(struct disk_spec, script)},
	{"vdev=", 0}, {"access=", 0}, {"devtype=", 0}, {"backend=", 0},
	{"backendtype=", 0}, {"specification=", 0}, {"grant_usage=", 0},
	{"colo-", 0},
};

static const struct {
	const char *front;
	const char *format;
	const char *script;
} prefixes[] = {
	{"phy:", NULL, NULL}, {"file:", NULL, NULL}, {"tap:", NULL, NULL},
	{"tap2:", NULL, NULL}, {"aio:", NULL, NULL}, {"tapdisk:", NULL, NULL},
	{"ioemu:", NULL, NULL}, {"raw:", "raw", NULL}, {"qcow:", "qcow", NULL},
	{"qcow2:", "qcow2", NULL}, {"vhd:", "vhd", NULL},
	{"iscsi:", NULL, "block-iscsi"}, {"nbd:", NULL, "block-nbd"},
	{"enbd:", NULL, "block-enbd"}, {"drbd:", NULL, "block-drbd"},
};

static const char *const formats[] = {
	"raw", "qcow", "qcow2", "vhd", "qed", "empty", NULL
};

static bool
is_one_of(struct view part, const char *const *words)
{
	for (; *words; words++)
		if (view_is(part, *words))
			return true;
	return false;
}

static struct view
without_front(struct view text, size_t length)
{
	return (struct view){text.data + length, text.length - length};
}

static bool
read_key(struct view part, struct disk_spec *spec)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		if (!view_starts(part, keys[i].front))
			continue;
		if (keys[i].place)
			*(struct view *)((char *)spec + keys[i].place) =
			    without_front(part, strlen(keys[i].front));
		return true;
	}
	return false;
}

static size_t
read_prefix(struct view text, struct disk_spec *spec)
{
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++) {
		if (!view_starts(text, prefixes[i].front))
			continue;
		if (prefixes[i].format)
			spec->format = view_of(prefixes[i].format);
		if (prefixes[i].script)
			spec->script = view_of(prefixes[i].script);
		return strlen(prefixes[i].front);
	}
	return 0;
}

/* Blanks and prefixes may stand before any parameter, in any number. */
static struct view
read_prefixes(struct view text, struct disk_spec *spec)
{
	size_t length;

	do {
		while (text.length && strchr(" \t", *text.data))
			text = without_front(text, 1);
		length = read_prefix(text, spec);
		text = without_front(text, length);
	} while (length);
	return text;
}

/* Target and format have their places; what follows has none here. */
static void
read_place(struct view part, unsigned place, struct disk_spec *spec)
{
	if (place == 0)
		spec->target = part;
	else if (place == 1 && is_one_of(part, formats))
		spec->format = part;
}

/* target= takes all that is left, commas too, but for one at the very end. */
static struct view
whole_rest(struct view text)
{
	text = without_front(text, strlen("target="));
	text.length -= view_ends(text, ",");
	return text;
}

struct disk_spec
disk_spec_read(const char *text)
{
	struct disk_spec spec = {0};
	struct view rest = view_of(text), part;
	unsigned place = 0;

	while (rest.data) {
		rest = read_prefixes(rest, &spec);
		if (view_starts(rest, "target=")) {
			spec.target = whole_rest(rest);
			break;
		}
		view_cut(&rest, ',', &part);
		if (!is_one_of(part, flags) && !read_key(part, &spec))
			read_place(part, place++, &spec);
	}
	if (!spec.target.length)
		spec.target = (struct view){0};
	return spec;
}
