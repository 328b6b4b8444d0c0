#include "disk/target.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/text.h"
#include "scratch.h"

static const struct target_gate closed = {false, false, NULL};
static const struct target_gate replace = {.replace = true};
static const struct target_gate overwrite = {.overwrite = true};
static const struct target_gate both = {true, true, NULL};
static const struct target_gate locked = {.locks = "state/locks"};

static struct error err;

static int
check(const char *path, uint64_t size, const struct target_gate *gate)
{
	auto_target struct target target;

	return target_check(&target, path, size, gate, &err);
}

/* What a run does; the content stands for a filesystem. */
static int
make(const char *path, const struct target_gate *gate, const char *content,
    bool commit)
{
	auto_target struct target target;

	if (target_check(&target, path, 1 << 20, gate, &err) < 0 ||
	    target_begin(&target, gate, &err) < 0 ||
	    file_write_position(target.fd, content, strlen(content), 0,
	    &err) < 0)
		return -1;
	return commit ? target_commit(&target, gate, &err) : 0;
}

static void
test_image(void)
{
	ok(succeeds(make("x.img", &closed, "one", false), &err) &&
	    shell("test \"$(ls -A | grep -v log)\" = ''"),
	    "without a commit nothing is left");
	ok(succeeds(make("x.img", &closed, "one", true), &err) &&
	    shell("test $(stat -c %%a:%%s x.img) = 600:1048576\n"
	    "test $(stat -c %%b x.img) -le 16; test $(head -c 3 x.img) = one\n"
	    "test \"$(ls -A | grep -v log)\" = x.img"), "a new image");
	ok(refuses(make("x.img", &closed, "two", true), &err, "exists; --force")
	    && shell("test $(head -c 3 x.img) = one"), "an image that exists");
	ok(succeeds(make("x.img", &replace, "two", false), &err) &&
	    shell("test $(head -c 3 x.img) = one"),
	    "not replaced before the commit");
	ok(succeeds(make("x.img", &replace, "two", true), &err) &&
	    shell("test $(head -c 3 x.img) = two\n"
	    "test \"$(ls -A | grep -v log)\" = x.img"), "replaced");
}

static void
test_image_paths(void)
{
	auto_target struct target target;

	ok(refuses(check("no/x.img", 4096, &closed), &err, "make it first"),
	    "no directory");
	ok(refuses(check("x.img/y", 4096, &closed), &err, "Not a directory"),
	    "a file for a directory");
	ok(refuses(check(".", 4096, &closed), &err, "is a directory"),
	    "a directory for an image");
	ok(shell("ln -s x.img link") && refuses(check("link", 4096, &replace),
	    &err, "symbolic link"), "a symlink to an image");
	ok(refuses(check("/dev/hda3", 4096, &closed), &err, "no device"),
	    "a device that is not there");
	ok(refuses(check("/dev/null", 4096, &closed), &err, "neither"),
	    "a character device");
	ok(refuses(check("y.img", 0, &closed), &err, "needs a size") &&
	    refuses(check("", 1, &closed), &err, "empty"), "no size, no path");
	ok(refuses(check("a\nb.img", 4096, &closed), &err,
	    "holds a control character"), "a path of two lines");
	ok(succeeds(check("a b,'c\".img", 4096, &closed), &err),
	    "blanks, commas, quotes");
	ok(succeeds(target_check(&target, "./y.img", 4096, &closed, &err),
	    &err) && !strncmp(target.path, scratch_path, strlen(scratch_path)),
	    "the path becomes absolute");
	ok(succeeds(target_check_room(&target, 1, &err), &err) &&
	    refuses(target_check_room(&target, UINT64_MAX, &err), &err,
	    "no room"), "room is checked");
}

