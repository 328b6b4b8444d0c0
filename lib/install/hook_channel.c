#include "install/hook_channel.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/interrupt.h"

enum { HEADER = 2 + HOOK_KIND_LENGTH, BLOCK = 4096 };

static int
channel_send(const struct hook_channel *channel, const char *kind,
    const void *data, size_t length, struct error *err)
{
	char message[HEADER + UINT16_MAX];

	if (length > UINT16_MAX)
		return error_set(err, "a name of %zu bytes is too long",
		    length);
	message[0] = (char)(length >> 8);
	message[1] = (char)length;
	memcpy(message + 2, kind, HOOK_KIND_LENGTH);
	if (length)
		memcpy(message + HEADER, data, length);
	return file_write(channel->out, message, HEADER + length, err);
}

static int
channel_read(const struct hook_channel *channel, char *data, size_t length,
    struct error *err)
{
	while (length) {
		ssize_t got = read(channel->in, data, length);

		if (got < 0 && errno == EINTR) {
			if (interrupt_check(err) < 0)
				return -1;
			continue;
		}
		if (got < 0)
			return error_errno(err, "hear from the other side");
		if (got == 0)
			return error_set(err, "the other side is gone");
		data += got;
		length -= (size_t)got;
	}
	return 0;
}

int
hook_channel_receive(const struct hook_channel *channel,
    struct hook_message *message, struct error *err)
{
	unsigned char header[HEADER];
	size_t length;

	buffer_clear(&message->payload);
	if (channel_read(channel, (char *)header, HEADER, err) < 0)
		return -1;
	memcpy(message->kind, header + 2, HOOK_KIND_LENGTH);
	message->kind[HOOK_KIND_LENGTH] = '\0';
	length = (size_t)header[0] << 8 | header[1];
	if (channel_read(channel, buffer_reserve(&message->payload, length),
	    length, err) < 0)
		return -1;
	message->payload.length = length;
	message->payload.data[length] = '\0';
	if (strcmp(message->kind, "error") != 0)
		return 0;
	return error_set(err, "%s", length ? message->payload.data
	    : "the other side failed");
}

int
hook_channel_accept(const struct hook_channel *channel, struct error *err)
{
	return channel_send(channel, "okthx", NULL, 0, err);
}

static int
channel_expect(const struct hook_channel *channel, struct error *err)
{
	struct hook_message message = {{0}};
	int result = hook_channel_receive(channel, &message, err);

	if (result == 0 && strcmp(message.kind, "okthx") != 0)
		result = error_set(err, "the other side says '%s' in place "
		    "of 'okthx'", message.kind);
	buffer_release(&message.payload);
	return result;
}

int
hook_channel_ask(const struct hook_channel *channel, const char *kind,
    const char *text, struct error *err)
{
	if (channel_send(channel, kind, text, strlen(text), err) < 0)
		return -1;
	return channel_expect(channel, err);
}

void
hook_channel_fail(const struct hook_channel *channel,
    const struct error *failure)
{
	auto_error struct error ignored = {0};
	const char *text = failure->text ? failure->text : "";

	channel_send(channel, "error", text, strnlen(text, BLOCK), &ignored);
}

int
hook_channel_give(const struct hook_channel *channel, int fd,
    struct error *err)
{
	char block[BLOCK];
	ssize_t length;

	for (;;) {
		length = read(fd, block, sizeof(block));
		if (length < 0 && errno == EINTR) {
			if (interrupt_check(err) < 0)
				return -1;
			continue;
		}
		if (length <= 0)
			break;
		if (channel_send(channel, "write", block, (size_t)length,
		    err) < 0 || channel_expect(channel, err) < 0)
			return -1;
	}
	if (length < 0)
		return error_errno(err, "read");
	return hook_channel_ask(channel, "close", "", err);
}

int
hook_channel_take(const struct hook_channel *channel, int fd,
    struct error *err)
{
	struct hook_message message = {{0}};
	int result;

	do {
		result = hook_channel_receive(channel, &message, err);
		if (result == 0 && strcmp(message.kind, "write") == 0)
			result = file_write(fd, message.payload.data,
			    message.payload.length, err);
		else if (result == 0 && strcmp(message.kind, "close") != 0)
			result = error_set(err, "the other side says '%s' in "
			    "place of data", message.kind);
		if (result == 0)
			result = hook_channel_accept(channel, err);
	} while (result == 0 && strcmp(message.kind, "close") != 0);
	buffer_release(&message.payload);
	return result;
}
