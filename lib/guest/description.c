#include "guest/description.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/fields.h"
#include "base/memory.h"
#include "guest/guest_file.h"
#include "repo/download.h"

/* How it is made, and not what it is. */
static const char *const manners[] = {
	"cache-dir", "force", "keep-filesystem", "keyring", "wipe",
};

static bool
is_manner(const struct option *option)
{
	for (size_t i = 0; i < sizeof(manners) / sizeof(*manners); i++)
		if (!strcmp(manners[i], option->name))
			return true;
	return false;
}

/* --- without secrets ------------------------------------------------------ */

/* With the guest's name, so that the same text is not the same in another. */
static char *
text_digest(const char *name, struct view text)
{
	enum { DIGITS = 16 };
	struct digest *digest = digest_new(DIGEST_SHA256);
	char hex[DIGEST_HEX_MAX + 1];

	digest_add(digest, name, strlen(name) + 1);
	digest_add(digest, text.data, text.length);
	digest_finish(digest, hex);
	digest_free(digest);
	return memory_printf("sha256=%.*s", DIGITS, hex);
}

/* Options of OPTION_ORDER whose values hold text of the user's own. */
static const struct {
	const char *option;
	bool follows_path;	/* PATH:TEXT */
} texts[] = {
	{"write", true},
	{"append-line", true},
	{"setup-hook"},
	{"extract-hook"},
	{"essential-hook"},
	{"customize-hook"},
	{"chrooted-extract-hook"},
	{"chrooted-essential-hook"},
	{"chrooted-customize-hook"},
	{"personalise-hook"},
	{"filled-hook"},
	{"created-hook"},
};

/* What may be read of an option's value; freed by the caller. */
static char *
public_value(const char *name, const char *option, const char *value)
{
	struct view text = view_of(value), path = {0};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		auto_free char *digest = NULL;

		if (strcmp(texts[i].option, option))
			continue;
		if (texts[i].follows_path)
			view_cut(&text, ':', &path);
		digest = text_digest(name, text);
		return path.data ? memory_printf(VIEW_FORMAT ":%s",
		    VIEW_ARGUMENTS(path), digest) : steal_pointer(&digest);
	}
	return memory_string(value);
}

static struct strings
public_order(const char *name, const struct strings *order)
{
	struct strings public = {0};

	for (size_t i = 0; i + 1 < order->count; i += 2) {
		auto_free char *value = public_value(name, order->items[i],
		    order->items[i + 1]);

		strings_add(&public, order->items[i]);
		strings_add(&public, value);
	}
	return public;
}

static const size_t orders[] = {GUEST(hooks), GUEST(changes)};
static const size_t urls[] = {
	GUEST(mirror), GUEST(guest_mirror), GUEST(security_mirror),
};

enum {
	ORDERS = sizeof(orders) / sizeof(*orders),
	URLS = sizeof(urls) / sizeof(*urls),
};

static struct strings *
order_of(struct guest *guest, size_t i)
{
	return (struct strings *)((char *)guest + orders[i]);
}

static char **
url_of(struct guest *guest, size_t i)
{
	return (char **)((char *)guest + urls[i]);
}

int
description_text(const struct guest *guest, struct buffer *text,
    struct error *err)
{
	struct guest public = *guest;
	struct fields fields = {
		.tables = guest_tables, .record = &public,
		.origins = &public.origins, .is_left_out = is_manner,
		.without_help = true,
	};
	int result;

	for (size_t i = 0; i < ORDERS; i++)
		*order_of(&public, i) = public_order(guest->name,
		    order_of(&public, i));
	for (size_t i = 0; i < URLS; i++)
		if (*url_of(&public, i))
			*url_of(&public, i) =
			    download_public_url(*url_of(&public, i));
	result = fields_write(&fields, text, err);
	for (size_t i = 0; i < ORDERS; i++)
		strings_release(order_of(&public, i));
	for (size_t i = 0; i < URLS; i++)
		free(*url_of(&public, i));
	if (text->length && text->data[text->length - 1] == '\n')
		text->data[--text->length] = '\0';
	return result;
}

/* --- the same or not ------------------------------------------------------ */

#define auto_guest __attribute__((cleanup(guest_release)))

/* What today's defaults make of it. What they refuse stays as it was given. */
static int
description_read(const char *name, const char *text, struct guest *guest,
    struct error *err)
{
	struct stanza_reader reader = stanza_reader("Description",
	    view_of(text));
	auto_stanza struct stanza stanza = {0};
	auto_error struct error ignored = {0};

	guest->name = memory_string(name);
	if (stanza_read(&reader, &stanza, err) < 0 ||
	    guest_file_stanza("Description", &stanza, guest, err) < 0)
		return error_prefix(err, "the manifest of '%s'", name);
	guest_complete(guest, &ignored);
	return 0;
}

/* NULL: there are none. */
static char *
values_text(const struct option *option, const struct guest *guest)
{
	auto_strings struct strings values = {0};
	struct buffer text = {0};

	field_values(option, guest, &values);
	if (!values.count)
		return NULL;
	vector_each(value, &values)
		buffer_printf(&text, "%s%s", text.length ? "\n" : "", *value);
	return buffer_steal(&text);
}

/* Either may be NULL. */
static bool
is_same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static void
option_compare(const struct option *option, const struct guest *before,
    const struct guest *after, struct differences *differences)
{
	auto_free char *old = values_text(option, before);
	auto_free char *new = values_text(option, after);

	if (is_same(old, new))
		return;
	*vector_push(differences) = (struct difference){
		option_field(option->name), steal_pointer(&old),
		steal_pointer(&new)};
}

static void
guests_compare(const struct guest *before, const struct guest *after,
    struct differences *differences)
{
	for (const struct option *const *table = guest_tables; *table; table++)
		for (const struct option *o = *table; o->name; o++)
			if (!is_manner(o))
				option_compare(o, before, after, differences);
}

int
description_compare(const struct manifest *manifest,
    const struct guest *guest, struct differences *differences,
    struct error *err)
{
	auto_buffer struct buffer text = {0};
	auto_guest struct guest before = {0}, after = {0};

	if (!manifest->description) {
		vector_push(differences)->field = memory_string("Description");
		return 0;
	}
	if (description_text(guest, &text, err) < 0 ||
	    description_read(manifest->name, manifest->description, &before,
	    err) < 0 ||
	    description_read(manifest->name, text.length ? text.data : "",
	    &after, err) < 0)
		return -1;
	guests_compare(&before, &after, differences);
	return 0;
}

void
differences_release(struct differences *differences)
{
	vector_each(difference, differences) {
		free(difference->field);
		free(difference->before);
		free(difference->after);
	}
	vector_release(differences);
}
