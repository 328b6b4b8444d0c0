#include "keep/setup.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/apart.h"
#include "base/cleanup.h"
#include "base/confined.h"
#include "base/data.h"
#include "base/file.h"
#include "base/memory.h"
#include "disk/ext_state.h"
#include "disk/signature.h"
#include "guest/access.h"
#include "guest/guest_files.h"
#include "guest/personalise.h"
#include "install/sandbox.h"
#include "tree/edit.h"
#include "tree/edit_dry.h"

/* --- the root, whatever it is on ------------------------------------------ */

static int
setup_image(const struct setup *setup)
{
	return setup->image >= 0 ? setup->image : setup->disk.target.fd;
}

/* What is done with it. */
struct setup_work {
	const struct setup *setup;
	bool reads_only;
	int (*run)(const struct setup_work *work, struct tree_edit *edit,
	    struct error *err);
	int answer;	/* a file for what is to be told; or -1 */
};

static int
work_on(const struct setup_work *work, struct tree_edit *edit,
    struct error *err)
{
	int result;

	if (!edit)
		return -1;
	result = work->run(work, edit, err);
	if (result == 0 && !work->reads_only)
		result = edit->finish(edit, err);
	edit->free(edit);
	return result;
}

static int
work_on_directory(const struct setup_work *work, struct error *err)
{
	return work_on(work, edit_directory_new(work->setup->directory, err),
	    err);
}

static int
work_in_sandbox(struct sandbox_inside *inside, void *context,
    struct error *err)
{
	(void)inside;
	return work_on_directory(context, err);
}

/* A user's root has ids of a user namespace. */
static int
work_as_user(struct setup_work *work, struct error *err)
{
	struct sandbox *sandbox;
	int result;

	if (sandbox_check(err) < 0)
		return -1;
	sandbox = sandbox_start(work_in_sandbox, work, work->setup->events,
	    err);
	if (!sandbox)
		return -1;
	result = sandbox_wait(sandbox, err);
	sandbox_free(sandbox);
	return result;
}

static int
work_on_image(void *context, struct error *err)
{
	const struct setup_work *work = context;

	return work_on(work, edit_ext_new(setup_image(work->setup),
	    work->reads_only, err), err);
}

static int
work_confined(void *context, struct error *err)
{
	struct setup_work *work = context;
	off_t size = lseek(setup_image(work->setup), 0, SEEK_END);
	struct confined confined = {
		.run = work_on_image, .context = work,
		.file_max = size > 0 ? (uint64_t)size : 0,
	};

	return confined_run(&confined, err);
}

static int
setup_work(struct setup_work *work, struct error *err)
{
	if (work->setup->directory >= 0)
		return geteuid() == 0 ? work_on_directory(work, err)
		    : work_as_user(work, err);
	return work->reads_only ? work_confined(work, err)
	    : apart_run(work_confined, work, err);
}

/* For work that only reads; adds what it tells. */
static int
setup_ask(struct setup_work *work, struct buffer *text, struct error *err)
{
	auto_close int answer = memfd_create("answer", MFD_CLOEXEC);

	work->answer = answer;
	if (answer < 0)
		return error_errno(err, "make a file in memory");
	if (setup_work(work, err) < 0)
		return -1;
	return lseek(answer, 0, SEEK_SET) < 0
	    ? error_errno(err, "read a file in memory")
	    : file_read(answer, text, err);
}

/* --- what is it? --------------------------------------------------------- */

enum { RELEASE_MAX = 1 << 16 };

/* What it tells: a byte of these, then the text of its release. */
enum { HAS_SSHD = 's', HAS_NO_SSHD = '-' };

static int
read_sshd(const struct setup_work *work, struct tree_edit *edit,
    struct error *err)
{
	int there = edit->exists(edit, "usr/sbin/sshd", err);
	char byte = there > 0 ? HAS_SSHD : HAS_NO_SSHD;

