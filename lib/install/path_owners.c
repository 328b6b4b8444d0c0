#include "install/path_owners.h"

#include <pthread.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/map.h"
#include "base/memory.h"

struct claim {
	struct unpacked *package;
	char *key;	/* the map's */
};

struct path_owners {
	pthread_mutex_t mutex;
	struct map claims;	/* key of a place → struct claim */
};

struct path_owners *
path_owners_new(void)
{
	struct path_owners *owners = memory_new(struct path_owners);

	pthread_mutex_init(&owners->mutex, NULL);
	return owners;
}

void
path_owners_free(struct path_owners *owners)
{
	if (!owners)
		return;
	for (size_t i = 0; i < owners->claims.count; i++) {
		struct claim *claim = owners->claims.entries[i].value;

		free(claim->key);
		free(claim);
	}
	map_release(&owners->claims);
	pthread_mutex_destroy(&owners->mutex);
	free(owners);
}

static char *
place_key(const struct path_place *place)
{
	return memory_printf("%llx/%s", (unsigned long long)place->directory,
	    place->name);
}

/* Every one of several is slow but the first, in whatever order they meet. */
static enum path_claim
claim_contest(struct claim *claim, struct unpacked *package)
{
	if (claim->package->place < package->place) {
		package->is_slow = true;
		return CLAIM_LOST;
	}
	claim->package->is_slow = true;
	claim->package = package;
	return CLAIM_WON;
}

static enum path_claim
owners_claim(struct path_owners *owners, const struct path_place *place,
    struct unpacked *package)
{
	char *key = place_key(place);
	struct claim **slot =
	    (struct claim **)map_put(&owners->claims, view_of(key));

	if (*slot) {
		free(key);
		return (*slot)->package == package ? CLAIM_WON
		    : claim_contest(*slot, package);
	}
	*slot = memory_new(struct claim);
	**slot = (struct claim){package, key};
	return CLAIM_FIRST;
}

enum path_claim
path_owners_claim(struct path_owners *owners, const struct path_place *place,
    struct unpacked *package)
{
	enum path_claim result;

	pthread_mutex_lock(&owners->mutex);
	result = owners_claim(owners, place, package);
	pthread_mutex_unlock(&owners->mutex);
	return result;
}

static bool
owners_has(const struct path_owners *owners, const struct path_place *place,
    const struct unpacked *package)
{
	auto_free char *key = place_key(place);
	const struct claim *claim = map_get(&owners->claims, view_of(key));

	return claim && claim->package == package;
}

bool
path_owners_has(struct path_owners *owners, const struct path_place *place,
    const struct unpacked *package)
{
	bool has;

	pthread_mutex_lock(&owners->mutex);
	has = owners_has(owners, place, package);
	pthread_mutex_unlock(&owners->mutex);
	return has;
}

int
path_owners_rename(struct path_owners *owners, const struct path_place *place,
    const struct unpacked *package, const char *temporary)
{
	int result;

	pthread_mutex_lock(&owners->mutex);
	if (owners_has(owners, place, package))
		result = renameat(place->fd, temporary, place->fd,
		    place->name);
	else
		result = unlinkat(place->fd, temporary, 0);
	pthread_mutex_unlock(&owners->mutex);
	return result;
}
