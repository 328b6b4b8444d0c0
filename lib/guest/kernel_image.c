#include "guest/kernel_image.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

enum {
	MAGIC = 0x202,	/* "HdrS" */
	POINTER = 0x20e,	/* little-endian, to a text, less SETUP */
	SETUP = 0x200,
	RELEASE_MAX = 64,
};

char *
kernel_image_release(int fd)
{
	unsigned char head[POINTER + 2 - MAGIC];
	char text[RELEASE_MAX];
	const unsigned char *pointer = head + POINTER - MAGIC;
	ssize_t length = 0, end = 0;

	if (pread(fd, head, sizeof(head), MAGIC) != sizeof(head) ||
	    memcmp(head, "HdrS", 4) || !(pointer[0] | pointer[1]))
		return NULL;
	length = pread(fd, text, sizeof(text),
	    SETUP + (pointer[0] | pointer[1] << 8));
	while (end < length && isgraph((unsigned char)text[end]))
		end++;
	return end > 0 ? view_string((struct view){text, (size_t)end}) : NULL;
}