	return there < 0 ? -1 : file_write(work->answer, &byte, 1, err);
}

static int
read_release(const struct setup_work *work, struct tree_edit *edit,
    struct error *err)
{
	static const char *const paths[] = {
		"etc/os-release", "usr/lib/os-release", "etc/debian_version",
	};

	if (read_sshd(work, edit, err) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		auto_buffer struct buffer text = {0};

		if (edit->read(edit, paths[i], &text, err) == 0)
			return text.length > RELEASE_MAX ? 0 : file_write(
			    work->answer, text.data, text.length, err);
		if (err->number != ENOENT && err->number != ENOTDIR)
			return -1;
		error_release(err);
	}
	return 0;
}

static int
setup_look(struct setup *setup, struct buffer *text, struct error *err)
{
	struct setup_work work = {
		.setup = setup, .reads_only = true, .run = read_release,
	};

	if (setup_ask(&work, text, err) < 0)
		return error_prefix(err, "reading '%s'", setup->path);
	return text->length ? 0 : error_set(err, "'%s' cannot be read",
	    setup->path);
}

static int
setup_suite(struct setup *setup, struct error *err)
{
	const char *given = setup->guest->suite;
	auto_buffer struct buffer text = {0};

	setup->suites = suite_table_read(err);
	if (!setup->suites || setup_look(setup, &text, err) < 0)
		return -1;
	setup->has_sshd = text.data[0] == HAS_SSHD;
	setup->suite = given ? suite_find(setup->suites, given, err)
	    : suite_of_release(setup->suites,
	    (struct view){text.data + 1, text.length - 1});
	if (!setup->suite && !given)
		return error_set(err, "'%s' does not say which Debian it is; "
		    "--suite does", setup->path);
	return setup->suite ? 0 : -1;
}

static int
setup_host_keys(struct setup *setup, struct error *err)
{
	struct guest *guest = setup->guest;

	if (!guest->ssh_host_keys && !guest->reset)
		return 0;
	if (setup->has_sshd)
		return guest_make_host_keys(guest, setup->suite,
		    setup->events, err);
	return guest->ssh_host_keys ? error_set(err, "--ssh-host-keys: '%s' "
	    "has no sshd(8)", setup->path) : 0;
}

/* -------------------------------------------------------------------------- */

static bool
is_root_of_host(const struct stat *status)
{
	struct stat host;

	return stat("/", &host) == 0 && host.st_dev == status->st_dev &&
	    host.st_ino == status->st_ino;
}

/* The run whose hook calls us holds it, and waits for us. */
static bool
is_lent(const struct stat *status)
{
	const char *target = getenv("MKGUEST_TARGET");

	return target && file_is(target, status);
}

