#include "fleet/fleet_addresses.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "fleet/address_pool.h"

static const char pool_word[] = "ip=pool";

/* A pool, and how far it is used up. */
struct spring {
	struct address_pool pool;
	uint64_t next;	/* all numbers before it are taken */
	bool is_wrong;
};

struct giving {
	const struct fleet_file *file;
	const struct claims *claims;
	struct error_list *wrong;
	struct map springs;	/* by the text of Address-Pool */
	struct map taken;	/* addresses; the keys are in `texts` */
	struct strings texts;
};

/* --- what is taken ------------------------------------------------------- */

static bool
is_taken(const struct giving *giving, const char *address)
{
	return map_get(&giving->taken, view_of(address));
}

static void
take(struct giving *giving, const char *address)
{
	if (is_taken(giving, address))
		return;
	strings_add(&giving->texts, address);
	*map_put(&giving->taken, view_of(giving->texts.items[
	    giving->texts.count - 1])) = giving;
}

/* Its own addresses, and those of gateways and servers of names. */
static void
take_word(struct giving *giving, const char *word)
{
	struct view rest = view_of(word), value, part;

	while (view_cut(&rest, ',', &value)) {
		auto_error struct error ignored = {0};
		auto_free char *text = NULL;
		struct address address;

		view_cut(&value, '=', &part);
		view_cut(&value, '/', &part);
		if (address_parse(part, AF_INET, &address, &ignored) < 0)
			continue;
		text = address_text(&address);
		take(giving, text);
	}
}

/* --- one card ------------------------------------------------------------ */

/* Where "pool" is to be replaced in a card's description; NULL: nowhere. */
static const char *
pool_place(const char *word)
{
	const char *found = word;
	size_t length = strlen(pool_word);

	while ((found = strstr(found, pool_word))) {
		if ((found == word || found[-1] == ',') &&
		    strchr("/,", found[length]))
			return found;
		found += length;
	}
	return NULL;
}

/* The guest's next card that waits for an address; NULL: none does. */
static char **
waiting_word(const struct fleet_guest *guest)
{
	vector_each(word, &guest->guest.nic)
		if (pool_place(*word))
			return word;
	return NULL;
}

static void
word_fulfil(struct giving *giving, char **word, const char *address)
{
	const char *place = pool_place(*word);
	char *given = memory_printf("%.*sip=%s%s", (int)(place - *word), *word,
	    address, place + strlen(pool_word));

	take(giving, address);
	free(*word);
	*word = given;
}

static void
word_refuse(struct giving *giving, const struct fleet_guest *guest,
    const char *word, const char *why)
{
	auto_error struct error one = {0};

	error_usage(&one, "'%s': %s", word, why);
	origins_blame(&guest->guest.origins, "nic",
	    (size_t)(waiting_word(guest) - guest->guest.nic.items), &one);
	error_list_add(giving->wrong, &one);
}

/* --- a pool -------------------------------------------------------------- */

static int
pool_wrong(struct giving *giving, const struct fleet_guest *guest,
    struct error *one)
{
	error_prefix(one, "%s:%u: Address-Pool", giving->file->text.path,
	    guest->address_pool_line);
	error_list_add(giving->wrong, one);
	return -1;
}

/* NULL: the guest has no pool, or one that is wrong. */
static struct spring *
spring_of(struct giving *giving, const struct fleet_guest *guest)
{
	struct view text = view_of(guest->address_pool);
	struct spring *spring = text.data ? map_get(&giving->springs, text)
	    : NULL;
	auto_error struct error one = {0};

	if (text.data && !spring) {
		spring = memory_new(struct spring);
		*map_put(&giving->springs, text) = spring;
		spring->is_wrong = address_pool_parse(text.data, &spring->pool,
		    &one) < 0;
		spring->next = spring->pool.first;
		if (spring->is_wrong)
			pool_wrong(giving, guest, &one);
	}
	return spring && !spring->is_wrong ? spring : NULL;
}

