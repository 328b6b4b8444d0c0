#include "install/claims_file.h"

#include "base/cleanup.h"
#include "base/inside.h"
#include "base/memory.h"
#include "base/size.h"
#include "install/place.h"

static const char claims_path[] = "var/lib/dpkg/mkguest.claims";

/* place->fd is not open afterwards; to claim needs the inode only. */
static int
place_find(int root, const char *path, struct path_place *place,
    struct error *err)
{
	struct stat status;
	const char *name;
	auto_close int fd = inside_open_parent(root, path, &name);

	if (fd < 0 || fstat(fd, &status) < 0)
		return error_errno(err, "the directory of '%s'", path);
	*place = (struct path_place){-1, status.st_ino, name, path};
	return 0;
}

static int
claim_write(const struct round *round, size_t item,
    const struct unpacked_path *claimed, struct buffer *text,
    struct error *err)
{
	auto_free char *path = view_string(diversions_path(
	    &round->rules->diversions, claimed->path,
	    round->planned[item]->name));
	struct path_place place;

	if (place_find(round->bootstrap->root, path, &place, err) < 0)
		return -1;
	if (place.directory != claimed->put_into)
		return error_set(err, "the directory of '%s' was moved", path);
	buffer_printf(text, "%zu %s\n", item, path);
	return 0;
}

int
claims_file_write(const struct round *round, struct error *err)
{
	auto_buffer struct buffer text = {0};

	for (size_t i = 0; i < round->count; i++)
		vector_each(path, &round->planned[i]->paths)
			if (path->put_into &&
			    claim_write(round, i, path, &text, err) < 0)
				return -1;
	return place_file(round->bootstrap->root, claims_path,
	    (struct view){text.data, text.length}, 0600, err);
}

static int
claim_read(const struct round *round, struct path_owners *owners,
    struct view line, struct error *err)
{
	auto_free char *path = NULL;
	struct path_place place;
	struct view number;
	uint64_t item;

	if (!view_cut(&line, ' ', &number) ||
	    number_parse(number, &item, err) < 0 || item >= round->count)
		return error_set(err, "'%s' is not of these packages",
		    claims_path);
	path = view_string(line);
	if (place_find(round->bootstrap->root, path, &place, err) < 0)
		return -1;
	path_owners_claim(owners, &place, round->planned[item]);
	return 0;
}

int
claims_file_read(const struct round *round, struct path_owners *owners,
    struct error *err)
{
	auto_buffer struct buffer text = {0};
	struct view rest, line;

	if (inside_read(round->bootstrap->root, claims_path, &text, err) < 0)
		return -1;
	rest = (struct view){text.data, text.length};
	while (view_cut(&rest, '\n', &line))
		if (line.length && claim_read(round, owners, line, err) < 0)
			return -1;
	return 0;
}

int
claims_file_remove(int root, struct error *err)
{
	return inside_remove(root, claims_path, err);
}
