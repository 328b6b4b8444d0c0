#include "xen/disk_spec.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

#define SPEC(member) offsetof(struct disk_spec, member)

static const char *const formats[] = {
	"raw", "qcow", "qcow2", "vhd", "qed", "empty", NULL
};
static const char *const accesses[] = {"r", "ro", "w", "rw", "", NULL};
static const char *const types[] = {"cdrom", "disk", NULL};
static const char *const backends[] = {
	"phy", "tap", "qdisk", "standalone", NULL
};
static const char *const specifications[] = {"xen", "virtio", NULL};
static const char *const truths[] = {"0", "1", NULL};

/* Parameters without a value. */
static const char *const flags[] = {
	"cdrom", "direct-io-safe", "discard", "no-discard", "colo", "no-colo",
	"trusted", "untrusted", NULL
};

/* Those with one, as libxlu_disk knows them. */
static const struct key {
	const char *front;
	size_t place;	/* of its value in the spec; see has_place */
	bool has_place;
	const char *const *values;	/* NULL: any */
} keys[] = {
	{"format=", SPEC(format), true, formats},
	{"script=", SPEC(script), true},
	{"vdev=", SPEC(vdev), true},
	{"access=", SPEC(access), true, accesses},
	{"devtype=", 0, false, types},
	{"backend=", SPEC(backend), true},
	{"backendtype=", SPEC(backend_type), true, backends},
	{"specification=", SPEC(specification), true, specifications},
	{"grant_usage=", SPEC(grant_usage), true, truths},
	{"colo-host="}, {"colo-port="}, {"colo-export="}, {"active-disk="},
	{"hidden-disk="},
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

static void
fail(struct disk_spec *spec, const char *fault, struct view near)
{
	if (spec->fault)
		return;
	spec->fault = fault;
	spec->near = near;
}

/* The first value stands; another one is a fault, except after an empty one. */
static void
set(struct disk_spec *spec, size_t place, struct view value, struct view near)
{
	struct view *member = (struct view *)((char *)spec + place);

	if (member->length)
		fail(spec, "is given twice", near);
	else
		*member = value;
}

/* One of some words may be given again, if it is the same. */
static void
set_word(struct disk_spec *spec, size_t place, struct view word)
{
	struct view *member = (struct view *)((char *)spec + place);

	if (!member->data || !view_equal(*member, word))
		set(spec, place, word, word);
}

static void
set_format(struct disk_spec *spec, struct view value)
{
	if (!value.length)
		value = view_of("raw");
	if (is_one_of(value, formats))
		set_word(spec, SPEC(format), value);
	else
		fail(spec, "is no format", value);
}

static bool
read_flag(struct view part, struct disk_spec *spec)
{
	if (!is_one_of(part, flags))
		return false;
	if (view_is(part, "cdrom"))
		spec->is_cdrom = true;
	if (view_ends(part, "trusted"))
		spec->trust = part;
	return true;
}

static void
read_value(const struct key *key, struct view part, struct disk_spec *spec)
{
	struct view value = without_front(part, strlen(key->front));

	if (key->values && key->values != formats &&
	    !is_one_of(value, key->values))
		fail(spec, "has a value that xl does not know", part);
	else if (key->values == formats)
		set_format(spec, value);
	else if (key->values == types)
		spec->is_cdrom = view_is(value, "cdrom");
	else if (key->values == accesses)
		spec->access = value;	/* the last one counts */
	else if (key->has_place && key->values)
		set_word(spec, key->place, value);
	else if (key->has_place)
		set(spec, key->place, value, part);
}

static bool
read_key(struct view part, struct disk_spec *spec)
{
	if (!memchr(part.data, '=', part.length))
		return false;
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		if (!view_starts(part, keys[i].front))
			continue;
		read_value(&keys[i], part, spec);
		return true;
	}
	fail(spec, "is no parameter that xl knows", part);
	return true;
}

static size_t
read_prefix(struct view text, struct disk_spec *spec)
{
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++) {
		size_t length = strlen(prefixes[i].front);

		if (!view_starts(text, prefixes[i].front))
			continue;
		spec->prefix = (struct view){text.data, length};
		if (prefixes[i].format)
			set_format(spec, view_of(prefixes[i].format));
		if (prefixes[i].script)
			set(spec, SPEC(script), view_of(prefixes[i].script),
			    spec->prefix);
		return length;
	}
	return 0;
}

/* A word and a colon that stand where a prefix could: hdc:cdrom is none. */
static void
check_prefix(struct view text, struct disk_spec *spec)
{
	size_t length = 0;

	while (length < text.length && (islower((unsigned char)
	    text.data[length]) || (length && isdigit((unsigned char)
	    text.data[length]))))
		length++;
	if (!length || length == text.length || text.data[length] != ':')
		return;
	if (length + 1 < text.length &&
	    (islower((unsigned char)text.data[length + 1]) ||
	    isdigit((unsigned char)text.data[length + 1])))
		return;
	fail(spec, "is no prefix that xl knows",
	    (struct view){text.data, length + 1});
}

/* Blanks and prefixes may stand before any parameter, in any number. */
static struct view
read_prefixes(struct view text, struct disk_spec *spec)
{
	size_t length;

	do {
		while (text.length && strchr(" \t\n", *text.data))
			text = without_front(text, 1);
		length = read_prefix(text, spec);
		text = without_front(text, length);
	} while (length);
	check_prefix(text, spec);
	return text;
}

