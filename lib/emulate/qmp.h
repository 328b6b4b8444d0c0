/*
 * qmp: QEMU's Machine Protocol (docs/interop/qmp-spec): JSON messages, one a
 * line, on a socket. Read only to learn how the machine fares: why it stopped,
 * and that it shut down.
 */
#ifndef EMULATE_QMP_H
#define EMULATE_QMP_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"

struct qmp {
	int fd;	/* the caller's; -1 once QEMU closed it */
	struct buffer pending;	/* of a message that has not ended */
	bool internal_error;	/* the accelerator could not go on */
	char *shutdown;	/* the reason given: guest-reset, …; or NULL */
};

/* Reads what has come. */
int qmp_read(struct qmp *qmp, struct error *err);
void qmp_release(struct qmp *qmp);

#endif
