#include "base/data.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
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
	struct buffer text;
};

static VECTOR(struct data_file) data_kept;

int
data_read(const char *name, struct buffer *text, struct error *err)
{
	auto_free char *path = NULL, *templates = NULL;

	vector_each(file, &data_kept)
		if (!strcmp(file->name, name)) {
			buffer_add(text, file->text.data, file->text.length);
			return 0;
		}
	templates = data_path("templates");
	path = memory_printf("%s/%s", templates, name);
	return file_read_at(AT_FDCWD, path, text, err);
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
		auto_buffer struct buffer text = {0};

		if (entry->d_name[0] == '.')
			continue;
		if (data_read(entry->d_name, &text, err) < 0)
			return -1;
		*vector_push(&data_kept) = (struct data_file){
			memory_string(entry->d_name), text};
		text = (struct buffer){0};
	}
	return 0;
}
