#include "install/guest_id.h"

#include "base/inside.h"
#include "base/size.h"

int
guest_id(int root, const char *table, struct view name, id_t *id,
    struct error *err)
{
	auto_buffer struct buffer text = {0};
	struct view rest, line, field;
	uint64_t number;

	if (inside_read(root, table, &text, err) < 0)
		return -1;
	rest = (struct view){text.data, text.length};
	while (view_cut(&rest, '\n', &line)) {
		if (!view_cut(&line, ':', &field) ||
		    !view_equal(field, name) ||
		    !view_cut(&line, ':', &field) ||
		    !view_cut(&line, ':', &field))
			continue;
		if (number_parse(field, &number, err) < 0)
			return error_prefix(err, "'%s' in the guest", table);
		*id = (id_t)number;
		return 0;
	}
	return error_set(err, "'" VIEW_FORMAT "' is not in '%s' in the guest",
	    VIEW_ARGUMENTS(name), table);
}
