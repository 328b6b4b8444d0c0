#include "root/root_settings.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/confined.h"
#include "base/file.h"
#include "base/inside.h"
#include "base/memory.h"
#include "repo/source_file.h"
#include "root/apt_option.h"

enum role { SOURCES, KEYS, OPTIONS, PINS };

/* A file, or the files of a directory whose names end so. */
static const struct place {
	const char *path;
	bool is_directory;
	const char *endings[3];	/* NULL: no more */
	enum role role;
} places[] = {
	{"etc/apt/sources.list", false, {NULL}, SOURCES},
	{"etc/apt/sources.list.d", true, {".list", ".sources"}, SOURCES},
	{"etc/apt/trusted.gpg", false, {NULL}, KEYS},
	{"etc/apt/trusted.gpg.d", true, {".gpg", ".asc", ".pgp"}, KEYS},
	{"etc/apt/apt.conf", false, {NULL}, OPTIONS},
	{"etc/apt/apt.conf.d", true, {".conf", ""}, OPTIONS},
	{"etc/apt/preferences", false, {NULL}, PINS},
	{"etc/apt/preferences.d", true, {".pref", ""}, PINS},
};

enum { PLACES = sizeof(places) / sizeof(*places) };

/* --- in the sandbox ---------------------------------------------------- */

struct found {
	char *path;
	int fd;
};

struct reading {
	int root;
	int to;
	VECTOR(struct found) files;
};

/* As apt reads a directory: other endings are backups and the like. */
static bool
has_ending(const struct place *place, const char *name)
{
	for (size_t i = 0; i < 3 && place->endings[i]; i++) {
		const char *ending = place->endings[i];

		if (*ending ? view_ends(view_of(name), ending)
		    : !strpbrk(name, ".~"))
			return *name != '.';
	}
	return false;
}

/* What is no regular file is never opened: to open some is to act. */
static int
reading_add(struct reading *reading, const char *path, struct error *err)
{
	auto_close int place = inside_open(reading->root, path, O_PATH, 0);
	struct stat status;
	int fd;

	if (place < 0 && errno == ENOENT)
		return 0;
	if (place < 0 || fstat(place, &status) < 0)
		return error_errno(err, "'%s' in the root", path);
	if (!S_ISREG(status.st_mode))
		return error_set(err, "'%s' in the root is not a file", path);
	fd = inside_open(reading->root, path, O_RDONLY | O_NONBLOCK, 0);
	if (fd < 0)
		return error_errno(err, "'%s' in the root", path);
	*vector_push(&reading->files) =
	    (struct found){memory_string(path), fd};
	return 0;
}

static int
reading_add_directory(struct reading *reading, const struct place *place,
    struct error *err)
{
	int fd = inside_open(reading->root, place->path,
	    O_RDONLY | O_DIRECTORY, 0);
	auto_closedir DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	auto_strings struct strings names = {0};
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (has_ending(place, entry->d_name))
			strings_add(&names, entry->d_name);
	strings_sort(&names);
	vector_each(name, &names) {
		auto_free char *path =
		    memory_printf("%s/%s", place->path, *name);

		if (reading_add(reading, path, err) < 0)
			return -1;
	}
	return 0;
}

static int
reading_open(void *context, struct error *err)
{
	struct reading *reading = context;

	for (size_t i = 0; i < PLACES; i++)
		if ((places[i].is_directory
		    ? reading_add_directory(reading, &places[i], err)
		    : reading_add(reading, places[i].path, err)) < 0)
			return -1;
	return 0;
}

static int
reading_copy(void *context, struct error *err)
{
	struct reading *reading = context;

	vector_each(file, &reading->files) {
		auto_buffer struct buffer text = {0}, head = {0};

		if (file_read(file->fd, &text, err) < 0)
			return error_prefix(err, "'%s' in the root",
			    file->path);
		buffer_printf(&head, "%zu %s", text.length, file->path);
		if (file_write(reading->to, head.data, head.length + 1,
		    err) < 0 ||
		    file_write(reading->to, text.data, text.length, err) < 0)
			return -1;
	}
	return 0;
}

int
root_settings_write(int root, int fd, struct error *err)
{
	struct reading reading = {.root = root, .to = fd};
	const struct confined confined = {
		.prepare = reading_open, .run = reading_copy,
		.context = &reading,
	};

	return confined_run(&confined, err);
}

/* --- outside ------------------------------------------------------------ */

static int
settings_parse(struct root_settings *settings, struct error *err)
{
	struct view rest = {settings->text.data, settings->text.length};
	struct view head;

	while (rest.length && view_cut(&rest, '\0', &head)) {
		auto_free char *line = view_string(head);
		char *path;
		size_t length = strtoul(line, &path, 10);

		if (*path != ' ' || length > rest.length)
			return error_set(err, "what the root's etc/apt says "
			    "was cut off");
		*vector_push(&settings->items) = (struct root_setting){
			memory_string(path + 1), {rest.data, length}};
		rest.data += length;
		rest.length -= length;
	}
	return 0;
}

