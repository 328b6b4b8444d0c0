#include "install/configure.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/inside.h"
#include "base/memory.h"
#include "install/diversions.h"
#include "install/dpkg_database.h"
#include "install/guest_program.h"
#include "install/place.h"
#include "install/second_stage.h"
#include "install/skip.h"

static const char control_directory[] = "var/lib/dpkg/tmp.ci";
static const char deb_directory[] = "var/lib/dpkg/mkguest";
static const char policy_file[] = "usr/sbin/policy-rc.d";
static const char policy_text[] = "#!/bin/sh\nexit 101\n";
static const char daemon_file[] = "sbin/start-stop-daemon";
static const char daemon_text[] = "#!/bin/sh\n"
    "echo \"Warning: Fake start-stop-daemon called, doing nothing\">&2\n";

/* debconf finds the owner of a script by what lies beside it. */
static int
write_control_directory(int root, const char *directory,
    const struct unpacked *package, struct error *err)
{
	if (place_directory(root, directory, 0755, err) < 0)
		return -1;
	vector_each(file, &package->control) {
		auto_free char *path = memory_printf("%s/%s", directory,
		    file->name);

		if (place_file(root, path,
		    (struct view){file->data, file->length},
		    file->mode & 0777, err) < 0)
			return -1;
	}
	return 0;
}

static void
preinst_environment(const struct configure *configure,
    const struct unpacked *package, struct command *command)
{
	auto_free char *name = view_string(package->name);
	auto_free char *architecture = view_string(package->architecture);
	auto_free char *instance = memory_printf("%u", package->instance);
	const char *const variables[][2] = {
		{"DPKG_MAINTSCRIPT_PACKAGE", name},
		{"DPKG_MAINTSCRIPT_PACKAGE_REFCOUNT", instance},
		{"DPKG_MAINTSCRIPT_ARCH", architecture},
		{"DPKG_MAINTSCRIPT_NAME", "preinst"},
		{"DPKG_MAINTSCRIPT_DEBUG", "0"},
		{"DPKG_RUNNING_VERSION", configure->dpkg_version},
		{"DPKG_ADMINDIR", "/var/lib/dpkg"},
		{"DPKG_ROOT", ""},
		{"DPKG_FORCE", "security-mac,downgrade"},
	};

	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
		command_setenv(command, variables[i][0], variables[i][1]);
}

/* Its control files wait where the step takes them from. */
static int
preinst_later(const struct configure *configure,
    const struct unpacked *package, struct error *err)
{
	auto_command struct command command = {0};
	auto_free char *name = unpacked_info_name(package);
	auto_free char *directory = memory_printf("%s/%s",
	    second_stage_preinsts, name);

	preinst_environment(configure, package, &command);
	buffer_printf(configure->later, "preinst %s", name);
	vector_each(setting, &command.environment)
		buffer_printf(configure->later, " %s", *setting);
	buffer_text(configure->later, "\n");
	return write_control_directory(configure->root, directory, package,
	    err);
}

static int
run_preinst(const struct configure *configure, const struct unpacked *package,
    struct error *err)
{
	auto_guest_program struct guest_program program = {
		.root = configure->root,
		.events = configure->events,
		.filter = configure->filter,
	};

	if (configure->later)
		return preinst_later(configure, package, err);
	if (write_control_directory(configure->root, control_directory,
	    package, err) < 0)
		return -1;
	guest_program_begin(&program, "/var/lib/dpkg/tmp.ci/preinst");
	preinst_environment(configure, package, &program.command);
	command_add(&program.command, "install");
	if (guest_program_run(&program, err) < 0)
		return -1;
	return place_remove(configure->root, control_directory, err);
}

static int
rename_inside(int root, const char *from, const char *to, struct error *err)
{
	const char *from_name, *to_name;
	auto_close int a = inside_open_parent(root, from, &from_name);
	auto_close int b = inside_open_parent(root, to, &to_name);

	if (a < 0 || b < 0 || renameat(a, from_name, b, to_name) < 0)
		return errno == ENOENT ? 0 : error_errno(err,
		    "rename '%s' to '%s' in the guest", from, to);
	return 0;
}

/* Its files are there already, so a preinst that diverts a name of its own
 * with --rename, without saying so, has just moved them away. */
static int
undo_renames(const struct configure *configure, struct unpacked *package,
    struct error *err)
{
	auto_diversions struct diversions diversions = {0};

	if (diversions_read(configure->root, &diversions, err) < 0)
		return -1;
	vector_each(diversion, &diversions.items) {
		auto_free char *from = view_string(diversion->from);
		auto_free char *to = view_string(diversion->to);
		struct stat status;

		if (view_equal(diversion->package, package->name) &&
		    unpacked_find(package, from) &&
		    inside_stat(configure->root, from, &status) < 0 &&
		    rename_inside(configure->root, to, from, err) < 0)
			return -1;
	}
	return 0;
}

