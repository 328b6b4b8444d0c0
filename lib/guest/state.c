#include "guest/state.h"

#include <fcntl.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/lock.h"
#include "base/memory.h"
#include "base/xdg.h"
#include "guest/guest_name.h"

char *
state_directory(void)
{
	const char *given = getenv("MKGUEST_STATE");

	if (given && *given == '/')
		return memory_string(given);
	if (geteuid() == 0)
		return memory_string("/var/lib/mkguest");
	return xdg_directory("XDG_DATA_HOME", ".local/share");
}

char *
state_path(const char *directory, const char *name, struct error *err)
{
	auto_free char *state = state_directory();
	auto_free char *parent = memory_printf("%s/%s", state, directory);

	if (file_make_directories(parent, 0755, err) < 0)
		return NULL;
	return memory_printf("%s/%s", parent, name);
}

int
guest_lock(const char *name, struct error *err)
{
	auto_free char *path = NULL, *what = NULL;

	if (guest_name_check(name, err) < 0)
		return -1;
	path = state_path("locks", name, err);
	if (!path)
		return -1;
	what = memory_printf("guest '%s'", name);
	return lock_take(path, what, err);
}
