#include <jansson.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/size.h"
#include "bin/tool.h"
#include "make/disk_format.h"
#include "make/disk_grow.h"

struct request {
	struct terminal_options terminal;
	struct filesystem filesystem;	/* its texts are the options' own */
	char *suite;
	bool force;
	bool wipe;
	bool dry_run;
	bool json;
};

#define FILESYSTEM(field) offsetof(struct request, filesystem.field)

static const struct option options[] = {
	{0, "fs", "TYPE", "ext4, ext3, ext2, swap, xfs or btrfs (default: the "
	    "release's)", OPTION_TEXT, FILESYSTEM(type)},
	{0, "size", "SIZE", "of the image (default for a device: all of it)",
	    OPTION_SIZE, FILESYSTEM(size)},
	{0, "label", "LABEL", "of the filesystem", OPTION_TEXT,
	    FILESYSTEM(label)},
	{0, "uuid", "UUID", "of the filesystem (default: a new one)",
	    OPTION_TEXT, FILESYSTEM(uuid)},
	{0, "suite", "SUITE", "release whose kernel is to mount it (default: "
	    "the host's own, else stable)", OPTION_TEXT,
	    offsetof(struct request, suite)},
	{0, "features", "[+|-]FEATURE,…", "changes to the release's (ext)",
	    OPTION_TEXT, FILESYSTEM(changes)},
	{0, "journal-size", "SIZE", "of the journal (ext)", OPTION_SIZE,
	    FILESYSTEM(journal_size)},
	{0, "reserved", "PERCENT", "of the blocks for root (ext; default 5)",
	    OPTION_TEXT, FILESYSTEM(reserved)},
	{0, "inode-size", "BYTES", "of an inode (ext)", OPTION_NUMBER,
	    FILESYSTEM(inode_size)},
	{0, "bytes-per-inode", "BYTES", "one inode for so many (ext; default "
	    "16384)", OPTION_NUMBER, FILESYSTEM(bytes_per_inode)},
	{0, "stride", "BLOCKS", "of a RAID below, blocks of 4 KiB (ext)",
	    OPTION_NUMBER, FILESYSTEM(stride)},
	{0, "stripe-width", "BLOCKS", "of a RAID below (ext)", OPTION_NUMBER,
	    FILESYSTEM(stripe_width)},
	{0, "hash-seed", "UUID", "for hashed directories (ext)", OPTION_TEXT,
	    FILESYSTEM(hash_seed)},
	{0, "lazy", NULL, "leave it to the kernel to initialise the rest "
	    "(ext)", OPTION_FLAG, FILESYSTEM(lazy)},
	{0, "discard", NULL, "tell the device first that nothing on it counts",
	    OPTION_FLAG, FILESYSTEM(discard)},
	{'f', "force", NULL, "write over what is there", OPTION_FLAG,
	    offsetof(struct request, force)},
	{0, "wipe", NULL, "zero a device first, however long it takes",
	    OPTION_FLAG, offsetof(struct request, wipe)},
	{'n', "dry-run", NULL, "say what would be written, and write nothing",
	    OPTION_FLAG, offsetof(struct request, dry_run)},
	{0, "json", NULL, "print the result as JSON", OPTION_FLAG,
	    offsetof(struct request, json)},
	TERMINAL_OPTIONS(struct request, terminal),
	OPTIONS_END
};

/* What either action has made. */
struct result {
	const char *path;
	const char *fs;
	uint64_t size;
	uint64_t before;	/* 0: nothing */
	const char *uuid;	/* or NULL, as the label */
	const char *label;
};

