#include "base/key.h"

void
key_add(struct buffer *key, const char *name, struct view value)
{
	if (!value.data) {
		buffer_printf(key, "%s -\n", name);
		return;
	}
	buffer_printf(key, "%s %zu:", name, value.length);
	buffer_view(key, value);
	buffer_text(key, "\n");
}

void
key_text(struct buffer *key, const char *name, const char *text)
{
	key_add(key, name, view_of(text));
}

void
key_number(struct buffer *key, const char *name, uint64_t number)
{
	buffer_printf(key, "%s %llu\n", name, (unsigned long long)number);
}

void
key_strings(struct buffer *key, const char *name,
    const struct strings *strings)
{
	vector_each(string, strings)
		key_text(key, name, *string);
}

void
key_finish(const struct buffer *key, char hex[DIGEST_HEX_MAX + 1])
{
	struct digest *digest = digest_new(DIGEST_SHA256);

	digest_add(digest, key->data, key->length);
	digest_finish(digest, hex);
	digest_free(digest);
}
