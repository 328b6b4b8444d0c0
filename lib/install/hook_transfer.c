#include "install/hook_transfer.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/inside.h"
#include "base/memory.h"
#include "base/text.h"
#include "install/hook_tar.h"

typedef int transfer_function(const struct hook_transfer *transfer,
    const char *kind, const char *inside, const char *outside,
    struct error *err);

static int
open_place(const struct hook_transfer *transfer, const char *inside,
    struct error *err)
{
	int fd = inside_open(transfer->root, inside, O_RDONLY | O_DIRECTORY,
	    0);

	return fd < 0 ? error_errno(err, "'%s' in the root", inside) : fd;
}

static int
unpack_in(const struct hook_transfer *transfer, const char *kind,
    const char *inside, const char *outside, struct error *err)
{
	auto_close int place = open_place(transfer, inside, err);
	struct hook_tar tar;

	if (place < 0 ||
	    hook_channel_ask(&transfer->channel, kind, outside, err) < 0 ||
	    hook_tar_extract(&tar, place, !(transfer->without_nodes &&
	    strcmp(kind, "openr") == 0), err) < 0)
		return -1;
	return hook_tar_end(&tar,
	    hook_channel_take(&transfer->channel, tar.fd, err), err);
}

static int
write_in(const struct hook_transfer *transfer, const char *kind,
    const char *inside, const char *outside, struct error *err)
{
	struct view path = view_of(inside);
	auto_free char *file = NULL;
	auto_close int fd = -1;

	while (path.length > 1 &&
	    (view_ends(path, "/") || view_ends(path, "/.")))
		path.length--;
	file = view_string(path);
	fd = inside_open(transfer->root, file, O_WRONLY | O_CREAT | O_TRUNC,
	    0666);
	if (fd < 0)
		return error_errno(err, "create '%s' in the root", file);
	if (hook_channel_ask(&transfer->channel, kind, outside, err) < 0)
		return -1;
	return hook_channel_take(&transfer->channel, fd, err);
}

static int
read_out(const struct hook_transfer *transfer, const char *kind,
    const char *inside, const char *outside, struct error *err)
{
	auto_close int fd = inside_open(transfer->root, inside, O_RDONLY, 0);
	struct stat status;

	if (fd < 0 || fstat(fd, &status) < 0)
		return error_errno(err, "'%s' in the root", inside);
	if (!S_ISREG(status.st_mode))
		return error_set(err, "'%s' in the root is not a file",
		    inside);
	if (hook_channel_ask(&transfer->channel, kind, outside, err) < 0)
		return -1;
	return hook_channel_give(&transfer->channel, fd, err);
}

static int
pack_out(const struct hook_transfer *transfer, const char *kind,
    int directory, const char *name, const char *outside, struct error *err)
{
	struct hook_tar tar;

	if (hook_channel_ask(&transfer->channel, kind, outside, err) < 0 ||
	    hook_tar_create(&tar, directory, name, err) < 0)
		return -1;
	return hook_tar_end(&tar,
	    hook_channel_give(&transfer->channel, tar.fd, err), err);
}

static int
content_out(const struct hook_transfer *transfer, const char *kind,
    const char *inside, const char *outside, struct error *err)
{
	auto_close int place = open_place(transfer, inside, err);

	if (place < 0)
		return -1;
	return pack_out(transfer, kind, place, ".", outside, err);
}

/* Under the name that it has after all symlinks. */
static int
tree_out(const struct hook_transfer *transfer, const char *kind,
    const char *inside, const char *outside, struct error *err)
{
	auto_close int found = inside_open(transfer->root, inside, O_PATH, 0);
	auto_close int directory = -1;
	auto_free char *root = file_descriptor_path(transfer->root);
	auto_free char *path = found < 0 ? NULL : file_descriptor_path(found);
	const char *name;

	if (found < 0 || !path || !root)
		return error_errno(err, "'%s' in the root", inside);
	if (strcmp(path, root) == 0)
		return pack_out(transfer, kind, transfer->root, ".", outside,
		    err);
	directory = inside_open_parent(transfer->root, path + strlen(root),
	    &name);
	if (directory < 0)
		return error_errno(err, "'%s' in the root", inside);
	cleanup_close(&found);
	found = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return pack_out(transfer, kind, found, name, outside, err);
}

