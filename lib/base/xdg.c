#include "base/xdg.h"

#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/memory.h"

static const char *
home_directory(void)
{
	const char *home = getenv("HOME");
	const struct passwd *user;

	if (home && *home == '/')
		return home;
	user = getpwuid(geteuid());
	return user ? user->pw_dir : "/";
}

/* The specification has a relative path ignored. */
char *
xdg_directory(const char *variable, const char *usual)
{
	const char *given = getenv(variable);

	if (given && *given == '/')
		return memory_printf("%s/mkguest", given);
	return memory_printf("%s/%s/mkguest", home_directory(), usual);
}
