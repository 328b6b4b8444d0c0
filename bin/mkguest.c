#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/size.h"
#include "bin/run_json.h"
#include "bin/tool.h"
#include "guest/guest.h"
#include "guest/guest_file.h"
#include "make/run.h"
#include "make/run_hooks.h"
#include "xen/screen.h"
#include "xen/start.h"

/* One record for both option tables: the guest's comes first. */
struct request {
	struct guest guest;
	struct terminal_options terminal;
	char *file;
	bool prints_file;
	bool dry_run;
	bool json;
	bool starts;
	bool shows_console;
	struct trust trust;	/* its flags */
};

static const struct option run_options[] = {
	{'f', "file", "FILE", "what the guest is, unless options say otherwise; "
	    "- is standard input", OPTION_TEXT, offsetof(struct request, file)},
	{0, "print-guest-file", NULL, "print the file that says what the "
	    "command line says, and make nothing", OPTION_FLAG,
	    offsetof(struct request, prints_file)},
	{'n', "dry-run", NULL, "say what would be written, and write nothing",
	    OPTION_FLAG, offsetof(struct request, dry_run)},
	{0, "json", NULL, "print the result as JSON", OPTION_FLAG,
	    offsetof(struct request, json)},
	{0, "start", NULL, "start it when it is there, and show its screen",
	    OPTION_FLAG, offsetof(struct request, starts)},
	{'c', "console", NULL, "with --start: and show its console here",
	    OPTION_FLAG, offsetof(struct request, shows_console)},
	{0, "no-check-gpg", NULL, "trust an archive without a signature",
	    OPTION_FLAG, offsetof(struct request, trust.no_check_gpg)},
	{0, "allow-expired-keys", NULL, "accept signatures by keys that have "
	    "expired", OPTION_FLAG,
	    offsetof(struct request, trust.allow_expired_keys)},
	{0, "allow-weak-hashes", NULL, "accept MD5 and SHA-1, as old archives "
	    "have them", OPTION_FLAG,
	    offsetof(struct request, trust.allow_weak_hashes)},
	{0, "no-check-valid-until", NULL, "accept an outdated archive",
	    OPTION_FLAG, offsetof(struct request, trust.no_check_valid_until)},
	TERMINAL_OPTIONS(struct request, terminal),
	OPTIONS_END
};

static void
print_plan(const struct plan *plan)
{
	auto_free char *download = size_text(plan->download_size);

	printf("would install %zu packages (%s of .debs)\n", plan->count,
	    download);
}

static void
print_dry_run(const struct run *run)
{
	auto_strings struct strings writes = {0}, hooks = {0};

	if (run->suite)
		print_plan(&run->base->root_plan.plan);
	run_writes(run, &writes);
	run_hooks_titles(run, &hooks);
	vector_each(line, &hooks)
		printf("would run %s\n", *line);
	vector_each(line, &writes)
		printf("would write %s\n", *line);
}

static void
print_disk(const struct run_disk *disk)
{
	auto_free char *text = run_disk_text(disk);
	auto_free char *used = size_text(disk->used);

	printf("  disk    %s", text);
	if (disk->used)
		printf(", %s used", used);
	printf("\n");
}

static void
print_nic(const struct guest_nic *nic)
{
	auto_buffer struct buffer text = {0};

	guest_nic_text(nic, &text);
	printf("  nic     %s\n", text.data);
}

static void
print_text(const struct run *run, const struct terminal *terminal)
{
	const struct guest *guest = run->guest;
	const char *user = guest->iso ? "Administrator" : "root";

	printf("%s: %s%s, %s, %llu MiB, %llu vcpu\n", guest->name,
	    run->suite ? "Debian " : "from the CD, ",
	    run->suite ? run->suite->codename : run->medium.title, guest->type,
	    (unsigned long long)guest->memory,
	    (unsigned long long)guest->vcpus);
	vector_each(disk, &run->disks)
		print_disk(disk);
	vector_each(nic, &guest->nics)
		print_nic(nic);
	if (run->seed)
		printf("  seed    %s\n", run->seed);
	printf("  domain  %s\n", run->cfg);
	vector_each(key, &guest->host_keys)
		printf("  host key  %s\n", key->fingerprint);
	if (run->password_file)
		printf("  %s's password is in %s\n", user,
		    run->password_file);
	else if (guest->random_password)
		printf("  %s's password, shown only here: %s\n", user,
		    guest->random_password);
	if (guest->iso)
		printf("install it: %s create %s%s\n"
		    "and when that is done: mkguest-cfg installed %s\n",
		    guest->toolstack, strcmp(guest->toolstack, "xl") ? ""
		    : "-V ", run->cfg, guest->name);
	else
		printf("made in %.1f s; try it here: mkguest-try %s; start "
		    "it: %s create -c %s\n", terminal_seconds(terminal),
		    guest->name, guest->toolstack, run->cfg);
}

static json_t *
steps_json(const struct terminal *terminal)
{
	json_t *steps = json_array();

	vector_each(step, &terminal->steps)
		json_array_append_new(steps, json_pack("{s:s, s:f}", "step",
		    step->name, "seconds", step->seconds));
	return steps;
}