static const struct special {
	const char *name;
	const char *kind;	/* of the message to the listener */
	transfer_function *run;
	bool is_in;	/* the last word is a place inside */
} specials[] = {
	{"copy-in", "mktar", unpack_in, true},
	{"sync-in", "mktac", unpack_in, true},
	{"tar-in", "openr", unpack_in, true},
	{"upload", "openr", write_in, true},
	{"copy-out", "untar", tree_out, false},
	{"sync-out", "untar", content_out, false},
	{"tar-out", "openw", tree_out, false},
	{"download", "openw", read_out, false},
};

static const struct special *
special_find(struct view name)
{
	size_t count = sizeof(specials) / sizeof(specials[0]);

	for (size_t i = 0; i < count; i++)
		if (view_is(name, specials[i].name))
			return &specials[i];
	return NULL;
}

bool
hook_transfer_is(const char *command)
{
	const char *blank = strchr(command, ' ');

	return blank && special_find((struct view){command,
	    (size_t)(blank - command)});
}

/* One character of a word, quoted by `quote` (0: by nothing); 0 at its end. */
static bool
word_step(const char **at, char *quote, struct buffer *word)
{
	char c = *(*at)++;

	if (*quote && c == *quote)
		*quote = 0;
	else if (!*quote && (c == '\'' || c == '"'))
		*quote = c;
	else if (c == '\\' && *quote != '\'' && **at)
		buffer_add(word, (*at)++, 1);
	else
		buffer_add(word, &c, 1);
	return **at && (*quote || !strchr(" \t\n", **at));
}

int
hook_transfer_words(const char *command, struct strings *words,
    struct error *err)
{
	const char *at = command;

	for (;;) {
		auto_buffer struct buffer word = {0};
		char quote = 0;

		at += strspn(at, " \t\n");
		if (!*at)
			return 0;
		while (word_step(&at, &quote, &word))
			continue;
		if (quote)
			return error_usage(err, "a %c is missing in '%s'",
			    quote, command);
		strings_add(words, word.data ? word.data : "");
	}
}

int
hook_transfer_run(const struct hook_transfer *transfer,
    const struct strings *words, struct error *err)
{
	const struct special *special =
	    special_find(view_of(words->count ? words->items[0] : ""));
	const char *last;

	if (!special)
		return error_usage(err, "'%s' is no special hook",
		    words->count ? words->items[0] : "");
	if (words->count < 3)
		return error_usage(err, "%s needs a path outside and one "
		    "inside the root", special->name);
	last = words->items[words->count - 1];
	for (size_t i = 1; i + 1 < words->count; i++) {
		const char *other = words->items[i];

		if (special->run(transfer, special->kind,
		    special->is_in ? last : other,
		    special->is_in ? other : last, err) < 0)
			return error_prefix(err, "%s", special->name);
	}
	return 0;
}

enum { HELP_ROOT, HELP_MODE, HELP_HOOK, HELP_QEMU, HELP_VERBOSITY, HELP_WORDS };

int
hook_transfer_help(char *const *arguments, struct error *err)
{
	auto_close int root = -1;
	auto_strings struct strings words = {0};
	struct hook_transfer transfer = {
		.channel = {STDIN_FILENO, STDOUT_FILENO},
	};

	for (int i = 0; i < HELP_WORDS; i++)
		if (!arguments[i])
			return error_usage(err, "--hook-helper needs ROOT "
			    "MODE HOOK ENV VERBOSITY COMMAND…");
	root = open(arguments[HELP_ROOT], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return error_errno(err, "open '%s'", arguments[HELP_ROOT]);
	transfer.root = root;
	for (char *const *word = arguments + HELP_WORDS; *word; word++)
		strings_add(&words, *word);
	return hook_transfer_run(&transfer, &words, err);
}
