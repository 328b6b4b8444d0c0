#include "guest/guest_nics.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"

#define NIC(member) offsetof(struct guest_nic, member)

/* What two cards may not have in common, and what only one may have, as a
 * guest has one default route. */
static const struct {
	size_t offset;	/* of a char * */
	const char *name;
	bool is_single;
} unique[] = {
	{NIC(mac), "mac", false}, {NIC(vifname), "vifname", false},
	{NIC(gateway), "gateway", true}, {NIC(gateway6), "gateway6", true},
};

static int
nics_check_unique(const struct guest_nic *a, const struct guest_nic *b,
    struct error *err)
{
	for (size_t i = 0; i < sizeof(unique) / sizeof(*unique); i++) {
		const char *one =
		    *(char *const *)((const char *)a + unique[i].offset);
		const char *two =
		    *(char *const *)((const char *)b + unique[i].offset);

		if (!one || !two)
			continue;
		if (unique[i].is_single)
			return error_usage(err, "another card has a %s; a "
			    "guest has one default route, write route= for "
			    "others", unique[i].name);
		if (strcmp(one, two) == 0)
			return error_usage(err, "another card has the %s '%s'",
			    unique[i].name, one);
	}
	return 0;
}

static int
nics_check_addresses(const struct strings *a, const struct strings *b,
    struct error *err)
{
	struct address one, two;

	for (size_t i = 0; guest_nic_next_address(a, &i, &one);)
		for (size_t j = 0; guest_nic_next_address(b, &j, &two);) {
			auto_free char *text = address_text(&one);

			if (address_equal(&one, &two))
				return error_usage(err, "another card has the "
				    "address %s", text);
		}
	return 0;
}

/* The last one is compared with those before. */
static int
nics_check_last(const struct guest_nics *nics, struct error *err)
{
	const struct guest_nic *last = &nics->items[nics->count - 1];

	for (const struct guest_nic *nic = nics->items; nic < last; nic++)
		if (nics_check_unique(nic, last, err) < 0 ||
		    nics_check_addresses(&nic->ip, &last->ip, err) < 0 ||
		    nics_check_addresses(&nic->ip6, &last->ip6, err) < 0)
			return -1;
	return 0;
}

void
guest_nics_read(struct guest_nics *nics, const struct strings *words,
    struct faults *faults)
{
	for (size_t i = 0; i < words->count; i++) {
		auto_error struct error one = {0};
		struct guest_nic *nic = vector_push(nics);

		if (guest_nic_parse(words->items[i], nic, &one) < 0 ||
		    guest_nic_complete(nic, &one) < 0 ||
		    nics_check_last(nics, &one) < 0)
			faults_add(faults, "nic", i, &one);
	}
}

int
guest_nics_parse(struct guest_nics *nics, struct view lines,
    struct error *err)
{
	struct view line;

	while (lines.data && view_cut(&lines, '\n', &line)) {
		auto_free char *text = view_string(view_trim(line));

		struct guest_nic *nic = vector_push(nics);

		if (guest_nic_parse(text, nic, err) < 0)
			return -1;
		if (!nic->mac)
			return error_set(err, "'%s' has no mac", text);
	}
	return 0;
}

void
guest_nics_text(const struct guest_nics *nics, struct buffer *text)
{
	vector_each(nic, nics) {
		if (nic > nics->items)
			buffer_text(text, "\n");
		guest_nic_text(nic, text);
	}
}

bool
guest_nics_have_mac(const struct guest_nics *nics, const char *mac)
{
	vector_each(nic, nics)
		if (nic->mac && strcmp(nic->mac, mac) == 0)
			return true;
	return false;
}

/* The first's purpose is the bare word. */
void
guest_nics_make_ids(struct guest_nics *nics, const struct identity *identity)
{
	for (size_t i = 0; i < nics->count; i++) {
		struct guest_nic *nic = &nics->items[i];
		auto_free char *purpose = i ? memory_printf("mac%zu", i)
		    : memory_string("mac");

		if (!nic->mac)
			nic->mac = identity_mac(identity, purpose);
	}
}

void
guest_nics_release(struct guest_nics *nics)
{
	vector_each(nic, nics)
		guest_nic_release(nic);
	vector_release(nics);
}
