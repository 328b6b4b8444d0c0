#include "guest/template.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/data.h"

enum { NAMES_MAX = 3 };

/* All of a guest's, with the names that they may hold. */
static const struct {
	const char *file;
	const char *names[NAMES_MAX + 1];
} templates[] = {
	{"cloud-init.cfg"},
	{"first-boot"},
	{"fstab", {"FILESYSTEMS", "PSEUDO"}},
	{"grub.cfg", {"ROOT", "CONSOLE"}},
	{"hosts", {"ADDRESS", "NAMES"}},
	{"ifupdown-pre.conf"},
	{"interfaces", {"HOW", "SOURCE", "CARDS"}},
	{"kernel-copy", {"NAME"}},
	{"kernel-menu", {"NAME"}},
	{"mkguest-first-boot.service"},
	{"mkguest-ssh-host-keys.service"},
	{"networkd-wait-online.conf"},
};

static const char *
value_find(const struct template_value *values, struct view name)
{
	for (; values->name; values++)
		if (view_is(name, values->name))
			return values->value;
	return NULL;
}

static unsigned
line_number(struct view text, const char *at)
{
	unsigned line = 1;

	for (const char *c = text.data; c < at; c++)
		line += *c == '\n';
	return line;
}

int
template_expand(const char *path, struct view template,
    const struct template_value *values, struct buffer *text,
    struct error *err)
{
	struct view rest = template;
	const char *start;

	while ((start = memmem(rest.data, rest.length, "${", 2))) {
		struct view name, tail = {start + 2, rest.length -
		    (size_t)(start + 2 - rest.data)};
		const char *value;

		buffer_add(text, rest.data, (size_t)(start - rest.data));
		view_cut(&tail, '}', &name);
		if (!tail.data)
			return error_set(err, "%s:%u: '${' without its '}'",
			    path, line_number(template, start));
		value = value_find(values, name);
		if (!value)
			return error_set(err, "%s:%u: nothing is known for '${"
			    VIEW_FORMAT "}'", path,
			    line_number(template, start), VIEW_ARGUMENTS(name));
		buffer_text(text, value);
		rest = tail;
	}
	buffer_view(text, rest);
	return 0;
}

int
template_read(const char *name, const struct template_value *values,
    struct buffer *text, struct error *err)
{
	auto_buffer struct buffer template = {0};
	auto_free char *path = NULL;

	if (data_read_template(name, &path, &template, err) < 0)
		return -1;
	return template_expand(path, (struct view){template.data,
	    template.length}, values, text, err);
}

int
template_check_all(struct error *err)
{
	for (size_t i = 0; i < sizeof(templates) / sizeof(*templates); i++) {
		struct template_value values[NAMES_MAX + 1] = {0};
		auto_buffer struct buffer text = {0};

		for (size_t j = 0; j < NAMES_MAX; j++)
			values[j] = (struct template_value){
				templates[i].names[j], ""};
		if (template_read(templates[i].file, values, &text, err) < 0)
			return -1;
	}
	return 0;
}
