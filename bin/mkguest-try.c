#include <fcntl.h>
#include <jansson.h>
#include <termios.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "bin/tool.h"
#include "disk/clone.h"
#include "disk/raw_disk.h"
#include "guest/boot_files.h"
#include "emulate/boot_menu.h"
#include "emulate/subject.h"
#include "emulate/trial.h"

struct request {
	struct terminal_options terminal;
	uint64_t timeout;
	uint64_t memory;
	char *accelerator;
	char *firmware;
	uint64_t ssh_port;
	bool console;
	bool json;
};

static const struct option options[] = {
	{'t', "timeout", "SECONDS", "to wait for the prompt (default 300)",
	    OPTION_NUMBER, offsetof(struct request, timeout)},
	{'c', "console", NULL, "stay on the guest's console; ^] leaves",
	    OPTION_FLAG, offsetof(struct request, console)},
	{0, "memory", "MIB", "of the machine (default: the guest's own)",
	    OPTION_MEBIBYTES, offsetof(struct request, memory)},
	{0, "accelerator", "NAME", "kvm, tcg or auto: KVM where it runs the "
	    "guest, else TCG (default)", OPTION_TEXT,
	    offsetof(struct request, accelerator)},
	{0, "firmware", "NAME", "bios or uefi, which boots the disk by its "
	    "GRUB (default: none)", OPTION_TEXT,
	    offsetof(struct request, firmware)},
	{0, "ssh-port", "PORT", "of 127.0.0.1, that leads to the guest's sshd; "
	    "goes on after the prompt", OPTION_NUMBER,
	    offsetof(struct request, ssh_port)},
	{0, "json", NULL, "print the result as JSON", OPTION_FLAG,
	    offsetof(struct request, json)},
	TERMINAL_OPTIONS(struct request, terminal),
	OPTIONS_END
};

enum { DEFAULT_TIMEOUT = 300, DEFAULT_MEMORY = 512 };

/* The person's terminal, while each key goes to the guest. */
struct keyboard {
	bool is_raw;
	struct termios before;
};

static int
keyboard_take(struct keyboard *keyboard, struct error *err)
{
	struct termios raw;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return error_usage(err, "--console needs a terminal");
	if (tcgetattr(STDIN_FILENO, &keyboard->before) < 0)
		return error_errno(err, "read the terminal's settings");
	raw = keyboard->before;
	cfmakeraw(&raw);
	/* Our own messages still end their lines. */
	raw.c_oflag = keyboard->before.c_oflag;
	if (tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) < 0)
		return error_errno(err, "make the terminal raw");
	keyboard->is_raw = true;
	return 0;
}

static void
keyboard_give_back(struct keyboard *keyboard)
{
	if (keyboard->is_raw)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &keyboard->before);
	keyboard->is_raw = false;
}

static void
show_console(void *context, const void *data, size_t length)
{
	auto_error struct error ignored = {0};

	events_step(context, NULL);
	file_write(STDOUT_FILENO, data, length, &ignored);
}

