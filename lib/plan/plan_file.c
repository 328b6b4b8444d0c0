#include "plan/plan_file.h"

#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/size.h"

#define ALNUM "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

struct field {
	struct view value;
	unsigned line;
};

/* A package's stanza as text; digests by enum digest_kind. */
struct entry {
	struct field name, version, architecture, size, installed_size, url;
	struct field stage, unpack_place, configure_run, automatic;
	struct field digests[DIGEST_SHA512 + 1];
};

#define ROW(name, member, required, characters) \
	{name, offsetof(struct entry, member), required, characters}

static const struct row {
	const char *name;
	size_t offset;	/* of a struct field */
	bool is_required;
	const char *characters;	/* that it may have; NULL: all but
				   control characters */
} rows[] = {
	ROW("Package", name, true, ALNUM "+-._"),
	ROW("Version", version, true, ALNUM "+-.~:_"),
	ROW("Architecture", architecture, true, ALNUM "-"),
	ROW("SHA256", digests[DIGEST_SHA256], false, ALNUM),
	ROW("SHA512", digests[DIGEST_SHA512], false, ALNUM),
	ROW("SHA1", digests[DIGEST_SHA1], false, ALNUM),
	ROW("MD5sum", digests[DIGEST_MD5], false, ALNUM),
	ROW("Size", size, true, "0123456789"),
	ROW("Installed-Size", installed_size, true, "0123456789"),
	ROW("URL", url, true, NULL),
	ROW("Stage", stage, true, "12"),
	ROW("Unpack-Place", unpack_place, true, "0123456789"),
	ROW("Configure-Run", configure_run, true, "0123456789"),
	ROW("Auto-Installed", automatic, false, "yes"),
};

enum { ROWS = sizeof(rows) / sizeof(*rows) };

static const char *const digest_names[] = {
	[DIGEST_MD5] = "MD5sum",
	[DIGEST_SHA1] = "SHA1",
	[DIGEST_SHA256] = "SHA256",
	[DIGEST_SHA512] = "SHA512",
};

static void
write_view(struct buffer *text, const char *name, struct view value)
{
	buffer_printf(text, "%s: " VIEW_FORMAT "\n", name,
	    VIEW_ARGUMENTS(value));
}

static void
write_item(const struct plan_item *item, struct buffer *text)
{
	const struct package *package = item->package;

	buffer_text(text, "\n");
	write_view(text, "Package", package->name);
	write_view(text, "Version", package->version);
	write_view(text, "Architecture", package->architecture);
	write_view(text, digest_names[item->kind], item->digest);
	buffer_printf(text, "Size: %" PRIu64 "\nInstalled-Size: %" PRIu64
	    "\nURL: %s\nStage: %d\nUnpack-Place: %u\nConfigure-Run: %u\n",
	    package->size, package->installed_size / 1024, item->url,
	    item->is_essential ? 1 : 2, item->unpack_place,
	    item->configure_run);
	if (item->is_automatic)
		buffer_text(text, "Auto-Installed: yes\n");
}

void
plan_file_write(const struct plan *plan, struct buffer *text)
{
	buffer_printf(text, "Pending-Run: %u\n", plan->pending_run);
	if (plan->is_unpacked_only)
		buffer_text(text, "Unpack-Only: yes\n");
	if (!plan->count)
		buffer_text(text, "Packages: none\n");
	vector_each(item, plan)
		write_item(item, text);
}

struct reading {
	const char *path;
	struct plan *plan;
	struct view architectures;
	struct entry entry;
	VECTOR(struct package) packages;
};

static int
field_error(const struct reading *reading, unsigned line, const char *name,
    const char *what, struct error *err)
{
	return error_set(err, "%s:%u: %s %s", reading->path, line, name, what);
}

static bool
value_is_made_of(struct view value, const char *characters)
{
	for (size_t i = 0; i < value.length; i++) {
		unsigned char c = (unsigned char)value.data[i];

		if (characters ? !c || !strchr(characters, c)
		    : c < ' ' || c == 0x7f)
			return false;
	}
	return value.length > 0;
}

