#include "emulate/qmp.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/memory.h"

enum { MESSAGE_MAX = 1 << 20 };

static void
qmp_execute(const struct qmp *qmp, const char *command)
{
	auto_free char *text = memory_printf("{\"execute\": \"%s\"}\n", command);

	/* A QEMU that has ended is noticed when we read. */
	(void)!send(qmp->fd, text, strlen(text), MSG_NOSIGNAL);
}

/* An event says only that the machine stopped; its status says why. */
static void
event_stop(struct qmp *qmp, json_t *message)
{
	(void)message;
	qmp_execute(qmp, "query-status");
}

static void
event_shutdown(struct qmp *qmp, json_t *message)
{
	const char *reason = NULL;

	json_unpack(message, "{s:{s:s}}", "data", "reason", &reason);
	free(qmp->shutdown);
	qmp->shutdown = memory_string(reason ? reason : "unknown");
}

static const struct event {
	const char *name;
	void (*take)(struct qmp *qmp, json_t *message);
} events[] = {
	{"STOP", event_stop},
	{"SHUTDOWN", event_shutdown},
};

static void
qmp_message(struct qmp *qmp, json_t *message)
{
	const char *name = json_string_value(json_object_get(message, "event"));
	const char *status = json_string_value(json_object_get(
	    json_object_get(message, "return"), "status"));

	if (json_object_get(message, "QMP"))
		qmp_execute(qmp, "qmp_capabilities");
	if (status && !strcmp(status, "internal-error"))
		qmp->internal_error = true;
	for (size_t i = 0; name && i < sizeof(events) / sizeof(*events); i++)
		if (!strcmp(name, events[i].name))
			events[i].take(qmp, message);
}

static int
qmp_line(struct qmp *qmp, struct view line, struct error *err)
{
	json_t *message = json_loadb(line.data, line.length, 0, NULL);
	bool is_object = json_is_object(message);

	if (is_object)
		qmp_message(qmp, message);
	json_decref(message);
	return is_object ? 0
	    : error_set(err, "QEMU sent something that is not QMP");
}

/* Takes the messages that have ended, and keeps the rest. */
static int
qmp_take(struct qmp *qmp, struct error *err)
{
	struct view rest = {qmp->pending.data, qmp->pending.length}, line;

	while (memchr(rest.data, '\n', rest.length) &&
	    view_cut(&rest, '\n', &line))
		if (view_trim(line).length && qmp_line(qmp, line, err) < 0)
			return -1;
	memmove(qmp->pending.data, rest.data, rest.length + 1);
	qmp->pending.length = rest.length;
	return rest.length > MESSAGE_MAX
	    ? error_set(err, "QEMU sent an endless QMP message") : 0;
}

int
qmp_read(struct qmp *qmp, struct error *err)
{
	char block[4096];
	ssize_t length = read(qmp->fd, block, sizeof(block));

	if (length < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (length <= 0) {
		qmp->fd = -1;
		return 0;
	}
	buffer_add(&qmp->pending, block, (size_t)length);
	return qmp_take(qmp, err);
}

void
qmp_release(struct qmp *qmp)
{
	buffer_release(&qmp->pending);
	free(qmp->shutdown);
	*qmp = (struct qmp){.fd = -1};
}
