#include "guest/identity.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <uuid.h>

#include "base/cleanup.h"
#include "base/epoch.h"
#include "base/memory.h"

/* Names of mkguest's own, so that they meet no others' (RFC 4122, 4.3). */
static const uuid_t identity_namespace = {0x0f, 0x6e, 0x0e, 0xd4, 0x2b, 0x8c,
    0x4c, 0x1e, 0x9a, 0x57, 0x61, 0xb3, 0x5d, 0x7a, 0x40, 0x92};

static bool
mac_has_shape(const char *text)
{
	static const char shape[] = "xx:xx:xx:xx:xx:xx";
	size_t i;

	for (i = 0; shape[i] && text[i]; i++)
		if (shape[i] == ':' ? text[i] != ':' :
		    !isxdigit((unsigned char)text[i]))
			return false;
	return !shape[i] && !text[i];
}

static char *
text_lower(const char *text)
{
	char *lower = memory_string(text);

	for (char *c = lower; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return lower;
}

char *
mac_normal(const char *text, struct error *err)
{
	if (!mac_has_shape(text)) {
		error_usage(err, "'%s' is no MAC address; write it as "
		    "00:16:3e:xx:xx:xx", text);
		return NULL;
	}
	if (strtoul((char[]){text[0], text[1], '\0'}, NULL, 16) & 1) {
		error_usage(err, "MAC address '%s' is a group's, not a card's",
		    text);
		return NULL;
	}
	if (strspn(text, "0:") == strlen(text)) {
		error_usage(err, "MAC address '%s' is nobody's", text);
		return NULL;
	}
	return text_lower(text);
}

char *
uuid_normal(const char *text, struct error *err)
{
	uuid_t uuid = {0};

	if (uuid_parse(text, uuid) < 0 || uuid_is_null(uuid)) {
		error_usage(err, "'%s' is no UUID", text);
		return NULL;
	}
	return text_lower(text);
}

char *
machine_id_normal(const char *text, struct error *err)
{
	static const char zero[] = "00000000000000000000000000000000";
	auto_free char *id = text_lower(text);
	size_t length = 0;

	for (const char *c = id; *c; c++)
		if (*c != '-')
			id[length++] = *c;
	id[length] = '\0';
	if (length == sizeof(zero) - 1 && strcmp(id, zero) &&
	    strspn(id, "0123456789abcdef") == length)
		return steal_pointer(&id);
	error_usage(err, "'%s' is neither empty, new nor an id of 32 "
	    "hexadecimal digits", text);
	return NULL;
}

static void
identity_make(const struct identity *identity, const char *purpose,
    uuid_t uuid)
{
	int64_t epoch = source_date_epoch();
	auto_free char *seed = identity->seed
	    ? memory_printf("seed %s", identity->seed)
	    : epoch >= 0 ? memory_printf("%lld", (long long)epoch) : NULL;
	auto_free char *text = NULL;

	if (!seed) {
		uuid_generate_random(uuid);
		return;
	}
	text = memory_printf("%s\n%s\n%s", seed, identity->name, purpose);
	uuid_generate_sha1(uuid, identity_namespace, text, strlen(text));
}

char *
identity_uuid(const struct identity *identity, const char *purpose)
{
	char *text = memory_zeroed(1, UUID_STR_LEN);
	uuid_t uuid = {0};

	identity_make(identity, purpose, uuid);
	uuid_unparse_lower(uuid, text);
	return text;
}

char *
identity_mac(const struct identity *identity, const char *purpose)
{
	uuid_t bits = {0};

	identity_make(identity, purpose, bits);
	return memory_printf("00:16:3e:%02x:%02x:%02x", bits[0] & 0x7f,
	    bits[1], bits[2]);
}