static int
entry_set(struct reading *reading, const struct stanza_field *field,
    struct error *err)
{
	for (size_t i = 0; i < ROWS; i++) {
		struct field *place = (struct field *)
		    ((char *)&reading->entry + rows[i].offset);

		if (!view_equal_fold(field->name, view_of(rows[i].name)))
			continue;
		if (place->value.data)
			return field_error(reading, field->line, rows[i].name,
			    "stands there twice", err);
		if (!value_is_made_of(field->value, rows[i].characters))
			return field_error(reading, field->line, rows[i].name,
			    "has no valid value", err);
		*place = (struct field){field->value, field->line};
		return 0;
	}
	return error_set(err, "%s:%u: unknown field '" VIEW_FORMAT "'",
	    reading->path, field->line, VIEW_ARGUMENTS(field->name));
}

static int
entry_read(struct reading *reading, const struct stanza *stanza,
    struct error *err)
{
	reading->entry = (struct entry){0};
	vector_each(field, &stanza->fields)
		if (entry_set(reading, field, err) < 0)
			return -1;
	for (size_t i = 0; i < ROWS; i++) {
		const struct field *place = (const struct field *)
		    ((const char *)&reading->entry + rows[i].offset);

		if (rows[i].is_required && !place->value.data)
			return error_set(err, "%s:%u: a package without the "
			    "field '%s'", reading->path, stanza->line,
			    rows[i].name);
	}
	return 0;
}

static int
number_read(const struct reading *reading, const struct field *field,
    uint64_t most, uint64_t *number, struct error *err)
{
	if (number_parse(field->value, number, err) < 0 || *number > most) {
		error_release(err);
		return error_set(err, "%s:%u: '" VIEW_FORMAT "' is too large",
		    reading->path, field->line, VIEW_ARGUMENTS(field->value));
	}
	return 0;
}

/* What a plan in memory counts with unsigned. */
static int
place_read(const struct reading *reading, const struct field *field,
    unsigned *place, struct error *err)
{
	uint64_t number = 0;

	if (number_read(reading, field, UINT_MAX, &number, err) < 0)
		return -1;
	*place = (unsigned)number;
	return 0;
}

static int
package_read(struct reading *reading, struct package *package,
    struct error *err)
{
	static const uint64_t most = UINT64_C(1) << 44;
	const struct entry *entry = &reading->entry;

	package->name = entry->name.value;
	package->version = entry->version.value;
	package->architecture = entry->architecture.value;
	package->sha256 = entry->digests[DIGEST_SHA256].value;
	package->sha512 = entry->digests[DIGEST_SHA512].value;
	package->sha1 = entry->digests[DIGEST_SHA1].value;
	package->md5 = entry->digests[DIGEST_MD5].value;
	if (number_read(reading, &entry->size, most, &package->size,
	    err) < 0 || number_read(reading, &entry->installed_size,
	    most >> 10, &package->installed_size, err) < 0)
		return -1;
	package->installed_size *= 1024;
	if (!package->size)
		return field_error(reading, entry->size.line, "Size",
		    "has no valid value", err);
	return 0;
}

static bool
architecture_is_known(struct view known, struct view architecture)
{
	struct view word;

	while (view_word(&known, &word))
		if (view_equal(word, architecture))
			return true;
	return view_is(architecture, "all");
}

/* One digest, of the form that its name has. */
static int
digest_read(const struct reading *reading, struct plan_item *item,
    struct error *err)
{
	const struct field *digests = reading->entry.digests;

	for (int kind = DIGEST_MD5; kind <= DIGEST_SHA512; kind++) {
		if (!digests[kind].value.data)
			continue;
		if (item->digest.data)
			return field_error(reading, digests[kind].line,
			    digest_names[kind], "is a second digest", err);
		item->kind = (enum digest_kind)kind;
		item->digest = digests[kind].value;
		if (!digest_is_hex(item->kind, item->digest))
			return field_error(reading, digests[kind].line,
			    digest_names[kind], "has no valid value", err);
	}
	if (!item->digest.data)
		return field_error(reading, reading->entry.name.line,
		    "Package", "has no digest, as SHA256 is", err);
	return 0;
}