static void
test_image_in_use(void)
{
	auto_close int fd = open("x.img", O_RDWR | O_CLOEXEC);
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	auto_target struct target target;

	ok(flock(fd, LOCK_EX) == 0 &&
	    refuses(check("x.img", 4096, &replace), &err, "in use"),
	    "an image with flock");
	flock(fd, LOCK_UN);
	ok(fcntl(fd, F_OFD_SETLK, &lock) == 0 &&
	    refuses(check("x.img", 4096, &replace), &err, "in use"),
	    "an image locked as QEMU does");
	lock.l_type = F_UNLCK;
	fcntl(fd, F_OFD_SETLK, &lock);
	ok(succeeds(target_check(&target, "new.img", 4096, &closed, &err),
	    &err) && succeeds(target_begin(&target, &closed, &err), &err) &&
	    shell("echo other >new.img") &&
	    refuses(target_commit(&target, &closed, &err), &err, "exists") &&
	    shell("test $(cat new.img) = other"),
	    "an image that appears meanwhile");
}

/* Of two runs, and whatever the image is called by. */
static void
test_lock(void)
{
	auto_target struct target target;
	auto_free char *sentence = NULL;

	ok(succeeds(target_check(&target, "l.img", 4096, &locked, &err),
	    &err) && shell("ls state/locks | grep '^image:'"),
	    "a run has the lock of its image");
	sentence = memory_printf("l.img': process %d (target)", (int)getpid());
	ok(shell("ln -s . here") &&
	    refuses(check("here/l.img", 4096, &locked), &err, sentence),
	    "a second one is refused, and told who has it");
	ok(succeeds(check("m.img", 4096, &locked), &err) &&
	    succeeds(check("l.img", 4096, &closed), &err),
	    "another image is free, and a look needs no lock");
	target_release(&target);
	ok(succeeds(check("l.img", 4096, &locked), &err) &&
	    shell("rm -r state here"), "the lock goes with the run");
}

static int
begin_after(const char *path, const struct target_gate *gate,
    const char *script)
{
	auto_target struct target target;

	if (target_check(&target, path, 1 << 20, gate, &err) < 0 ||
	    !shell("%s", script))
		return -1;
	return target_begin(&target, gate, &err);
}

/* What is there changes after the check. */
static void
test_image_changes(void)
{
	auto_target struct target target;

	ok(refuses(begin_after("sub/x.img", &closed, "true"), &err,
	    "make it first") && shell("mkdir sub") &&
	    refuses(begin_after("sub/x.img", &closed,
	    "mv sub old; mkdir sub"), &err,
	    "/sub' has become another one meanwhile"),
	    "the directory is another one");
	ok(refuses(begin_after("sub/x.img", &closed,
	    "mv sub old2; ln -s old2 sub; mv old2 old3"), &err,
	    "has become another one"), "or is gone");
	ok(shell("rm sub; mkdir sub") &&
	    refuses(begin_after("sub/x.img", &closed, "ln -s y sub/x.img"),
	    &err, "is a symbolic link"), "a symlink appears");
	ok(shell("rm sub/x.img") && refuses(begin_after("sub/x.img", &closed,
	    "mkfifo sub/x.img"), &err, "is not an image file"), "a pipe appears");
	ok(shell("rm sub/x.img") && succeeds(target_check(&target,
	    "sub/x.img", 4096, &closed, &err), &err) &&
	    succeeds(target_begin(&target, &closed, &err), &err) &&
	    shell("mv sub old4; mkdir sub") &&
	    refuses(target_commit(&target, &closed, &err), &err,
	    "has become another one") && shell("! ls sub old4 | grep img"),
	    "the directory changes before the commit");
	ok(shell("rm -r sub old*"), "all that goes");
}

