#include "base/xml.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static const struct {
	char character;
	const char *escape;
} escapes[] = {
	{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"},
	{'\'', "&apos;"},
};

/* RFC 3629: how a character of so many bytes begins, and the least that may be
 * written so. */
static const struct {
	unsigned char mask, mark;
	uint32_t least;
} lengths[] = {
	{0x80, 0x00, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800},
	{0xf8, 0xf0, 0x10000},
};

enum { LENGTHS = sizeof(lengths) / sizeof(*lengths) };

static bool
is_character(uint32_t code)
{
	return (code >= 0x20 && code < 0xd800 && code != 0x7f) ||
	    (code >= 0xe000 && code < 0xfffe) ||
	    (code >= 0x10000 && code < 0x110000);
}

/* The bytes of the character that the text begins with; 0: it is none. */
static size_t
character_length(const char *text)
{
	const unsigned char *bytes = (const unsigned char *)text;
	size_t more = 0;
	uint32_t code;

	while (more < LENGTHS && (*bytes & lengths[more].mask) !=
	    lengths[more].mark)
		more++;
	if (more == LENGTHS)
		return 0;
	code = *bytes & (unsigned char)~lengths[more].mask;
	for (size_t i = 1; i <= more; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (bytes[i] & 0x3f);
	}
	return code < lengths[more].least || !is_character(code) ? 0
	    : more + 1;
}

static const char *
escape_of(char character)
{
	for (size_t i = 0; i < sizeof(escapes) / sizeof(*escapes); i++)
		if (escapes[i].character == character)
			return escapes[i].escape;
	return NULL;
}

int
xml_text(const char *text, struct buffer *xml, struct error *err)
{
	while (*text) {
		size_t length = character_length(text);
		const char *escape = escape_of(*text);

		if (!length)
			return error_set(err, "it has a control character, or "
			    "bytes that are not UTF-8, which XML cannot hold");
		if (escape)
			buffer_text(xml, escape);
		else
			buffer_add(xml, text, length);
		text += length;
	}
	return 0;
}
