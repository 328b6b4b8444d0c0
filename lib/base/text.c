#include "base/text.h"

#include <string.h>
#include <strings.h>

#include "base/memory.h"

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

struct view
view_of(const char *text)
{
	return (struct view){text, text ? strlen(text) : 0};
}

char *
view_string(struct view view)
{
	return memory_copy(view.data, view.length);
}

bool
view_is(struct view view, const char *text)
{
	return view_equal(view, view_of(text));
}

bool
view_equal(struct view a, struct view b)
{
	return a.length == b.length &&
	    (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

bool
view_equal_fold(struct view a, struct view b)
{
	return a.length == b.length &&
	    (a.length == 0 || strncasecmp(a.data, b.data, a.length) == 0);
}

bool
view_starts(struct view view, const char *front)
{
	size_t length = strlen(front);

	return view.length >= length && memcmp(view.data, front, length) == 0;
}

bool
view_ends(struct view view, const char *back)
{
	size_t length = strlen(back);

	return view.length >= length &&
	    memcmp(view.data + view.length - length, back, length) == 0;
}

/* How many bytes a character has that begins so; 0: none does. */
static size_t
utf8_length(unsigned char first)
{
	return first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2
	    : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
}

/* Neither longer than needed, nor a surrogate, nor beyond U+10FFFF. */
static bool
utf8_second_is_right(unsigned char first, unsigned char second)
{
	return (first != 0xe0 || second >= 0xa0) &&
	    (first != 0xed || second < 0xa0) &&
	    (first != 0xf0 || second >= 0x90) &&
	    (first != 0xf4 || second < 0x90);
}

bool
view_is_utf8(struct view view)
{
	const unsigned char *byte = (const unsigned char *)view.data;
	const unsigned char *end = byte + view.length;

	while (byte < end) {
		size_t length = utf8_length(*byte);

		if (!length || (size_t)(end - byte) < length ||
		    (length > 1 && !utf8_second_is_right(byte[0], byte[1])))
			return false;
		for (size_t i = 1; i < length; i++)
			if ((byte[i] & 0xc0) != 0x80)
				return false;
		byte += length;
	}
	return true;
}

int
view_compare(struct view a, struct view b)
{
	size_t shorter = a.length < b.length ? a.length : b.length;
	int order = shorter ? memcmp(a.data, b.data, shorter) : 0;

	return order ? order : (a.length > b.length) - (a.length < b.length);
}

struct view
view_trim(struct view view)
{
	while (view.length && is_space(view.data[0]))
		view.data++, view.length--;
	while (view.length && is_space(view.data[view.length - 1]))
		view.length--;
	return view;
}

bool
view_cut(struct view *rest, char separator, struct view *part)
{
	const char *end;

	if (!rest->data)
		return false;
	end = rest->length ? memchr(rest->data, separator, rest->length) : NULL;
	if (!end) {
		*part = *rest;
		*rest = (struct view){0};
		return true;
	}
	*part = (struct view){rest->data, (size_t)(end - rest->data)};
	rest->length -= part->length + 1;
	rest->data = end + 1;
	return true;
}

bool
view_word(struct view *rest, struct view *word)
{
	while (rest->length && is_space(rest->data[0]))
		rest->data++, rest->length--;
	if (!rest->length)
		return false;
	word->data = rest->data;
	while (rest->length && !is_space(rest->data[0]))
		rest->data++, rest->length--;
	word->length = (size_t)(rest->data - word->data);
	return true;
}
