#include "emulate/qemu.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/fs.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/command.h"
#include "base/memory.h"

static const char program[] = "qemu-system-x86_64";
static const char kvm_device[] = "/dev/kvm";

/*
 * Every processor with virtualisation has SSE3: a KVM that cannot give it is
 * not a real one, and QEMU ends at once instead of hanging. TCG is slow at
 * newer vector instructions, which a guest's libc would choose.
 */
const struct accelerator accelerators[] = {
	{"kvm", "KVM", "host,+sse3,enforce", kvm_device},
	{"tcg", "TCG", "qemu64,-cx16", NULL},
	{NULL, NULL, NULL, NULL}
};

enum { CONSOLE_FD = 3, QMP_FD, KERNEL_FD, INITRD_FD, DISK_FD };
enum { NOBODY = 65534, PROCESSORS_MAX = 2, SAID_MAX = 64 << 10 };

static const char qemu_sandbox[] = "on,obsolete=deny,elevateprivileges=deny,"
    "spawn=deny,resourcecontrol=deny";

static const char *const fixed_arguments[] = {
	"-no-user-config", "-nodefaults", "-no-reboot", "-display", "none",
	"-sandbox", qemu_sandbox,
	"-machine", "q35",
	"-chardev", "socket,id=console,fd=3", "-serial", "chardev:console",
	"-chardev", "socket,id=qmp,fd=4", "-mon", "chardev=qmp,mode=control",
	"-device", "virtio-rng-pci",
};

static const struct firmware firmwares[] = {
	{"bios", NULL, NULL},
	{"uefi", "/usr/share/ovmf/OVMF.fd", "ovmf"},
};

const struct accelerator *
accelerator_find(const char *name)
{
	const struct accelerator *accelerator = accelerators;

	while (accelerator->name && strcmp(accelerator->name, name))
		accelerator++;
	return accelerator->name ? accelerator : NULL;
}

bool
accelerator_is_there(const struct accelerator *accelerator)
{
	return !accelerator->device ||
	    access(accelerator->device, R_OK | W_OK) == 0;
}

const struct firmware *
firmware_find(const char *name)
{
	for (size_t i = 0; i < sizeof(firmwares) / sizeof(*firmwares); i++)
		if (!strcmp(firmwares[i].name, name))
			return &firmwares[i];
	return NULL;
}

int
firmware_check(const struct firmware *firmware, struct error *err)
{
	return !firmware->image || access(firmware->image, R_OK) == 0 ? 0
	    : error_set(err, "'%s' is not here; it is in Debian's package %s",
	    firmware->image, firmware->package);
}

static long
processors(void)
{
	long online = sysconf(_SC_NPROCESSORS_ONLN);

	return online < PROCESSORS_MAX ? 1 : PROCESSORS_MAX;
}

/* QEMU wants to be told which of both it is. */
static const char *
file_driver(int disk)
{
	struct stat status;

	return fstat(disk, &status) == 0 && S_ISBLK(status.st_mode)
	    ? "host_device" : "file";
}

/* A partition table counts in these. */
static unsigned
sector_size(int disk)
{
	unsigned size;

	return ioctl(disk, BLKSSZGET, &size) == 0 ? size : 512;
}

static void
add_disk(struct command *command, int disk, size_t number)
{
	command_add(command, "-add-fd");
	command_addf(command, "fd=%zu,set=%zu", DISK_FD + number, number + 1);
	command_add(command, "-drive");
	command_addf(command, "file.driver=%s,file.filename=/dev/fdset/%zu,"
	    "format=raw,snapshot=on,if=none,id=disk%zu", file_driver(disk),
	    number + 1, number);
	command_add(command, "-device");
	command_addf(command, "virtio-blk-pci,drive=disk%zu,bootindex=%zu,"
	    "logical_block_size=%u,physical_block_size=%u", number, number + 1,
	    sector_size(disk), sector_size(disk));
}

static void
add_boot(struct command *command, const struct machine *machine)
{
	if (machine->firmware) {
		if (!machine->firmware->image)
			return;
		command_add(command, "-bios");
		command_add(command, machine->firmware->image);
		return;
	}
	command_add(command, "-kernel");
	command_addf(command, "/proc/self/fd/%d", KERNEL_FD);
	command_add(command, "-append");
	command_add(command, machine->command_line);
	if (machine->initrd < 0)
		return;
	command_add(command, "-initrd");
	command_addf(command, "/proc/self/fd/%d", INITRD_FD);
}

static void
add_card(struct command *command, size_t number, const struct card *card,
    uint16_t ssh_port)
{
	auto_buffer struct buffer backend = {0};

	buffer_printf(&backend, "user,id=net%zu,restrict=on,", number);
	if (card->network)
		buffer_printf(&backend, "%s", card->network);
	else
		buffer_printf(&backend, "net=10.0.%zu.0/24", number + 2);
	if (ssh_port)
		buffer_printf(&backend, ",hostfwd=tcp:127.0.0.1:%u-%s:22",
		    ssh_port, card->address ? card->address : "");
	command_add(command, "-netdev");
	command_add(command, backend.data);
	command_add(command, "-device");
	command_addf(command, "virtio-net-pci,netdev=net%zu,romfile=%s%s",
	    number, card->mac ? ",mac=" : "", card->mac ? card->mac : "");
}

