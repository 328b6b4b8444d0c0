#include "guest/step.h"

#include <string.h>

#include "base/cleanup.h"

/* Both forms would name everything twice, so the other one goes. */
STEP(step_apt_sources)
{
	static const char *const forms[] = {
		"etc/apt/sources.list",
		"etc/apt/sources.list.d/debian.sources",
	};
	struct apt_mirrors mirrors = apt_mirrors_of(guest);
	auto_buffer struct buffer text = {0};
	auto_free char *path = NULL;

	apt_sources_text(suite, &mirrors, &path, &text);
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		if (strcmp(forms[i], path) &&
		    edit->remove(edit, forms[i], err) < 0)
			return -1;
	return edit->write(edit, path, (struct view){text.data, text.length},
	    0644, err);
}
