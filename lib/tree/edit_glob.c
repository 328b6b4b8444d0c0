#include "tree/edit_glob.h"

#include <fnmatch.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"

/* 1 there is one of that kind, 0 not. */
static int
glob_has(struct tree_edit *edit, const char *path, bool as_directory,
    struct error *err)
{
	struct stat status;
	int there = edit->exists(edit, path, err);

	if (there <= 0 || !as_directory)
		return there;
	if (edit->status(edit, path, &status, err) < 0)
		return -1;
	return S_ISDIR(status.st_mode);
}

static int glob_below(struct tree_edit *edit, const char *path,
    const char *pattern, struct strings *paths, struct error *err);

/* Goes on with `rest` of the pattern below, or is at its end. */
static int
glob_next(struct tree_edit *edit, const char *path, const char *rest,
    struct strings *paths, struct error *err)
{
	int there = glob_has(edit, path, rest != NULL, err);

	if (there <= 0)
		return there;
	if (rest)
		return glob_below(edit, path, rest, paths, err);
	strings_add(paths, path);
	return 0;
}

static int
glob_names(struct tree_edit *edit, const char *path, const char *pattern,
    const char *rest, struct strings *paths, struct error *err)
{
	auto_strings struct strings names = {0};

	if (edit->list(edit, path, &names, err) < 0)
		return -1;
	vector_each(name, &names) {
		auto_free char *below = memory_printf("%s%s%s", path,
		    *path ? "/" : "", *name);

		if (fnmatch(pattern, *name, FNM_EXTMATCH) == 0 &&
		    glob_next(edit, below, rest, paths, err) < 0)
			return -1;
	}
	return 0;
}

static int
glob_below(struct tree_edit *edit, const char *path, const char *pattern,
    struct strings *paths, struct error *err)
{
	const char *slash = strchr(pattern, '/');
	auto_free char *first = slash
	    ? memory_copy(pattern, (size_t)(slash - pattern))
	    : memory_string(pattern);
	const char *rest = slash ? slash + 1 : NULL;
	auto_free char *below = memory_printf("%s%s%s", path, *path ? "/" : "",
	    first);

	if (strpbrk(first, "*?[("))
		return glob_names(edit, path, first, rest, paths, err);
	return glob_next(edit, below, rest, paths, err);
}

int
edit_glob(struct tree_edit *edit, const char *pattern, struct strings *paths,
    struct error *err)
{
	return glob_below(edit, "", pattern, paths, err);
}
