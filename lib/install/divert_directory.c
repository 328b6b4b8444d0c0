#include "install/divert_directory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/inside.h"
#include "base/memory.h"
#include "install/diversions.h"
#include "install/place.h"

static const char info[] = "var/lib/dpkg/info";
static const char list_end[] = ".list";

/* info/libc6.list, and info/libc6:i386.list where dpkg knows architectures. */
static bool
is_keepers(const struct divert_directory *divert, const char *name)
{
	auto_free char *package = memory_copy(name, strcspn(name, ":"));

	if (view_ends(view_of(package), list_end))
		package[strlen(package) - strlen(list_end)] = '\0';
	return strings_has(&divert->keepers, package);
}

static int
add_paths(int root, const char *name, const char *directory,
    struct strings *paths, struct error *err)
{
	auto_free char *list = memory_printf("%s/%s", info, name);
	size_t length = strlen(directory);
	auto_buffer struct buffer text = {0};
	struct view rest, line;

	if (inside_read(root, list, &text, err) < 0)
		return -1;
	rest = (struct view){text.data, text.length};
	while (view_cut(&rest, '\n', &line)) {
		auto_free char *path = view_string(line);

		if (view_starts(line, directory) && path[length] == '/' &&
		    !strings_has(paths, path))
			strings_add(paths, path);
	}
	return 0;
}

/* What packages have there, but for the keepers; files and directories. */
static int
find_paths(int root, const struct divert_directory *divert,
    struct strings *paths, struct error *err)
{
	auto_close int fd = inside_open(root, info, O_RDONLY | O_DIRECTORY, 0);
	auto_closedir DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!directory)
		return error_errno(err, "open '%s' in the guest", info);
	steal_fd(&fd);
	while ((entry = readdir(directory)))
		if (view_ends(view_of(entry->d_name), list_end) &&
		    !is_keepers(divert, entry->d_name) &&
		    add_paths(root, entry->d_name, divert->path, paths,
		    err) < 0)
			return -1;
	strings_sort(paths);
	return 0;
}

static int
divert_file(int root, const char *path, const char *to, struct error *err)
{
	const char *name, *slash = strrchr(to, '/');
	auto_free char *parent = memory_copy(to, (size_t)(slash - to));
	auto_close int from = inside_open_parent(root, path, &name);
	auto_close int into = -1;

	if (place_directory(root, parent, 0755, err) < 0)
		return -1;
	into = inside_open(root, parent, O_PATH | O_DIRECTORY, 0);
	if (from < 0 || into < 0 ||
	    renameat(from, name, into, slash + 1) < 0)
		return error_errno(err, "rename '%s' to '%s' in the guest",
		    path, to);
	return 0;
}

/* One that is not there has been diverted, or left out, by somebody else. */
static int
divert_path(int root, const struct divert_directory *divert, const char *path,
    struct buffer *text, struct error *err)
{
	auto_free char *to = memory_printf("%s.disabled%s", divert->path,
	    path + strlen(divert->path));
	struct stat status;

	if (inside_stat(root, path, &status) < 0 || S_ISDIR(status.st_mode))
		return 0;
	if (divert_file(root, path, to, err) < 0)
		return -1;
	buffer_printf(text, "%s\n%s\n:\n", path, to);
	return 0;
}

int
divert_directory(int root, const struct divert_directory *divert,
    struct error *err)
{
	auto_diversions struct diversions diversions = {0};
	auto_strings struct strings paths = {0};
	auto_buffer struct buffer text = {0};

	if (!divert->path)
		return 0;
	if (diversions_read(root, &diversions, err) < 0 ||
	    find_paths(root, divert, &paths, err) < 0)
		return -1;
	buffer_add(&text, diversions.text.data, diversions.text.length);
	vector_each(path, &paths)
		if (divert_path(root, divert, *path, &text, err) < 0)
			return -1;
	return text.length == diversions.text.length ? 0 : place_file(root,
	    diversions_file, (struct view){text.data, text.length}, 0644,
	    err);
}

void
divert_directory_release(struct divert_directory *divert)
{
	free(divert->path);
	strings_release(&divert->keepers);
}