/* hdc:cdrom */
static bool
read_vdev_and_type(struct view part, struct disk_spec *spec)
{
	const char *colon = memrchr(part.data, ':', part.length);
	struct view type;

	if (!colon)
		return false;
	type = without_front(part, colon + 1 - part.data);
	set(spec, SPEC(vdev), (struct view){part.data, colon - part.data},
	    part);
	if (!is_one_of(type, types))
		fail(spec, "is neither cdrom nor disk", type);
	spec->is_cdrom = view_is(type, "cdrom");
	return true;
}

/* TARGET,FORMAT,VDEV,ACCESS, where a prefix stands for the format. */
static void
read_place(struct view part, struct disk_spec *spec)
{
	if (!spec->target.data) {
		spec->target = part;
	} else if (!spec->prefix.data && !spec->format.data) {
		if (!spec->target.length && read_vdev_and_type(part, spec))
			spec->format = view_of("empty");
		else
			set_format(spec, part);
	} else if (!spec->vdev.data) {
		if (!read_vdev_and_type(part, spec))
			spec->vdev = part;
	} else if (!spec->access.data) {
		spec->access = part;
		if (!is_one_of(part, accesses))
			fail(spec, "is no access", part);
	} else {
		fail(spec, "is one place too many", part);
	}
}

/* target= takes all that is left, commas too, but for one at the very end. */
static struct view
whole_rest(struct view text)
{
	text = without_front(text, strlen("target="));
	text.length -= view_ends(text, ",");
	return text;
}

static void
check_whole(struct disk_spec *spec)
{
	if (!spec->vdev.data)
		fail(spec, "has no vdev", (struct view){0});
	if (!spec->target.data && !spec->is_cdrom)
		fail(spec, "has no target", (struct view){0});
	if (!spec->target.length)
		spec->target = (struct view){0};
}

struct disk_spec
disk_spec_read(const char *text)
{
	struct disk_spec spec = {0};
	struct view rest = view_of(text), part;

	while (rest.length) {
		rest = read_prefixes(rest, &spec);
		if (!rest.length)
			break;
		if (view_starts(rest, "target=")) {
			set(&spec, SPEC(target), whole_rest(rest), rest);
			break;
		}
		view_cut(&rest, ',', &part);
		if (!read_flag(part, &spec) && !read_key(part, &spec))
			read_place(part, &spec);
	}
	check_whole(&spec);
	return spec;
}

static void
write_parameter(struct buffer *text, const char *name, struct view value)
{
	if (value.length)
		buffer_printf(text, "%s=" VIEW_FORMAT ",", name,
		    VIEW_ARGUMENTS(value));
}

/* xm let several domains write to a disk (w!); xl has no such access. */
static struct view
access_word(const struct disk_spec *spec)
{
	bool writes = !spec->access.length || view_starts(spec->access, "w") ||
	    view_is(spec->access, "rw");

	return view_of(writes && !spec->is_cdrom ? "rw" : "ro");
}

void
disk_spec_write(const struct disk_spec *spec, struct buffer *text)
{
	write_parameter(text, "format", spec->format.length ? spec->format :
	    view_of("raw"));
	write_parameter(text, "vdev", spec->vdev);
	if (spec->is_cdrom)
		buffer_text(text, "devtype=cdrom,");
	write_parameter(text, "access", access_word(spec));
	write_parameter(text, "backend", spec->backend);
	write_parameter(text, "backendtype", spec->backend_type);
	write_parameter(text, "specification", spec->specification);
	write_parameter(text, "grant_usage", spec->grant_usage);
	write_parameter(text, "script", spec->script);
	if (spec->trust.length)
		buffer_printf(text, VIEW_FORMAT ",",
		    VIEW_ARGUMENTS(spec->trust));
	if (spec->target.data)
		buffer_printf(text, "target=" VIEW_FORMAT,
		    VIEW_ARGUMENTS(spec->target));
	else
		text->length -= 1;
}

/* Digits only, without a 0 before them; up to `max`. */
static bool
number_read(struct view text, unsigned max, unsigned *number)
{
	*number = 0;
	if (!text.length || (*text.data == '0' && text.length > 1))
		return false;
	for (size_t i = 0; i < text.length; i++) {
		if (!isdigit((unsigned char)text.data[i]))
			return false;
		*number = *number * 10 + (text.data[i] - '0');
		if (*number > max)
			return false;
	}
	return true;
}

/* a … z, aa … as a number of letters, the first letter 0. */
static size_t
letters_read(struct view text, unsigned max, unsigned *number)
{
	size_t i = 0;

	*number = 0;
	for (; i < text.length && islower((unsigned char)text.data[i]); i++) {
		*number = (i ? *number + 1 : 0) * 26 + (text.data[i] - 'a');
		if (*number > max)
			return 0;
	}
	return i;
}

bool
vdev_read(struct view text, struct vdev *vdev)
{
	static const struct {
		const char *front;
		unsigned disk_max, partition_max;
	} kinds[] = {
		{"xvd", (1 << 20) - 1, 255}, {"hd", 3, 63}, {"sd", 15, 15},
	};
	struct view rest;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		size_t length;

		if (!view_starts(text, kinds[i].front))
			continue;
		vdev->kind = kinds[i].front;
		rest = without_front(text, strlen(kinds[i].front));
		length = letters_read(rest, kinds[i].disk_max, &vdev->disk);
		rest = without_front(rest, length);
		vdev->partition = 0;
		return length && (!rest.length || (number_read(rest,
		    kinds[i].partition_max, &vdev->partition) &&
		    vdev->partition));
	}
	if (!view_starts(text, "d"))
		return false;
	vdev->kind = "d";
	text = without_front(text, 1);
	return view_cut(&text, 'p', &rest) && text.data &&
	    number_read(rest, (1 << 20) - 1, &vdev->disk) &&
	    number_read(text, 255, &vdev->partition);
}
