#include "keep/cfg_check.h"

#include <dirent.h>

#include "base/cleanup.h"
#include "base/memory.h"

static const char xen_directory[] = "/etc/xen";

static bool
is_given(const struct cfg_check *check, const struct cfg_file *file)
{
	vector_each(given, &check->files)
		if (cfg_file_is_same(given, file))
			return true;
	return false;
}

/* Whatever else lies there is none of our business. */
static void
compare_with(struct cfg_check *check, const char *path)
{
	auto_cfg_file struct cfg_file other = {0};
	auto_error struct error ignored = {0};

	if (cfg_file_read(&other, path, &check->rules, &ignored) < 0 ||
	    other.lint.config.fault || is_given(check, &other))
		return;
	vector_each(file, &check->files)
		lint_compare(&file->lint, &other.lint);
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
			if (other < file && !cfg_file_is_same(file, other))
				lint_compare(&file->lint, &other->lint);
}

int
cfg_check_run(struct cfg_check *check, const struct strings *paths,
    struct error *err)
{
	if (!check->rules.version)
		check->rules.version = lint_host_version();
	vector_each(path, paths)
		if (cfg_file_read(vector_push(&check->files), *path,
		    &check->rules, err) < 0)
			return -1;
	compare_given(check);
	if (!check->rules.elsewhere)
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