static int
entry_check(const struct reading *reading, struct error *err)
{
	const struct entry *entry = &reading->entry;
	const struct plan *plan = reading->plan;
	bool is_essential = view_is(entry->stage.value, "1");

	if (!architecture_is_known(reading->architectures,
	    entry->architecture.value))
		return field_error(reading, entry->architecture.line,
		    "Architecture", "is none of those in the head", err);
	if (!is_essential && !view_is(entry->stage.value, "2"))
		return field_error(reading, entry->stage.line, "Stage",
		    "is neither 1 nor 2", err);
	if (is_essential && plan->count &&
	    !plan->items[plan->count - 1].is_essential)
		return field_error(reading, entry->stage.line, "Stage",
		    "1 comes after 2", err);
	if (entry->automatic.value.data &&
	    !view_is(entry->automatic.value, "yes"))
		return field_error(reading, entry->automatic.line,
		    "Auto-Installed", "has no valid value", err);
	vector_each(package, &reading->packages)
		if (view_equal(package->name, entry->name.value) &&
		    view_equal(package->architecture,
		    entry->architecture.value))
			return field_error(reading, entry->name.line,
			    "Package", "stands there already", err);
	return 0;
}

static int
item_read(struct reading *reading, const struct stanza *stanza,
    struct error *err)
{
	const struct entry *entry = &reading->entry;
	struct plan_item item = {0};
	struct package package = {0};

	if (entry_read(reading, stanza, err) < 0 ||
	    entry_check(reading, err) < 0 ||
	    package_read(reading, &package, err) < 0 ||
	    digest_read(reading, &item, err) < 0 ||
	    place_read(reading, &entry->unpack_place, &item.unpack_place,
	    err) < 0 || place_read(reading, &entry->configure_run,
	    &item.configure_run, err) < 0)
		return -1;
	item.is_essential = view_is(entry->stage.value, "1");
	item.is_automatic = entry->automatic.value.data;
	item.url = view_string(entry->url.value);
	*vector_push(reading->plan) = item;
	*vector_push(&reading->packages) = package;
	reading->plan->download_size += package.size;
	reading->plan->installed_size += package.installed_size;
	return 0;
}

static int
head_read(struct reading *reading, struct stanza_reader *reader,
    struct stanza *head, struct error *err)
{
	struct field pending;
	int more = stanza_read(reader, head, err);

	if (more <= 0)
		return more < 0 ? -1 : error_set(err, "%s:1: empty",
		    reading->path);
	pending = (struct field){stanza_get(head, "Pending-Run"), head->line};
	reading->architectures = stanza_get(head, "Architectures");
	if (!value_is_made_of(pending.value, "0123456789") ||
	    !reading->architectures.length)
		return error_set(err, "%s:%u: the head lacks %s",
		    reading->path, head->line, reading->architectures.length
		    ? "Pending-Run" : "Architectures");
	reading->plan->is_unpacked_only =
	    view_is(stanza_get(head, "Unpack-Only"), "yes");
	return place_read(reading, &pending, &reading->plan->pending_run, err);
}

int
plan_file_read(const char *path, struct buffer *text, struct stanza *head,
    struct plan *plan, struct error *err)
{
	struct view whole = {text->data, text->length};
	struct stanza_reader reader = stanza_reader(path, whole);
	struct reading reading = {.path = path, .plan = plan};
	auto_stanza struct stanza stanza = {0};
	int more;

	plan->text = buffer_steal(text);
	reader.rest.data = plan->text;
	more = head_read(&reading, &reader, head, err);
	while (more >= 0 && (more = stanza_read(&reader, &stanza, err)) > 0)
		more = item_read(&reading, &stanza, err);
	plan->packages = reading.packages.items;
	for (size_t i = 0; i < plan->count; i++)
		plan->items[i].package = &plan->packages[i];
	if (more == 0 && !plan->count &&
	    !view_is(stanza_get(head, "Packages"), "none"))
		return error_set(err, "%s: no packages", path);
	return more;
}
