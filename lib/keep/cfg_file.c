#include "keep/cfg_file.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"

enum { CFG_MAX = 1 << 20 };	/* bytes; none that people write is near it */

static void
file_judge(struct cfg_file *file, const struct lint *rules)
{
	file->lint = (struct lint){
		.path = file->path,
		.text = {file->text.data ? file->text.data : "",
		    file->text.length},
		.mode = file->status.st_mode,
		.version = rules->version, .elsewhere = rules->elsewhere,
	};
	lint_run(&file->lint);
}

int
cfg_file_read(struct cfg_file *file, const char *path,
    const struct lint *rules, struct error *err)
{
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	*file = (struct cfg_file){.path = memory_string(path)};
	if (fd < 0 || fstat(fd, &file->status) < 0)
		return error_errno(err, "read '%s'", path);
	if (!S_ISREG(file->status.st_mode) || file->status.st_size > CFG_MAX)
		return error_set(err, "'%s' is no domain file", path);
	if (file_read(fd, &file->text, err) < 0)
		return error_prefix(err, "'%s'", path);
	file_judge(file, rules);
	return 0;
}

static bool
has_secret(struct view text)
{
	auto_config struct config config = {0};
	auto_error struct error ignored = {0};

	if (config_read("", text, &config, &ignored) < 0)
		return false;
	vector_each(setting, &config.settings)
		if (lint_is_secret(setting))
			return true;
	return false;
}

/* /etc/xen/auto has links: what they lead to is replaced. */
int
cfg_file_replace(struct cfg_file *file, struct view text, struct error *err)
{
	auto_free char *path = realpath(file->path, NULL);
	mode_t mode = file->status.st_mode & 0777;

	if (!path)
		return error_errno(err, "'%s'", file->path);
	if (has_secret(text))
		mode &= S_IRWXU;
	if (file_replace(AT_FDCWD, path, text.data, text.length, mode,
	    err) < 0)
		return -1;
	if (file->status.st_uid != geteuid() &&
	    lchown(path, file->status.st_uid, file->status.st_gid) < 0)
		return error_errno(err, "give '%s' back to its owner", path);
	return 0;
}

bool
cfg_file_is_same(const struct cfg_file *a, const struct cfg_file *b)
{
	return a->status.st_ino == b->status.st_ino &&
	    a->status.st_dev == b->status.st_dev;
}

void
cfg_file_release(struct cfg_file *file)
{
	lint_release(&file->lint);
	buffer_release(&file->text);
	free(file->path);
}
