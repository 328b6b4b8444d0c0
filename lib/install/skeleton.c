#include "install/skeleton.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/inside.h"
#include "base/memory.h"
#include "base/size.h"
#include "install/guest_id.h"
#include "install/place.h"
#include "install/skip.h"

static const struct {
	const char *path;
	mode_t mode;
} directories[] = {
	{"etc/apt/apt.conf.d", 0755},
	{"etc/apt/preferences.d", 0755},
	{"etc/apt/sources.list.d", 0755},
	{"etc/dpkg/dpkg.cfg.d", 0755},
	{"tmp", 01777},
	{"var/cache/apt", 0755},
	{"var/lib/apt/lists", 0755},
	{"var/log/apt", 0755},
};

static const char fstab[] = "# UNCONFIGURED FSTAB FOR BASE SYSTEM\n";

static const char states_file[] = "var/lib/apt/extended_states";

static const struct cache {
	const char *path;
	const char *partial;	/* only apt's download user writes to it */
	const char *lock;
	unsigned skip;
} caches[] = {
	{"var/lib/apt/lists", "var/lib/apt/lists/partial",
	    "var/lib/apt/lists/lock", SKIP_CLEAN_LISTS},
	{"var/cache/apt", "var/cache/apt/archives/partial",
	    "var/cache/apt/archives/lock", SKIP_CLEAN_CACHE},
};

static const char *const traces[] = {
	"var/cache/ldconfig/aux-cache",
	"var/lib/dbus/machine-id",
	"var/log/alternatives.log",
	"var/log/apt/eipp.log.xz",
	"var/log/apt/history.log",
	"var/log/apt/term.log",
	"var/log/dpkg.log",
};

/* A hook's wish for a /usr apart, in usrmerge's own words. */
static const char stay_split[] = "etc/unsupported-skip-usrmerge-conversion";

/* /NAME as a link to /usr/NAME, before anything is unpacked through it; what
 * a hook has put there stays, unless it is an empty directory. */
static int
merge_directory(int root, const char *name, struct error *err)
{
	auto_free char *path = memory_printf("usr/%s", name);
	struct stat status;

	if (place_directory(root, path, 0755, err) < 0)
		return -1;
	unlinkat(root, name, AT_REMOVEDIR);
	return inside_stat(root, name, &status) == 0 ? 0
	    : place_symlink(root, name, path, err);
}

int
skeleton_merge(int root, const struct strings *names,
    struct error *err)
{
	if (inside_exists(root, stay_split))
		return 0;
	vector_each(name, names)
		if (merge_directory(root, *name, err) < 0)
			return -1;
	return 0;
}

int
skeleton_prepare(int root, const struct bootstrap_file *files,
    struct error *err)
{
	if (fchown(root, 0, 0) < 0 || fchmod(root, 0755) < 0)
		return error_errno(err, "set mode of the root directory");
	for (size_t i = 0; i < sizeof(directories) / sizeof(*directories); i++)
		if (place_directory(root, directories[i].path,
		    directories[i].mode, err) < 0)
			return -1;
	if (place_file(root, "etc/fstab", view_of(fstab), 0644, err) < 0)
		return -1;
	for (; files && files->path; files++)
		if (place_file(root, files->path, view_of(files->text), 0644,
		    err) < 0)
			return -1;
	return 0;
}

/* apt counts packages for all architectures to the native one. What a hook's
 * apt has noted already stays. */
int
skeleton_apt_state(int root, const struct plan *plan,
    const char *architecture, struct error *err)
{
	auto_buffer struct buffer text = {0};

	if (inside_exists(root, states_file) &&
	    inside_read(root, states_file, &text, err) < 0)
		return -1;
	vector_each(item, plan) {
		struct view own = item->package->architecture;

		if (!item->is_automatic || item->is_essential)
			continue;
		if (view_is(own, "all"))
			own = view_of(architecture);
		buffer_printf(&text, "Package: " VIEW_FORMAT "\n"
		    "Architecture: " VIEW_FORMAT "\nAuto-Installed: 1\n\n",
		    VIEW_ARGUMENTS(item->package->name), VIEW_ARGUMENTS(own));
	}
	if (!text.length)
		return 0;
	return place_file(root, states_file,
	    (struct view){text.data, text.length}, 0644, err);
}

