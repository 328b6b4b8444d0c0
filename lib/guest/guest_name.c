#include "guest/guest_name.h"

#include <string.h>

#include "base/text.h"

enum { LENGTH_MAX = 63 };	/* Linux takes 64 as a host name */

static bool
label_is_good(struct view label)
{
	static const char characters[] =
	    "abcdefghijklmnopqrstuvwxyz0123456789-";

	if (!label.length || label.data[0] == '-' ||
	    label.data[label.length - 1] == '-')
		return false;
	for (size_t i = 0; i < label.length; i++)
		if (!label.data[i] || !strchr(characters, label.data[i]))
			return false;
	return true;
}

int
guest_name_check(const char *name, struct error *err)
{
	struct view rest = view_of(name), label;

	if (!*name)
		return error_usage(err, "the guest's name is missing");
	if (rest.length > LENGTH_MAX)
		return error_usage(err, "name '%s' is longer than %d "
		    "characters", name, LENGTH_MAX);
	while (view_cut(&rest, '.', &label))
		if (!label_is_good(label))
			return error_usage(err, "'%s' is no name for a guest: "
			    "use lower-case letters, digits, inner hyphens, "
			    "and dots between labels", name);
	if (strspn(name, "0123456789.") == strlen(name))
		return error_usage(err, "'%s' is no name for a guest: xl and "
		    "the network would take it for a number", name);
	if (!strcmp(name, "localhost"))
		return error_usage(err, "'localhost' is no name for a guest");
	return 0;
}
