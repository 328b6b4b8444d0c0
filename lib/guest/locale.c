#include "guest/locale.h"

#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"

static const char *const built_in[] = {"C", "POSIX", "C.UTF-8", NULL};

bool
locale_is_built_in(const char *name)
{
	for (size_t i = 0; built_in[i]; i++)
		if (!strcmp(name, built_in[i]))
			return true;
	return false;
}

static bool
part_is_good(struct view part, const char *others)
{
	for (size_t i = 0; i < part.length; i++)
		if (!isalnum((unsigned char)part.data[i]) &&
		    !strchr(others, part.data[i]))
			return false;
	return part.length > 0;
}

char *
locale_normal(const char *name, struct error *err)
{
	struct view modifier = view_of(name), charset, place;
	bool is_utf8;

	view_cut(&modifier, '@', &charset);
	view_cut(&charset, '.', &place);
	is_utf8 = view_equal_fold(charset, view_of("utf8")) ||
	    view_equal_fold(charset, view_of("utf-8"));
	if (locale_is_built_in(name))
		return memory_string(name);
	if (!part_is_good(place, "_") ||
	    (charset.data && !part_is_good(charset, "-")) ||
	    (modifier.data && !part_is_good(modifier, ""))) {
		error_usage(err, "'%s' is no locale; write de_DE.UTF-8", name);
		return NULL;
	}
	if (is_utf8)
		charset = view_of("UTF-8");
	return memory_printf(VIEW_FORMAT "%s" VIEW_FORMAT "%s" VIEW_FORMAT,
	    VIEW_ARGUMENTS(place), charset.data ? "." : "",
	    VIEW_ARGUMENTS(charset), modifier.data ? "@" : "",
	    VIEW_ARGUMENTS(modifier));
}

/* A normal locale's line: itself and its character set. */
static char *
locale_line(const char *name)
{
	struct view modifier = view_of(name), charset, place;

	view_cut(&modifier, '@', &charset);
	view_cut(&charset, '.', &place);
	return memory_printf("%s " VIEW_FORMAT, name, VIEW_ARGUMENTS(
	    charset.data ? charset : view_of("UTF-8")));
}

void
locale_gen_text(const struct strings *locales, struct buffer *text)
{
	auto_strings struct strings lines = {0};

	vector_each(name, locales) {
		auto_free char *line = locale_line(*name);

		if (!locale_is_built_in(*name) && !strings_has(&lines, line))
			strings_add(&lines, line);
	}
	strings_sort(&lines);
	vector_each(line, &lines)
		buffer_printf(text, "%s\n", *line);
}

bool
locale_list_has(struct view list, const char *name)
{
	auto_free char *wanted = locale_line(name);
	struct view line;

	while (view_cut(&list, '\n', &line))
		if (view_is(view_trim(line), wanted))
			return true;
	return false;
}
