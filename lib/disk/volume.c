#include "disk/volume.h"

#include <ctype.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/command.h"
#include "base/memory.h"
#include "base/text.h"

enum { WORDS_MAX = 14, WAIT_TRIES = 100, WAIT_MS = 100 };

/* In a word, @ and what follows it stand for something of the volume. */
struct volume_family {
	const char *name;
	const char *front;	/* of the device's path */
	const char *package;
	bool has_pool;
	bool is_deep;	/* a group may be within another */
	const char *list[WORDS_MAX];	/* of all in the group, with marks */
	const char *make[WORDS_MAX];	/* with a mark */
	const char *unmark[WORDS_MAX];
	const char *remove[WORDS_MAX];
};

/* A tag of LVM, a property of ZFS. */
static const char mark_front[] = "mkguest.unfinished:";
#define PROPERTY "mkguest:unfinished"

#define LIST_LVM {"lvs", "--noheadings", "--options", "lv_name,lv_tags", \
    "@group"}
#define UNMARK_LVM {"lvchange", "--deltag", "@mark", "@id"}
#define REMOVE_LVM {"lvremove", "--yes", "@id"}

static const struct volume_family families[] = {
	{"lvm", "/dev/", "lvm2", false, false, LIST_LVM,
	    {"lvcreate", "--yes", "--wipesignatures", "y", "--size", "@bytesb",
	    "--addtag", "@mark", "--name", "@name", "@group"}, UNMARK_LVM,
	    REMOVE_LVM},
	{"lvm-thin", "/dev/", "lvm2", true, false, LIST_LVM,
	    {"lvcreate", "--yes", "--virtualsize", "@bytesb", "--thinpool",
	    "@pool", "--addtag", "@mark", "--name", "@name", "@group"},
	    UNMARK_LVM, REMOVE_LVM},
	{"zfs", "/dev/zvol/", "zfsutils-linux", false, true,
	    {"zfs", "list", "-H", "-o", "name," PROPERTY, "-d", "1", "-t",
	    "filesystem,volume", "@group"},
	    {"zfs", "create", "-o", PROPERTY "=@mark", "-V", "@bytes", "@id"},
	    {"zfs", "inherit", PROPERTY, "@id"}, {"zfs", "destroy", "@id"}},
};

/* --- from text ------------------------------------------------------------ */

static bool
is_name(struct view text, bool is_deep)
{
	if (!text.length || strchr("-/", *text.data))
		return false;
	for (size_t i = 0; i < text.length; i++)
		if (!isalnum((unsigned char)text.data[i]) &&
		    !strchr(is_deep ? "+_.-:/" : "+_.-", text.data[i]))
			return false;
	return true;
}

static int
read_path(struct volume *volume, struct error *err)
{
	const struct volume_family *family = volume->family;
	struct view whole = view_of(volume->path);
	const char *slash = strrchr(volume->path, '/');
	size_t front = strlen(family->front);
	struct view group, name;

	if (!view_starts(whole, family->front) || slash < whole.data + front)
		return error_usage(err, "a volume of %s has a path like "
		    "%sGROUP/NAME", family->name, family->front);
	group = (struct view){whole.data + front,
	    (size_t)(slash - whole.data) - front};
	name = view_of(slash + 1);
	if (!is_name(group, family->is_deep) || !is_name(name, false))
		return error_usage(err, "a volume of %s cannot be called '%s'",
		    family->name, whole.data + front);
	volume->group = view_string(group);
	volume->name = view_string(name);
	return 0;
}

int
volume_read(struct volume *volume, const char *kind, const char *path,
    struct error *err)
{
	struct view pool = view_of(kind), name;
	size_t i = 0, count = sizeof(families) / sizeof(*families);

	view_cut(&pool, ':', &name);
	while (i < count && !view_is(name, families[i].name))
		i++;
	if (i == count)
		return error_usage(err, "volume '%s' is unknown; it can be "
		    "lvm, lvm-thin:POOL or zfs", kind);
	if (families[i].has_pool != (pool.data && is_name(pool, false)))
		return error_usage(err, "volume '%s' %s", kind,
		    families[i].has_pool ? "needs the name of a pool: "
		    "lvm-thin:POOL" : "has no pool");
	volume->family = &families[i];
	volume->pool = view_string(pool);
	volume->path = memory_string(path);
	return read_path(volume, err);
}

/* --- the tools ------------------------------------------------------------ */

/* What stands behind @ in a word. */
static char *
word_value(const struct volume *volume, uint64_t size, struct view name)
{
	if (view_is(name, "bytes"))
		return memory_printf("%llu", (unsigned long long)size);
	if (view_is(name, "id"))
		return memory_printf("%s/%s", volume->group, volume->name);
	return memory_string(view_is(name, "group") ? volume->group
	    : view_is(name, "name") ? volume->name
	    : view_is(name, "pool") ? volume->pool : volume->mark);
}

static void
add_word(struct command *command, const struct volume *volume, uint64_t size,
    const char *word)
{
	static const char *const names[] = {
		"bytes", "group", "id", "mark", "name", "pool",
	};
	const char *at = strchr(word, '@');

	if (!at) {
		command_add(command, word);
		return;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		auto_free char *value = NULL;

		if (!view_starts(view_of(at + 1), names[i]))
			continue;
		value = word_value(volume, size, view_of(names[i]));
		command_addf(command, "%.*s%s%s", (int)(at - word), word,
		    value, at + 1 + strlen(names[i]));
		return;
	}
}

