#include "install/diversions.h"

#include "base/inside.h"

const char diversions_file[] = "var/lib/dpkg/diversions";

int
diversions_read(int root, struct diversions *diversions, struct error *err)
{
	struct diversion next;
	struct view rest;

	diversions->items.count = 0;
	buffer_clear(&diversions->text);
	if (!inside_exists(root, diversions_file))
		return 0;
	if (inside_read(root, diversions_file, &diversions->text, err) < 0)
		return -1;
	rest = (struct view){diversions->text.data, diversions->text.length};
	while (view_cut(&rest, '\n', &next.from) && next.from.length) {
		if (!view_cut(&rest, '\n', &next.to) ||
		    !view_cut(&rest, '\n', &next.package))
			return error_set(err, "'%s' in the guest ends too "
			    "early", diversions_file);
		*vector_push(&diversions->items) = next;
	}
	return 0;
}

struct view
diversions_path(const struct diversions *diversions, const char *path,
    struct view package)
{
	vector_each(diversion, &diversions->items)
		if (view_is(diversion->from, path) &&
		    !view_equal(diversion->package, package))
			return diversion->to;
	return view_of(path);
}

void
diversions_release(struct diversions *diversions)
{
	buffer_release(&diversions->text);
	vector_release(&diversions->items);
}
