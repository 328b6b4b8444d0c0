/*
 * qemu: QEMU as a child of ours, with a machine that boots a guest's own
 * kernel, or whose firmware boots the guest's disk. The disk is not changed:
 * what the guest writes goes to a file without a name in $TMPDIR. Serial
 * console and QMP are sockets, everything is handed over by descriptor. As root
 * it runs as nobody. It dies with us.
 */
#ifndef EMULATE_QEMU_H
#define EMULATE_QEMU_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/vector.h"
#include "emulate/card.h"
#include "emulate/qmp.h"

struct accelerator {
	const char *name;	/* kvm, tcg */
	const char *title;	/* for people */
	const char *cpu;
	const char *device;	/* that it needs; NULL: nothing */
};

/* In the order of preference; name NULL ends. */
extern const struct accelerator accelerators[];

/* NULL if there is none of that name. */
const struct accelerator *accelerator_find(const char *name);
/* May it be tried? That it then works is not said. */
bool accelerator_is_there(const struct accelerator *accelerator);

/* That boots the first disk itself. */
struct firmware {
	const char *name;	/* bios, uefi */
	const char *image;	/* NULL: QEMU's own */
	const char *package;	/* Debian's, with the image */
};

/* NULL if there is none of that name. */
const struct firmware *firmware_find(const char *name);
/* Is its image here? If not, the error names the package. */
int firmware_check(const struct firmware *firmware, struct error *err);

struct machine {
	VECTOR(int) disks;	/* open for reading; the root's first */
	const struct firmware *firmware;	/* NULL: QEMU boots what follows */
	int kernel;
	int initrd;	/* -1: none */
	const char *command_line;	/* the kernel's */
	const struct card *cards;
	size_t card_count;	/* none: one card with QEMU's own address */
	uint16_t ssh_port;	/* of 127.0.0.1, that leads to port 22 of the
				   first card; 0: none */
	uint64_t memory;	/* MiB */
};

struct qemu {
	pid_t pid;	/* not waited for until qemu_end; 0: none */
	int console;	/* -1 once QEMU closed it, as errors is */
	int errors;	/* its stderr */
	struct qmp qmp;
	int qmp_socket;
	struct buffer said;	/* on stderr */
};

#define QEMU_NONE {.console = -1, .errors = -1, .qmp_socket = -1, \
    .qmp = {.fd = -1}}
#define auto_qemu __attribute__((cleanup(qemu_end)))

int qemu_start(struct qemu *qemu, const struct machine *machine,
    const struct accelerator *accelerator, struct error *err);
/* Can a machine have this port of 127.0.0.1? */
int qemu_check_port(uint16_t port, struct error *err);
/* Reads what it said on stderr. */
void qemu_listen(struct qemu *qemu);
/* The last line that it said; a copy, "" for nothing. */
char *qemu_last_words(const struct qemu *qemu);
/* Ends it if it is still there, waits for it, closes everything. */
void qemu_end(struct qemu *qemu);

#endif