/* base-passwd makes the users and groups that others' scripts name. */
static bool
is_first(const struct unpacked *package)
{
	return view_is(package->name, "base-passwd");
}

static int
preinst(const struct configure *configure, struct unpacked *package,
    struct error *err)
{
	if (package->is_slow || package->is_configured ||
	    !deb_control_find(&package->control, "preinst"))
		return 0;
	if (run_preinst(configure, package, err) < 0 ||
	    (!configure->later && undo_renames(configure, package, err) < 0))
		return error_prefix(err, "installing '" VIEW_FORMAT "'",
		    VIEW_ARGUMENTS(package->name));
	return 0;
}

int
configure_preinsts(const struct configure *configure, struct error *err)
{
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < configure->count; i++)
			if (is_first(configure->packages[i]) == (pass == 0) &&
			    preinst(configure, configure->packages[i],
			    err) < 0)
				return -1;
	return 0;
}

static const char deb_suffix[] = ".deb";

/* What dpkg is asked to do, and what it says then. */
static const struct action {
	const char *options[2];
	const char *doing;
	const char *begins;	/* goes on with a package's name */
	const char *fails;
	bool is_counted;	/* in the progress */
} unpack_action = {
	/* as with the preinsts of the others, which we run */
	{"--force-depends", "--unpack"}, "unpacking", "Preparing to unpack ",
	"dpkg: error processing archive ",
}, overwrite_action = {
	{"--force-depends,overwrite", "--unpack"}, "unpacking",
	"Preparing to unpack ", "dpkg: error processing archive ",
}, first_action = {
	{"--force-depends", "--configure"}, "configuring", "Setting up ",
	"dpkg: error processing package ", true,
}, configure_action = {
	{"--configure"}, "configuring", "Setting up ",
	"dpkg: error processing package ", true,
};

/* What dpkg says while it works: how far it is, and who failed. */
struct report {
	const struct configure *configure;
	const struct action *action;
	struct guest_program *program;
	size_t done;
	char *package;	/* being worked on; later the first that failed */
	char *reason;	/* dpkg's own, of that one */
	bool has_failed;
};

/* `text` goes on with a package's name or the path of its .deb. */
static void
report_package(struct report *report, const char *text)
{
	struct view rest = view_of(text), name, part;

	if (!view_word(&rest, &name))
		return;
	for (rest = name; view_cut(&rest, '/', &part);)
		name = part;
	if (view_ends(name, deb_suffix))
		name.length -= strlen(deb_suffix);
	free(report->package);
	report->package = view_string(name);
}

/* Keeps what the package's own scripts say, until the first one fails. */
static bool
report_line(void *context, const char *text)
{
	struct report *report = context;
	const struct action *action = report->action;
	struct view line = view_of(text);

	if (report->has_failed) {
		if (!report->reason)
			report->reason = view_string(view_trim(line));
		return false;
	}
	if (view_starts(line, action->begins)) {
		report_package(report, text + strlen(action->begins));
		strings_release(&report->program->last_lines);
		if (action->is_counted)
			events_progress(report->configure->events,
			    EVENT_PACKAGES, report->done++,
			    report->configure->total);
		return false;
	}
	if (view_starts(line, action->fails)) {
		report_package(report, text + strlen(action->fails));
		report->has_failed = true;
		return false;
	}
	return true;
}

static int
report_failure(const struct report *report, struct error *failure,
    struct error *err)
{
	auto_free char *words = guest_program_words(report->program);

	if (failure->kind == ERROR_INTERRUPTED || !report->package)
		return error_move(err, failure);
	if (!report->reason) {
		error_move(err, failure);
		return error_prefix(err, "%s '%s'", report->action->doing,
		    report->package);
	}
	return error_set(err, "%s '%s': %s%s%s", report->action->doing,
	    report->package, report->reason, *words ? ", after: " : "",
	    words);
}

static void
dpkg_later(struct buffer *later, const struct action *action,
    const struct strings *arguments)
{
	buffer_text(later, "dpkg");
	for (size_t i = 0; i < 2 && action->options[i]; i++)
		buffer_printf(later, " %s", action->options[i]);
	vector_each(argument, arguments)
		buffer_printf(later, " %s", *argument);
	buffer_text(later, "\n");
}

static int
run_dpkg(const struct configure *configure, const struct action *action,
    const struct strings *arguments, struct error *err)
{
	auto_error struct error failure = {0};
	struct report report = {
		.configure = configure,
		.action = action,
		.done = configure->done,
	};
	auto_guest_program struct guest_program program = {
		.root = configure->root,
		.events = configure->events,
		.filter = configure->filter,
		.line = report_line,
		.context = &report,
	};
	int result;

	if (configure->later)
		return dpkg_later(configure->later, action, arguments), 0;
	report.program = &program;
	guest_program_begin(&program, "dpkg");
	for (size_t i = 0; i < 2 && action->options[i]; i++)
		command_add(&program.command, action->options[i]);
	vector_each(argument, arguments)
		command_add(&program.command, *argument);
	result = guest_program_run(&program, &failure);
	if (result < 0)
		report_failure(&report, &failure, err);
	free(report.package);
	free(report.reason);
	return result;
}

