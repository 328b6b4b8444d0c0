#include "t/fuzz/target.h"

#include <sys/socket.h>

#include "emulate/qmp.h"

/* What we answered, so that there is room for more. */
static void
drain(int fd)
{
	char block[4096];

	while (recv(fd, block, sizeof(block), MSG_DONTWAIT) > 0)
		continue;
}

static int
feed(struct qmp *qmp, int peer, struct view bytes, struct error *err)
{
	if (send(peer, bytes.data, bytes.length, MSG_NOSIGNAL) < 0)
		abort();
	drain(peer);
	return qmp_read(qmp, err);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum { STEP = 512 };
	auto_error struct error err = {0};
	struct qmp qmp = {0};
	int ends[2], result = 0;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
	    ends) < 0)
		abort();
	qmp.fd = ends[0];
	for (size_t i = 0; i < size && result == 0; i += STEP)
		result = feed(&qmp, ends[1], input_view(data + i,
		    size - i < STEP ? size - i : STEP), &err);
	check_sentence(result, &err);
	qmp_release(&qmp);
	close(ends[0]);
	close(ends[1]);
	return 0;
}
