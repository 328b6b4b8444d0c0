#include "base/config.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/xdg.h"

static const char system_directory[] = "/etc/mkguest";

static const struct strings *
config_directories(void)
{
	static struct strings directories;
	const char *given = getenv("MKGUEST_CONFIG");
	auto_free char *own = NULL;

	if (directories.count)
		return &directories;
	if (given && *given == '/') {
		strings_add(&directories, given);
		return &directories;
	}
	if (geteuid() != 0) {
		own = xdg_directory("XDG_CONFIG_HOME", ".config");
		strings_add(&directories, own);
	}
	strings_add(&directories, system_directory);
	return &directories;
}

void
config_paths(const char *name, struct strings *paths)
{
	vector_each(directory, config_directories())
		strings_printf(paths, "%s/%s", *directory, name);
}