static int
print_json(const struct result *result, struct error *err)
{
	json_t *json = json_pack("{s:s, s:s, s:I, s:I, s:s?, s:s?}",
	    "path", result->path, "fs", result->fs,
	    "size", (json_int_t)result->size,
	    "before", (json_int_t)result->before,
	    "uuid", result->uuid, "label", result->label);

	if (!json)
		return error_set(err, "the result cannot be written as JSON");
	json_dumpf(json, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(json);
	return 0;
}

static void
print_text(const struct result *result, const char *front)
{
	auto_free char *size = size_text(result->size);
	auto_free char *before = size_text(result->before);

	printf("%s%s: %s, %s", front, result->path, result->fs, size);
	if (result->before)
		printf(", before %s", before);
	if (result->uuid)
		printf(", UUID %s", result->uuid);
	printf("\n");
}

static int
print_result(const struct request *request, const struct result *result,
    struct error *err)
{
	if (request->dry_run) {
		print_text(result, "would write disk ");
		return 0;
	}
	if (request->json)
		return print_json(result, err);
	print_text(result, "");
	return 0;
}

static int
format_disk(const struct request *request, const char *path,
    struct terminal *terminal, struct error *err)
{
	auto_disk_format struct disk_format format = {
		.path = path, .suite = request->suite,
		.force = request->force, .wipe = request->wipe,
		.dry_run = request->dry_run,
		.filesystem = request->filesystem,
		.events = &terminal->events,
	};
	struct result result;

	if (request->wipe && request->filesystem.discard)
		return error_usage(err, "--wipe and --discard: what is zeroed "
		    "should stay so");
	if (disk_format_plan(&format, err) < 0 ||
	    (!request->dry_run && disk_format_make(&format, err) < 0))
		return -1;
	events_step(&terminal->events, NULL);
	result = (struct result){
		.path = format.target.path, .fs = format.filesystem.type,
		.size = format.filesystem.size, .uuid = format.uuid,
		.label = format.filesystem.label,
	};
	return print_result(request, &result, err);
}

/* The filesystem is there: of all that it can be, only the size is asked. */
static int
check_grow(const struct request *request, struct error *err)
{
	struct filesystem only_size = {.size = request->filesystem.size};

	if (!memcmp(&only_size, &request->filesystem, sizeof(only_size)) &&
	    !request->suite && !request->force && !request->wipe)
		return 0;
	return error_usage(err, "grow takes --size, and no other option of "
	    "the filesystem");
}

static int
grow_disk(const struct request *request, const char *path,
    struct terminal *terminal, struct error *err)
{
	auto_disk_grow struct disk_grow grow = {
		.path = path, .size = request->filesystem.size,
		.dry_run = request->dry_run, .disk = IN_PLACE_NONE,
		.events = &terminal->events,
	};
	struct result result;

	if (check_grow(request, err) < 0 || disk_grow_plan(&grow, err) < 0 ||
	    (!request->dry_run && disk_grow_make(&grow, err) < 0))
		return -1;
	events_step(&terminal->events, NULL);
	result = (struct result){
		.path = grow.disk.target.path, .fs = grow.signature.type,
		.size = grow.size, .before = grow.before,
		.uuid = grow.signature.uuid, .label = grow.signature.label,
	};
	return print_result(request, &result, err);
}

static const struct action {
	const char *name;
	int (*run)(const struct request *request, const char *path,
	    struct terminal *terminal, struct error *err);
} actions[] = {
	{"format", format_disk},
	{"grow", grow_disk},
};

static const struct action *
action_find(const char *name, struct error *err)
{
	for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++)
		if (!strcmp(name, actions[i].name))
			return &actions[i];
	error_usage(err, "unknown action '%s'; there are format and grow",
	    name);
	return NULL;
}

static int
run(void *record, struct strings *operands, struct terminal *terminal,
    struct error *err)
{
	const struct request *request = record;
	size_t count = operands->count;
	const struct action *action = count < 2 ? actions
	    : action_find(operands->items[0], err);

	if (!action)
		return -1;
	if (count < 1 || count > 2)
		return error_usage(err, count ? "one disk at a time; see --help"
		    : "DEVICE or IMAGE is missing; see --help");
	return action->run(request, operands->items[count - 1], terminal, err);
}

static const struct option *const tables[] = {options, NULL};

static const struct tool tool = {
	.name = "mkguest-disk",
	.usage = "mkguest-disk [format | grow] [OPTION]… DEVICE|IMAGE",
	.about = "format (which need not be said) makes a filesystem on a "
	    "device, or an image\nwith one; grow makes both of them larger.\n",
	.tables = tables,
	.terminal = offsetof(struct request, terminal),
	.run = run,
};

int
main(int argc, char **argv)
{
	struct request request = {0};
	int status = argc > 0 ? tool_main(&tool, &request, argv) : 2;

	options_release(options, &request);
	return status;
}
