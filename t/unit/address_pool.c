#include "fleet/address_pool.h"

#include "base/cleanup.h"
#include "t/unit/tap.h"

static const struct {
	const char *text, *first, *last;
} pools[] = {
	{"192.0.2.10-99", "192.0.2.10", "192.0.2.99"},
	{"192.0.2.250-192.0.3.5", "192.0.2.250", "192.0.3.5"},
	{"192.0.2.7-7", "192.0.2.7", "192.0.2.7"},
};

static const struct {
	const char *text, *why;
} refusals[] = {
	{"192.0.2.10", "'192.0.2.10' is no range of addresses; write "
	    "192.0.2.10-99"},
	{"192.0.2.10-", "'192.0.2.10-' is no range of addresses; write "
	    "192.0.2.10-99"},
	{"192.0.2.10-9", "'192.0.2.10-9' descends; write the smaller address "
	    "first"},
	{"192.0.2.10-300", "'192.0.2.300' is no IPv4 address"},
	{"192.0.2-99", "'192.0.2' is no IPv4 address"},
	{"-99", "'' is no IPv4 address"},
};

static void
test_pool(size_t i)
{
	struct address_pool pool = {0};
	auto_error struct error err = {0};
	struct address first, last, beyond;
	auto_free char *from = NULL, *to = NULL;

	is_number(address_pool_parse(pools[i].text, &pool, &err), 0, "%s",
	    pools[i].text);
	first = address_pool_address(pool.first);
	last = address_pool_address(pool.last);
	beyond = address_pool_address(pool.last + 1);
	from = address_text(&first);
	to = address_text(&last);
	is_text(from, pools[i].first, "its first");
	is_text(to, pools[i].last, "its last");
	ok(address_pool_has(&pool, &first) && address_pool_has(&pool, &last) &&
	    !address_pool_has(&pool, &beyond), "what is in it");
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(pools) / sizeof(*pools); i++)
		test_pool(i);
	for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++) {
		struct address_pool pool;
		auto_error struct error err = {0};

		is_number(address_pool_parse(refusals[i].text, &pool, &err),
		    -1, "'%s' is refused", refusals[i].text);
		is_text(err.text, refusals[i].why, "and why");
	}
	return done();
}
