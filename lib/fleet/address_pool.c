#include "fleet/address_pool.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"

static uint32_t
address_number(const struct address *address)
{
	uint32_t number;

	memcpy(&number, address->bytes, sizeof(number));
	return ntohl(number);
}

/* Of a last one without a dot the front is the first's. */
static char *
last_text(struct view first, struct view last)
{
	const char *dot = memrchr(first.data, '.', first.length);
	size_t front = dot && !memchr(last.data, '.', last.length)
	    ? (size_t)(dot + 1 - first.data) : 0;

	return memory_printf(VIEW_FORMAT VIEW_FORMAT, (int)front, first.data,
	    VIEW_ARGUMENTS(last));
}

int
address_pool_parse(const char *text, struct address_pool *pool,
    struct error *err)
{
	struct view last = view_of(text), first;
	struct address from, to;
	auto_free char *whole = NULL;

	view_cut(&last, '-', &first);
	if (!last.length)
		return error_usage(err, "'%s' is no range of addresses; write "
		    "192.0.2.10-99", text);
	whole = last_text(first, last);
	if (address_parse(first, AF_INET, &from, err) < 0 ||
	    address_parse(view_of(whole), AF_INET, &to, err) < 0)
		return -1;
	pool->first = address_number(&from);
	pool->last = address_number(&to);
	return pool->first <= pool->last ? 0 : error_usage(err, "'%s' "
	    "descends; write the smaller address first", text);
}

bool
address_pool_has(const struct address_pool *pool,
    const struct address *address)
{
	return address->family == AF_INET &&
	    address_number(address) >= pool->first &&
	    address_number(address) <= pool->last;
}

struct address
address_pool_address(uint32_t number)
{
	uint32_t ordered = htonl(number);
	struct address address = {.family = AF_INET, .prefix = 32};

	memcpy(address.bytes, &ordered, sizeof(ordered));
	return address;
}
