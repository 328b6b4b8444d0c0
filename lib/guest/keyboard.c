#include "guest/keyboard.h"

#include <ctype.h>
#include <string.h>

bool
keyboard_is_name(const char *keyboard)
{
	const char *colon = strchr(keyboard, ':');

	for (const char *c = keyboard; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("_-", *c) &&
		    c != colon)
			return false;
	return *keyboard && colon != keyboard && (!colon || colon[1]);
}

/* The first words of the lines in a section. */
static bool
section_has(struct view list, const char *section, struct view name)
{
	struct view line, word;
	bool is_here = false;

	while (view_cut(&list, '\n', &line)) {
		if (view_starts(line, "! "))
			is_here = view_is(view_trim((struct view){line.data + 2,
			    line.length - 2}), section);
		else if (is_here && view_word(&line, &word) &&
		    view_equal(word, name))
			return true;
	}
	return false;
}

bool
keyboard_list_has(struct view list, const char *keyboard)
{
	struct view variant = view_of(keyboard), layout;

	view_cut(&variant, ':', &layout);
	return section_has(list, "layout", layout) && (!variant.length ||
	    section_has(list, "variant", variant));
}
