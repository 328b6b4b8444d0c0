#include "base/address.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/size.h"

static const char *
family_name(int family)
{
	return family == AF_INET ? "IPv4 address"
	    : family == AF_INET6 ? "IPv6 address" : "IP address";
}

unsigned
address_bits(const struct address *address)
{
	return address->family == AF_INET ? 32 : 128;
}

int
address_parse(struct view text, int family, struct address *address,
    struct error *err)
{
	auto_free char *copy = view_string(text);
	int wanted = family != AF_UNSPEC ? family
	    : strchr(copy, ':') ? AF_INET6 : AF_INET;

	*address = (struct address){.family = wanted};
	if (strlen(copy) != text.length ||
	    inet_pton(wanted, copy, address->bytes) != 1)
		return error_usage(err, "'%s' is no %s", copy,
		    family_name(family));
	address->prefix = address_bits(address);
	return 0;
}

int
address_parse_prefix(struct view text, int family, struct address *address,
    struct error *err)
{
	struct view prefix = text, alone;
	auto_error struct error no_number = {0};
	uint64_t bits;

	view_cut(&prefix, '/', &alone);
	if (address_parse(alone, family, address, err) < 0)
		return -1;
	if (!prefix.data)
		return error_usage(err, "'" VIEW_FORMAT "' has no prefix "
		    "length; write " VIEW_FORMAT "/%d", VIEW_ARGUMENTS(text),
		    VIEW_ARGUMENTS(text), address->family == AF_INET ? 24
		    : 64);
	if (number_parse(prefix, &bits, &no_number) < 0 || !bits ||
	    bits > address_bits(address))
		return error_usage(err, "'" VIEW_FORMAT "': the prefix length "
		    "is not between 1 and %u", VIEW_ARGUMENTS(text),
		    address_bits(address));
	address->prefix = (unsigned)bits;
	return 0;
}

bool
address_equal(const struct address *a, const struct address *b)
{
	return a->family == b->family &&
	    !memcmp(a->bytes, b->bytes, address_bits(a) / 8);
}

static bool
address_bit(const struct address *address, unsigned bit)
{
	return address->bytes[bit / 8] >> (7 - bit % 8) & 1;
}

bool
address_is_in(const struct address *address, const struct address *network)
{
	if (address->family != network->family)
		return false;
	for (unsigned bit = 0; bit < network->prefix; bit++)
		if (address_bit(address, bit) != address_bit(network, bit))
			return false;
	return true;
}

bool
address_is_link_local(const struct address *address)
{
	static const struct address networks[] = {
		{AF_INET, {169, 254}, 16}, {AF_INET6, {0xfe, 0x80}, 10},
	};

	return address_is_in(address, &networks[0]) ||
	    address_is_in(address, &networks[1]);
}

/* Are all bits from `first` on so? */
static bool
address_ends_in(const struct address *address, unsigned first, bool value)
{
	for (unsigned bit = first; bit < address_bits(address); bit++)
		if (address_bit(address, bit) != value)
			return false;
	return true;
}

bool
address_is_network(const struct address *address)
{
	return address_ends_in(address, address->prefix, false);
}

static const struct {
	struct address network;
	const char *what;
} reserved[] = {
	{{AF_INET, {0}, 8}, "nobody's"},
	{{AF_INET, {127}, 8}, "the loopback's"},
	{{AF_INET, {224}, 4}, "a group's"},
	{{AF_INET, {240}, 4}, "reserved"},
	{{AF_INET6, {0}, 128}, "nobody's"},
	{{AF_INET6, {[15] = 1}, 128}, "the loopback's"},
	{{AF_INET6, {[10] = 0xff, 0xff}, 96}, "an IPv4 address"},
	{{AF_INET6, {0xff}, 8}, "a group's"},
};

/* A network of two or one has no addresses but its hosts' (RFC 3021, RFC
 * 6164). */
int
address_check_host(const struct address *host,
    const struct address *network, struct error *err)
{
	auto_free char *text = address_text(host);

	for (size_t i = 0; i < sizeof(reserved) / sizeof(*reserved); i++)
		if (address_is_in(host, &reserved[i].network))
			return error_usage(err, "'%s' is %s, not a host's",
			    text, reserved[i].what);
	if (!address_is_in(host, network) ||
	    network->prefix + 1 >= address_bits(network))
		return 0;
	if (address_ends_in(host, network->prefix, false))
		return error_usage(err, "'%s' is the address of the whole "
		    "network, not a host's", text);
	if (host->family == AF_INET &&
	    address_ends_in(host, network->prefix, true))
		return error_usage(err, "'%s' is the network's address for "
		    "broadcasts, not a host's", text);
	return 0;
}

char *
address_text(const struct address *address)
{
	char *text = memory_zeroed(1, INET6_ADDRSTRLEN);

	inet_ntop(address->family, address->bytes, text, INET6_ADDRSTRLEN);
	return text;
}

char *
address_text_prefix(const struct address *address)
{
	auto_free char *alone = address_text(address);

	return memory_printf("%s/%u", alone, address->prefix);
}

char *
address_netmask(const struct address *address)
{
	struct address mask = {.family = address->family};

	for (unsigned bit = 0; bit < address->prefix; bit++)
		mask.bytes[bit / 8] |= (unsigned char)(0x80 >> bit % 8);
	return address_text(&mask);
}
