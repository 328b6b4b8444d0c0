#include "repo/url.h"

#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"

char *
url_below(const char *address, struct view path)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/+:@!$&'()*,;=";
	struct buffer url = {0};

	buffer_printf(&url, "%s/", address);
	for (size_t i = 0; i < path.length; i++) {
		unsigned char c = (unsigned char)path.data[i];

		if (c && strchr(plain, c))
			buffer_add(&url, &c, 1);
		else
			buffer_printf(&url, "%%%02X", c);
	}
	return buffer_steal(&url);
}

char *
url_of_operand(const char *operand)
{
	return operand[0] == '/' ? url_below("file:", view_of(operand + 1))
	    : memory_string(operand);
}