/* In a child that is killed: without a name, and with one. */
static void
test_killed(void)
{
	auto_close int held = -1;
	pid_t child = fork();
	int status;

	if (child == 0) {
		struct target target;

		if (target_check(&target, "k.img", 4096, &closed, &err) == 0 &&
		    target_begin(&target, &closed, &err) == 0)
			raise(SIGKILL);
		_exit(1);
	}
	ok(waitpid(child, &status, 0) == child && WIFSIGNALED(status) &&
	    shell("! ls -A | grep k.img"), "killed, nothing is left");
	ok(shell("for i in 0 1; do "
	    "echo >.k.img.mkguest-0123456789abcde$i; done\n"
	    "echo >.k.img.mkguest-notes; echo >.other; "
	    "ln -s x.img .l.img.mkguest-0123456789abcdef"), "left-overs");
	held = open(".k.img.mkguest-0123456789abcde1", O_RDWR | O_CLOEXEC);
	flock(held, LOCK_EX);
	target_reap(".");
	ok(shell("test \"$(ls -Ad .[klo]* | tr '\\n' ' ')\" = "
	    "'.k.img.mkguest-0123456789abcde1 .k.img.mkguest-notes "
	    ".l.img.mkguest-0123456789abcdef .other '"),
	    "only those of dead runs are reaped");
}

static void
test_image_as_user(void)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		bool right = chmod(".", 0755) == 0 && setuid(65534) == 0 &&
		    refuses(check("u.img", 4096, &closed), &err,
		    "cannot write in directory");

		_exit(!right);
	}
	ok(waitpid(child, &status, 0) == child && status == 0,
	    "a directory of somebody else");
	ok(shell("mkdir ro; mount -t tmpfs -o ro none ro") &&
	    refuses(check("ro/x.img", 4096, &closed), &err,
	    "/ro': Read-only file system"), "a read-only directory");
	shell("umount ro");
}

/* /dev/loopN of ./disk, in `device`. */
static char device[64];

static void
attach(const char *options)
{
	auto_buffer struct buffer name = {0};

	if (!shell("losetup %s -f --show disk >device", options) ||
	    file_read_at(AT_FDCWD, "device", &name, &err) < 0) {
		error_release(&err);
		return;
	}
	snprintf(device, sizeof(device), "%.*s", (int)name.length - 1,
	    name.data);
}

static void
detach(void)
{
	shell("losetup -d %s", device);
}

/* In a copy of the device's node, as nobody can take away the real one. */
static void
test_device_changes(void)
{
	auto_free char *sentence = memory_printf("locked by process %d "
	    "(target)", (int)getpid());
	auto_target struct target target;

	ok(shell("wipefs -aq %s; cp -a %s node; ln -s node 'a link'", device,
	    device) && succeeds(begin_after("a link", &closed, "true"), &err),
	    "a symlink to a device");
	ok(refuses(begin_after("node", &closed, "rm node"), &err,
	    "is there no more"), "a node that vanishes");
	ok(shell("cp -a %s node", device) &&
	    refuses(begin_after("a link", &closed,
	    "mknod other b 7 200; ln -sf other 'a link'"), &err,
	    "has become another device"), "a symlink that changes");
	ok(refuses(begin_after("node", &closed, "rm node; echo >node"), &err,
	    "something else"), "a node that becomes a file");
	ok(shell("rm node 'a link' other") &&
	    succeeds(target_check(&target, device, 0, &locked, &err), &err) &&
	    refuses(check(device, 0, &locked), &err, "in use by another"),
	    "a device is held from the check on");
	ok(shell("ls state/locks | grep '^block:7:'\n"
	    "! flock --nonblock --shared %s true", device),
	    "locked for other runs and for udev");
	ok(shell("truncate -s 1M disk; losetup -c %s", device) &&
	    refuses(target_begin(&target, &closed, &err), &err, "too small"),
	    "a device that shrinks");
	target_release(&target);
	ok(shell("truncate -s 32M disk; losetup -c %s", device) &&
	    succeeds(check(device, 0, &locked), &err), "and is let go");
	{
		auto_close int fd = open(device, O_RDONLY | O_CLOEXEC);
		struct flock lock = {.l_type = F_RDLCK,
			.l_whence = SEEK_SET, .l_start = 100, .l_len = 1};

		flock(fd, LOCK_SH);
		ok(refuses(check(device, 0, &closed), &err, sentence),
		    "a device that another program has locked");
		flock(fd, LOCK_UN);
		ok(fcntl(fd, F_OFD_SETLK, &lock) == 0 &&
		    refuses(check(device, 0, &closed), &err, "in use by"),
		    "a device locked as QEMU does");
	}
}

