/*
 * trial: a guest booted under QEMU and watched until its login prompt. The
 * accelerators are tried in order: one that is there but does not run the
 * guest's kernel (an internal error, no byte on the console in ten seconds, an
 * end before any) gives way to the next, and that is said.
 */
#ifndef EMULATE_TRIAL_H
#define EMULATE_TRIAL_H

#include "base/error.h"
#include "base/events.h"
#include "emulate/console.h"
#include "emulate/qemu.h"

struct trial {
	const char *name;	/* of the guest, for messages */
	const char *hostname;	/* that stands in its prompt */
	const struct machine *machine;
	const struct accelerator *accelerator;	/* only this; NULL: any */
	uint64_t timeout;	/* seconds; 0: none */
	struct events *events;

	bool stays;	/* the prompt does not end the trial, only the guest */

	/* A person at the console: the prompt and a hopeless message do not
	 * end the trial, only the guest or ^] does. */
	bool is_attended;
	int input;	/* what is typed */
	void (*output)(void *context, const void *data, size_t length);
	void *context;

	/* What came out of it: */
	const struct accelerator *used;
	bool login;	/* the prompt was seen */
	double seconds;	/* from QEMU's start to the prompt, or to the end */
	struct strings last_lines;	/* of the console */
};

#define auto_trial __attribute__((cleanup(trial_release)))

/* 0 the prompt came; -1 and why not. Nothing is running afterwards. */
int trial_run(struct trial *trial, struct error *err);
void trial_release(struct trial *trial);

#endif
