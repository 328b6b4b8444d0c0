#include "fleet/fleet_file.h"

#include <fnmatch.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/nearest.h"
#include "fleet/range.h"
#include "guest/guest_file.h"

/* A file being read, which tells all that is wrong. */
struct fleet_reading {
	struct fleet_file *file;
	struct error_list *wrong;
	size_t count;	/* of stanzas */
};

static void
stanza_take(struct fleet_reading *reading, const struct stanza *whole,
    struct fleet_stanza *stanza)
{
	auto_error struct error one = {0};

	if (fleet_stanza_split(stanza, reading->file->text.path, whole,
	    &one) < 0)
		error_list_add(reading->wrong, &one);
}

/* --- a guest ------------------------------------------------------------- */

static void
guest_take_fields(struct fleet_reading *reading, struct guest *guest,
    const struct fleet_stanza *stanza)
{
	auto_error struct error one = {0};

	if (guest_file_stanza(reading->file->text.path, &stanza->fields, guest,
	    &one) < 0)
		error_list_add(reading->wrong, &one);
}

static void
guest_take_pool(struct fleet_guest *guest, const struct fleet_stanza *stanza)
{
	const struct origin *origin = origins_find(&stanza->own.origins,
	    "address-pool", 0);

	if (!origin || guest->address_pool_line)
		return;
	guest->address_pool = memory_string(stanza->own.address_pool);
	guest->address_pool_line = origin->line;
}

static void
guest_take(struct fleet_reading *reading, struct fleet_guest *guest,
    const struct fleet_stanza *stanza)
{
	guest_take_fields(reading, &guest->guest, stanza);
	guest_take_pool(guest, stanza);
}

static const char *
group_near(const struct fleet_file *file, const char *name)
{
	const char *nearest = NULL;
	size_t least = SIZE_MAX;

	for (size_t i = 0; i < file->group_names.count; i++) {
		struct view known = file->group_names.entries[i].key;
		size_t slips = nearest_slips(view_of(name), known);

		if (slips < least) {
			least = slips;
			nearest = known.data;
		}
	}
	return nearest_is_near(view_of(name), least) ? nearest : NULL;
}

static void
group_unknown(struct fleet_reading *reading, unsigned line, const char *name)
{
	const char *near = group_near(reading->file, name);
	auto_error struct error one = {0};

	error_usage(&one, "%s:%u: Group: no stanza has the defaults of group "
	    "'%s'", reading->file->text.path, line, name);
	if (near)
		error_suffix(&one, "; is it '%s'?", near);
	error_list_add(reading->wrong, &one);
}

/* From the nearest to the farthest. */
static void
guest_take_all(struct fleet_reading *reading, struct fleet_guest *guest,
    const struct fleet_stanza *stanza)
{
	struct fleet_file *file = reading->file;
	auto_error struct error one = {0};

	guest_take(reading, guest, stanza);
	vector_each(name, &stanza->own.group) {
		struct fleet_stanza *group = map_get(&file->group_names,
		    view_of(*name));

		strings_add(&guest->group, *name);
		if (group)
			guest_take(reading, guest, group);
		else
			group_unknown(reading, origins_find(
			    &stanza->own.origins, "group", 0)->line, *name);
	}
	guest_take(reading, guest, &file->defaults);
	if (guest_defaults_apply(&file->conf, &guest->guest, &one) < 0)
		error_list_add(reading->wrong, &one);
}

static void
guest_check_name(struct fleet_reading *reading,
    const struct fleet_guest *guest)
{
	struct fleet_file *file = reading->file;
	struct view name = view_of(guest->guest.name);
	struct fleet_guest *first = name.data
	    ? map_get(&file->guest_names, name) : NULL;
	auto_error struct error one = {0};

	if (!name.data)
		error_usage(&one, "%s:%u: Name: it is missing",
		    file->text.path, guest->line);
	else if (first)
		error_usage(&one, "%s:%u: Name: '%s' is a guest of line %u "
		    "already", file->text.path, guest->line, name.data,
		    first->line);
	else
		*map_put(&file->guest_names, name) = (void *)guest;
	error_list_add(reading->wrong, &one);
}

static void
guest_add(struct fleet_reading *reading, const struct stanza *whole)
{
	struct fleet_stanza stanza = {0};
	struct fleet_guest *guest = memory_new(struct fleet_guest);

	stanza_take(reading, whole, &stanza);
	guest->line = whole->line;
	guest_take_all(reading, guest, &stanza);
	guest_check_name(reading, guest);
	*vector_push(&reading->file->guests) = guest;
	fleet_stanza_release(&stanza);
}

/* --- a stanza that may stand for many ------------------------------------ */

/* How many guests: all ranges are as long as that of its name. */
static size_t
range_of(struct fleet_reading *reading, const struct stanza *stanza)
{
	size_t wanted, count;
	auto_error struct error unusable = {0};

	if (range_count(stanza_get(stanza, "Name"), &wanted, &unusable) < 0) {
		error_prefix(&unusable, "%s:%u: Name", reading->file->text.path,
		    stanza->line);
		error_list_add(reading->wrong, &unusable);
		return 0;
	}
	if (!wanted)
		return 0;
	vector_each(field, &stanza->fields) {
		auto_error struct error one = {0};

		if (range_count(field->value, &count, &one) == 0 && count &&
		    count != wanted)
			error_usage(&one, "its range stands for %zu, but that "
			    "of Name for %zu", count, wanted);
		if (!one.text)
			continue;
		error_prefix(&one, "%s:%u: " VIEW_FORMAT,
		    reading->file->text.path, field->line,
		    VIEW_ARGUMENTS(field->name));
		error_list_add(reading->wrong, &one);
	}
	return wanted;
}

