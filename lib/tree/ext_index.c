#include "tree/ext_index.h"

#include <endian.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/vector.h"

enum {
	DOT_SIZE = 12,
	ROOT_HEAD = 2 * DOT_SIZE + sizeof(struct ext2_dx_root_info),
	NODE_HEAD = 8,	/* an entry without a name */
	CONTINUED = 1,	/* in a hash: the block before ends with the same */
};

struct hashed {
	ext2_dirhash_t hash;
	ext2_dirhash_t minor;
	const struct ext2_dir_entry *entry;	/* in the linear blocks */
};

struct leaf {
	ext2_dirhash_t hash;	/* of its first name */
};

struct index {
	ext2_filsys fs;
	VECTOR(struct hashed) names;
	VECTOR(struct leaf) leaves;
	struct ext_directory packed;	/* the leaves' blocks */
	struct buffer blocks;	/* root and nodes, then all */
};

static void
index_release(struct index *index)
{
	vector_release(&index->names);
	vector_release(&index->leaves);
	ext_directory_release(&index->packed);
	buffer_release(&index->blocks);
}

/* How many references follow a head in a block. */
static size_t
block_limit(ext2_filsys fs, size_t head)
{
	size_t tail = ext2fs_has_feature_metadata_csum(fs->super)
	    ? sizeof(struct ext2_dx_tail) : 0;

	return (fs->blocksize - head - tail) / sizeof(struct ext2_dx_entry);
}

/* --- the leaves ----------------------------------------------------------- */

/* The superblock says whether the one who made it had signed characters. */
static int
hash_version(const struct ext2_super_block *super)
{
	int version = super->s_def_hash_version;

	return super->s_flags & EXT2_FLAGS_UNSIGNED_HASH
	    ? version + EXT2_HASH_LEGACY_UNSIGNED : version;
}

static int
add_name(struct index *index, const struct ext2_dir_entry *entry,
    struct error *err)
{
	struct hashed *name = vector_push(&index->names);
	errcode_t code;

	name->entry = entry;
	code = ext2fs_dirhash2(hash_version(index->fs->super), entry->name,
	    ext2fs_dirent_name_len(entry), NULL, 0,
	    index->fs->super->s_hash_seed, &name->hash, &name->minor);
	return code ? ext_error(err, code, "hash a name") : 0;
}

/* All of a block but "." and "..", which are its first two in the first one. */
static int
add_block_names(struct index *index, const char *block, size_t skipped,
    struct error *err)
{
	size_t room = ext_directory_room(index->fs), at = 0;
	unsigned length;

	while (at < room) {
		struct ext2_dir_entry *entry = (void *)(block + at);
		errcode_t code = ext2fs_get_rec_len(index->fs, entry, &length);

		if (code || length < NODE_HEAD)
			return ext_error(err, code ? code
			    : EXT2_ET_DIR_CORRUPTED, "read directory");
		if (skipped)
			skipped--;
		else if (add_name(index, entry, err) < 0)
			return -1;
		at += length;
	}
	return 0;
}

static int
add_names(struct index *index, const struct ext_directory *directory,
    struct error *err)
{
	for (size_t i = 0; i < directory->blocks.length;
	    i += index->fs->blocksize)
		if (add_block_names(index, directory->blocks.data + i,
		    i ? 0 : 2, err) < 0)
			return -1;
	return 0;
}

static int
compare_names(const void *left, const void *right)
{
	const struct hashed *a = left, *b = right;

	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	if (a->minor != b->minor)
		return a->minor < b->minor ? -1 : 1;
	/* As they were added; all are in one buffer. */
	return a->entry < b->entry ? -1 : a->entry > b->entry;
}

static void
pack_leaves(struct index *index)
{
	const struct hashed *before = NULL;

	vector_sort(&index->names, compare_names);
	vector_each(name, &index->names) {
		size_t length = index->packed.blocks.length;

		ext_directory_copy(index->fs, &index->packed, name->entry);
		if (index->packed.blocks.length > length)
			vector_push(&index->leaves)->hash = name->hash |
			    (before && before->hash == name->hash
			    ? CONTINUED : 0);
		before = name;
	}
	ext_directory_end(index->fs, &index->packed);
}

