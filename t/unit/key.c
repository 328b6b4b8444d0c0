#include "base/key.h"

#include <string.h>

#include "base/cleanup.h"
#include "tap.h"

struct field {
	const char *name, *value;
};

/* Two of each kind that must not be the same. */
static const struct {
	struct field one[2], other[2];
	const char *what;
} pairs[] = {
	{{{"a", "x"}, {"b", "y"}}, {{"a", "xb"}, {"b", "y"}}, "a value"},
	{{{"a", "x"}, {"b", "y"}}, {{"b", "x"}, {"b", "y"}}, "a name"},
	{{{"a", "x"}, {"b", "y"}}, {{"b", "y"}, {"a", "x"}}, "the order"},
	{{{"a", ""}, {"b", ""}}, {{"a", NULL}, {"b", ""}},
	    "nothing and an empty text"},
	{{{"a", "x\nb 1:y"}, {"c", ""}}, {{"a", "x"}, {"b", "y\nc 0:"}},
	    "what looks like a field in a value"},
};

static void
key_of(const struct field fields[2], char hex[DIGEST_HEX_MAX + 1])
{
	auto_buffer struct buffer key = {0};

	for (int i = 0; i < 2; i++)
		key_text(&key, fields[i].name, fields[i].value);
	key_finish(&key, hex);
}

int
main(void)
{
	char one[DIGEST_HEX_MAX + 1], again[DIGEST_HEX_MAX + 1];

	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		key_of(pairs[i].one, one);
		key_of(pairs[i].one, again);
		is_text(again, one, "the same again");
		key_of(pairs[i].other, again);
		ok(strcmp(one, again), "it shows: %s", pairs[i].what);
		ok(digest_is_hex(DIGEST_SHA256, view_of(one)), "a digest");
	}
	return done();
}
