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
	char *path;	/* as the package calls it */
	char *key;	/* the map's */
};

struct loss {
	struct unpacked *package;
	char *path;
};

struct path_owners {
	pthread_mutex_t mutex;
	struct map claims;	/* key of a place → struct claim */
	VECTOR(struct loss) losses;	/* not settled yet */
};

struct path_owners *
path_owners_new(void)
{
	struct path_owners *owners = memory_new(struct path_owners);

	pthread_mutex_init(&owners->mutex, NULL);
	return owners;
}

static void
losses_clear(struct path_owners *owners)
{
	vector_each(loss, &owners->losses)
		free(loss->path);
	owners->losses.count = 0;
}

void
path_owners_free(struct path_owners *owners)
{
	if (!owners)
		return;
	for (size_t i = 0; i < owners->claims.count; i++) {
		struct claim *claim = owners->claims.entries[i].value;

		free(claim->path);
		free(claim->key);
		free(claim);
	}
	losses_clear(owners);
	map_release(&owners->claims);
	vector_release(&owners->losses);
	pthread_mutex_destroy(&owners->mutex);
	free(owners);
}

static char *
place_key(const struct path_place *place)
{
	return memory_printf("%llx/%s", (unsigned long long)place->directory,
	    place->name);
}

static void
owners_lose(struct path_owners *owners, struct unpacked *package,
    const char *path)
{
	*vector_push(&owners->losses) =
	    (struct loss){package, memory_string(path)};
}

static int
claim_refuse(const struct claim *claim, const struct path_place *place,
    const struct unpacked *package, struct error *err)
{
	struct view a = claim->package->name, b = package->name;
	bool in_order = view_compare(a, b) <= 0;
	struct view first = in_order ? a : b, second = in_order ? b : a;

	return error_set(err, "'%s' is in the packages '" VIEW_FORMAT
	    "' and '" VIEW_FORMAT "', and neither replaces the other; "
	    "diverted files are not supported yet", place->path,
	    VIEW_ARGUMENTS(first), VIEW_ARGUMENTS(second));
}

/* Somebody else has the place already: who replaces whom? */
static int
claim_contest(struct path_owners *owners, struct claim *claim,
    const struct path_place *place, struct unpacked *package,
    struct error *err)
{
	bool ours, theirs;

	if (unpacked_replaces(package, claim->package, &ours, err) < 0 ||
	    unpacked_replaces(claim->package, package, &theirs, err) < 0)
		return -1;
	if (ours) {
		owners_lose(owners, claim->package, claim->path);
		free(claim->path);
		claim->path = memory_string(place->path);
		claim->package = package;
		return 1;
	}
	if (theirs) {
		owners_lose(owners, package, place->path);
		return 0;
	}
	return claim_refuse(claim, place, package, err);
}

static int
owners_claim(struct path_owners *owners, const struct path_place *place,
    struct unpacked *package, struct error *err)
{
	char *key = place_key(place);
	struct claim **slot =
	    (struct claim **)map_put(&owners->claims, view_of(key));

	if (*slot) {
		free(key);
		if ((*slot)->package == package)
			return 1;
		return claim_contest(owners, *slot, place, package, err);
	}
	*slot = memory_new(struct claim);
	(*slot)->package = package;
	(*slot)->path = memory_string(place->path);
	(*slot)->key = key;
	return 1;
}

int
path_owners_claim(struct path_owners *owners, const struct path_place *place,
    struct unpacked *package, struct error *err)
{
	int result;

	pthread_mutex_lock(&owners->mutex);
	result = owners_claim(owners, place, package, err);
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

int
path_owners_settle(struct path_owners *owners, struct error *err)
{
	vector_each(loss, &owners->losses) {
		struct unpacked_path *path =
		    unpacked_find(loss->package, loss->path);

		if (strings_has(&loss->package->conffiles, loss->path))
			return error_set(err, "conffile '%s' of '" VIEW_FORMAT
			    "' moves to another package, which is not "
			    "supported yet", loss->path,
			    VIEW_ARGUMENTS(loss->package->name));
		if (path)
			path->is_lost = true;
	}
	losses_clear(owners);
	return 0;
}