/* --- the blocks above ------------------------------------------------------ */

static char *
add_block(struct index *index)
{
	size_t size = index->fs->blocksize;
	char *block = buffer_reserve(&index->blocks, size);

	memset(block, 0, size);
	index->blocks.length += size;
	return block;
}

/* Of the leaves from `first` on; `block` is the number of the first one's. The
 * place of the first hash, which is not needed, has the two counts. */
static void
set_references(char *place, size_t limit, const struct leaf *first,
    size_t count, size_t each, size_t block)
{
	struct ext2_dx_entry *entries = (void *)place;
	struct ext2_dx_countlimit *counts = (void *)place;

	for (size_t i = 0; i < count; i++) {
		entries[i].hash = htole32(first[i * each].hash);
		entries[i].block = htole32((uint32_t)(block + i));
	}
	counts->limit = htole16((uint16_t)limit);
	counts->count = htole16((uint16_t)count);
}

static void
add_root(struct index *index, const struct ext_directory *directory,
    bool has_nodes)
{
	char *block = add_block(index);
	struct ext2_dir_entry *parent = (void *)(block + DOT_SIZE);
	struct ext2_dx_root_info *info = (void *)(block + 2 * DOT_SIZE);

	memcpy(block, directory->blocks.data, 2 * DOT_SIZE);
	ext2fs_set_rec_len(index->fs, index->fs->blocksize - DOT_SIZE, parent);
	info->hash_version = index->fs->super->s_def_hash_version;
	info->info_length = sizeof(*info);
	info->indirect_levels = has_nodes;
}

/* With `nodes` 0 the root leads to the leaves, else to the nodes. */
static void
add_index_blocks(struct index *index, const struct ext_directory *directory,
    size_t nodes)
{
	size_t leaves = index->leaves.count;
	size_t each = block_limit(index->fs, NODE_HEAD);

	add_root(index, directory, nodes);
	set_references(index->blocks.data + ROOT_HEAD,
	    block_limit(index->fs, ROOT_HEAD), index->leaves.items,
	    nodes ? nodes : leaves, nodes ? each : 1, 1);
	for (size_t i = 0; i < nodes; i++) {
		size_t first = i * each;
		char *block = add_block(index);

		ext2fs_set_rec_len(index->fs, index->fs->blocksize,
		    (void *)block);
		set_references(block + NODE_HEAD, each,
		    index->leaves.items + first, leaves - first < each
		    ? leaves - first : each, 1, 1 + nodes + first);
	}
}

static bool
can_be_indexed(ext2_filsys fs, const struct ext_directory *directory)
{
	return ext2fs_has_feature_dir_index(fs->super) &&
	    fs->super->s_def_hash_version <= EXT2_HASH_TEA &&
	    directory->blocks.length > fs->blocksize;
}

int
ext_index_make(ext2_filsys fs, struct ext_directory *directory,
    struct error *err)
{
	struct index index auto_end(index_release) = {.fs = fs};
	size_t each = block_limit(fs, NODE_HEAD), nodes;

	if (!can_be_indexed(fs, directory))
		return 0;
	if (add_names(&index, directory, err) < 0)
		return -1;
	pack_leaves(&index);
	nodes = index.leaves.count <= block_limit(fs, ROOT_HEAD) ? 0
	    : (index.leaves.count + each - 1) / each;
	if (nodes > block_limit(fs, ROOT_HEAD))
		return 0;
	add_index_blocks(&index, directory, nodes);
	directory->index_blocks = 1 + nodes;
	buffer_add(&index.blocks, index.packed.blocks.data,
	    index.packed.blocks.length);
	buffer_release(&directory->blocks);
	directory->blocks = index.blocks;
	index.blocks = (struct buffer){0};
	return 0;
}
