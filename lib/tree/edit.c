#include "tree/edit.h"

#include "base/cleanup.h"
#include "base/memory.h"

static int remove_directory(struct tree_edit *edit, const char *path,
    struct error *err);

static int
remove_one(struct tree_edit *edit, const char *path, struct error *err)
{
	struct stat status;

	if (edit->status(edit, path, &status, err) < 0)
		return -1;
	return S_ISDIR(status.st_mode) ? remove_directory(edit, path, err)
	    : edit->remove(edit, path, err);
}

static int
remove_directory(struct tree_edit *edit, const char *path, struct error *err)
{
	auto_strings struct strings names = {0};

	if (edit->list(edit, path, &names, err) < 0)
		return -1;
	vector_each(name, &names) {
		auto_free char *below = memory_printf("%s/%s", path, *name);

		if (remove_one(edit, below, err) < 0)
			return -1;
	}
	return edit->remove_directory(edit, path, err);
}

int
edit_remove_tree(struct tree_edit *edit, const char *path, struct error *err)
{
	int there = edit->exists(edit, path, err);

	return there <= 0 ? there : remove_one(edit, path, err);
}
