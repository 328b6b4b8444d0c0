#include "base/error_list.h"

#include <string.h>

#include "base/buffer.h"

static void
list_add_line(struct error_list *list, const char *place, struct view line)
{
	if (map_get(&list->known, line))
		return;
	*vector_push(&list->sentences) = view_string(line);
	line.data = list->sentences.items[list->sentences.count - 1];
	*map_put(&list->known, line) = list;
	strings_printf(&list->lines, "%s%s%s", place, *place ? ": " : "",
	    line.data);
}

void
error_list_add_at(struct error_list *list, const char *place,
    struct error *one)
{
	struct view rest = view_of(one->text), line;

	if (!list->lines.count)
		list->kind = one->kind;
	while (view_cut(&rest, '\n', &line))
		list_add_line(list, place, line);
	error_release(one);
}

void
error_list_add(struct error_list *list, struct error *one)
{
	error_list_add_at(list, "", one);
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
	strings_release(&list->sentences);
}
