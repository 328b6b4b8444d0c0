#include "root/mode.h"

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

static const struct mode {
	const char *wanted;
	const char *as_root;	/* NULL: refused */
	const char *as_user;
	const char *refusal;	/* says why */
} modes[] = {
	{"auto", "root", "unshare", NULL},
	{"root", "root", NULL, "needs to be run by root"},
	{"sudo", "root", NULL, "needs to be run by root"},
	{"unshare", "unshare", "unshare", NULL},
	{"fakeroot", NULL, NULL, "is not made here; an ordinary user gets the "
	    "same with 'unshare'"},
	{"fakechroot", NULL, NULL, "is not made here; an ordinary user gets "
	    "the same with 'unshare'"},
	{"chrootless", NULL, NULL, "is not made here, since few packages can "
	    "be installed without their own root"},
};

const char *
mode_find(const char *wanted, struct error *err)
{
	bool is_root = geteuid() == 0;

	if (!wanted)
		wanted = "auto";
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		const struct mode *mode = &modes[i];
		const char *found = is_root ? mode->as_root : mode->as_user;

		if (strcmp(mode->wanted, wanted))
			continue;
		if (!found)
			error_usage(err, "the mode '%s' %s", wanted,
			    mode->refusal);
		return found;
	}
	error_usage(err, "unknown mode '%s'; see --help", wanted);
	return NULL;
}