static int
open_directory(struct setup *setup, const struct stat *status,
    struct error *err)
{
	if (is_root_of_host(status))
		return error_set(err, "'%s' is this host's own root, and no "
		    "guest's", setup->path);
	setup->directory = open(setup->path,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (setup->directory < 0)
		return error_errno(err, "open '%s'", setup->path);
	if (!setup->dry_run && !is_lent(status) &&
	    flock(setup->directory, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK ? error_set(err, "another run is "
		    "at work on '%s'", setup->path)
		    : error_errno(err, "lock '%s'", setup->path);
	return 0;
}

/* What mkguest makes as well, but in which no filesystem begins at once. */
static int
refuse_image(const struct setup *setup, struct error *err)
{
	static const char qcow2[4] = "QFI\xfb";
	int fd = setup_image(setup);
	auto_free char *what = NULL;
	char mark[sizeof(qcow2)];

	if (signature_describe(fd, &what, err) < 0)
		return error_prefix(err, "'%s'", setup->path);
	if (!what && pread(fd, mark, sizeof(mark), 0) == sizeof(mark) &&
	    !memcmp(mark, qcow2, sizeof(mark)))
		return error_set(err, "'%s' is in the format qcow2; make it "
		    "raw for this, with qemu-img convert -O raw",
		    setup->path);
	return error_set(err, "'%s' holds %s; it must be a directory, or an "
	    "ext2, ext3 or ext4 filesystem, as a partition may be, of which "
	    "losetup --partscan makes a device", setup->path,
	    what ? what : "nothing that is known");
}

static int
check_image(struct setup *setup, struct error *err)
{
	auto_signature struct signature signature = {0};

	if (signature_read(setup_image(setup), &signature, err) < 0)
		return error_prefix(err, "'%s'", setup->path);
	if (!signature.type || !view_starts(view_of(signature.type), "ext"))
		return refuse_image(setup, err);
	return ext_state_check_known(setup_image(setup), err) < 0
	    ? error_prefix(err, "'%s'", setup->path) : 0;
}

static int
setup_open(struct setup *setup, struct error *err)
{
	struct stat status;

	if (setup->image >= 0)
		return check_image(setup, err);
	if (stat(setup->path, &status) < 0)
		return error_errno(err, "'%s'", setup->path);
	if (S_ISDIR(status.st_mode))
		return open_directory(setup, &status, err);
	if (in_place_open(&setup->disk, setup->path, setup->dry_run, err) < 0)
		return -1;
	return check_image(setup, err);
}

int
setup_plan(struct setup *setup, struct error *err)
{
	struct guest *guest = setup->guest;
	const char *slash = strrchr(setup->path, '/');

	guest->is_there = true;
	if (!guest->name)
		guest->name = memory_string(guest->hostname ? guest->hostname
		    : slash ? slash + 1 : setup->path);
	if (guest_complete_identity(setup->guest, err) < 0 ||
	    setup_open(setup, err) < 0 || setup_suite(setup, err) < 0 ||
	    guest_read_access(setup->guest, setup->suite, setup->events,
	    err) < 0)
		return -1;
	guest_make_machine_id(setup->guest);
	if (guest_read_files(setup->guest, err) < 0 ||
	    setup_host_keys(setup, err) < 0)
		return -1;
	return data_keep(err);
}

static int
change(const struct setup_work *work, struct tree_edit *edit,
    struct error *err)
{
	return personalise(edit, work->setup->guest, work->setup->suite, NULL,
	    err);
}

static int
change_dry(const struct setup_work *work, struct tree_edit *edit,
    struct error *err)
{
	auto_buffer struct buffer lines = {0};
	struct tree_edit *dry = edit_dry_new(edit, &lines);
	int result = change(work, dry, err);

	dry->free(dry);
	return result < 0 ? -1 : file_write(work->answer, lines.data,
	    lines.length, err);
}

/* A line comes from what a guest has written, and goes to a terminal. */
int
setup_changes(struct setup *setup, struct strings *changes, struct error *err)
{
	struct setup_work work = {
		.setup = setup, .reads_only = true, .run = change_dry,
	};
	auto_buffer struct buffer text = {0};

	if (setup_ask(&work, &text, err) < 0)
		return error_prefix(err, "'%s'", setup->path);
	for (size_t i = 0; i < text.length; i++)
		if (text.data[i] != '\n' &&
		    iscntrl((unsigned char)text.data[i]))
			text.data[i] = '?';
	strings_split(changes, text.data ? text.data : "", "\n");
	return 0;
}

int
setup_run(struct setup *setup, struct error *err)
{
	struct setup_work work = {.setup = setup, .run = change, .answer = -1};

	if (setup_work(&work, err) < 0)
		return error_prefix(err, "'%s'", setup->path);
	return setup->directory >= 0 || setup->image >= 0 ? 0
	    : in_place_commit(&setup->disk, err);
}

void
setup_release(struct setup *setup)
{
	suite_table_free(setup->suites);
	cleanup_close(&setup->directory);
	in_place_release(&setup->disk);
}
