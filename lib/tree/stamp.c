#include "tree/stamp.h"

#include <stdlib.h>

#include "base/memory.h"
#include "tree/edit_ext.h"
#include "tree/ext_overlay.h"

struct stamp {
	ext2_filsys fs;	/* the edit's */
	struct tree_edit *edit;
};

/* What is changed is written by stamp_put. */
static int
stamp_finish(struct tree_edit *edit, struct error *err)
{
	(void)edit;
	(void)err;
	return 0;
}

struct stamp *
stamp_new(int image, struct error *err)
{
	ext2_filsys fs = ext_open_copied(image, err);
	struct stamp *stamp;

	if (!fs)
		return NULL;
	stamp = memory_new(struct stamp);
	stamp->fs = fs;
	stamp->edit = edit_ext_of(fs);
	stamp->edit->finish = stamp_finish;
	return stamp;
}

int
stamp_identify(struct stamp *stamp, const struct ext_identity *identity,
    struct error *err)
{
	return ext_identity_set(stamp->fs, identity, err);
}

struct tree_edit *
stamp_edit(const struct stamp *stamp)
{
	return stamp->edit;
}

int
stamp_put(struct stamp *stamp, int copy, struct error *err)
{
	errcode_t code = ext2fs_flush2(stamp->fs, EXT2_FLAG_FLUSH_NO_SYNC);

	if (!code)
		code = ext_overlay_put(stamp->fs, copy);
	return code ? ext_error(err, code, "write filesystem") : 0;
}

void
stamp_free(struct stamp *stamp)
{
	if (stamp)
		stamp->edit->free(stamp->edit);
	free(stamp);
}
