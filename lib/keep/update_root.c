#include "keep/update_root.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/confined.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/thread.h"
#include "install/guest_program.h"
#include "install/visit.h"
#include "root/base_tar.h"
#include "tree/read_ext.h"
#include "tree/sink.h"

/* --- reading -------------------------------------------------------------- */

/* A confined child's tar comes through a pipe; it is at its end when both of us
 * have closed ours. */
struct reading {
	int disk;
	int pipe;
	struct tree_sink *tar;	/* the child's */
	struct error err;
};

/* In the child, which may still open what it needs of libc. */
static int
begin_tar(void *context, struct error *err)
{
	struct reading *reading = context;

	reading->tar = sink_tar_new(reading->pipe, err);
	return reading->tar ? 0 : -1;
}

static int
write_tar(void *context, struct error *err)
{
	const struct reading *reading = context;
	struct tree_sink *tar = reading->tar;
	int result = tree_read_ext(reading->disk, tar, err);

	if (result == 0)
		result = tar->finish(tar, err);
	tar->free(tar);
	return result;
}

static void *
read_confined(void *context)
{
	struct reading *reading = context;
	const struct confined confined = {
		.prepare = begin_tar, .run = write_tar, .context = reading,
	};

	confined_run(&confined, &reading->err);
	close(reading->pipe);
	return NULL;
}

/* What the child says comes first: it is why a tar is cut off. */
static int
explain(struct reading *reading, struct error *err)
{
	auto_free char *own = memory_string(err->text);

	error_release(err);
	error_move(err, &reading->err);
	return own ? error_suffix(err, " (%s)", own) : -1;
}

static int
unpack(struct reading *reading, int tar, int root, struct error *err)
{
	struct pollfd begun = {.fd = tar, .events = POLLIN};
	pthread_t thread;
	int result;

	if (!thread_start(&thread, read_confined, reading))
		return error_set(err, "cannot start a thread");
	/* the child is forked while nobody else holds a lock of libc's */
	while (poll(&begun, 1, -1) < 0 && errno == EINTR)
		continue;
	result = base_tar_unpack(tar, root, err);
	/* it may have more to say than we want to hear */
	close(tar);
	pthread_join(thread, NULL);
	return reading->err.text ? explain(reading, err) : result;
}

int
update_root_read(int disk, int root, struct error *err)
{
	struct reading reading = {.disk = disk};
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_errno(err, "make a pipe");
	reading.pipe = ends[1];
	return unpack(&reading, ends[0], root, err);
}

/* --- packages ------------------------------------------------------------- */

/* "NAME:ARCHITECTURE VERSION", one a line. */
static bool
note_package(void *context, const char *text)
{
	strings_add(context, text);
	return false;
}

static int
list_packages(const struct visit *visit, struct strings *packages,
    struct error *err)
{
	auto_guest_program struct guest_program program = {
		.root = visit->bootstrap->root, .level = EVENT_DEBUG,
		.line = note_package, .context = packages,
	};

	guest_program_begin(&program, "/usr/bin/dpkg-query");
	command_add(&program.command, "--show");
	command_add(&program.command, "--showformat");
	command_add(&program.command,
	    "${binary:Package} ${Version} ${db:Status-Abbrev}\n");
	return guest_program_run(&program, err);
}

/* Its version; "-" of one that is not there. */
static const char *
version_in(const struct strings *packages, struct view name, char **version)
{
	*version = NULL;
	vector_each(line, packages) {
		struct view rest = view_of(*line), word;

		if (!view_word(&rest, &word) || !view_equal(word, name) ||
		    !view_word(&rest, &word))
			continue;
		*version = view_string(word);
		return *version;
	}
	return "-";
}

/* Those of `from` that are others in `to`, or are not in it; if `from` is the
 * new list, only the latter. */
static void
compare_packages(const struct strings *from, const struct strings *to,
    bool is_new, struct strings *changes)
{
	vector_each(line, from) {
		struct view rest = view_of(*line), name, version;
		auto_free char *own = NULL, *other = NULL;
		const char *there;

		if (!view_word(&rest, &name) || !view_word(&rest, &version))
			continue;
		own = view_string(version);
		there = version_in(to, name, &other);
		if (!strcmp(own, there) || (is_new && strcmp(there, "-")))
			continue;
		strings_printf(changes, VIEW_FORMAT " %s %s",
		    VIEW_ARGUMENTS(name), is_new ? there : own,
		    is_new ? own : there);
	}
}

/* --- apt ------------------------------------------------------------------ */

static const char *const settings[] = {
	"APT::Sandbox::User=root", "APT::Update::Error-Mode=any",
	"APT::Install-Recommends=false", "Dpkg::Use-Pty=false",
	"Dpkg::Options::=--force-confdef", "Dpkg::Options::=--force-confold",
};

static const struct {
	const char *title;	/* NULL: no step of its own */
	const char *words[4];
} runs[] = {
	{"reading the archive", {"update"}},
	{"upgrading", {"--yes", "--with-new-pkgs", "upgrade"}},
	{NULL, {"clean"}},
};

static int
run_apt(const struct visit *visit, const char *const *words,
    struct error *err)
{
	auto_guest_program struct guest_program program = {
		.root = visit->bootstrap->root,
		.events = visit->bootstrap->events,
		.filter = visit->filter, .level = EVENT_DEBUG,
	};

	guest_program_begin(&program, "/usr/bin/apt-get");
	for (size_t i = 0; i < sizeof(settings) / sizeof(*settings); i++) {
		command_add(&program.command, "-o");
		command_add(&program.command, settings[i]);
	}
	for (; *words; words++)
		command_add(&program.command, *words);
	return guest_program_run(&program, err);
}

static int
upgrade(const struct visit *visit, struct strings *changes,
    struct error *err)
{
	auto_strings struct strings before = {0}, after = {0};

	if (list_packages(visit, &before, err) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(runs) / sizeof(*runs); i++) {
		if (runs[i].title)
			events_step(visit->bootstrap->events, runs[i].title);
		if (run_apt(visit, runs[i].words, err) < 0)
			return -1;
	}
	if (list_packages(visit, &after, err) < 0)
		return -1;
	compare_packages(&before, &after, false, changes);
	compare_packages(&after, &before, true, changes);
	return 0;
}

int
update_root_upgrade(int root, struct strings *changes,
    struct events *events, struct error *err)
{
	const struct hook_list none = {0};
	const struct hook_run hooks = {.list = &none, .is_unshared = true};
	const struct bootstrap bootstrap = {
		.root = root, .lends_resolver = true, .events = events,
		.hooks = &hooks,
	};
	struct visit visit = {.bootstrap = &bootstrap};
	int result = visit_begin(&visit, err);

	if (result == 0)
		result = visit_enter(&visit, err);
	if (result == 0)
		result = upgrade(&visit, changes, err);
	if (result == 0)
		result = visit_leave(&visit, err);
	if (result == 0)
		result = visit_end(&visit, err);
	visit_release(&visit);
	return result;
}
