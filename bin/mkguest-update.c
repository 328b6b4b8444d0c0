#include <jansson.h>
#include <string.h>

#include "base/cleanup.h"
#include "bin/tool.h"
#include "keep/inventory.h"
#include "keep/update.h"

struct request {
	struct terminal_options terminal;
	bool all;
	bool in_place;
	bool dry_run;
	bool json;
	char *cache_dir;
};

static const struct option options[] = {
	{0, "all", NULL, "all guests that do not run", OPTION_FLAG,
	    offsetof(struct request, all)},
	{0, "in-place", NULL, "a guest on a device, too, which is written over",
	    OPTION_FLAG, offsetof(struct request, in_place)},
	{'n', "dry-run", NULL, "upgrade a copy, say what would change, and "
	    "leave the guest as it is", OPTION_FLAG,
	    offsetof(struct request, dry_run)},
	{0, "json", NULL, "print the result as JSON", OPTION_FLAG,
	    offsetof(struct request, json)},
	{0, "cache-dir", "DIR", "where it is upgraded, if memory is too small",
	    OPTION_TEXT, offsetof(struct request, cache_dir)},
	TERMINAL_OPTIONS(struct request, terminal),
	OPTIONS_END
};

/* A line "NAME OLD NEW". */
struct change_words {
	struct view name, old, new;
};

static struct change_words
change_of(const char *line)
{
	struct view rest = view_of(line);
	struct change_words words = {0};

	view_word(&rest, &words.name);
	view_word(&rest, &words.old);
	view_word(&rest, &words.new);
	return words;
}

static void
print_text(const struct update *update)
{
	size_t count = update->changes.count;

	if (!count) {
		printf("%s: up to date\n", update->name);
		return;
	}
	printf("%s: %zu package%s %s\n", update->name, count,
	    count > 1 ? "s" : "", update->dry_run ? "would change"
	    : "changed");
	vector_each(line, &update->changes) {
		struct change_words words = change_of(*line);

		printf("  " VIEW_FORMAT " " VIEW_FORMAT " → " VIEW_FORMAT
		    "\n", VIEW_ARGUMENTS(words.name),
		    VIEW_ARGUMENTS(words.old), VIEW_ARGUMENTS(words.new));
	}
}

static json_t *
update_json(const struct update *update)
{
	json_t *changes = json_array();

	vector_each(line, &update->changes) {
		struct change_words words = change_of(*line);

		json_array_append_new(changes, json_pack(
		    "{s:s%, s:s%, s:s%}", "package", words.name.data,
		    words.name.length, "before", words.old.data,
		    words.old.length, "after", words.new.data,
		    words.new.length));
	}
	return json_pack("{s:s, s:o}", "name", update->name, "packages",
	    changes);
}

static int
update_guest(const struct request *request, const char *name, json_t *list,
    struct events *events, struct error *err)
{
	auto_update struct update update = {
		.name = name, .in_place = request->in_place,
		.dry_run = request->dry_run, .events = events,
		.cache_dir = request->cache_dir, UPDATE_NONE,
	};

	if (update_plan(&update, err) < 0 || update_run(&update, err) < 0)
		return error_prefix(err, "%s", name);
	events_step(events, NULL);
	if (request->json)
		json_array_append_new(list, update_json(&update));
	else
		print_text(&update);
	return 0;
}

/* The failure of one is not that of the others. */
static int
update_guests(const struct request *request, const struct strings *names,
    json_t *list, struct events *events, struct error *err)
{
	int result = 0;

	vector_each(name, names) {
		auto_error struct error one = {0};

		if (update_guest(request, *name, list, events, &one) < 0)
			result = error_add(err, &one);
		if (result < 0 && err->kind == ERROR_INTERRUPTED)
			break;
	}
	return result;
}

/* Those that run are left alone. */
static int
find_all(struct strings *names, struct events *events, struct error *err)
{
	auto_inventory struct inventory inventory = {0};
	const struct strings none = {0};

	if (inventory_read(&inventory, &none, events, err) < 0)
		return -1;
	vector_each(guest, &inventory)
		if (!guest->state || strcmp(guest->state, "running"))
			strings_add(names, guest->name);
		else
			events_warn(events, "'%s' is running, and is left as "
			    "it is", guest->name);
	return 0;
}

static int
run(void *record, struct strings *operands, struct terminal *terminal,
    struct error *err)
{
	const struct request *request = record;
	struct events *events = &terminal->events;
	json_t *list = json_array();
	int result;

	if (request->all == (operands->count > 0))
		return error_usage(err, request->all ? "--all and a NAME "
		    "exclude each other" : "NAME is missing, or --all; see "
		    "--help");
	if (request->all && find_all(operands, events, err) < 0)
		return -1;
	result = update_guests(request, operands, list, events, err);
	if (request->json) {
		json_dumpf(list, stdout, JSON_INDENT(2));
		putchar('\n');
	}
	json_decref(list);
	return result;
}

static const struct option *const tables[] = {options, NULL};

static const struct tool tool = {
	.name = "mkguest-update",
	.usage = "mkguest-update [OPTION]… NAME…\n"
	    "       mkguest-update [OPTION]… --all",
	.about = "Upgrades the packages of guests that do not run, by their own "
	    "apt, into a new\nfilesystem that takes the place of the old one "
	    "when all is done.\n",
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
