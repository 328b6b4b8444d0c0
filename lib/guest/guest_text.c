#include "guest/guest_text.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"

enum { FILE_SIZE_MAX = 16 << 20 };

static int
file_check(int fd, const char *path, bool was_named, struct error *err)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return error_errno(err, "look at '%s'", path);
	if (S_ISDIR(status.st_mode) || S_ISBLK(status.st_mode) ||
	    status.st_size > FILE_SIZE_MAX)
		return error_set(err, "'%s' is no guest file", path);
	if (!S_ISREG(status.st_mode))
		return 0;
	if (status.st_mode & (was_named ? S_IWOTH : S_IWOTH | S_IWGRP))
		return error_set(err, "others can write to '%s'; chmod go-w "
		    "'%s'", path, path);
	if (!was_named && status.st_uid && status.st_uid != geteuid())
		return error_set(err, "'%s' belongs to user %u, neither to "
		    "root nor to you", path, (unsigned)status.st_uid);
	return 0;
}

int
guest_text_read(struct guest_text *text, const char *path, bool was_named,
    struct error *err)
{
	bool is_input = was_named && !strcmp(path, "-");
	auto_close int fd = is_input ? dup(STDIN_FILENO)
	    : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return error_errno(err, "open '%s'", path);
	if (file_check(fd, path, was_named, err) < 0)
		return -1;
	if (file_read(fd, &text->content, err) < 0)
		return error_prefix(err, "reading '%s'", path);
	text->path = memory_string(is_input ? "standard input" : path);
	return 0;
}

struct view
guest_text_view(const struct guest_text *text)
{
	return (struct view){text->content.data, text->content.length};
}

void
guest_text_release(struct guest_text *text)
{
	free(text->path);
	buffer_release(&text->content);
	*text = (struct guest_text){0};
}
