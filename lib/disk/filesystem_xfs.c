#include "disk/filesystem_family.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "disk/format_program.h"
#include "disk/xfs_prototype.h"

static const uint64_t MIB = 1 << 20;

enum { INODE = 512 };

/* What Linux 4.19 knows, and GRUB since 2.04. */
static const char own_features[] = "crc,finobt,sparse,reflink";

/* Those of mkfs.xfs 6.1, with the option that each belongs to. */
static const struct {
	const char *name;
	const char *option;
} known_features[] = {
	{"crc", "-m"}, {"finobt", "-m"}, {"inobtcount", "-m"},
	{"reflink", "-m"}, {"rmapbt", "-m"}, {"bigtime", "-m"},
	{"sparse", "-i"}, {"nrext64", "-i"},
};

enum { KNOWN = sizeof(known_features) / sizeof(*known_features) };

static void
xfs_features(const struct filesystem *filesystem, struct strings *features)
{
	strings_split(features, filesystem->features ? filesystem->features
	    : own_features, ", \t\n");
}

static bool
feature_is_known(const char *name)
{
	for (size_t i = 0; i < KNOWN; i++)
		if (view_is(view_of(name), known_features[i].name))
			return true;
	return false;
}

static int
xfs_check(const struct filesystem *filesystem, struct error *err)
{
	auto_strings struct strings features = {0};

	xfs_features(filesystem, &features);
	vector_each(feature, &features)
		if (!feature_is_known(*feature))
			return error_usage(err, "unknown feature '%s' of xfs; "
			    "mkfs.xfs(8) lists them", *feature);
	if (filesystem->label && strchr(filesystem->label, ' '))
		return error_usage(err, "the label '%s' has a blank, which "
		    "xfs does not take", filesystem->label);
	return 0;
}

/* Half of an inode's tree is empty at worst; 64 MiB and more is the log. */
static uint64_t
xfs_size_for(const struct filesystem *filesystem, uint64_t bytes)
{
	uint64_t content = bytes + filesystem->inodes * INODE * 2;

	return (content + content / 12) / MIB * MIB + 128 * MIB;
}

static void
xfs_arguments(const struct filesystem *filesystem, struct command *command)
{
	auto_strings struct strings features = {0};
	const char *const fixed[] = {"mkfs.xfs", "-q", "-f", "-K", NULL};

	xfs_features(filesystem, &features);
	format_program_add(command, fixed);
	for (size_t i = 0; i < KNOWN; i++) {
		command_add(command, known_features[i].option);
		command_addf(command, "%s=%d", known_features[i].name,
		    strings_has(&features, known_features[i].name));
	}
	command_add(command, "-m");
	command_addf(command, "uuid=%s", filesystem->uuid);
	command_add(command, "-s");
	command_addf(command, "size=%llu", (unsigned long long)
	    (filesystem->sector_size ? filesystem->sector_size : 512));
	if (filesystem->label) {
		command_add(command, "-L");
		command_add(command, filesystem->label);
	}
}

static int
xfs_make(const struct filesystem *filesystem, int fd, struct events *events,
    struct error *err)
{
	auto_command struct command command = {0};

	xfs_arguments(filesystem, &command);
	command_add(&command, FORMAT_PATH);
	return format_program_run(&command, fd, events, err);
}

static void
warn_of_losses(const struct xfs_prototype *prototype, struct events *events)
{
	events_warn(events, "xfs filled by a user has no times of files; also "
	    "lost: %zu extended attributes, %zu hard links (copies now)",
	    prototype->attributes, prototype->links);
}

/* The prototype has no place for that bit, and /tmp must not be without. */
static int
xfs_set_sticky(const struct xfs_prototype *prototype, int fd,
    struct events *events, struct error *err)
{
	static const char *const fixed[] = {
		"xfs_db", "-x", "-f", FORMAT_PATH, NULL,
	};
	auto_command struct command command = {0};
	auto_buffer struct buffer said = {0};
	size_t done = 0;

	if (!prototype->sticky_count)
		return 0;
	format_program_add(&command, fixed);
	command.input = (struct view){prototype->sticky.data,
	    prototype->sticky.length};
	command.output = &said;
	if (format_program_run(&command, fd, events, err) < 0)
		return -1;
	/* It ends well whatever happens, but tells what it has written. */
	for (const char *at = said.data; at && (at = strstr(at, "core.mode"));
	    at++)
		done++;
	return done == prototype->sticky_count ? 0
	    : error_set(err, "xfs_db cannot set the sticky bit: %s",
	    said.data ? said.data : "it says nothing");
}

static int
xfs_make_of(const struct filesystem *filesystem, int fd,
    const struct xfs_prototype *prototype, int tree, struct events *events,
    struct error *err)
{
	auto_command struct command command = {0};
	auto_close int text = format_program_configure(&command, (struct view){
	    prototype->text.data, prototype->text.length}, err);

	if (text < 0)
		return -1;
	xfs_arguments(filesystem, &command);
	command_add(&command, "-p");
	command_add(&command, FORMAT_CONFIGURATION);
	command_add(&command, FORMAT_PATH);
	command_pass(&command, tree, FORMAT_TREE_FD);
	return format_program_run(&command, fd, events, err);
}

static int
xfs_make_filled(const struct filesystem *filesystem, int fd,
    const struct tree_walk *walk, struct events *events, struct error *err)
{
	auto_xfs_prototype struct xfs_prototype prototype;

	xfs_prototype_init(&prototype, FORMAT_TREE);
	if (tree_walk(walk, &prototype.sink, err) < 0 ||
	    prototype.sink.finish(&prototype.sink, err) < 0)
		return -1;
	warn_of_losses(&prototype, events);
	if (xfs_make_of(filesystem, fd, &prototype, walk->root, events,
	    err) < 0)
		return -1;
	return xfs_set_sticky(&prototype, fd, events, err);
}

const struct filesystem_family filesystem_xfs = {
	.program = "mkfs.xfs", .package = "xfsprogs",
	.label_max = 12, .smallest = 300 << 20,
	.check = xfs_check, .size_for = xfs_size_for,
	.make = xfs_make, .mounted_as = "xfs",
	.make_filled = xfs_make_filled,
};
