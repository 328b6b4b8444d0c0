#include "install/stat_overrides.h"

#include "base/inside.h"
#include "base/size.h"
#include "install/guest_id.h"

static const char overrides_file[] = "var/lib/dpkg/statoverride";

/* A name, or # and a number. */
static int
parse_id(int root, const char *table, struct view text, id_t *id,
    struct error *err)
{
	uint64_t number;

	if (!view_starts(text, "#"))
		return guest_id(root, table, text, id, err);
	text.data++;
	text.length--;
	if (number_parse(text, &number, err) < 0)
		return -1;
	*id = (id_t)number;
	return 0;
}

static int
parse_mode(struct view text, mode_t *mode, struct error *err)
{
	*mode = 0;
	for (size_t i = 0; i < text.length; i++) {
		if (text.data[i] < '0' || text.data[i] > '7' || *mode > 0777)
			return error_set(err, "'" VIEW_FORMAT
			    "' is not a mode", VIEW_ARGUMENTS(text));
		*mode = *mode << 3 | (mode_t)(text.data[i] - '0');
	}
	return 0;
}

/* USER GROUP MODE PATH */
static int
override_read(struct stat_overrides *overrides, int root, struct view line,
    struct error *err)
{
	struct stat_override *override = vector_push(&overrides->items);
	struct view user, group, mode;

	if (!view_cut(&line, ' ', &user) || !view_cut(&line, ' ', &group) ||
	    !view_cut(&line, ' ', &mode) || !view_starts(line, "/"))
		return error_set(err, "a line is not USER GROUP MODE PATH");
	override->path = line;
	if (parse_id(root, "etc/passwd", user, &override->uid, err) < 0 ||
	    parse_id(root, "etc/group", group, &override->gid, err) < 0)
		return -1;
	return parse_mode(mode, &override->mode, err);
}

int
stat_overrides_read(struct stat_overrides *overrides, int root,
    struct error *err)
{
	struct view rest, line;

	overrides->items.count = 0;
	buffer_clear(&overrides->text);
	if (!inside_exists(root, overrides_file))
		return 0;
	if (inside_read(root, overrides_file, &overrides->text, err) < 0)
		return -1;
	rest = (struct view){overrides->text.data, overrides->text.length};
	while (view_cut(&rest, '\n', &line))
		if (line.length &&
		    override_read(overrides, root, line, err) < 0)
			return error_prefix(err, "'%s' in the guest",
			    overrides_file);
	return 0;
}

const struct stat_override *
stat_overrides_find(const struct stat_overrides *overrides, const char *path)
{
	vector_each(override, &overrides->items)
		if (view_is(override->path, path))
			return override;
	return NULL;
}

void
stat_overrides_release(struct stat_overrides *overrides)
{
	buffer_release(&overrides->text);
	vector_release(&overrides->items);
}
