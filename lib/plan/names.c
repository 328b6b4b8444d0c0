#include "plan/names.h"

#include "base/vector.h"

/* apt's hash of names, by which it walks through them (pkgCache::sHash). */
static uint32_t
apt_hash(struct view text)
{
	uint32_t hash = 5381;

	for (size_t i = 0; i < text.length; i++)
		hash = 33 * hash + (unsigned char)text.data[i];
	return hash % 196613;
}

static int
compare_hashes(const void *a, const void *b)
{
	const struct package_name *name_a = *(struct package_name *const *)a;
	const struct package_name *name_b = *(struct package_name *const *)b;
	uint32_t hash_a = apt_hash(name_a->base);
	uint32_t hash_b = apt_hash(name_b->base);

	if (hash_a != hash_b)
		return hash_a < hash_b ? -1 : 1;
	return package_name_compare(name_a, name_b);
}

void
names_sort_by_hash(struct names *names)
{
	vector_sort(names, compare_hashes);
}
