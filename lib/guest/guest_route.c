#include "guest/guest_route.h"

#include "base/cleanup.h"
#include "base/memory.h"

/* What is there beside the prefix would be ignored, so it is a slip. */
static int
destination_check(const struct address *destination, struct error *err)
{
	struct address network = *destination;
	auto_free char *wrong = address_text_prefix(destination);
	auto_free char *right = NULL;

	if (address_is_network(destination))
		return 0;
	for (unsigned bit = network.prefix; bit < address_bits(&network); bit++)
		network.bytes[bit / 8] &= (unsigned char)~(0x80 >> bit % 8);
	right = address_text_prefix(&network);
	return error_usage(err, "'%s' is no network; write %s", wrong, right);
}

int
guest_route_parse(struct view text, struct guest_route *route,
    struct error *err)
{
	struct view gateway = text, destination;

	view_cut(&gateway, '@', &destination);
	*route = (struct guest_route){0};
	if (address_parse_prefix(destination, AF_UNSPEC, &route->destination,
	    err) < 0 || destination_check(&route->destination, err) < 0)
		return -1;
	if (!gateway.data)
		return 0;
	if (address_parse(gateway, route->destination.family, &route->gateway,
	    err) < 0)
		return -1;
	return address_check_host(&route->gateway, &route->gateway, err);
}

char *
guest_route_text(const struct guest_route *route)
{
	auto_free char *destination =
	    address_text_prefix(&route->destination);
	auto_free char *gateway = route->gateway.family
	    ? address_text(&route->gateway) : NULL;

	return gateway ? memory_printf("%s@%s", destination, gateway)
	    : memory_string(destination);
}