int
root_settings_read(struct root_settings *settings, int fd, struct error *err)
{
	if (lseek(fd, 0, SEEK_SET) < 0)
		return error_errno(err, "seek");
	if (file_read(fd, &settings->text, err) < 0)
		return -1;
	return settings_parse(settings, err);
}

static enum role
role_of(const struct root_setting *setting)
{
	size_t i = PLACES - 1;

	while (i > 0 && strcmp(setting->path, places[i].path) &&
	    !(places[i].is_directory && !strncmp(setting->path,
	    places[i].path, strlen(places[i].path))))
		i--;
	return places[i].role;
}

static int
keys_add(struct root_settings *settings, const struct root_setting *setting,
    struct strings *files, struct error *err)
{
	int fd = memfd_create("keys", MFD_CLOEXEC);

	if (fd < 0)
		return error_errno(err, "make a file in memory");
	*vector_push(&settings->keys) = fd;
	strings_printf(files, "/proc/self/fd/%d", fd);
	return file_write(fd, setting->text.data, setting->text.length, err);
}

int
root_settings_keys(struct root_settings *settings, struct strings *files,
    struct error *err)
{
	vector_each(setting, &settings->items)
		if (role_of(setting) == KEYS && setting->text.length &&
		    keys_add(settings, setting, files, err) < 0)
			return -1;
	return 0;
}

static const struct root_setting *
settings_find(const struct root_settings *settings, const char *path)
{
	vector_each(setting, &settings->items)
		if (!strcmp(setting->path, path))
			return setting;
	return NULL;
}

static bool
is_as_given(const struct root_setting *setting,
    const struct bootstrap_file *given)
{
	for (; given && given->path; given++)
		if (!strcmp(given->path, setting->path))
			return view_is(setting->text, given->text);
	return false;
}

/* The root's sources that were given stand for those of the request, which may
 * be others: this host's. */
static bool
sources_are_as_given(const struct root_settings *settings,
    const struct bootstrap_file *given)
{
	const struct bootstrap_file *file;

	for (file = given; file && file->path; file++) {
		const struct root_setting *setting =
		    settings_find(settings, file->path);

		if (strncmp(file->path, places[0].path,
		    strlen(places[0].path)) == 0 &&
		    !(setting && is_as_given(setting, given)))
			return false;
	}
	return true;
}

static int
sources_apply(const struct root_settings *settings,
    const struct bootstrap_file *given, struct root_request *request,
    struct error *err)
{
	const struct source_filter filter = {
		.architecture = request->architecture,
		.foreign = request->foreign,
	};
	struct root_sources *sources = &request->given;
	bool as_given = sources_are_as_given(settings, given);

	sources->is_replaced = !as_given ||
	    (request->mirrors.count && !sources->sources.count);
	vector_each(setting, &settings->items)
		if (role_of(setting) == SOURCES &&
		    !(as_given && is_as_given(setting, given)) &&
		    source_file_parse(setting->path, setting->text, &filter,
		    &sources->hooked, err) < 0)
			return -1;
	return 0;
}

static bool
has_pins(struct view text)
{
	struct view line;

	while (view_cut(&text, '\n', &line))
		if (view_starts(line, "Pin"))
			return true;
	return false;
}

static int
setting_apply(const struct root_setting *setting,
    struct root_request *request, struct error *err)
{
	switch (role_of(setting)) {
	case OPTIONS:
		return apt_option_apply(request, setting->path, setting->text,
		    err);
	case PINS:
		if (has_pins(setting->text))
			events_warn(request->events, "the pins of '%s' are "
			    "only for the root's own apt; ask for packages as "
			    "NAME/SUITE or NAME=VERSION", setting->path);
		return 0;
	default:
		return 0;
	}
}

int
root_settings_apply(struct root_settings *settings,
    const struct bootstrap_file *given, struct root_request *request,
    struct error *err)
{
	if (sources_apply(settings, given, request, err) < 0 ||
	    root_settings_keys(settings, &request->trust.root_keys, err) < 0)
		return error_prefix(err, "after setup hooks");
	vector_each(setting, &settings->items)
		if (!is_as_given(setting, given) &&
		    setting_apply(setting, request, err) < 0)
			return error_prefix(err, "after setup hooks");
	return 0;
}

void
root_settings_release(struct root_settings *settings)
{
	vector_each(setting, &settings->items)
		free(setting->path);
	vector_release(&settings->items);
	vector_each(fd, &settings->keys)
		close(*fd);
	vector_release(&settings->keys);
	buffer_release(&settings->text);
}
