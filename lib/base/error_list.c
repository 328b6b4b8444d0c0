#include "base/error_list.h"

#include <string.h>

#include "base/buffer.h"

void
error_list_add(struct error_list *list, struct error *one)
{
	struct view rest = view_of(one->text), line;

	if (!list->lines.count)
		list->kind = one->kind;
	while (view_cut(&rest, '\n', &line)) {
		if (map_get(&list->known, line))
			continue;
		*vector_push(&list->lines) = view_string(line);
		line.data = list->lines.items[list->lines.count - 1];
		*map_put(&list->known, line) = list;
	}
	error_release(one);
}

int
error_list_result(const struct error_list *list, struct error *err)
{
	auto_buffer struct buffer text = {0};

	if (!list->lines.count)
		return 0;
	vector_each(line, &list->lines)
		buffer_printf(&text, "%s%s", text.length ? "\n" : "", *line);
	error_set(err, "%s", text.data);
	err->kind = list->kind;
	return -1;
}

void
error_list_release(struct error_list *list)
{
	map_release(&list->known);
	strings_release(&list->lines);
}
