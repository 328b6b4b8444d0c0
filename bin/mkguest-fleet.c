#include <stdio.h>

#include "base/cleanup.h"
#include "base/interrupt.h"
#include "bin/fleet_report.h"
#include "bin/fleet_screen.h"
#include "bin/tool.h"
#include "fleet/fleet.h"
#include "fleet/fleet_choice.h"

struct request {
	struct terminal_options terminal;
	struct fleet_choice choice;
	struct trust trust;	/* its flags */
	uint64_t jobs;
	char *log_directory;
	bool dry_run;
	bool json;
};

#define REQUEST(member) offsetof(struct request, member)

static const struct option fleet_options[] = {
	{'j', "jobs", "N", "guests to make at a time (default: as many as "
	    "there are processors)", OPTION_NUMBER, REQUEST(jobs)},
	{0, "only", "A,B", "names, patterns such as web*, and groups: leave "
	    "all others alone", OPTION_LIST, REQUEST(choice.only)},
	{0, "limit", "N", "make no more than so many guests", OPTION_NUMBER,
	    REQUEST(choice.limit)},
	{0, "replace", NULL, "make those anew that are not as described",
	    OPTION_FLAG, REQUEST(choice.replaces)},
	{'n', "dry-run", NULL, "say what would be written, and write nothing",
	    OPTION_FLAG, REQUEST(dry_run)},
	{0, "json", NULL, "print a line of JSON for each guest, and one for "
	    "all", OPTION_FLAG, REQUEST(json)},
	{0, "log-dir", "DIR", "for the logs of the guests (default: logs in "
	    "the state directory)", OPTION_TEXT, REQUEST(log_directory)},
	{0, "no-check-gpg", NULL, "trust an archive without a signature",
	    OPTION_FLAG, REQUEST(trust.no_check_gpg)},
	{0, "allow-expired-keys", NULL, "accept signatures by keys that have "
	    "expired", OPTION_FLAG, REQUEST(trust.allow_expired_keys)},
	{0, "allow-weak-hashes", NULL, "accept MD5 and SHA-1, as old archives "
	    "have them", OPTION_FLAG, REQUEST(trust.allow_weak_hashes)},
	{0, "no-check-valid-until", NULL, "accept an outdated archive",
	    OPTION_FLAG, REQUEST(trust.no_check_valid_until)},
	TERMINAL_OPTIONS(struct request, terminal),
	OPTIONS_END
};

/* --- what would be done -------------------------------------------------- */

static void
print_dry(const struct fleet_member *member, const struct strings *writes)
{
	printf("%s: %s", member->name, fleet_state_word(member->state));
	if (member->drift)
		printf(" (%s)", member->drift);
	putchar('\n');
	vector_each(line, writes)
		printf("would write %s\n", *line);
}

static int
dry_run(struct fleet *fleet, bool json, struct error *err)
{
	auto_error_list struct error_list wrong = {0};

	vector_each(place, &fleet->plan->members) {
		auto_strings struct strings writes = {0};
		struct fleet_member *member = *place;
		auto_error struct error one = {0};

		if (!member->is_chosen)
			continue;
		if (member->is_to_make && fleet_look(fleet, member, &one) < 0)
			error_list_add_at(&wrong, member->name, &one);
		else if (member->is_to_make)
			run_writes(&member->run, &writes);
		if (json)
			fleet_report_json_dry(member, &writes);
		else
			print_dry(member, &writes);
	}
	return error_list_result(&wrong, err);
}

/* --- what was done ------------------------------------------------------- */

/* In one sentence: what is not as described, and what to do about it. */
static int
judge(const struct fleet_plan *plan, struct error *err)
{
	size_t failed = fleet_count(plan, FLEET_FAILED);
	size_t changed = fleet_count(plan, FLEET_CHANGED);
	size_t left = fleet_count(plan, FLEET_MISSING) +
	    fleet_count(plan, FLEET_INTERRUPTED);

	if (interrupt_is_set() && left)
		return error_set(err, "interrupted, with guests left to be "
		    "made: %zu; run the same command again to go on", left);
	if (failed)
		return error_set(err, "guests that could not be made: %zu; run "
		    "the same command again when that is mended", failed);
	if (changed)
		return error_set(err, "guests that are not as described: %zu; "
		    "--replace makes them anew", changed);
	return 0;
}

static int
make_fleet(const struct request *request, struct fleet *fleet,
    struct terminal *terminal, struct error *err)
{
	struct fleet_screen screen;
	int result;

	fleet_screen_open(&screen, terminal, fleet->plan);
	screen.ended = request->json ? fleet_report_json : NULL;
	fleet->watch = &screen.watch;
	if (request->json)
		fleet_report_json_rest(fleet->plan, false);
	result = fleet_run(fleet, err);
	fleet_screen_close(&screen);
	events_step(&terminal->events, NULL);
	if (result < 0)
		return -1;
	if (request->json)
		fleet_report_json_rest(fleet->plan, true);
	if (request->json)
		fleet_report_json_end(fleet->plan, terminal_seconds(terminal));
	else
		fleet_report_table(fleet->plan);
	return judge(fleet->plan, err);
}

static int
run(void *record, struct strings *operands, struct terminal *terminal,
    struct error *err)
{
	struct request *request = record;
	const struct run common = {
		.events = &terminal->events, .trust = request->trust,
		.dry_run = request->dry_run,
	};
	auto_fleet_plan struct fleet_plan plan = FLEET_PLAN_NONE;
	auto_fleet struct fleet fleet = {
		.plan = &plan, .events = &terminal->events,
		.jobs = request->jobs,
		.log_directory = request->log_directory,
	};

	if (operands->count != 1)
		return error_usage(err, operands->count ? "one FILE at a time; "
		    "see --help" : "FILE is missing; see --help");
	if (fleet_plan_make(&plan, operands->items[0], &common, err) < 0 ||
	    fleet_choose(&plan, &request->choice, err) < 0)
		return -1;
	return request->dry_run ? dry_run(&fleet, request->json, err)
	    : make_fleet(request, &fleet, terminal, err);
}

static const struct option *const tables[] = {fleet_options, NULL};

static const struct tool tool = {
	.name = "mkguest-fleet",
	.usage = "mkguest-fleet [OPTION]… FILE",
	.about = "Makes the Xen guests that a file describes, many at a time: "
	    "those that are not\nthere yet.\n",
	.tables = tables,
	.terminal = offsetof(struct request, terminal),
	.run = run,
};

int
main(int argc, char **argv)
{
	struct request request = {0};
	int status = argc > 0 ? tool_main(&tool, &request, argv) : 2;

	options_release(fleet_options, &request);
	return status;
}