static int
partial_directory(int root, const char *path, uid_t owner, struct error *err)
{
	auto_close int fd = -1;

	if (place_directory(root, path, 0700, err) < 0)
		return -1;
	fd = inside_open(root, path, O_RDONLY | O_DIRECTORY, 0);
	if (fd < 0 || fchown(fd, owner, 0) < 0)
		return error_errno(err, "set owner of '%s' in the guest",
		    path);
	return 0;
}

/* As `apt-get clean` leaves it, and `update` without sources. */
static int
clean_apt(int root, unsigned skip, struct error *err)
{
	auto_error struct error ignored = {0};
	id_t owner;

	/* old releases have no such user */
	if (guest_id(root, "etc/passwd", view_of("_apt"), &owner, &ignored) < 0)
		owner = 0;
	for (size_t i = 0; i < sizeof(caches) / sizeof(caches[0]); i++) {
		const struct cache *cache = &caches[i];

		if ((!(skip & cache->skip) &&
		    place_empty(root, cache->path, NULL, err) < 0) ||
		    partial_directory(root, cache->partial, owner, err) < 0 ||
		    place_file(root, cache->lock, view_of(""), 0640, err) < 0)
			return -1;
	}
	return 0;
}

static int
clean_traces(int root, struct error *err)
{
	for (size_t i = 0; i < sizeof(traces) / sizeof(traces[0]); i++)
		if (place_remove(root, traces[i], err) < 0)
			return -1;
	return 0;
}

/* /var/lock leads to /run/lock */
static int
clean_run(int root, struct error *err)
{
	return place_empty(root, "run", "lock", err);
}

static int
clean_tmp(int root, struct error *err)
{
	return place_empty(root, "tmp", NULL, err);
}

/* machine-id(5): empty means that the first boot makes one. */
static int
empty_machine_id(int root, struct error *err)
{
	if (!inside_exists(root, "etc/machine-id"))
		return 0;
	if (inside_remove(root, "etc/machine-id", err) < 0)
		return -1;
	return place_file(root, "etc/machine-id", view_of(""), 0644, err);
}

static const struct {
	unsigned skip;
	int (*clean)(int root, struct error *err);
	const char *later;	/* the steps that do; NULL: of traces */
} cleanings[] = {
	{SKIP_CLEAN_TRACES, clean_traces, NULL},
	{SKIP_CLEAN_RUN, clean_run, "empty run lock\n"},
	{SKIP_CLEAN_TMP, clean_tmp, "empty tmp\n"},
	{SKIP_CLEAN_ID, empty_machine_id, "truncate etc/machine-id\n"},
};

int
skeleton_clean(int root, unsigned skip, struct error *err)
{
	if (clean_apt(root, skip, err) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(cleanings) / sizeof(cleanings[0]); i++)
		if (!(skip & cleanings[i].skip) &&
		    cleanings[i].clean(root, err) < 0)
			return -1;
	return 0;
}

static void
clean_traces_later(struct buffer *later)
{
	for (size_t i = 0; i < sizeof(traces) / sizeof(traces[0]); i++)
		buffer_printf(later, "remove %s\n", traces[i]);
}

void
skeleton_clean_later(unsigned skip, struct buffer *later)
{
	for (size_t i = 0; i < sizeof(caches) / sizeof(caches[0]); i++) {
		if (!(skip & caches[i].skip))
			buffer_printf(later, "empty %s\n", caches[i].path);
		buffer_printf(later, "partial %s\nlock %s\n",
		    caches[i].partial, caches[i].lock);
	}
	for (size_t i = 0; i < sizeof(cleanings) / sizeof(cleanings[0]); i++) {
		if (skip & cleanings[i].skip)
			continue;
		if (cleanings[i].later)
			buffer_text(later, cleanings[i].later);
		else
			clean_traces_later(later);
	}
}
