#include "base/confined_program.h"

#include "base/cleanup.h"
#include "base/command.h"
#include "scratch.h"

static bool
runs(const char *program, const char *script, int (*prepare)(void *context))
{
	auto_close int fd = open("ours", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	auto_command struct command command = {0};
	auto_error struct error err = {0};

	command_add(&command, program);
	command_add(&command, "-c");
	command_add(&command, script);
	command_pass(&command, fd, 3);
	command.prepare = prepare;
	return command_run(&command, &err) == 0;
}

/* What can be done, and what only outside. */
static const struct {
	const char *what;
	const char *program;
	const char *script;
	bool is_allowed;
} cases[] = {
	{"reads files", "sh", "read line <text", true},
	{"opens its descriptor", "sh", "echo x >/proc/self/fd/3", true},
	{"has threads", "python3", "import threading; "
	    "t = threading.Thread(target=print); t.start(); t.join()", true},
	{"writes a file", "sh", "echo x >>text", false},
	{"makes a file", "sh", "echo x >new", false},
	{"renames a file", "python3", "import os; os.rename('text', 'text')",
	    false},
	{"starts a process", "sh", "/bin/true; exit 0", false},
	{"has a socket", "python3", "import socket; socket.socket()", false},
	{"signals another", "python3", "import os; os.kill(os.getppid(), 0)",
	    false},
	{"asks a file for its flags", "python3", "import fcntl; "
	    "fcntl.ioctl(open('text'), 0x80086601, b'........')", false},
	{"opens a device", "sh", "echo x >/dev/null", false},
};

static const char literal[] = "import ctypes; path = b'/proc/self/fd/3'; "
    "realpath = ctypes.CDLL(None).realpath; "
    "realpath.restype = ctypes.c_char_p; "
    "assert realpath(path, None) == path; open(path).close()";

int
main(void)
{
	scratch_enter();
	shell("echo line >text");
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *program = cases[i].program;
		const char *script = cases[i].script;

		ok(runs(program, script, NULL), "%s: outside",
		    cases[i].what);
		ok(runs(program, script, confined_program_prepare) ==
		    cases[i].is_allowed, "%s: %s", cases[i].what,
		    cases[i].is_allowed ? "inside, too" : "not inside");
	}
	ok(!runs("python3", literal, confined_program_prepare) &&
	    runs("python3", literal, confined_program_prepare_literal),
	    "a name with a symlink stays literal only where that is asked for");
	ok(shell("test \"$(cat ours)\" = x; grep -q line text"),
	    "nothing else was changed");
	scratch_leave();
	return done();
}