static int
print_json(json_t *result, struct error *err)
{
	if (!result)
		return error_set(err, "the result cannot be written as JSON");
	json_dumpf(result, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(result);
	return 0;
}

static int
print_made(const struct run *run, const struct terminal *terminal,
    struct error *err)
{
	json_t *result = run_json(run);

	if (result)
		json_object_update_new(result, json_pack("{s:o, s:f}",
		    "steps", steps_json(terminal),
		    "seconds", terminal_seconds(terminal)));
	return print_json(result, err);
}

static int
report(const struct request *request, const struct run *run,
    const struct terminal *terminal, struct error *err)
{
	if (request->json)
		return print_made(run, terminal, err);
	print_text(run, terminal);
	return 0;
}

/* xm has a viewer opened by what is in the domain file. A screen that is not
 * seen is no reason to fail: the guest runs. */
static void
show_screen(const struct request *request, const struct run *run,
    struct terminal *terminal)
{
	const struct guest *guest = run->guest;
	const char *viewer = request->shows_console ? NULL : screen_viewer();
	auto_screen struct screen screen = {0};
	auto_error struct error err = {0};

	if ((strcmp(guest->type, "hvm") && !guest->vnc) ||
	    strcmp(guest->toolstack, "xl") || request->json)
		return;
	if (screen_find(guest->name, &screen, &err) < 0) {
		events_warn(&terminal->events, "where the guest's screen is to "
		    "be seen is not known: %s", err.text);
		return;
	}
	printf("its screen is at VNC %s:%s\n", screen.host, screen.port);
	fflush(stdout);
	if (viewer && screen_show(&screen, viewer, &err) < 0)
		events_warn(&terminal->events, "%s", err.text);
}

static int
start_guest(const struct request *request, const struct run *run,
    struct terminal *terminal, struct error *err)
{
	const char *toolstack = run->guest->toolstack;

	if (!request->starts)
		return 0;
	fflush(stdout);
	if (start_domain(toolstack, run->cfg, request->shows_console, err) < 0)
		return error_prefix(err, "'%s' is made, but not started",
		    run->guest->name);
	show_screen(request, run, terminal);
	return 0;
}

static int
check_start(const struct request *request, struct error *err)
{
	if (request->shows_console && (!request->starts || request->json))
		return error_usage(err, request->starts ? "--console does not "
		    "go with --json" : "--console is for --start");
	return 0;
}

static int
plan(const struct request *request, struct run *run, struct error *err)
{
	if (run_plan(run, err) < 0)
		return -1;
	return request->starts ? start_check(run->guest->toolstack, err) : 0;
}

/* Of a guest that is there nothing would be made without --force. */
static int
print_dry_json(const struct request *request, const struct presence *presence,
    struct run *run, struct error *err)
{
	json_t *result;

	if (presence->kind != GUEST_MISSING && !request->guest.force)
		return print_json(presence_json(presence), err);
	if (plan(request, run, err) < 0)
		return -1;
	result = run_json(run);
	if (result)
		json_object_update_new(result, run_dry_json(run));
	if (result)
		json_object_update_new(result, presence_json(presence));
	return print_json(result, err);
}

static int
dry_run(struct request *request, struct run *run, struct error *err)
{
	auto_presence struct presence presence = {0};

	if (request->json)
		return presence_find(&presence, &request->guest, err) < 0 ? -1
		    : print_dry_json(request, &presence, run, err);
	if (plan(request, run, err) < 0)
		return -1;
	print_dry_run(run);
	if (request->starts)
		printf("would start %s\n", run->cfg);
	return 0;
}

static int
make_guest(struct request *request, struct terminal *terminal,
    struct error *err)
{
	auto_run struct run run = {
		.guest = &request->guest,
		.events = &terminal->events,
		.trust = request->trust,
		.dry_run = request->dry_run,
		.starts = request->starts,
		.shows_password = isatty(STDOUT_FILENO) && !request->json,
	};
	auto_error struct error ignored = {0};
	int result;

	if (check_start(request, err) < 0)
		return -1;
	if (request->dry_run)
		return dry_run(request, &run, err);
	if (plan(request, &run, err) < 0 || run_make(&run, err) < 0)
		return -1;
	events_step(&terminal->events, NULL);
	result = run.suite ? run_hooks_created(&run, err) : 0;
	if (report(request, &run, terminal, result < 0 ? &ignored : err) < 0)
		return -1;
	return result < 0 ? -1 : start_guest(request, &run, terminal,
	    err);
}

static int
print_file(struct guest *guest, struct error *err)
{
	auto_buffer struct buffer text = {0};

	if (guest_file_text(guest, &text, err) < 0 ||
	    guest_complete(guest, err) < 0)
		return -1;
	fputs(text.data, stdout);
	return 0;
}

static int
run(void *record, struct strings *operands, struct terminal *terminal,
    struct error *err)
{
	struct request *request = record;

	if (operands->count > 1)
		return error_usage(err, "one NAME at a time; see --help");
	if (operands->count)
		request->guest.name = steal_pointer(&operands->items[0]);
	if (guest_file_read(request->file, &request->guest, err) < 0)
		return -1;
	if (!request->guest.name)
		return error_usage(err, request->file
		    ? "'%s' has no Name, and no NAME is given"
		    : "NAME is missing; see --help", request->file);
	return request->prints_file ? print_file(&request->guest, err)
	    : make_guest(request, terminal, err);
}

static const struct option *const tables[] = {
	guest_options, settings_options, identity_options, run_options, NULL
};

static const struct tool tool = {
	.name = "mkguest",
	.usage = "mkguest [OPTION]… [-f FILE] [NAME]",
	.about = "Makes a Xen guest: bootstraps Debian onto an image file or a "
	    "block device\nand writes the domain file that boots it.\n",
	.tables = tables,
	.terminal = offsetof(struct request, terminal),
	.origins = offsetof(struct request, guest.origins),
	.run = run,
};

int
main(int argc, char **argv)
{
	struct request request = {0};
	int status = argc > 0 ? tool_main(&tool, &request, argv) : 2;

	guest_release(&request.guest);
	options_release(run_options, &request);
	return status;
}
