#include "install/runnable.h"

#include <elf.h>
#include <string.h>
#include <sys/statvfs.h>

#include "base/cleanup.h"
#include "base/command.h"
#include "base/file.h"
#include "install/place.h"
#include "suite/suite.h"

/* From 2.42 on; its value is the ABI's. */
#ifndef EM_LOONGARCH
#define EM_LOONGARCH 258
#endif

static const char program_file[] = "mkguest-runnable";

enum { ADDRESS = 0x400000, PAGE = 0x10000 };

#define CODE(bytes) bytes, sizeof(bytes) - 1

/* exit(0) of Linux, as machine code; see syscall(2). */
static const struct machine {
	const char *architecture;
	unsigned char word;	/* bytes */
	unsigned char order;	/* ELFDATA2LSB or ELFDATA2MSB */
	uint16_t number;	/* EM_… */
	uint32_t flags;	/* of the ABI */
	const char *code;
	size_t length;
} machines[] = {
	/* xor %edi,%edi; mov $60,%eax; syscall */
	{"amd64", 8, ELFDATA2LSB, EM_X86_64, 0,
	    CODE("\x31\xff\xb8\x3c\0\0\0\x0f\x05")},
	/* mov x0,0; mov x8,93; svc 0 */
	{"arm64", 8, ELFDATA2LSB, EM_AARCH64, 0,
	    CODE("\0\0\x80\xd2\xa8\x0b\x80\xd2\x01\0\0\xd4")},
	/* mov r0,0; mov r7,1; svc 0 */
	{"armel", 4, ELFDATA2LSB, EM_ARM, EF_ARM_EABI_VER5,
	    CODE("\0\0\xa0\xe3\x01\x70\xa0\xe3\0\0\0\xef")},
	{"armhf", 4, ELFDATA2LSB, EM_ARM, EF_ARM_EABI_VER5,
	    CODE("\0\0\xa0\xe3\x01\x70\xa0\xe3\0\0\0\xef")},
	/* xor %ebx,%ebx; mov $1,%eax; int $0x80 */
	{"i386", 4, ELFDATA2LSB, EM_386, 0,
	    CODE("\x31\xdb\xb8\x01\0\0\0\xcd\x80")},
	/* ori a0,zero,0; addi.w a7,zero,93; syscall 0 */
	{"loong64", 8, ELFDATA2LSB, EM_LOONGARCH, 3,
	    CODE("\x04\0\x80\x03\x0b\x74\x81\x02\0\0\x2b\0")},
	/* li a0,0; li v0,5058; syscall */
	{"mips64el", 8, ELFDATA2LSB, EM_MIPS, EF_MIPS_ARCH_64R2,
	    CODE("\0\0\x04\x24\xc2\x13\x02\x24\x0c\0\0\0")},
	/* li a0,0; li v0,4001; syscall */
	{"mipsel", 4, ELFDATA2LSB, EM_MIPS, EF_MIPS_ARCH_32R2 | 0x1000,
	    CODE("\0\0\x04\x24\xa1\x0f\x02\x24\x0c\0\0\0")},
	/* li r3,0; li r0,1; sc */
	{"ppc64el", 8, ELFDATA2LSB, EM_PPC64, 2,
	    CODE("\0\0\x60\x38\x01\0\0\x38\x02\0\0\x44")},
	/* li a0,0; li a7,93; ecall */
	{"riscv64", 8, ELFDATA2LSB, EM_RISCV, EF_RISCV_FLOAT_ABI_DOUBLE,
	    CODE("\x13\x05\0\0\x93\x08\xd0\x05\x73\0\0\0")},
	/* lghi %r2,0; svc 1 */
	{"s390x", 8, ELFDATA2MSB, EM_S390, 0, CODE("\xa7\x29\0\0\x0a\x01")},
};

/* In the machine's order of bytes. */
static void
put(struct buffer *program, const struct machine *machine, unsigned bytes,
    uint64_t value)
{
	for (unsigned i = 0; i < bytes; i++) {
		unsigned place = machine->order == ELFDATA2LSB
		    ? i : bytes - 1 - i;
		char byte = (char)(value >> (8 * place));

		buffer_add(program, &byte, 1);
	}
}

static void
put_header(struct buffer *program, const struct machine *machine,
    unsigned header, unsigned segment)
{
	const char identity[EI_NIDENT] = {
		ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3,
		machine->word == 8 ? ELFCLASS64 : ELFCLASS32,
		(char)machine->order, EV_CURRENT,
	};
	const struct {
		unsigned bytes;
		uint64_t value;
	} fields[] = {
		{2, ET_EXEC}, {2, machine->number}, {4, EV_CURRENT},
		{machine->word, ADDRESS + header + segment},
		{machine->word, header}, {machine->word, 0},
		{4, machine->flags}, {2, header}, {2, segment}, {2, 1},
		{2, machine->word == 8 ? sizeof(Elf64_Shdr)
		    : sizeof(Elf32_Shdr)}, {2, 0}, {2, 0},
	};

	buffer_add(program, identity, sizeof(identity));
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		put(program, machine, fields[i].bytes, fields[i].value);
}

/* The only segment is the whole file. */
static void
put_segment(struct buffer *program, const struct machine *machine,
    uint64_t size)
{
	const uint64_t words[] = {0, ADDRESS, ADDRESS, size, size};

	put(program, machine, 4, PT_LOAD);
	if (machine->word == 8)
		put(program, machine, 4, PF_R | PF_X);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		put(program, machine, machine->word, words[i]);
	if (machine->word == 4)
		put(program, machine, 4, PF_R | PF_X);
	put(program, machine, machine->word, PAGE);
}

bool
runnable_program(const char *architecture, struct buffer *program)
{
	for (size_t i = 0; i < sizeof(machines) / sizeof(*machines); i++) {
		const struct machine *machine = &machines[i];
		bool is_long = machine->word == 8;
		unsigned header =
		    is_long ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr);
		unsigned segment =
		    is_long ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);

		if (strcmp(machine->architecture, architecture))
			continue;
		put_header(program, machine, header, segment);
		put_segment(program, machine,
		    header + segment + machine->length);
		buffer_add(program, machine->code, machine->length);
		return true;
	}
	return false;
}

static int
run_program(int root, struct view program, struct error *err)
{
	auto_command struct command command = {.root = root};

	if (place_file(root, program_file, program, 0755, err) < 0)
		return -1;
	command_addf(&command, "/%s", program_file);
	return command_run(&command, err);
}

int
runnable_check(int root, const char *architecture, struct error *err)
{
	auto_buffer struct buffer program = {0};
	int result;

	if (!strcmp(architecture, suite_host_architecture()) ||
	    !runnable_program(architecture, &program))
		return 0;
	result = run_program(root,
	    (struct view){program.data, program.length}, err);
	if (result == 0)
		return place_remove(root, program_file, err);
	if (err->kind == ERROR_INTERRUPTED)
		return -1;
	error_release(err);
	return error_set(err, "this machine runs no programs of '%s' in a root "
	    "of theirs; apt-get install qemu-user-static, or make the "
	    "first stage with --foreign", architecture);
}

int
runnable_check_mount(int root, struct error *err)
{
	struct statvfs status;
	auto_free char *path = NULL;

	if (fstatvfs(root, &status) < 0)
		return error_errno(err, "look at the root's filesystem");
	if (!(status.f_flag & ST_NOEXEC))
		return 0;
	path = file_descriptor_path(root);
	return error_set(err, "the root's programs cannot run in '%s', on a "
	    "filesystem that is mounted noexec; mount it with exec, or make a "
	    "tar", path ? path : "?");
}
