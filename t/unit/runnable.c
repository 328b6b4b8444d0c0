#include "install/runnable.h"

#include "base/cleanup.h"
#include "base/command.h"
#include "base/file.h"
#include "suite/suite.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

static const struct {
	const char *architecture;
	const char *emulator;
} cases[] = {
	{"amd64", "qemu-x86_64-static"}, {"arm64", "qemu-aarch64-static"},
	{"armel", "qemu-arm-static"}, {"armhf", "qemu-arm-static"},
	{"i386", "qemu-i386-static"}, {"loong64", "qemu-loongarch64-static"},
	{"mips64el", "qemu-mips64el-static"},
	{"mipsel", "qemu-mipsel-static"},
	{"ppc64el", "qemu-ppc64le-static"},
	{"riscv64", "qemu-riscv64-static"}, {"s390x", "qemu-s390x-static"},
};

static bool
runs(const char *emulator, const char *name, struct error *err)
{
	auto_command struct command command = {0};

	if (emulator)
		command_add(&command, emulator);
	command_addf(&command, "./%s", name);
	return command_run(&command, err) == 0;
}

static void
test_program(const char *architecture, const char *emulator)
{
	auto_error struct error err = {0};
	auto_buffer struct buffer program = {0};

	ok(runnable_program(architecture, &program), "%s is known",
	    architecture);
	ok(file_replace(AT_FDCWD, architecture, program.data, program.length,
	    0755, &err) == 0 && runs(emulator, architecture, &err),
	    "its program runs, and ends well: %s", err.text ? err.text : "");
}

int
main(void)
{
	auto_buffer struct buffer program = {0};

	scratch_enter();
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		test_program(cases[i].architecture, cases[i].emulator);
	test_program(suite_host_architecture(), NULL);
	ok(!runnable_program("vax", &program) && !program.length,
	    "another one is not known");
	scratch_leave();
	return done();
}