/* The network's own address and that for broadcasts are no guest's. */
static bool
is_usable(const struct address *address, struct view prefix)
{
	auto_free char *alone = address_text(address);
	auto_free char *whole = memory_printf("%s/" VIEW_FORMAT, alone,
	    VIEW_ARGUMENTS(prefix));
	auto_error struct error unfit = {0};
	struct address network;

	return address_parse_prefix(view_of(whole), AF_INET, &network,
	    &unfit) < 0 || address_check_host(&network, &network, &unfit) == 0;
}

/* Freed by the caller; NULL: there is none left. */
static char *
spring_next(struct giving *giving, struct spring *spring, struct view prefix)
{
	while (spring->next <= spring->pool.last) {
		struct address address =
		    address_pool_address((uint32_t)spring->next++);
		char *text = address_text(&address);

		if (!is_taken(giving, text) && is_usable(&address, prefix))
			return text;
		free(text);
	}
	return NULL;
}

/* --- all guests ---------------------------------------------------------- */

/* What a guest has already is no other's. */
static void
keep_addresses(struct giving *giving)
{
	vector_each(claim, giving->claims) {
		struct fleet_guest *guest = claim->kind != CLAIM_ADDRESS ? NULL
		    : map_get(&giving->file->guest_names,
		    view_of(claim->owner));
		char **word = guest ? waiting_word(guest) : NULL;
		struct spring *spring = word ? spring_of(giving, guest) : NULL;
		auto_error struct error ignored = {0};
		struct address address;

		if (spring && address_parse(view_of(claim->what), AF_INET,
		    &address, &ignored) == 0 &&
		    address_pool_has(&spring->pool, &address) &&
		    !is_taken(giving, claim->what))
			word_fulfil(giving, word, claim->what);
	}
	vector_each(claim, giving->claims)
		if (claim->kind == CLAIM_ADDRESS)
			take(giving, claim->what);
}

static int
give_address(struct giving *giving, const struct fleet_guest *guest,
    char **word)
{
	struct view prefix = view_of(pool_place(*word) + strlen(pool_word));
	struct spring *spring = spring_of(giving, guest);
	auto_error struct error dry = {0};
	auto_free char *address = NULL;
	struct view part;

	if (!guest->address_pool)
		word_refuse(giving, guest, *word, "there is no Address-Pool to "
		    "take the address from");
	else if (*prefix.data != '/')
		word_refuse(giving, guest, *word, "it has no prefix length; "
		    "write ip=pool/24");
	if (!spring || *prefix.data != '/')
		return -1;
	view_cut(&prefix, '/', &part);
	view_cut(&prefix, ',', &part);
	address = spring_next(giving, spring, part);
	if (address) {
		word_fulfil(giving, word, address);
		return 0;
	}
	error_set(&dry, "'%s' has no address left for '%s'; make it larger, "
	    "or delete guests", guest->address_pool, guest->guest.name);
	return pool_wrong(giving, guest, &dry);
}

static void
give_addresses(struct giving *giving, struct fleet_guest *guest)
{
	char **word;

	while (!guest->lacks_address && (word = waiting_word(guest)))
		guest->lacks_address = give_address(giving, guest, word) < 0;
}

/* A pool that is not asked for an address is a mistake. */
static void
check_use(struct giving *giving, const struct fleet_guest *guest)
{
	auto_error struct error one = {0};

	if (!guest->address_pool ||
	    map_get(&giving->springs, view_of(guest->address_pool)))
		return;
	error_usage(&one, "no guest takes an address out of it; write Nic: "
	    "ip=pool/24");
	pool_wrong(giving, guest, &one);
}

void
fleet_addresses_give(const struct fleet_file *file,
    const struct claims *claims, struct error_list *wrong)
{
	struct giving giving = {file, claims, wrong};

	vector_each(guest, &file->guests)
		vector_each(word, &(*guest)->guest.nic)
			take_word(&giving, *word);
	keep_addresses(&giving);
	vector_each(guest, &file->guests)
		give_addresses(&giving, *guest);
	vector_each(guest, &file->guests)
		check_use(&giving, *guest);
	for (size_t i = 0; i < giving.springs.count; i++)
		free(giving.springs.entries[i].value);
	map_release(&giving.springs);
	map_release(&giving.taken);
	strings_release(&giving.texts);
}
