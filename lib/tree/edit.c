#include "tree/edit.h"

#include "base/cleanup.h"
#include "base/memory.h"

static int remove_below(struct tree_edit *edit, const char *path, bool itself,
    struct error *err);

static int
remove_one(struct tree_edit *edit, const char *path, struct error *err)
{
	struct stat status;

	if (edit->status(edit, path, &status, err) < 0)
		return -1;
	return S_ISDIR(status.st_mode) ? remove_below(edit, path, true, err)
	    : edit->remove(edit, path, err);
}

static int
remove_below(struct tree_edit *edit, const char *path, bool itself,
    struct error *err)
{
	auto_strings struct strings names = {0};

	if (edit->list(edit, path, &names, err) < 0)
		return -1;
	vector_each(name, &names) {
		auto_free char *below = memory_printf("%s/%s", path, *name);

		if (remove_one(edit, below, err) < 0)
			return -1;
	}
	return itself ? edit->remove_directory(edit, path, err) : 0;
}

int
edit_remove_tree(struct tree_edit *edit, const char *path, struct error *err)
{
	int there = edit->exists(edit, path, err);

	return there <= 0 ? there : remove_one(edit, path, err);
}

int
edit_empty_directory(struct tree_edit *edit, const char *path,
    struct error *err)
{
	struct stat status;
	int there = edit->exists(edit, path, err);

	if (there <= 0)
		return there;
	if (edit->status(edit, path, &status, err) < 0)
		return -1;
	return S_ISDIR(status.st_mode) ? remove_below(edit, path, false, err)
	    : 0;
}
