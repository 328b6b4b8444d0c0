#include "emulate/console.h"

#include "t/unit/tap.h"

/* As a bookworm guest sent it, escape sequences and all. */
static const char boot[] =
    "[    0.000000] Linux version 6.1.0-56-cloud-amd64 (debian-kernel)\r\n"
    "Begin: Running /scripts/init-premount ... done.\r\n"
    "\r\nWelcome to \033[1mDebian GNU/Linux 12 (bookworm)\033[0m!\r\n\r\n"
    "         Starting \033[0;1;39mmodprobe@loop.ser\xe2\x80\xa6"
    "e\033[0m - Load Kernel Module loop...\r\n"
    "[\033[0;32m  OK  \033[0m] Reached target "
    "\033[0;1;39mgraphical.target\033[0m - Graphical Interface.\r\n"
    "\033]104\007\033(B\r\n"
    "Debian GNU/Linux 12 debian1 ttyS0\r\n\r\n";
static const char prompt[] = "debian1 login: ";

static const char *const boot_lines[] = {
	"[    0.000000] Linux version 6.1.0-56-cloud-amd64 (debian-kernel)",
	"Begin: Running /scripts/init-premount ... done.",
	"Welcome to Debian GNU/Linux 12 (bookworm)!",
	("         Starting modprobe@loop.ser\xe2\x80\xa6"
	    "e - Load Kernel Module loop..."),
	"[  OK  ] Reached target graphical.target - Graphical Interface.",
	"Debian GNU/Linux 12 debian1 ttyS0",
};

static const struct {
	const char *text;
	bool login;
	bool hopeless;
	const char *what;
} cases[] = {
	{"debian1 login: ", true, false, "a prompt"},
	{"x\r\ndebian1 login: ", true, false, "a prompt after a line"},
	{"\033[Hdebian1\033[0m login: ", true, false,
	    "a prompt between sequences"},
	{"\rdebian1 login: [   30.1] late kernel message\r\n", true, false,
	    "a prompt that the kernel wrote after"},
	{"\033[2J\033[01;01HUEFI Interactive Shell v2.2\r\n", false, true,
	    "firmware that finds nothing"},
	{"device files completions.\r\ngrub> ", false, true,
	    "GRUB without a menu"},
	{"no grub> here", false, false, "its prompt inside a line"},
	{"debian1 login", false, false, "a prompt not finished"},
	{"the debian1 login: ", false, false, "a prompt inside a line"},
	{"debian11 login: ", false, false, "another host's prompt"},
	{"xdebian1 login: ", false, false, "a longer host's prompt"},
	{"login: ", false, false, "a prompt without a host"},
	{"(initramfs) ", false, true, "the initrd's shell"},
	{"type exit at (initramfs)", false, false, "a word about that shell"},
	{"[    2.5] Kernel panic - not syncing: VFS: Unable to mount root fs",
	    false, true, "a panic"},
	{"You are in emergency mode. After logging in", false, true,
	    "emergency mode"},
	{"Press Enter for maintenance", false, true, "maintenance"},
	{"Starting emergency.service", false, false, "the name of a unit"},
};

static void
add(struct console *console, const char *text, size_t piece)
{
	size_t length = strlen(text);

	for (size_t at = 0; at < length; at += piece)
		console_add(console, text + at,
		    piece < length - at ? piece : length - at);
}

static void
test_boot(size_t piece)
{
	auto_console struct console console = {.hostname = "debian1"};
	auto_strings struct strings lines = {0};
	size_t count = sizeof(boot_lines) / sizeof(*boot_lines);

	add(&console, boot, piece);
	ok(!console.login && !console.hopeless,
	    "no prompt yet, in pieces of %zu", piece);
	console_last_lines(&console, &lines);
	is_number((long long)lines.count, (long long)count,
	    "the lines, in pieces of %zu", piece);
	for (size_t i = 0; i < count && i < lines.count; i++)
		is_text(lines.items[i], boot_lines[i], "line %zu", i);
	add(&console, prompt, piece);
	ok(console.login, "the prompt, in pieces of %zu", piece);
	is_number((long long)console.bytes,
	    (long long)(sizeof(boot) + sizeof(prompt) - 2), "every byte");
}

static void
test_cases(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		auto_console struct console console = {.hostname = "debian1"};

		add(&console, cases[i].text, 1);
		is_number(console.login, cases[i].login, "%s: login",
		    cases[i].what);
		is_number(console.hopeless != NULL, cases[i].hopeless,
		    "%s: hopeless", cases[i].what);
	}
}

static void
test_bounds(void)
{
	auto_console struct console console = {.hostname = "debian1"};
	auto_strings struct strings lines = {0};

	for (int i = 0; i < 100000; i++)
		console_add(&console, "x", 1);
	for (int i = 0; i < 50; i++)
		console_add(&console, "y\n", 2);
	console_add(&console, "under \xc2\x9b" "way\0\007!", 14);
	console_last_lines(&console, &lines);
	is_number((long long)lines.count, CONSOLE_LINES + 1,
	    "the last lines only");
	is_text(lines.items[0], "y", "the oldest of them");
	is_text(lines.items[CONSOLE_LINES], "under \xc2way!",
	    "the one under way, without controls");
}

int
main(void)
{
	test_boot(1);
	test_boot(3);
	test_boot(4096);
	test_cases();
	test_bounds();
	return done();
}