static int
configure_alone(const struct configure *configure, struct unpacked *package,
    struct error *err)
{
	auto_strings struct strings names = {0};
	auto_free char *name = unpacked_info_name(package);

	strings_add(&names, name);
	if (preinst(configure, package, err) < 0 ||
	    run_dpkg(configure, &first_action, &names, err) < 0)
		return -1;
	package->is_configured = true;
	return 0;
}

int
configure_first(const struct configure *configure,
    const struct strings *names, struct error *err)
{
	vector_each(name, names)
		for (size_t i = 0; i < configure->count; i++) {
			struct unpacked *package = configure->packages[i];

			if (!package->is_slow && view_is(package->name, *name) &&
			    configure_alone(configure, package, err) < 0)
				return -1;
		}
	return 0;
}

int
configure_packages(const struct configure *configure, struct error *err)
{
	auto_strings struct strings names = {0};

	for (size_t i = 0; i < configure->count; i++) {
		auto_free char *name =
		    unpacked_info_name(configure->packages[i]);

		/* slow ones may have replaced all that it had: dpkg has
		 * forgotten it then */
		if (!configure->packages[i]->is_configured &&
		    (configure->later ||
		    dpkg_database_has(configure->root, name)))
			strings_add(&names, name);
	}
	return names.count
	    ? run_dpkg(configure, &configure_action, &names, err) : 0;
}

int
configure_pending(const struct configure *configure, struct error *err)
{
	auto_strings struct strings pending = {0};

	strings_add(&pending, "--pending");
	return run_dpkg(configure, &configure_action, &pending, err);
}

static int
place_deb(int root, const struct unpacked *package, const char *path,
    struct error *err)
{
	auto_close int fd = inside_open(root, path,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0644);

	if (fd < 0)
		return error_errno(err, "create '%s' in the guest", path);
	if (file_copy(package->deb, fd, err) < 0)
		return error_prefix(err, "'%s' in the guest", path);
	return 0;
}

int
configure_unpack_slow(const struct configure *configure, struct error *err)
{
	auto_strings struct strings debs = {0};
	int root = configure->root;

	for (size_t i = 0; i < configure->count; i++) {
		auto_free char *name =
		    unpacked_info_name(configure->packages[i]);

		if (!configure->packages[i]->is_slow)
			continue;
		strings_printf(&debs, "/%s/%s%s", deb_directory, name,
		    deb_suffix);
		if (place_directory(root, deb_directory, 0755, err) < 0 ||
		    place_deb(root, configure->packages[i],
		    debs.items[debs.count - 1], err) < 0)
			return -1;
	}
	if (!debs.count)
		return 0;
	if (run_dpkg(configure, configure->overwrites ? &overwrite_action
	    : &unpack_action, &debs, err) < 0)
		return -1;
	if (configure->later) {
		buffer_printf(configure->later, "remove %s\n", deb_directory);
		return 0;
	}
	return place_remove(root, deb_directory, err);
}

int
configure_hold_services(int root, unsigned skip, struct error *err)
{
	auto_free char *kept = memory_printf("%s.REAL", daemon_file);

	if (!(skip & SKIP_POLICY) && inside_exists(root, "usr/sbin") &&
	    place_file(root, policy_file, view_of(policy_text), 0755, err) < 0)
		return -1;
	if (skip & SKIP_DAEMON || !inside_exists(root, daemon_file))
		return 0;
	if (rename_inside(root, daemon_file, kept, err) < 0)
		return -1;
	return place_file(root, daemon_file, view_of(daemon_text), 0755, err);
}

int
configure_restore_services(int root, unsigned skip, struct error *err)
{
	auto_free char *kept = memory_printf("%s.REAL", daemon_file);

	if (!(skip & SKIP_POLICY) && inside_exists(root, "usr/sbin") &&
	    inside_remove(root, policy_file, err) < 0)
		return -1;
	return skip & SKIP_DAEMON ? 0
	    : rename_inside(root, kept, daemon_file, err);
}

void
configure_restore_later(int root, unsigned skip, struct buffer *later)
{
	if (!(skip & SKIP_POLICY))
		buffer_printf(later, "remove %s\n", policy_file);
	if (!(skip & SKIP_DAEMON) && inside_exists(root, daemon_file))
		buffer_printf(later, "move %s.REAL %s\n", daemon_file,
		    daemon_file);
}
