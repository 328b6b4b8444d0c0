#include "fleet/fleet_word.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "base/cleanup.h"
#include "base/memory.h"

void
fleet_word_send(int socket, const struct fleet_word *word, const char *text)
{
	struct iovec parts[] = {
		{(void *)word, sizeof(*word)},
		{(void *)text, text ? strnlen(text, WORD_TEXT_MAX) : 0},
	};
	struct msghdr packet = {.msg_iov = parts, .msg_iovlen = 2};
	ssize_t sent;

	do
		sent = sendmsg(socket, &packet, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
}

int
fleet_word_receive(int socket, struct fleet_word *word, char **text)
{
	char *block = memory_zeroed(WORD_TEXT_MAX + 1, 1);
	struct iovec parts[] = {
		{word, sizeof(*word)}, {block, WORD_TEXT_MAX},
	};
	struct msghdr packet = {.msg_iov = parts, .msg_iovlen = 2};
	ssize_t got;

	do
		got = recvmsg(socket, &packet, 0);
	while (got < 0 && errno == EINTR);
	if (got < (ssize_t)sizeof(*word)) {
		free(block);
		return 0;
	}
	*text = block;
	return 1;
}
