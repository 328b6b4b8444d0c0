#include "guest/home.h"

#include "base/cleanup.h"
#include "base/memory.h"

struct copy {
	struct tree_edit *edit;
	const struct account *account;
};

static int copy_directory(const struct copy *copy, const char *from,
    const char *to, mode_t mode, struct error *err);

static int
copy_file(const struct copy *copy, const char *from, const char *to,
    mode_t mode, struct error *err)
{
	auto_buffer struct buffer text = {0};

	if (copy->edit->read(copy->edit, from, &text, err) < 0)
		return -1;
	return copy->edit->write(copy->edit, to,
	    (struct view){text.data, text.length}, mode, err);
}

static int
copy_link(const struct copy *copy, const char *from, const char *to,
    struct error *err)
{
	auto_buffer struct buffer target = {0};

	if (copy->edit->read_link(copy->edit, from, &target, err) < 0)
		return -1;
	return copy->edit->symlink(copy->edit, to, target.data, err);
}

/* Pipes, sockets and devices are left out. */
static int
copy_entry(const struct copy *copy, const char *from, const char *to,
    struct error *err)
{
	struct stat status;
	mode_t mode;
	int result;

	if (copy->edit->status(copy->edit, from, &status, err) < 0)
		return -1;
	mode = status.st_mode & 0777;
	if (S_ISDIR(status.st_mode))
		return copy_directory(copy, from, to, mode, err);
	if (!S_ISLNK(status.st_mode) && !S_ISREG(status.st_mode))
		return 0;
	result = S_ISREG(status.st_mode)
	    ? copy_file(copy, from, to, mode, err)
	    : copy_link(copy, from, to, err);
	return result < 0 ? -1 : copy->edit->set_owner(copy->edit, to,
	    copy->account->uid, copy->account->gid, err);
}

static int
copy_directory(const struct copy *copy, const char *from, const char *to,
    mode_t mode, struct error *err)
{
	auto_strings struct strings names = {0};

	if (copy->edit->make_directory(copy->edit, to, mode, err) < 0 ||
	    copy->edit->set_owner(copy->edit, to, copy->account->uid,
	    copy->account->gid, err) < 0 ||
	    copy->edit->list(copy->edit, from, &names, err) < 0)
		return -1;
	vector_each(name, &names) {
		auto_free char *source = memory_printf("%s/%s", from, *name);
		auto_free char *target = memory_printf("%s/%s", to, *name);

		if (copy_entry(copy, source, target, err) < 0)
			return -1;
	}
	return 0;
}

int
home_make(struct tree_edit *edit, const struct account *account, mode_t mode,
    struct error *err)
{
	static const char skeleton[] = "etc/skel";
	const struct copy copy = {edit, account};
	int there = edit->exists(edit, account->home, err);
	int has_skeleton = there ? 0 : edit->exists(edit, skeleton, err);

	if (there || has_skeleton < 0)
		return there < 0 || has_skeleton < 0 ? -1 : 0;
	if (has_skeleton)
		return copy_directory(&copy, skeleton, account->home, mode,
		    err);
	if (edit->make_directory(edit, account->home, mode, err) < 0)
		return -1;
	return edit->set_owner(edit, account->home, account->uid,
	    account->gid, err);
}
