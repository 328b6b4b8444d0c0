/*
 * bootstrap-debs SUITE ROOT ARCH ESSENTIAL.deb… -- REST.deb…
 *
 * Runs lib/install's bootstrap alone, on .debs that are there already and in
 * the order given, in a private mount, pid and uts namespace. ROOT must be an
 * empty directory. From the environment: MERGED (directories that are made as
 * links to usr/NAME), APT_SOURCES (a file whose text becomes
 * etc/apt/sources.list), AUTOMATIC (names that nobody asked for), THREADS,
 * VERBOSE.
 */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "install/bootstrap.h"
#include "install/deb_file.h"

struct driver {
	struct events events;
	char **debs;	/* in the plan's order */
	struct plan plan;
	size_t next;
	const char *step;
	double since;
};

static double
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void
driver_message(struct events *events, enum event_level level,
    const char *text)
{
	(void)events;
	if (level != EVENT_DEBUG || getenv("VERBOSE"))
		fprintf(stderr, "%s\n", text);
}

static void
driver_step(struct events *events, const char *name)
{
	struct driver *driver = (struct driver *)events;

	if (driver->step)
		fprintf(stderr, "%7.3f s  %s\n", now() - driver->since,
		    driver->step);
	driver->step = name;
	driver->since = now();
}

static int
driver_next_deb(void *context, size_t *item, int *fd, struct error *err)
{
	struct driver *driver = context;

	*item = driver->next++;
	*fd = open(driver->debs[*item], O_RDONLY | O_CLOEXEC);
	return *fd < 0 ? error_errno(err, "open '%s'", driver->debs[*item])
	    : 0;
}

/* NAME_VERSION_ARCH.deb, as apt calls it in its cache. */
static void
driver_add(struct driver *driver, const char *path, bool is_essential)
{
	struct package *package = memory_new(struct package);
	struct plan_item *item = vector_push(&driver->plan);
	const char *slash = strrchr(path, '/');
	struct view rest = view_of(slash ? slash + 1 : path);
	auto_strings struct strings automatic = {0};
	auto_free char *name = NULL;

	view_cut(&rest, '_', &package->name);
	view_cut(&rest, '_', &package->version);
	view_cut(&rest, '.', &package->architecture);
	if (getenv("AUTOMATIC"))
		strings_split(&automatic, getenv("AUTOMATIC"), " \n");
	name = view_string(package->name);
	*item = (struct plan_item){.package = package,
	    .is_essential = is_essential,
	    .is_automatic = strings_has(&automatic, name)};
}

static int
driver_run(struct driver *driver, char **arguments)
{
	struct suite suite = {
		.codename = arguments[1],
	};
	struct bootstrap bootstrap = {
		.plan = &driver->plan,
		.suite = &suite,
		.architecture = arguments[3],
		.events = &driver->events,
		.next_deb = driver_next_deb,
		.context = driver,
	};
	struct bootstrap_file files[2] = {{"etc/apt/sources.list", NULL}};
	auto_buffer struct buffer sources = {0};
	auto_error struct error err = {0};
	const char *file = getenv("APT_SOURCES");

	if (getenv("MERGED"))
		strings_split(&suite.merged_directories, getenv("MERGED"),
		    " ");
	if (file && file_read_at(AT_FDCWD, file, &sources, &err) == 0)
		files[0].text = sources.data, bootstrap.files = files;
	if (getenv("THREADS"))
		bootstrap.threads = (unsigned)strtoul(getenv("THREADS"), NULL,
		    10);
	bootstrap.root = open(arguments[2],
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (bootstrap.root < 0)
		error_errno(&err, "open '%s'", arguments[2]);
	else if (bootstrap_run(&bootstrap, &err) == 0)
		return 0;
	fprintf(stderr, "bootstrap-debs: error: %s\n", err.text);
	return 1;
}

int
main(int argc, char **arguments)
{
	struct driver driver = {
		.events = {driver_message, driver_step, NULL},
		.debs = memory_zeroed((size_t)argc, sizeof(char *)),
	};
	bool is_essential = true;
	double start = now();
	int status;
	pid_t child;

	if (argc < 5) {
		fprintf(stderr, "usage: bootstrap-debs SUITE ROOT ARCH "
		    "ESSENTIAL.deb... -- REST.deb...\n");
		return 2;
	}
	for (int i = 4; i < argc; i++) {
		if (strcmp(arguments[i], "--") == 0) {
			is_essential = false;
			continue;
		}
		driver.debs[driver.plan.count] = arguments[i];
		driver_add(&driver, arguments[i], is_essential);
	}
	if (unshare(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) {
		perror("bootstrap-debs: private namespaces");
		return 1;
	}
	child = fork();
	if (child == 0)
		_exit(driver_run(&driver, arguments));
	if (child < 0 || waitpid(child, &status, 0) < 0) {
		perror("bootstrap-debs: child");
		return 1;
	}
	fprintf(stderr, "%7.3f s  in all\n", now() - start);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