static int
print_json(const struct trial *trial, struct error *err)
{
	json_t *lines = json_array();
	json_t *result;

	vector_each(line, &trial->last_lines)
		json_array_append_new(lines, json_string(*line));
	result = json_pack("{s:s, s:b, s:s, s:f, s:o}", "name", trial->name,
	    "login", trial->login, "accelerator", trial->used->name,
	    "seconds", trial->seconds, "last_lines", lines);
	if (!result)
		return error_set(err, "the result cannot be written as JSON");
	json_dumpf(result, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(result);
	return 0;
}

static void
print_text(const struct trial *trial)
{
	if (trial->login) {
		printf("%s: login prompt after %.1f s (%s)\n%s login:\n",
		    trial->name, trial->seconds, trial->used->title,
		    trial->hostname);
		return;
	}
	fflush(stdout);
	vector_each(line, &trial->last_lines)
		fprintf(stderr, "| %s\n", *line);
}

static int
boot(struct trial *trial, const struct request *request, struct error *err)
{
	auto_end(keyboard_give_back) struct keyboard keyboard = {0};
	int result;

	if (request->console) {
		if (keyboard_take(&keyboard, err) < 0)
			return -1;
		events_info(trial->events, "the console of %s; ^] leaves it",
		    trial->name);
		trial->is_attended = true;
		trial->output = show_console;
		trial->context = trial->events;
	}
	result = trial_run(trial, err);
	events_step(trial->events, NULL);
	if (keyboard.is_raw)
		putchar('\n');
	return result;
}

static int
choose_accelerator(const char *name, const struct accelerator **accelerator,
    struct error *err)
{
	*accelerator = NULL;
	if (!name || view_is(view_of(name), "auto"))
		return 0;
	*accelerator = accelerator_find(name);
	return *accelerator ? 0 : error_usage(err, "unknown accelerator '%s'; "
	    "there are kvm, tcg and auto", name);
}

static int
check_port(uint64_t port, struct error *err)
{
	if (port > UINT16_MAX)
		return error_usage(err, "there is no port %llu",
		    (unsigned long long)port);
	return port ? qemu_check_port((uint16_t)port, err) : 0;
}

static int
open_disks(const struct subject *subject, struct machine *machine,
    struct events *events, struct error *err)
{
	vector_each(disk, &subject->disks) {
		int fd;

		if (disk->is_network) {
			events_warn(events, "the guest is booted without "
			    "'%s', which is a network disk", disk->path);
			continue;
		}
		fd = raw_disk_open(disk->path, disk->is_qcow2, events, err);
		if (fd < 0)
			return -1;
		*vector_push(&machine->disks) = fd;
	}
	return 0;
}

/* The copy takes the disk's place. */
static int
copy_for_firmware(const struct subject_disk *root, int *disk, int filesystem,
    struct error *err)
{
	const struct partition_table table = raw_disk_table(*disk, root->table);
	auto_close int copy = file_temporary(err);
	int reader;

	if (copy < 0 || clone_image(*disk, copy, err) < 0 ||
	    boot_menu_set_console(filesystem, "ttyS0", err) < 0 ||
	    partition_table_fill(&table, filesystem, copy, err) < 0)
		return -1;
	reader = file_reader(copy, err);
	if (reader < 0)
		return -1;
	close(*disk);
	*disk = reader;
	return 0;
}

static int
look_into_root(const struct subject_disk *root, struct machine *machine,
    struct boot_files *files, struct error *err)
{
	int *disk = &machine->disks.items[0];
	auto_close int filesystem = raw_disk_filesystem(*disk, root->table,
	    err);

	if (filesystem < 0 || boot_files_read(filesystem, files, err) < 0)
		return error_prefix(err, "reading '%s'", root->path);
	if (!machine->firmware)
		return 0;
	return copy_for_firmware(root, disk, filesystem, err) == 0 ? 0
	    : error_prefix(err, "copying '%s'", root->path);
}

static int
choose_firmware(const char *name, const struct subject_disk *root,
    const struct firmware **firmware, struct error *err)
{
	if (!name)
		return 0;
	*firmware = firmware_find(name);
	if (!*firmware)
		return error_usage(err, "unknown firmware '%s'; there are bios "
		    "and uefi", name);
	if (!root->table)
		return error_usage(err, "no firmware boots '%s', which mkguest "
		    "has not made with a partition table (table=gpt); leave "
		    "out --firmware", root->path);
	return firmware_check(*firmware, err);
}

static void
close_disks(struct machine *machine)
{
	vector_each(disk, &machine->disks)
		close(*disk);
	vector_release(&machine->disks);
}

static int
report(const struct request *request, const struct trial *trial,
    struct error *err)
{
	if (request->json)
		return print_json(trial, err);
	print_text(trial);
	return 0;
}

static int
try_subject(const struct request *request, const struct subject *subject,
    struct trial *trial, struct error *err)
{
	auto_boot_files struct boot_files files = BOOT_FILES_NONE;
	auto_free char *command_line = NULL;
	struct machine machine auto_end(close_disks) = {
		.cards = subject->cards.items,
		.card_count = subject->cards.count,
		.ssh_port = (uint16_t)request->ssh_port,
		.memory = request->memory ? request->memory
		    : subject->memory ? subject->memory : DEFAULT_MEMORY,
	};
	int result;

	if (choose_firmware(request->firmware, subject->disks.items,
	    &machine.firmware, err) < 0 ||
	    open_disks(subject, &machine, trial->events, err) < 0 ||
	    look_into_root(subject->disks.items, &machine, &files, err) < 0)
		return -1;
	command_line = memory_printf("root=UUID=%s ro console=ttyS0",
	    files.filesystem_uuid);
	machine.kernel = files.kernel;
	machine.initrd = files.initrd;
	machine.command_line = command_line;
	trial->name = subject->name;
	trial->hostname = files.hostname ? files.hostname
	    : subject->hostname ? subject->hostname : subject->name;
	trial->machine = &machine;
	result = boot(trial, request, err);
	if (err->kind == ERROR_INTERRUPTED || err->kind == ERROR_USAGE)
		return -1;
	if (report(request, trial, err) < 0)
		return -1;
	return result;
}

static int
run(void *record, struct strings *operands, struct terminal *terminal,
    struct error *err)
{
	const struct request *request = record;
	auto_subject struct subject subject = {0};
	auto_trial struct trial trial = {
		.timeout = request->timeout,
		.stays = request->ssh_port,
		.events = &terminal->events,
		.input = STDIN_FILENO,
	};

	if (operands->count != 1)
		return error_usage(err, operands->count
		    ? "one guest at a time; see --help"
		    : "NAME or CFG is missing; see --help");
	if (check_port(request->ssh_port, err) < 0 ||
	    choose_accelerator(request->accelerator, &trial.accelerator,
	    err) < 0 || subject_find(operands->items[0], &subject, err) < 0)
		return -1;
	return try_subject(request, &subject, &trial, err);
}

static const struct option *const tables[] = {options, NULL};

static const struct tool tool = {
	.name = "mkguest-try",
	.usage = "mkguest-try [OPTION]… NAME|CFG",
	.about = "Boots a guest's own kernel under QEMU until its login prompt, "
	    "without Xen, or its\ndisk with the firmware of a PC.\n"
	    "The guest's disk is not changed.\n",
	.tables = tables,
	.terminal = offsetof(struct request, terminal),
	.run = run,
};

int
main(int argc, char **argv)
{
	struct request request = {.timeout = DEFAULT_TIMEOUT};
	int status = argc > 0 ? tool_main(&tool, &request, argv) : 2;

	options_release(options, &request);
	return status;
}
