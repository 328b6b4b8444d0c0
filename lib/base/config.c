#include "base/config.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/xdg.h"

static const char system_directory[] = "/etc/mkguest";

void
config_paths(const char *name, struct strings *paths)
{
	const char *given = getenv("MKGUEST_CONFIG");
	auto_free char *own = NULL;

	if (given && *given == '/') {
		strings_printf(paths, "%s/%s", given, name);
		return;
	}
	if (geteuid() != 0) {
		own = xdg_directory("XDG_CONFIG_HOME", ".config");
		strings_printf(paths, "%s/%s", own, name);
	}
	strings_printf(paths, "%s/%s", system_directory, name);
}
