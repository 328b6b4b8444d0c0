#include "bin/fleet_report.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/size.h"

/* --- a cell of the table; NULL: nothing is known -------------------------- */

static char *
name_cell(const struct fleet_member *member)
{
	return memory_string(member->name);
}

static char *
state_cell(const struct fleet_member *member)
{
	return memory_string(fleet_state_word(member->state));
}

static char *
time_cell(const struct fleet_member *member)
{
	return member->result.log ? memory_printf("%.1f s",
	    member->result.seconds) : NULL;
}

static uint64_t
size_of(const struct fleet_member *member)
{
	uint64_t size = 0;

	vector_each(disk, &member->run.guest->disks)
		size += disk->size;
	return size;
}

static char *
size_cell(const struct fleet_member *member)
{
	uint64_t size = size_of(member);

	return size ? size_text(size) : NULL;
}

static void
list_addresses(const struct strings *addresses, struct buffer *text)
{
	vector_each(address, addresses)
		buffer_printf(text, "%s%s", text->length ? "," : "",
		    *address);
}

static char *
address_cell(const struct fleet_member *member)
{
	struct buffer text = {0};

	vector_each(nic, &member->run.guest->nics) {
		list_addresses(&nic->ip, &text);
		list_addresses(&nic->ip6, &text);
	}
	return text.length ? buffer_steal(&text) : NULL;
}

static char *
key_cell(const struct fleet_member *member)
{
	return fleet_result_fingerprint(&member->result);
}

static const struct {
	const char *title;
	char *(*cell)(const struct fleet_member *member);
} columns[] = {
	{"GUEST", name_cell}, {"STATE", state_cell}, {"TIME", time_cell},
	{"SIZE", size_cell}, {"ADDRESS", address_cell},
	{"HOST KEY", key_cell},
};

enum { COLUMNS = sizeof(columns) / sizeof(*columns) };

static void
measure(const struct fleet_plan *plan, size_t widths[COLUMNS])
{
	for (size_t i = 0; i < COLUMNS; i++) {
		widths[i] = strlen(columns[i].title);
		vector_each(member, &plan->members) {
			auto_free char *cell = columns[i].cell(*member);

			if (cell && (*member)->is_chosen &&
			    strlen(cell) > widths[i])
				widths[i] = strlen(cell);
		}
	}
}

static void
print_cell(const char *cell, size_t width, bool is_last)
{
	if (is_last)
		printf("%s\n", cell);
	else
		printf("%-*s  ", (int)width, cell);
}

void
fleet_report_table(const struct fleet_plan *plan)
{
	size_t widths[COLUMNS];

	measure(plan, widths);
	for (size_t i = 0; i < COLUMNS; i++)
		print_cell(columns[i].title, widths[i], i + 1 == COLUMNS);
	vector_each(member, &plan->members) {
		for (size_t i = 0; (*member)->is_chosen && i < COLUMNS; i++) {
			auto_free char *cell = columns[i].cell(*member);

			print_cell(cell ? cell : "-", widths[i],
			    i + 1 == COLUMNS);
		}
	}
}

/* --- JSON ---------------------------------------------------------------- */

static void
print_json(json_t *json)
{
	json_dumpf(json, stdout, JSON_COMPACT);
	putchar('\n');
	fflush(stdout);
	json_decref(json);
}

static json_t *
lines_json(const char *text)
{
	struct view rest = view_of(text), line;
	json_t *array = json_array();

	while (view_cut(&rest, '\n', &line))
		json_array_append_new(array, json_stringn(line.data,
		    line.length));
	return array;
}

static json_t *
nics_json(const struct guest_nics *nics)
{
	json_t *array = json_array();

	vector_each(nic, nics) {
		json_t *addresses = json_array();

		vector_each(ip, &nic->ip)
			json_array_append_new(addresses, json_string(*ip));
		vector_each(ip6, &nic->ip6)
			json_array_append_new(addresses, json_string(*ip6));
		json_array_append_new(array, json_pack("{s:s?, s:s?, s:o}",
		    "mac", nic->mac, "bridge", nic->bridge,
		    "addresses", addresses));
	}
	return array;
}

static json_t *
member_json(const struct fleet_member *member)
{
	const struct fleet_result *result = &member->result;

	return json_pack("{s:s, s:s, s:f, s:I, s:I, s:o, s:o, s:s?, s:s?, "
	    "s:s?, s:s?, s:o}",
	    "name", member->name, "state", fleet_state_word(member->state),
	    "seconds", result->seconds,
	    "size", (json_int_t)size_of(member),
	    "used", (json_int_t)result->used,
	    "nics", nics_json(&member->run.guest->nics),
	    "host_keys", lines_json(result->host_keys),
	    "password_file", result->password_file, "log", result->log,
	    "error", result->error, "drift", member->drift,
	    "warnings", lines_json(result->warnings));
}

void
fleet_report_json(const struct fleet_member *member)
{
	print_json(member_json(member));
}

void
fleet_report_json_dry(const struct fleet_member *member,
    const struct strings *writes)
{
	json_t *json = member_json(member), *lines = json_array();

	vector_each(line, writes)
		json_array_append_new(lines, json_string(*line));
	json_object_set_new(json, "writes", lines);
	print_json(json);
}

void
fleet_report_json_rest(const struct fleet_plan *plan, bool is_over)
{
	vector_each(member, &plan->members)
		if ((*member)->is_chosen && (*member)->is_to_make == is_over &&
		    (*member)->state < FLEET_MADE)
			fleet_report_json(*member);
}

void
fleet_report_json_end(const struct fleet_plan *plan, double seconds)
{
	json_t *summary = json_pack("{s:s, s:f}", "fleet",
	    plan->file.text.path, "seconds", seconds);

	for (int state = FLEET_MISSING; state <= FLEET_INTERRUPTED; state++)
		json_object_set_new(summary,
		    fleet_state_word((enum fleet_state)state),
		    json_integer((json_int_t)fleet_count(plan,
		    (enum fleet_state)state)));
	print_json(summary);
}
