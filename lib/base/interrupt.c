#include "base/interrupt.h"

#include <signal.h>
#include <stddef.h>

static const int interrupt_signals[] = {SIGINT, SIGTERM, SIGHUP};
static volatile sig_atomic_t interrupted;

static void
interrupt_note(int number)
{
	(void)number;
	interrupted = 1;
}

static void
interrupt_set_handler(void (*handler)(int))
{
	struct sigaction action = {.sa_handler = handler};

	for (size_t i = 0;
	    i < sizeof(interrupt_signals) / sizeof(*interrupt_signals); i++)
		sigaction(interrupt_signals[i], &action, NULL);
}

void
interrupt_catch(void)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	interrupt_set_handler(interrupt_note);
	sigaction(SIGPIPE, &ignore, NULL);
}

bool
interrupt_is_set(void)
{
	return interrupted;
}

int
interrupt_check(struct error *err)
{
	return interrupted ? error_interrupted(err) : 0;
}

void
interrupt_default(void)
{
	interrupt_set_handler(SIG_DFL);
}
