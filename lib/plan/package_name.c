#include "plan/package_name.h"

#include "base/buffer.h"
#include "base/cleanup.h"

int
package_name_compare(const struct package_name *a,
    const struct package_name *b)
{
	int order = view_compare(a->base, b->base);

	return order ? order : (int)a->rank - (int)b->rank;
}

void
name_table_release(struct name_table *table)
{
	strings_release(&table->architectures);
	strings_release(&table->texts);
	map_release(&table->by_text);
	blocks_release(&table->names);
}

int
name_table_rank(const struct name_table *table, struct view architecture)
{
	if (view_is(architecture, "all"))
		return 0;
	for (size_t i = 0; i < table->architectures.count; i++)
		if (view_is(architecture, table->architectures.items[i]))
			return (int)i;
	return -1;
}

static struct package_name *
put(struct name_table *table, struct view text)
{
	void **place = map_put(&table->by_text, text);
	struct package_name *name = *place;

	if (!name) {
		*place = name = blocks_add(&table->names, sizeof(*name));
		name->text = text;
		name->number = (unsigned)table->by_text.count;
	}
	return name;
}

static struct view
join(struct buffer *text, struct view base, struct view architecture)
{
	buffer_printf(text, VIEW_FORMAT ":" VIEW_FORMAT, VIEW_ARGUMENTS(base),
	    VIEW_ARGUMENTS(architecture));
	return (struct view){text->data, text->length};
}

/* A text that must be made is kept only if it is new. */
static struct package_name *
put_joined(struct name_table *table, struct view base,
    struct view architecture)
{
	auto_buffer struct buffer buffer = {0};
	struct view text = join(&buffer, base, architecture);
	struct package_name *name = map_get(&table->by_text, text);

	if (name)
		return name;
	strings_add(&table->texts, text.data);
	return put(table,
	    view_of(table->texts.items[table->texts.count - 1]));
}

struct package_name *
name_table_put(struct name_table *table, struct view base, int rank)
{
	struct view architecture =
	    view_of(table->architectures.items[rank]);
	struct package_name *name = rank
	    ? put_joined(table, base, architecture) : put(table, base);

	name->base = base;
	name->architecture = architecture;
	name->rank = (unsigned)rank;
	return name;
}

struct package_name *
name_table_put_any(struct name_table *table, struct view base)
{
	struct package_name *name = put_joined(table, base, view_of("any"));

	name->base = name->text;
	name->architecture = view_of("any");
	return name;
}

const struct package_name *
name_table_get(const struct name_table *table, struct view text)
{
	const struct package_name *found = map_get(&table->by_text, text);

	return found ? found : &table->unknown;
}

const struct package_name *
name_table_find(const struct name_table *table, struct view base,
    struct view architecture)
{
	auto_buffer struct buffer buffer = {0};

	if (!architecture.data || view_is(architecture, "native") ||
	    name_table_rank(table, architecture) == 0)
		return name_table_get(table, base);
	return name_table_get(table, join(&buffer, base, architecture));
}
