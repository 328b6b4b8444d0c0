#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "bin/tool.h"
#include "guest/guest.h"
#include "keep/setup.h"

/* One record for all option tables: the guest's comes first. */
struct request {
	struct guest guest;
	struct terminal_options terminal;
	bool dry_run;
};

static const struct option setup_options[] = {
	{0, "reset", NULL, "remove what a guest has gathered by running, so "
	    "that a clone of it is a new one", OPTION_FLAG,
	    offsetof(struct guest, reset)},
	{0, "suite", "SUITE", "release of the root (default: what it says "
	    "itself)", OPTION_TEXT, offsetof(struct guest, suite)},
	{'n', "dry-run", NULL, "say what would be changed, and change nothing",
	    OPTION_FLAG, offsetof(struct request, dry_run)},
	TERMINAL_OPTIONS(struct request, terminal),
	OPTIONS_END
};

static int
print_changes(struct setup *setup, struct error *err)
{
	auto_strings struct strings changes = {0};

	if (setup_changes(setup, &changes, err) < 0)
		return -1;
	vector_each(line, &changes)
		printf("would %s\n", *line);
	return 0;
}

static bool
asks_for_something(const struct guest *guest)
{
	const struct option *option = identity_options;

	while (option->name && !option_is_set(option, guest))
		option++;
	return option->name || guest->reset;
}

static int
run(void *record, struct strings *operands, struct terminal *terminal,
    struct error *err)
{
	struct request *request = record;
	auto_setup struct setup setup = SETUP_NONE;

	if (operands->count != 1)
		return error_usage(err, operands->count
		    ? "one root at a time; see --help"
		    : "ROOT or IMAGE is missing; see --help");
	if (!asks_for_something(&request->guest))
		return error_usage(err, "nothing to change was named; see "
		    "--help");
	if (request->guest.root_password && !isatty(STDOUT_FILENO) &&
	    !strcmp(request->guest.root_password, "random"))
		return error_set(err, "--root-password random needs a terminal "
		    "to show it on");
	setup.guest = &request->guest;
	setup.path = operands->items[0];
	setup.events = &terminal->events;
	setup.dry_run = request->dry_run;
	if (setup_plan(&setup, err) < 0)
		return -1;
	if (request->dry_run)
		return print_changes(&setup, err);
	if (setup_run(&setup, err) < 0)
		return -1;
	vector_each(key, &request->guest.host_keys)
		printf("host key %s\n", key->fingerprint);
	if (request->guest.random_password)
		printf("root's password, shown only here: %s\n",
		    request->guest.random_password);
	return 0;
}

static const struct option *const tables[] = {
	identity_options, setup_options, NULL
};

static const struct tool tool = {
	.name = "mkguest-setup",
	.usage = "mkguest-setup [OPTION]… ROOT|IMAGE",
	.about = "Personalises the root of a guest that is there, in a "
	    "directory or on an ext2,\next3 or ext4 filesystem. Only what is "
	    "asked for is changed; nothing is mounted,\nand no program of the "
	    "guest runs.\n",
	.tables = tables,
	.terminal = offsetof(struct request, terminal),
	.run = run,
};

int
main(int argc, char **argv)
{
	struct request request = {0};
	int status = argc > 0 ? tool_main(&tool, &request, argv) : 2;

	guest_release(&request.guest);
	options_release(setup_options, &request);
	return status;
}
