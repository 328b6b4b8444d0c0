#include <ctype.h>
#include <jansson.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/size.h"
#include "bin/guest_json.h"
#include "bin/table.h"
#include "bin/tool.h"
#include "keep/inventory.h"

struct request {
	struct terminal_options terminal;
	struct strings output;
	bool no_headings;
	bool json;
};

static const struct option options[] = {
	{'o', "output", "COLUMN,…", "these columns, in this order",
	    OPTION_LIST, offsetof(struct request, output)},
	{0, "noheadings", NULL, "no line of headings", OPTION_FLAG,
	    offsetof(struct request, no_headings)},
	{0, "json", NULL, "all columns, as JSON; sizes in bytes", OPTION_FLAG,
	    offsetof(struct request, json)},
	TERMINAL_OPTIONS(struct request, terminal),
	OPTIONS_END
};

/* --- what a column has of a guest ----------------------------------------- */

static json_t *
text_json(const char *text)
{
	return text ? json_string(text) : json_null();
}

#define COLUMN(name) \
	static json_t * \
	name##_column(const struct inventory_guest *guest)

#define TEXT_COLUMN(name, text) \
	COLUMN(name) \
	{ \
		return text_json(text); \
	}

TEXT_COLUMN(name, guest->name)
TEXT_COLUMN(suite, guest->manifest.suite)
TEXT_COLUMN(architecture, guest->manifest.architecture)
TEXT_COLUMN(type, guest->manifest.type)
TEXT_COLUMN(state, guest->state)
TEXT_COLUMN(hostname, guest->manifest.hostname)
TEXT_COLUMN(uuid, guest->manifest.uuid)
TEXT_COLUMN(cfg, guest->manifest.cfg)
TEXT_COLUMN(made, guest->manifest.made)
TEXT_COLUMN(tool, guest->manifest.tool)
TEXT_COLUMN(plan, guest->manifest.plan)

static json_t *
number_json(const char *digits)
{
	return digits ? json_integer(strtoll(digits, NULL, 10)) : json_null();
}

COLUMN(memory)
{
	return number_json(guest->manifest.memory);
}

COLUMN(vcpus)
{
	return number_json(guest->manifest.vcpus);
}

COLUMN(used)
{
	return json_integer((json_int_t)guest->used);
}

COLUMN(size)
{
	return json_integer((json_int_t)guest->size);
}

COLUMN(autostart)
{
	return json_boolean(guest->autostart);
}

COLUMN(addresses)
{
	return strings_json(&guest->addresses);
}

COLUMN(drift)
{
	return strings_json(&guest->drift);
}

COLUMN(disks)
{
	json_t *array = json_array();

	vector_each(disk, &guest->manifest.disks)
		json_array_append_new(array, json_string(disk->path));
	return array;
}

COLUMN(macs)
{
	json_t *array = json_array();

	vector_each(nic, &guest->manifest.nics)
		json_array_append_new(array, json_string(nic->mac));
	return array;
}

static const struct column {
	const char *name;
	json_t *(*value)(const struct inventory_guest *guest);
	bool is_usual;
	bool is_number;
	bool is_size;
} columns[] = {
	{"NAME", name_column, true},
	{"SUITE", suite_column, true},
	{"STATE", state_column, true},
	{"MEMORY", memory_column, true, true},
	{"VCPUS", vcpus_column, false, true},
	{"USED", used_column, true, true, true},
	{"SIZE", size_column, true, true, true},
	{"ADDRESSES", addresses_column, true},
	{"MACS", macs_column},
	{"AUTOSTART", autostart_column, true},
	{"ARCH", architecture_column},
	{"TYPE", type_column},
	{"HOSTNAME", hostname_column},
	{"UUID", uuid_column},
	{"CFG", cfg_column},
	{"MADE", made_column},
	{"TOOL", tool_column},
	{"PLAN", plan_column},
	{"DISKS", disks_column, true},
	{"DRIFT", drift_column, true},
};

enum { COLUMNS = sizeof(columns) / sizeof(*columns) };

static const struct column *
column_find(const char *name, struct error *err)
{
	auto_buffer struct buffer known = {0};

	for (size_t i = 0; i < COLUMNS; i++) {
		if (!strcasecmp(columns[i].name, name))
			return &columns[i];
		buffer_printf(&known, "%s%s", i ? " " : "", columns[i].name);
	}
	error_usage(err, "--output: there is no column '%s'; there are %s",
	    name, known.data);
	return NULL;
}

