#include "xen/vif_spec.h"

#include <string.h>

bool
vif_spec_next(struct view *rest, struct view *name, struct view *value)
{
	struct view part;

	do {
		if (!view_cut(rest, ',', &part))
			return false;
		while (part.length && strchr(" \t\n", *part.data)) {
			part.data++;
			part.length--;
		}
	} while (!part.length);
	*value = part;
	view_cut(value, '=', name);
	return true;
}

struct view
vif_spec_get(const char *text, const char *wanted)
{
	struct view rest = view_of(text), name, value, found = {0};

	while (vif_spec_next(&rest, &name, &value))
		if (view_is(name, wanted))
			found = value;
	return found;
}
