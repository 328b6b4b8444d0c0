#include "emulate/trial.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/interrupt.h"
#include "base/memory.h"

enum { SILENCE_MAX = 10, TICK_MS = 200, LEAVE_KEY = 0x1d };

/* How a boot under one accelerator ended. */
enum ending {
	GOING_ON,
	PROMPT,
	LEFT,	/* the person at the console went away */
	NOT_RUNNING,	/* the accelerator does not run this kernel */
	HOPELESS,
	GONE,	/* QEMU ended */
	TOO_LATE,
};

struct boot {
	struct trial *trial;
	struct qemu qemu;
	struct console console;
	double started;
	char *why_not_running;
};

static void
boot_prompt(struct trial *trial, double seconds)
{
	trial->login = true;
	trial->seconds = seconds;
	if (trial->stays)
		events_info(trial->events, "%s: login prompt after %.1f s; the "
		    "trial ends when the guest shuts down, or by Ctrl-C",
		    trial->name, seconds);
}

static void
boot_console(struct boot *boot)
{
	char block[4096];
	ssize_t length = read(boot->qemu.console, block, sizeof(block));

	if (length < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (length <= 0) {
		close(boot->qemu.console);
		boot->qemu.console = -1;
		return;
	}
	console_add(&boot->console, block, (size_t)length);
	if (boot->trial->output)
		boot->trial->output(boot->trial->context, block,
		    (size_t)length);
	if (boot->console.login && !boot->trial->login) {
		boot_prompt(boot->trial, clock_seconds() - boot->started);
	}
}

/* What was typed goes to the guest; false at the key that leaves. */
static bool
boot_input(struct boot *boot)
{
	char block[256];
	ssize_t length = read(boot->trial->input, block, sizeof(block));
	const char *leave;

	if (length < 0)
		return errno == EINTR || errno == EAGAIN;
	leave = memchr(block, LEAVE_KEY, (size_t)length);
	if (leave)
		length = leave - block;
	/* A guest that reads nothing for so long loses what is typed. */
	if (length > 0 && write(boot->qemu.console, block, (size_t)length) < 0)
		return errno == EAGAIN || errno == EPIPE;
	return !leave && length > 0;
}

/* Waits for a moment and takes what came. */
static enum ending
boot_poll(struct boot *boot, struct error *err)
{
	struct qemu *qemu = &boot->qemu;
	struct pollfd polls[] = {
		{.fd = qemu->console, .events = POLLIN},
		{.fd = qemu->qmp.fd, .events = POLLIN},
		{.fd = qemu->errors, .events = POLLIN},
		{.fd = boot->trial->is_attended ? boot->trial->input : -1,
		    .events = POLLIN},
	};

	if (poll(polls, sizeof(polls) / sizeof(*polls), TICK_MS) <= 0)
		return GOING_ON;
	if (polls[0].revents)
		boot_console(boot);
	if (polls[1].revents && qmp_read(&qemu->qmp, err) < 0)
		return GONE;
	if (polls[2].revents)
		qemu_listen(qemu);
	if (polls[3].revents && !boot_input(boot))
		return LEFT;
	return GOING_ON;
}

static bool
boot_is_over(const struct boot *boot)
{
	return boot->qemu.console < 0 && boot->qemu.errors < 0;
}

static enum ending
not_running(struct boot *boot, const char *why)
{
	boot->why_not_running = memory_string(why);
	return NOT_RUNNING;
}

static enum ending
ended_silently(struct boot *boot)
{
	auto_free char *last = qemu_last_words(&boot->qemu);

	if (*last)
		return not_running(boot, last);
	return not_running(boot, boot->qemu.qmp.shutdown
	    ? "the machine reset itself at once" : "QEMU ended at once");
}

/* What all that came so far means, the worst first. */
static enum ending
boot_judge(struct boot *boot)
{
	const struct trial *trial = boot->trial;
	double spent = clock_seconds() - boot->started;
	bool is_silent = !boot->console.bytes;

	if (boot->qemu.qmp.internal_error)
		return not_running(boot, "QEMU stopped with an internal error");
	if (boot_is_over(boot))
		return is_silent ? ended_silently(boot) : GONE;
	if (trial->used->device && is_silent && spent > SILENCE_MAX)
		return not_running(boot, "no byte on its console in 10 s");
	if (trial->is_attended)
		return GOING_ON;
	if (trial->login)
		return trial->stays ? GOING_ON : PROMPT;
	if (boot->console.hopeless)
		return HOPELESS;
	return trial->timeout && spent > (double)trial->timeout
	    ? TOO_LATE : GOING_ON;
}

static enum ending
boot_follow(struct boot *boot, struct error *err)
{
	enum ending ending;

	do {
		if (interrupt_check(err) < 0)
			return GONE;
		ending = boot_poll(boot, err);
		if (ending == GOING_ON)
			ending = boot_judge(boot);
	} while (ending == GOING_ON);
	return ending;
}

static int
say_gone(const struct boot *boot, struct error *err)
{
	auto_free char *last = qemu_last_words(&boot->qemu);

	if (boot->qemu.qmp.shutdown)
		return error_set(err, "the guest shut down (%s) before its "
		    "login prompt", boot->qemu.qmp.shutdown);
	return error_set(err, "QEMU ended before the login prompt%s%s",
	    *last ? ": " : "", last);
}

static int
say_ending(const struct boot *boot, enum ending ending, struct error *err)
{
	if (err->text)
		return -1;
	if (boot->trial->login)
		return 0;
	switch (ending) {
	case LEFT:
		return error_set(err, "the console was left before the login "
		    "prompt");
	case NOT_RUNNING:
		return error_set(err, "%s does not run this guest: %s",
		    boot->trial->used->title, boot->why_not_running);
	case HOPELESS:
		return error_set(err, "no login prompt: %s",
		    boot->console.hopeless);
	case TOO_LATE:
		return error_set(err, "no login prompt in %llu s",
		    (unsigned long long)boot->trial->timeout);
	default:
		return say_gone(boot, err);
	}
}

static void
boot_release(struct boot *boot)
{
	qemu_end(&boot->qemu);
	console_release(&boot->console);
	free(boot->why_not_running);
}

/* One boot under trial->used. */
static enum ending
boot_run(struct trial *trial, struct error *err)
{
	auto_end(boot_release) struct boot boot = {
		.trial = trial,
		.qemu = QEMU_NONE,
		.console = {
			.hostname = trial->hostname,
			.events = trial->events,
		},
		.started = clock_seconds(),
	};
	auto_free char *step = memory_printf("booting %s with %s",
	    trial->name, trial->used->title);
	enum ending ending;

	events_step(trial->events, step);
	if (qemu_start(&boot.qemu, trial->machine, trial->used, err) < 0)
		return GONE;
	ending = boot_follow(&boot, err);
	if (!trial->login)
		trial->seconds = clock_seconds() - boot.started;
	console_last_lines(&boot.console, &trial->last_lines);
	say_ending(&boot, ending, err);
	return ending;
}

/* The one asked for, or the next that is there; NULL: none. */
static const struct accelerator *
next_accelerator(const struct trial *trial)
{
	const struct accelerator *next = trial->used
	    ? trial->used + 1 : accelerators;

	if (trial->accelerator)
		return trial->used ? NULL : trial->accelerator;
	while (next->name && !accelerator_is_there(next))
		next++;
	return next->name ? next : NULL;
}

int
trial_run(struct trial *trial, struct error *err)
{
	const struct accelerator *next;

	trial->used = next_accelerator(trial);
	while (boot_run(trial, err) == NOT_RUNNING &&
	    (next = next_accelerator(trial))) {
		events_info(trial->events, "%s; trying %s", err->text,
		    next->title);
		error_release(err);
		strings_release(&trial->last_lines);
		trial->used = next;
	}
	return err->text ? -1 : 0;
}

void
trial_release(struct trial *trial)
{
	strings_release(&trial->last_lines);
}
