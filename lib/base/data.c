#include "base/data.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"

#ifndef MKGUEST_DATA
#define MKGUEST_DATA "/usr/share/mkguest"
#endif

/* From the program's directory: BUILD/bin, BUILD/t/unit. */
static const char *const data_beside[] = {
	"../../templates", "../../../templates",
};

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
data_find(void)
{
	auto_free char *program = program_directory();

	for (size_t i = 0; program &&
	    i < sizeof(data_beside) / sizeof(*data_beside); i++) {
		char *path = memory_printf("%s/%s", program, data_beside[i]);

		if (access(path, R_OK | X_OK) == 0)
			return path;
		free(path);
	}
	return memory_string(MKGUEST_DATA "/templates");
}

/* Found once, early: in a sandbox, /proc may name the program's path as the
 * namespace that it was started in sees it. */
static const char *
data_directory(void)
{
	static char *directory;

	if (!directory)
		directory = data_find();
	return directory;
}

int
data_read(const char *name, struct buffer *text, struct error *err)
{
	auto_free char *path = memory_printf("%s/%s", data_directory(), name);

	return file_read_at(AT_FDCWD, path, text, err);
}
