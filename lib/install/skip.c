#include "install/skip.h"

#include <string.h>

static const struct skip_value {
	const char *name;
	unsigned skip;	/* 0: never done here, so there is nothing to skip */
	const char *refusal;	/* or NULL */
} values[] = {
	{"check/chrootless", 0, NULL},
	{"check/empty", SKIP_EMPTY, NULL},
	{"check/qemu", SKIP_RUNNABLE, NULL},
	{"check/signed-by", SKIP_SIGNED_BY, NULL},
	{"chroot/mount", SKIP_MOUNTS, NULL},
	{"chroot/mount/dev", SKIP_MOUNT_DEV, NULL},
	{"chroot/mount/proc", SKIP_MOUNT_PROC, NULL},
	{"chroot/mount/sys", SKIP_MOUNT_SYS, NULL},
	{"chroot/policy-rc.d", SKIP_POLICY, NULL},
	{"chroot/start-stop-daemon", SKIP_DAEMON, NULL},
	{"cleanup", SKIP_CLEAN, NULL},
	{"cleanup/apt", SKIP_CLEAN_APT, NULL},
	{"cleanup/apt/cache", SKIP_CLEAN_CACHE, NULL},
	{"cleanup/apt/lists", SKIP_CLEAN_LISTS, NULL},
	{"cleanup/dev", 0, NULL},
	{"cleanup/mmdebstrap", 0, NULL},
	{"cleanup/mmdebstrap/qemu", 0, NULL},
	{"cleanup/reproducible", SKIP_CLEAN_TRACES | SKIP_CLEAN_ID, NULL},
	{"cleanup/reproducible/machine-id", SKIP_CLEAN_ID, NULL},
	{"cleanup/run", SKIP_CLEAN_RUN, NULL},
	{"cleanup/tmp", SKIP_CLEAN_TMP, NULL},
	{"copy-in/mknod", 0, "a copy takes all that is there; use tar-in"},
	{"download/empty", 0, NULL},
	{"essential/unlink", 0, NULL},
	{"output/dev", SKIP_OUTPUT_DEV, NULL},
	{"output/mknod", SKIP_OUTPUT_NODES, NULL},
	{"setup", 0, "a root begins with a few directories and files"},
	{"sync-in/mknod", 0, "a copy takes all that is there; use tar-in"},
	{"tar-in/mknod", SKIP_TAR_NODES, NULL},
	{"update", 0, "the packages are chosen from the archive's indices"},
	{"zombie-reaping", 0, NULL},
};

static const struct skip_value *
value_find(const char *name)
{
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		if (!strcmp(values[i].name, name))
			return &values[i];
	return NULL;
}

int
skip_parse(const struct strings *names, unsigned *skip, struct error *err)
{
	vector_each(name, names) {
		const struct skip_value *value = value_find(*name);

		if (!value)
			return error_usage(err, "--skip: '%s' is not known; "
			    "see the manual", *name);
		if (value->refusal)
			return error_usage(err, "--skip: '%s' cannot be left "
			    "out: %s", *name, value->refusal);
		*skip |= value->skip;
	}
	return 0;
}