static void
say_line(void *context, const char *text)
{
	if (*text)
		events_debug(context, "%s", text);
}

static int
run_tool(const struct volume *volume, const char *const *words, uint64_t size,
    struct command *command, struct error *err)
{
	for (; *words; words++)
		add_word(command, volume, size, *words);
	command->is_undisturbed = true;
	return command_run(command, err);
}

/* "mkguest.unfinished:HOME:OWNER" among what stands behind a volume's name. */
static struct view
mark_owner(const struct volume *volume, struct view marks)
{
	struct view word, front = view_of(mark_front), home;

	while (view_cut(&marks, ',', &word)) {
		word = view_trim(word);
		if (!view_starts(word, mark_front))
			continue;
		word.data += front.length;
		word.length -= front.length;
		if (view_cut(&word, ':', &home) && view_is(home, volume->home))
			return word;
	}
	return (struct view){0};
}

/* A line of the list: the name, blanks, the marks. */
static void
look_at_line(struct volume *volume, struct view line)
{
	struct view name, owner, rest = view_trim(line);
	const char *slash;

	if (!view_word(&rest, &name))
		return;
	slash = memrchr(name.data, '/', name.length);
	if (slash)
		name = (struct view){slash + 1,
		    name.length - (size_t)(slash + 1 - name.data)};
	if (view_is(name, volume->name))
		volume->is_there = true;
	owner = mark_owner(volume, rest);
	if (owner.length)
		*vector_push(&volume->unfinished) = (struct volume_unfinished){
			view_string(name), view_string(owner)};
}

int
volume_look(struct volume *volume, const char *home, const char *owner,
    struct error *err)
{
	const struct volume_family *family = volume->family;
	auto_buffer struct buffer output = {0};
	auto_command struct command command = {.output = &output};
	struct view rest, line;

	volume->home = memory_string(home);
	volume->mark = memory_printf("%s%s:%s", mark_front, home, owner);
	if (!command_exists(family->list[0]))
		return error_set(err, "%s is not installed; it is in Debian's "
		    "package %s", family->list[0], family->package);
	if (run_tool(volume, family->list, 0, &command, err) < 0)
		return error_prefix(err, "'%s'", volume->path);
	rest = (struct view){output.data, output.length};
	while (rest.data && view_cut(&rest, '\n', &line))
		look_at_line(volume, line);
	return 0;
}

char *
volume_sibling(const struct volume *volume, const char *name)
{
	return memory_printf("%s%s/%s", volume->family->front, volume->group,
	    name);
}

int
volume_remove(const struct volume *volume, struct events *events,
    struct error *err)
{
	auto_command struct command command = {
		.line = say_line, .context = events,
	};

	return run_tool(volume, volume->family->remove, 0, &command, err);
}

int
volume_reap(struct volume *volume, const struct volume_unfinished *other,
    struct events *events, struct error *err)
{
	const struct volume sibling = {
		.family = volume->family, .group = volume->group,
		.name = other->name,
	};

	if (volume_remove(&sibling, events, err) < 0)
		return -1;
	if (!strcmp(other->name, volume->name))
		volume->is_there = false;
	return 0;
}

static bool
is_block(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISBLK(status.st_mode);
}

/* udev makes the names of ZFS some time later. */
static int
wait_for_device(const struct volume *volume, struct error *err)
{
	const struct timespec tick = {.tv_nsec = WAIT_MS * 1000000L};

	for (int i = 0; i < WAIT_TRIES; i++) {
		if (is_block(volume->path))
			return 0;
		nanosleep(&tick, NULL);
	}
	return error_set(err, "'%s' was made, but has not come within 10 s",
	    volume->path);
}

int
volume_make(struct volume *volume, uint64_t size, struct events *events,
    struct error *err)
{
	auto_command struct command command = {
		.line = say_line, .context = events,
	};

	if (run_tool(volume, volume->family->make, size, &command, err) < 0)
		return error_prefix(err, "make '%s'", volume->path);
	volume->is_made = true;
	return wait_for_device(volume, err);
}

int
volume_unmark(const struct volume *volume, struct events *events,
    struct error *err)
{
	auto_command struct command command = {
		.line = say_line, .context = events,
	};

	if (volume->is_made && run_tool(volume, volume->family->unmark, 0,
	    &command, err) < 0)
		return error_prefix(err, "'%s'", volume->path);
	return 0;
}

void
volume_undo(struct volume *volume, struct events *events)
{
	auto_error struct error err = {0};

	if (!volume->is_made)
		return;
	volume->is_made = false;
	if (volume_remove(volume, events, &err) < 0)
		events_warn(events, "'%s' could not be taken back: %s",
		    volume->path, err.text);
}

void
volume_release(struct volume *volume)
{
	free(volume->path);
	free(volume->group);
	free(volume->name);
	free(volume->pool);
	free(volume->home);
	free(volume->mark);
	vector_each(other, &volume->unfinished) {
		free(other->name);
		free(other->owner);
	}
	vector_release(&volume->unfinished);
	*volume = (struct volume){0};
}