/* --- as a table ----------------------------------------------------------- */

struct columns {
	const struct column **items;
	size_t count;
	size_t capacity;
};

/* 2.0G: one word. */
static char *
size_cell(json_int_t size)
{
	auto_free char *text = size_text((uint64_t)size);
	size_t digits = strcspn(text, " ");
	char unit = text[digits + 1];

	return unit == 'b' ? memory_copy(text, digits)
	    : memory_printf("%.*s%c", (int)digits, text, unit);
}

static char *
array_cell(const json_t *array)
{
	struct buffer cell = {0};

	for (size_t i = 0; i < json_array_size(array); i++)
		buffer_printf(&cell, "%s%s", i ? "," : "",
		    json_string_value(json_array_get(array, i)));
	return buffer_steal(&cell);
}

static char *
cell_text(const struct column *column, const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_STRING:
		return memory_string(json_string_value(value));
	case JSON_ARRAY:
		return array_cell(value);
	case JSON_INTEGER:
		return column->is_size ? size_cell(json_integer_value(value))
		    : memory_printf("%" JSON_INTEGER_FORMAT,
		    json_integer_value(value));
	case JSON_TRUE:
		return memory_string("yes");
	case JSON_FALSE:
		return memory_string("no");
	default:
		return memory_string("");
	}
}

static void
add_row(struct table *table, const struct columns *wanted,
    const struct inventory_guest *guest)
{
	for (size_t i = 0; i < wanted->count; i++) {
		const struct column *column = wanted->items[i];
		json_t *value = column->value(guest);
		auto_free char *text = value ? cell_text(column, value)
		    : memory_string("?");

		strings_add(&table->cells, *text ? text : "-");
		json_decref(value);
	}
}

static void
print_table(const struct inventory *inventory, const struct columns *wanted,
    bool with_headings)
{
	auto_table struct table table = {0};

	for (size_t i = 0; i < wanted->count; i++)
		*vector_push(&table.columns) = (struct table_column){
			wanted->items[i]->name, wanted->items[i]->is_number};
	vector_each(guest, inventory)
		add_row(&table, wanted, guest);
	table_print(&table, with_headings);
}

/* --- as JSON -------------------------------------------------------------- */

static int
print_json(const struct inventory *inventory, struct error *err)
{
	json_t *list = json_array();
	int result;

	vector_each(guest, inventory) {
		json_t *object = json_object();

		for (size_t i = 0; i < COLUMNS; i++) {
			auto_free char *key = memory_string(columns[i].name);

			for (char *c = key; *c; c++)
				*c = (char)tolower((unsigned char)*c);
			json_object_set_new(object, key,
			    columns[i].value(guest));
		}
		json_array_append_new(list, object);
	}
	result = json_dumpf(list, stdout, JSON_INDENT(2));
	json_decref(list);
	putchar('\n');
	return result == 0 ? 0
	    : error_set(err, "the result cannot be written as JSON");
}

/* -------------------------------------------------------------------------- */

static int
columns_find(const struct strings *names, struct columns *wanted,
    struct error *err)
{
	for (size_t i = 0; !names->count && i < COLUMNS; i++)
		if (columns[i].is_usual)
			*vector_push(wanted) = &columns[i];
	vector_each(name, names) {
		const struct column *column = column_find(*name, err);

		if (!column)
			return -1;
		*vector_push(wanted) = column;
	}
	return 0;
}

static int
run(void *record, struct strings *operands, struct terminal *terminal,
    struct error *err)
{
	const struct request *request = record;
	auto_inventory struct inventory inventory = {0};
	struct columns wanted = {0};
	int result = columns_find(&request->output, &wanted, err);

	if (result == 0)
		result = inventory_read(&inventory, operands,
		    &terminal->events, err);
	if (result == 0 && request->json)
		result = print_json(&inventory, err);
	else if (result == 0)
		print_table(&inventory, &wanted, !request->no_headings);
	vector_release(&wanted);
	return result;
}

static const struct option *const tables[] = {options, NULL};

static const struct tool tool = {
	.name = "mkguest-list",
	.usage = "mkguest-list [OPTION]… [NAME]…",
	.about = "Lists the guests that were made on this host, and what of "
	    "them is not any more as\nit was made.\n",
	.tables = tables,
	.terminal = offsetof(struct request, terminal),
	.run = run,
};

int
main(int argc, char **argv)
{
	struct request request = {0};
	int status = argc > 0 ? tool_main(&tool, &request, argv) : 2;

	options_release(options, &request);
	return status;
}
