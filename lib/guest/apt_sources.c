#include "guest/apt_sources.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"

struct archive {
	const char *mirror;
	const char *suites[2];	/* NULL: none */
	const struct strings *components;
};

struct apt_format {
	const char *name;	/* in the suite table */
	const char *path;
	void (*add)(const struct suite *suite, const struct archive *archive,
	    struct buffer *text);
};

static char *
joined(const char *const *words, size_t count)
{
	struct buffer text = {0};

	for (size_t i = 0; i < count; i++)
		if (words[i])
			buffer_printf(&text, "%s%s", text.length ? " " : "",
			    words[i]);
	return buffer_steal(&text);
}

static char *
joined_components(const struct archive *archive)
{
	return joined((const char *const *)archive->components->items,
	    archive->components->count);
}

static char *
signed_by(const struct suite *suite)
{
	struct view given = stanza_get(&suite->fields, "Signed-By");

	if (given.data)
		return view_string(given);
	return memory_printf("/usr/share/keyrings/%s.gpg", suite->keyring);
}

static void
deb822_add(const struct suite *suite, const struct archive *archive,
    struct buffer *text)
{
	auto_free char *suites = joined(archive->suites, 2);
	auto_free char *components = joined_components(archive);
	auto_free char *keyring = signed_by(suite);

	if (text->length)
		buffer_text(text, "\n");
	stanza_write(text, "Types", "deb");
	stanza_write(text, "URIs", archive->mirror);
	stanza_write(text, "Suites", suites);
	stanza_write(text, "Components", components);
	stanza_write(text, "Signed-By", keyring);
}

/* Such releases trust all of apt's keys. */
static void
line_add(const struct suite *suite, const struct archive *archive,
    struct buffer *text)
{
	auto_free char *components = joined_components(archive);

	(void)suite;
	for (size_t i = 0; i < 2; i++)
		if (archive->suites[i])
			buffer_printf(text, "deb %s %s %s\n", archive->mirror,
			    archive->suites[i], components);
}

/* The first is for a suite that names none. */
static const struct apt_format formats[] = {
	{"deb822", "etc/apt/sources.list.d/debian.sources", deb822_add},
	{"one-line", "etc/apt/sources.list", line_add},
};

static const struct apt_format *
apt_format_find(const char *name)
{
	for (size_t i = 1; i < sizeof(formats) / sizeof(*formats); i++)
		if (name && !strcmp(name, formats[i].name))
			return &formats[i];
	return &formats[0];
}

struct apt_mirrors
apt_mirrors_of(const struct guest *guest)
{
	return (struct apt_mirrors){
		.archive = guest->guest_mirror
		    ? guest->guest_mirror : guest->mirror,
		.security = guest->security_mirror,
	};
}

void
apt_sources_text(const struct suite *suite, const struct apt_mirrors *mirrors,
    char **path, struct buffer *text)
{
	const struct apt_format *format = apt_format_find(suite->apt_format);
	const struct strings *components = mirrors->components
	    ? mirrors->components : &suite->components;
	const struct archive archives[] = {
		{mirrors->archive ? mirrors->archive : suite->mirror,
		    {suite->codename, suite->updates_suite}, components},
		{mirrors->security ? mirrors->security
		    : suite->security_mirror, {suite->security_suite},
		    components},
	};

	*path = memory_string(format->path);
	for (size_t i = 0; i < 2; i++)
		if (archives[i].mirror && archives[i].suites[0])
			format->add(suite, &archives[i], text);
}