static void
add_cards(struct command *command, const struct machine *machine)
{
	const struct card only = {0};

	for (size_t i = 0; i < machine->card_count; i++)
		add_card(command, i, &machine->cards[i],
		    i == 0 ? machine->ssh_port : 0);
	if (!machine->card_count)
		add_card(command, 0, &only, machine->ssh_port);
}

static void
add_arguments(struct command *command, const struct machine *machine,
    const struct accelerator *accelerator)
{
	command_add(command, program);
	for (size_t i = 0;
	    i < sizeof(fixed_arguments) / sizeof(*fixed_arguments); i++)
		command_add(command, fixed_arguments[i]);
	command_add(command, "-accel");
	command_add(command, accelerator->name);
	command_add(command, "-cpu");
	command_add(command, accelerator->cpu);
	command_add(command, "-smp");
	command_addf(command, "%ld", processors());
	command_add(command, "-m");
	command_addf(command, "%llu", (unsigned long long)machine->memory);
	add_cards(command, machine);
	for (size_t i = 0; i < machine->disks.count; i++)
		add_disk(command, machine->disks.items[i], i);
	add_boot(command, machine);
}

static int
become_nobody(void)
{
	struct stat kvm;
	gid_t group = stat(kvm_device, &kvm) == 0 && kvm.st_gid
	    ? kvm.st_gid : NOBODY;

	if (setgroups(0, NULL) < 0 || setresgid(group, group, group) < 0 ||
	    setresuid(NOBODY, NOBODY, NOBODY) < 0)
		return -1;
	return 0;
}

/* In the child. A change of ids makes the kernel forget whom we die with. */
static int
qemu_prepare(void *context)
{
	const pid_t *parent = context;
	const char *directory = getenv("TMPDIR");

	if (geteuid() == 0 && become_nobody() < 0)
		return -1;
	if (directory && access(directory, W_OK | X_OK) < 0)
		unsetenv("TMPDIR");
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		return -1;
	errno = ESRCH;
	return getppid() == *parent ? 0 : -1;
}

/* A socket pair of which the child's end gets `number`. */
static int
add_socket(struct command *command, int number, int *ours, int *theirs)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return -1;
	*ours = ends[0];
	*theirs = ends[1];
	fcntl(*ours, F_SETFL, O_NONBLOCK);
	command_pass(command, *theirs, number);
	return 0;
}

static int
start(struct qemu *qemu, struct command *command, struct error *err)
{
	auto_close int console = -1, qmp = -1, errors = -1;
	auto_close int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int ends[2];
	pid_t pid;

	if (null < 0 ||
	    add_socket(command, CONSOLE_FD, &qemu->console, &console) < 0 ||
	    add_socket(command, QMP_FD, &qemu->qmp_socket, &qmp) < 0 ||
	    pipe2(ends, O_CLOEXEC) < 0)
		return error_errno(err, "prepare QEMU");
	qemu->qmp.fd = qemu->qmp_socket;
	qemu->errors = ends[0];
	fcntl(qemu->errors, F_SETFL, O_NONBLOCK);
	errors = ends[1];
	pid = command_start(command, (int[]){null, null, errors}, err);
	if (pid < 0)
		return -1;
	qemu->pid = pid;
	return 0;
}

int
qemu_check_port(uint16_t port, struct error *err)
{
	auto_close int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	const struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};

	/* QEMU takes it anew, too, from connections that have just ended. */
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1},
	    sizeof(int)) < 0 || bind(fd, (const struct sockaddr *)&address,
	    sizeof(address)) < 0)
		return error_errno(err, "take port %u of 127.0.0.1", port);
	return 0;
}

int
qemu_start(struct qemu *qemu, const struct machine *machine,
    const struct accelerator *accelerator, struct error *err)
{
	pid_t parent = getpid();
	auto_command struct command command = {
		.prepare = qemu_prepare,
		.context = &parent,
	};

	*qemu = (struct qemu)QEMU_NONE;
	if (!command_exists(program))
		return error_set(err, "%s is not installed; it is in Debian's "
		    "package qemu-system-x86", program);
	add_arguments(&command, machine, accelerator);
	command_pass(&command, machine->kernel, KERNEL_FD);
	if (machine->initrd >= 0)
		command_pass(&command, machine->initrd, INITRD_FD);
	for (size_t i = 0; i < machine->disks.count; i++)
		command_pass(&command, machine->disks.items[i],
		    DISK_FD + (int)i);
	return start(qemu, &command, err);
}

void
qemu_listen(struct qemu *qemu)
{
	char block[1024];
	ssize_t length = read(qemu->errors, block, sizeof(block));

	if (length < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (length <= 0) {
		close(qemu->errors);
		qemu->errors = -1;
		return;
	}
	if (qemu->said.length < SAID_MAX)
		buffer_add(&qemu->said, block, (size_t)length);
}

char *
qemu_last_words(const struct qemu *qemu)
{
	struct view rest = view_of(qemu->said.data), line, last = view_of("");

	while (view_cut(&rest, '\n', &line))
		if (view_trim(line).length)
			last = view_trim(line);
	return view_string(last);
}

void
qemu_end(struct qemu *qemu)
{
	if (qemu->pid > 0) {
		kill(qemu->pid, SIGKILL);
		while (waitpid(qemu->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	cleanup_close(&qemu->console);
	cleanup_close(&qemu->errors);
	cleanup_close(&qemu->qmp_socket);
	qmp_release(&qemu->qmp);
	buffer_release(&qemu->said);
	*qemu = (struct qemu)QEMU_NONE;
}
