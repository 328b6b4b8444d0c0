#include "base/data.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/config.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/vector.h"

#ifndef MKGUEST_DATA
#define MKGUEST_DATA "/usr/share/mkguest"
#endif

/* From the program's directory: BUILD/bin, BUILD/t/unit. */
static const char *const data_beside[] = {"../..", "../../.."};

/* The running program's directory; NULL if that cannot be told. */
static char *
program_directory(void)
{
	auto_free char *path = memory_zeroed(PATH_MAX + 1, 1);
	char *slash;

	if (readlink("/proc/self/exe", path, PATH_MAX) < 0)
		return NULL;
	slash = strrchr(path, '/');
	if (!slash)
		return NULL;
	*slash = '\0';
	return steal_pointer(&path);
}

static char *
data_find(const char *program)
{
	for (size_t i = 0; program &&
	    i < sizeof(data_beside) / sizeof(*data_beside); i++) {
		auto_free char *path =
		    memory_printf("%s/%s", program, data_beside[i]);
		auto_free char *templates =
		    memory_printf("%s/templates", path);

		if (access(templates, R_OK | X_OK) == 0)
			return realpath(path, NULL);
	}
	return memory_string(MKGUEST_DATA);
}

/* Found once, early: in a sandbox, /proc may name the program's path as the
 * namespace that it was started in sees it. */
static struct {
	char *program;
	char *data;
} directories;

static void
directories_find(void)
{
	if (directories.data)
		return;
	directories.program = program_directory();
	directories.data = data_find(directories.program);
}

char *
data_path(const char *name)
{
	directories_find();
	return memory_printf("%s/%s", directories.data, name);
}

char *
data_program(const char *name)
{
	directories_find();
	return directories.program ? memory_printf("%s/%s",
	    directories.program, name) : memory_string(name);
}

struct data_file {
	char *name;
	char *path;
	struct buffer text;
};

static VECTOR(struct data_file) data_kept;

int
data_read(const char *name, struct buffer *text, struct error *err)
{
	auto_free char *templates = data_path("templates");
	auto_free char *path = memory_printf("%s/%s", templates, name);

	return file_read_at(AT_FDCWD, path, text, err);
}

int
data_read_either(const char *admins, const char *ours, char **path,
    struct buffer *text, struct error *err)
{
	auto_strings struct strings paths = {0};

	*path = NULL;
	config_paths(admins, &paths);
	for (size_t i = 0; i < paths.count && !*path; i++)
		if (file_exists(AT_FDCWD, paths.items[i]))
			*path = memory_string(paths.items[i]);
	if (!*path)
		*path = data_path(ours);
	return file_read_at(AT_FDCWD, *path, text, err);
}

int
data_read_template(const char *name, char **path, struct buffer *text,
    struct error *err)
{
	auto_free char *place = memory_printf("templates/%s", name);

	vector_each(file, &data_kept)
		if (!strcmp(file->name, name)) {
			*path = memory_string(file->path);
			buffer_add(text, file->text.data, file->text.length);
			return 0;
		}
	return data_read_either(place, place, path, text, err);
}

int
data_keep(struct error *err)
{
	auto_free char *templates = data_path("templates");
	auto_closedir DIR *dir = opendir(templates);
	struct dirent *entry;

	if (!dir)
		return error_errno(err, "read directory '%s'", templates);
	while ((entry = readdir(dir))) {
		struct data_file file = {0};

		if (entry->d_name[0] == '.')
			continue;
		if (data_read_template(entry->d_name, &file.path, &file.text,
		    err) < 0) {
			free(file.path);
			return -1;
		}
		file.name = memory_string(entry->d_name);
		*vector_push(&data_kept) = file;
	}
	return 0;
}
