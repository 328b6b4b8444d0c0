#include "disk/filesystem_grow.h"

#include <string.h>
#include <uuid/uuid.h>

#include "base/cleanup.h"
#include "disk/ext_state.h"
#include "disk/filesystem.h"
#include "disk/format_program.h"
#include "disk/private_mount.h"

/* What the functions of a row share. */
struct growth {
	int fd;
	uint64_t size;
	const struct signature *signature;
	const struct growth_type *type;
	struct events *events;
};

struct growth_type {
	const char *name;
	int (*check)(const struct growth *growth, struct error *err);
	int (*grow)(const struct growth *growth, struct error *err);
	const char *program;
	const char *arguments[5];	/* NULL-ended */
};

static int
ext_check(const struct growth *growth, struct error *err)
{
	if (ext_state_check(growth->fd, err) < 0)
		return -1;
	return ext_state_check_all(growth->fd, growth->events, err);
}

static int
ext_grow(const struct growth *growth, struct error *err)
{
	auto_command struct command command = {0};

	command_add(&command, growth->type->program);
	format_program_add(&command, growth->type->arguments);
	return format_program_run_confined(&command, growth->fd,
	    growth->events, err);
}

/* It holds nothing that lasts, so it is made anew, as the same. */
static int
swap_grow(const struct growth *growth, struct error *err)
{
	const struct signature *signature = growth->signature;
	char uuid[UUID_STR_LEN];
	uuid_t number;
	struct filesystem filesystem = {
		.type = "swap", .label = signature->label,
		.uuid = signature->uuid ? signature->uuid : uuid,
		.size = growth->size, .stays_empty = true,
	};

	uuid_generate(number);
	uuid_unparse(number, uuid);
	return filesystem_make(&filesystem, growth->fd, growth->events, err);
}

static int
mounted_check(const struct growth *growth, struct error *err)
{
	if (private_mount_is_possible())
		return 0;
	return error_set(err, "%s grows only while the kernel has it mounted, "
	    "which takes root", growth->type->name);
}

static int
mounted_grow(const struct growth *growth, struct error *err)
{
	auto_private_mount struct private_mount mount = PRIVATE_MOUNT_NONE;
	auto_command struct command command = {0};

	if (private_mount_open(&mount, growth->type->name, growth->fd,
	    err) < 0)
		return -1;
	command_add(&command, growth->type->program);
	format_program_add(&command, growth->type->arguments);
	private_mount_pass(&mount, &command);
	return format_program_run(&command, growth->fd, growth->events, err);
}

/* resize2fs wants e2fsck to have run; it has, but could leave no note. */
#define EXT_GROWTH ext_check, ext_grow, "resize2fs", {"-f", FORMAT_PATH}

static const struct growth_type types[] = {
	{"ext2", EXT_GROWTH},
	{"ext3", EXT_GROWTH},
	{"ext4", EXT_GROWTH},
	{"swap", NULL, swap_grow, "mkswap"},
	{"xfs", mounted_check, mounted_grow, "xfs_growfs",
	    {"-d", PRIVATE_MOUNT_PATH}},
	{"btrfs", mounted_check, mounted_grow, "btrfs",
	    {"filesystem", "resize", "max", PRIVATE_MOUNT_PATH}},
};

static const struct growth_type *
type_find(const struct signature *signature, struct error *err)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (signature->type &&
		    !strcmp(signature->type, types[i].name))
			return &types[i];
	error_set(err, "it holds %s, which cannot be grown",
	    signature->type ? signature->type : "no known filesystem");
	return NULL;
}

int
filesystem_grow_check(int fd, const struct signature *signature,
    struct events *events, struct error *err)
{
	struct growth growth = {
		.fd = fd, .signature = signature, .events = events,
		.type = type_find(signature, err),
	};

	if (!growth.type)
		return -1;
	if (!command_exists(growth.type->program))
		return error_set(err, "%s is grown by %s, which is not here",
		    growth.type->name, growth.type->program);
	return growth.type->check ? growth.type->check(&growth, err) : 0;
}

int
filesystem_grow(int fd, uint64_t size, const struct signature *signature,
    struct events *events, struct error *err)
{
	struct growth growth = {
		.fd = fd, .size = size, .signature = signature,
		.events = events, .type = type_find(signature, err),
	};

	return growth.type ? growth.type->grow(&growth, err) : -1;
}
