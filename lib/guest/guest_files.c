#include "guest/guest_files.h"

#include <unistd.h>

#include "base/config.h"

static int
read_skel(struct guest *guest, struct error *err)
{
	auto_strings struct strings usual = {0};

	vector_each(directory, &guest->skel)
		if (changes_add_tree(&guest->files, *directory, "/", err) < 0)
			return error_prefix(err, "--skel");
	if (guest->skel.count || guest->is_there)
		return 0;
	config_paths("skel", &usual);
	/* the first is to win */
	for (size_t i = usual.count; i-- > 0;)
		if (access(usual.items[i], F_OK) == 0 &&
		    changes_add_tree(&guest->files, usual.items[i], "/",
		    err) < 0)
			return -1;
	return 0;
}

int
guest_read_files(struct guest *guest, struct error *err)
{
	if (read_skel(guest, err) < 0)
		return -1;
	for (size_t i = 0; i + 1 < guest->changes.count; i += 2)
		if (changes_add(&guest->files, guest->changes.items[i],
		    guest->changes.items[i + 1], err) < 0)
			return -1;
	return changes_load(&guest->files, err);
}