static void
test_device(void)
{
	shell("truncate -s 32M disk");
	attach("");
	ok(refuses(check("disk", 4096, &replace), &err, "is attached to"),
	    "an image on a loop device");
	ok(succeeds(check(device, 0, &closed), &err), "an empty device");
	ok(refuses(check(device, 64 << 20, &closed), &err, "too small"),
	    "a small device");
	ok(succeeds(make(device, &closed, "one", true), &err) &&
	    shell("test $(head -c 3 disk) = one"), "written to");
	ok(shell("mke2fs -q -F -t ext4 -L 'a label' %s", device) &&
	    refuses(check(device, 0, &closed), &err,
	    "holds an ext4 filesystem labelled 'a label' (UUID "),
	    "a filesystem on it");
	ok(succeeds(check(device, 0, &overwrite), &err) &&
	    refuses(check(device, 0, &replace), &err, "ext4"),
	    "which may be overwritten");
	ok(shell("mkdir -p 'a mnt'; mount %s 'a mnt'; >'a mnt/x'",
	    device) &&
	    refuses(check(device, 0, &both), &err, "/a mnt'"), "mounted");
	shell("umount 'a mnt'");
	ok(refuses(check(device, 0, &closed), &err, "/a mnt'); --force writes "
	    "over it"), "where it was last mounted");
	ok(shell("unshare -m sh -c 'mount %s \"a mnt\"; touch ready; "
	    "while test -e ready; do sleep 0.1; done' & "
	    "while ! test -e ready; do sleep 0.1; done", device) &&
	    refuses(check(device, 0, &both), &err, "/a mnt' (process"),
	    "mounted in another namespace");
	shell("rm ready; sleep 0.5");
	{
		auto_close int fd = open(device, O_RDONLY | O_EXCL | O_CLOEXEC);

		ok(fd >= 0 && refuses(check(device, 0, &both), &err, "in use"),
		    "opened by another program");
	}
	ok(shell("mkswap %s; swapon %s", device, device) &&
	    refuses(check(device, 0, &both), &err, "swap space"), "swap");
	shell("swapoff %s", device);
	ok(refuses(check(device, 0, &closed), &err, "swap"), "a swap area");
	test_device_changes();
	detach();
	attach("-r");
	ok(refuses(check(device, 0, &both), &err, "read-only"), "read-only");
	detach();
}

static void
test_partitions(void)
{
	ok(shell("wipefs -a disk; python3 - <<'end'\n"
	    "import struct\n"
	    "with open('disk', 'r+b') as disk:\n"
	    "    disk.seek(446)\n"
	    "    for start in 2048, 18432:\n"
	    "        disk.write(struct.pack('<8B2I', 0, 0, 0, 0, 0x83, 0, 0, "
	    "0, start, 16384))\n"
	    "    disk.seek(510)\n"
	    "    disk.write(b'\\x55\\xaa')\n"
	    "end"), "a partition table");
	attach("");
	shell("partx -a %s", device);
	ok(refuses(check(device, 0, &closed), &err, "a dos partition table"),
	    "a partitioned disk");
	ok(succeeds(check(device, 0, &overwrite), &err),
	    "which may be overwritten");
	ok(shell("mke2fs -q -F %sp2; mount %sp2 'a mnt'", device, device) &&
	    refuses(check(device, 0, &both), &err, "a partition of"),
	    "not while a partition is mounted");
	{
		auto_free char *first = NULL;

		if (asprintf(&first, "%sp1", device) > 0)
			ok(succeeds(check(first, 0, &closed), &err),
			    "the partition beside it is free");
	}
	shell("umount 'a mnt'");
	shell("partx -d %s", device);
	detach();
}

int
main(void)
{
	scratch_enter();
	test_image();
	test_image_paths();
	test_image_in_use();
	test_lock();
	test_image_changes();
	test_killed();
	if (geteuid() == 0) {
		test_image_as_user();
		test_device();
		test_partitions();
	}
	scratch_leave();
	return done();
}
