#include "make/cfg_check.h"

#include <dirent.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"

static const char xen_directory[] = "/etc/xen";

enum { CFG_MAX = 1 << 20 };	/* bytes; none that people write is near it */

static int
cfg_file_read(const struct cfg_check *check, const char *path,
    struct cfg_file *file, struct error *err)
{
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	file->path = memory_string(path);
	if (fd < 0 || fstat(fd, &file->status) < 0)
		return error_errno(err, "read '%s'", path);
	if (!S_ISREG(file->status.st_mode) || file->status.st_size > CFG_MAX)
		return error_set(err, "'%s' is no domain file", path);
	if (file_read(fd, &file->text, err) < 0)
		return error_prefix(err, "'%s'", path);
	file->lint = (struct lint){
		.path = file->path,
		.text = {file->text.data ? file->text.data : "",
		    file->text.length},
		.mode = file->status.st_mode,
		.version = check->version, .elsewhere = check->elsewhere,
	};
	lint_run(&file->lint);
	return 0;
}

static void
cfg_file_release(struct cfg_file *file)
{
	lint_release(&file->lint);
	buffer_release(&file->text);
	free(file->path);
}

static bool
is_same_file(const struct cfg_file *a, const struct cfg_file *b)
{
	return a->status.st_ino == b->status.st_ino &&
	    a->status.st_dev == b->status.st_dev;
}

static bool
is_given(const struct cfg_check *check, const struct cfg_file *file)
{
	vector_each(given, &check->files)
		if (is_same_file(given, file))
			return true;
	return false;
}

/* Whatever else lies there is none of our business. */
static void
compare_with(struct cfg_check *check, const char *path)
{
	struct cfg_file other = {0};
	auto_error struct error ignored = {0};

	if (cfg_file_read(check, path, &other, &ignored) == 0 &&
	    !other.lint.config.fault && !is_given(check, &other))
		vector_each(file, &check->files)
			lint_compare(&file->lint, &other.lint);
	cfg_file_release(&other);
}

static void
compare_with_host(struct cfg_check *check)
{
	const char *directory =
	    check->directory ? check->directory : xen_directory;
	DIR *stream = opendir(directory);
	struct dirent *entry;

	while (stream && (entry = readdir(stream))) {
		auto_free char *path = memory_printf("%s/%s", directory,
		    entry->d_name);

		if (view_ends(view_of(entry->d_name), ".cfg"))
			compare_with(check, path);
	}
	if (stream)
		closedir(stream);
}

/* The same file may be given twice, by two names. */
static void
compare_given(struct cfg_check *check)
{
	vector_each(file, &check->files)
		vector_each(other, &check->files)
			if (other < file && !is_same_file(file, other))
				lint_compare(&file->lint, &other->lint);
}

int
cfg_check_run(struct cfg_check *check, const struct strings *paths,
    struct error *err)
{
	if (!check->version)
		check->version = lint_host_version();
	vector_each(path, paths) {
		struct cfg_file *file = vector_push(&check->files);

		*file = (struct cfg_file){0};
		if (cfg_file_read(check, *path, file, err) < 0)
			return -1;
	}
	compare_given(check);
	if (!check->elsewhere)
		compare_with_host(check);
	vector_each(file, &check->files)
		check->findings += file->lint.findings.count;
	return 0;
}

void
cfg_check_release(struct cfg_check *check)
{
	vector_each(file, &check->files)
		cfg_file_release(file);
	vector_release(&check->files);
}