static void
guest_add_of_range(struct fleet_reading *reading, const struct stanza *whole,
    size_t index)
{
	auto_strings struct strings values = {0};
	auto_stanza struct stanza one = {.line = whole->line};

	vector_each(field, &whole->fields) {
		struct buffer text = {0};

		range_text(field->value, index, &text);
		*vector_push(&values) = buffer_steal(&text);
		*vector_push(&one.fields) = (struct stanza_field){field->name,
		    view_of(values.items[values.count - 1]), field->line};
	}
	guest_add(reading, &one);
}

static void
guests_add(struct fleet_reading *reading, const struct stanza *stanza)
{
	size_t count = range_of(reading, stanza);

	if (!count)
		guest_add(reading, stanza);
	for (size_t i = 0; i < count; i++)
		guest_add_of_range(reading, stanza, i);
}

/* --- the file ------------------------------------------------------------ */

static void
group_add(struct fleet_reading *reading, const struct stanza *whole)
{
	struct fleet_stanza *group = memory_new(struct fleet_stanza);
	struct fleet_file *file = reading->file;
	auto_error struct error nameless = {0};

	*vector_push(&file->groups) = group;
	stanza_take(reading, whole, group);
	if (!group->own.group.count) {
		error_usage(&nameless, "%s:%u: Group: it is missing",
		    file->text.path, whole->line);
		error_list_add(reading->wrong, &nameless);
	}
	vector_each(name, &group->own.group) {
		struct fleet_stanza *first = map_get(&file->group_names,
		    view_of(*name));
		auto_error struct error one = {0};

		if (first)
			error_usage(&one, "%s:%u: Group: the defaults of '%s' "
			    "are in line %u already", file->text.path,
			    whole->line, *name, first->fields.line);
		else
			*map_put(&file->group_names, view_of(*name)) = group;
		error_list_add(reading->wrong, &one);
	}
}

/* All that is no guest: what guests have may stand below them. */
static void
take_defaults(struct fleet_reading *reading, const struct stanza *stanza)
{
	auto_error struct error one = {0};

	reading->count++;
	if (stanza_get(stanza, "Name").data)
		return;
	if (stanza_get(stanza, "Group").data) {
		group_add(reading, stanza);
	} else if (reading->count == 1) {
		stanza_take(reading, stanza, &reading->file->defaults);
	} else {
		error_usage(&one, "%s:%u: neither Name nor Group; only the "
		    "first stanza has the defaults of all",
		    reading->file->text.path, stanza->line);
		error_list_add(reading->wrong, &one);
	}
}

static void
take_guests(struct fleet_reading *reading, const struct stanza *stanza)
{
	if (stanza_get(stanza, "Name").data)
		guests_add(reading, stanza);
}

/* Does a line that is no field end its stanza? */
static bool
is_at_blank_line(const struct stanza_reader *reader)
{
	struct view rest = reader->rest, line = {0};

	view_cut(&rest, '\n', &line);
	return !view_trim(line).length;
}

/* Lines that are no field stand in no stanza's way. */
static void
each_stanza(struct fleet_reading *reading,
    void (*take)(struct fleet_reading *reading, const struct stanza *stanza))
{
	const struct guest_text *text = &reading->file->text;
	struct stanza_reader reader = stanza_reader(text->path,
	    guest_text_view(text));
	auto_stanza struct stanza whole = {0}, part = {0};
	int more;

	do {
		auto_error struct error one = {0};

		more = stanza_read(&reader, &part, &one);
		one.kind = ERROR_USAGE;
		error_list_add(reading->wrong, &one);
		if (!whole.fields.count)
			whole.line = part.line;
		vector_each(field, &part.fields)
			*vector_push(&whole.fields) = *field;
		if (!whole.fields.count ||
		    (more < 0 && !is_at_blank_line(&reader)))
			continue;
		take(reading, &whole);
		whole.fields.count = 0;
	} while (more);
}

void
fleet_file_parse(struct fleet_file *file, struct error_list *wrong)
{
	struct fleet_reading reading = {.file = file, .wrong = wrong};

	each_stanza(&reading, take_defaults);
	each_stanza(&reading, take_guests);
}

int
fleet_file_read(struct fleet_file *file, const char *path,
    struct error_list *wrong, struct error *err)
{
	auto_error struct error one = {0};

	if (guest_text_read(&file->text, path, true, err) < 0)
		return -1;
	if (guest_defaults_read(&file->conf, &one) < 0)
		error_list_add(wrong, &one);
	fleet_file_parse(file, wrong);
	if (!file->guests.count && !wrong->lines.count)
		return error_usage(err, "'%s' has no guests", file->text.path);
	return 0;
}

bool
fleet_guest_is(const struct fleet_guest *guest, const char *word)
{
	return fnmatch(word, guest->guest.name, 0) == 0 ||
	    strings_has(&guest->group, word);
}

static void
fleet_guest_free(struct fleet_guest *guest)
{
	guest_release(&guest->guest);
	strings_release(&guest->group);
	free(guest->address_pool);
	free(guest);
}

void
fleet_file_release(struct fleet_file *file)
{
	vector_each(group, &file->groups) {
		fleet_stanza_release(*group);
		free(*group);
	}
	vector_release(&file->groups);
	map_release(&file->group_names);
	vector_each(guest, &file->guests)
		fleet_guest_free(*guest);
	vector_release(&file->guests);
	map_release(&file->guest_names);
	fleet_stanza_release(&file->defaults);
	guest_defaults_release(&file->conf);
	guest_text_release(&file->text);
}
