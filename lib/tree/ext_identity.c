#include "tree/ext_identity.h"

#include <string.h>
#include <uuid/uuid.h>

#include "base/cleanup.h"
#include "base/memory.h"

/* Of the journal's superblock, which libext2fs has no type of: its magic number,
 * and the place of its UUID (linux/include/linux/jbd2.h). */
static const unsigned char journal_magic[] = {0xc0, 0x3b, 0x39, 0x98};

enum { JOURNAL_UUID = 48 };

static void
set_time(ext2_filsys fs)
{
	uint64_t now = (uint64_t)ext_time(fs);
	struct ext2_super_block *super = fs->super;

	super->s_mkfs_time = (uint32_t)now;
	super->s_mkfs_time_hi = (uint8_t)(now >> 32);
	super->s_lastcheck = (uint32_t)now;
	super->s_lastcheck_hi = (uint8_t)(now >> 32);
}

/* Those of old, which are made with the UUID. */
static void
set_group_checksums(ext2_filsys fs)
{
	for (dgrp_t group = 0; ext2fs_has_group_desc_csum(fs) &&
	    group < fs->group_desc_count; group++)
		ext2fs_group_desc_csum_set(fs, group);
}

static int
set_journal(ext2_filsys fs, const uuid_t uuid, struct error *err)
{
	ext2_ino_t number = fs->super->s_journal_inum;
	auto_free char *block = memory_zeroed(fs->blocksize, 1);
	blk64_t place = 0;
	errcode_t code = 0;

	if (!number)
		return 0;
	code = ext2fs_bmap2(fs, number, NULL, NULL, 0, 0, NULL, &place);
	if (!code)
		code = io_channel_read_blk64(fs->io, place, 1, block);
	if (!code && memcmp(block, journal_magic, sizeof(journal_magic)))
		code = EXT2_ET_CORRUPT_JOURNAL_SB;
	if (!code) {
		memcpy(block + JOURNAL_UUID, uuid, sizeof(uuid_t));
		code = io_channel_write_blk64(fs->io, place, 1, block);
	}
	return code ? ext_error(err, code, "write to the journal") : 0;
}

int
ext_identity_set(ext2_filsys fs, const struct ext_identity *identity,
    struct error *err)
{
	struct ext2_super_block *super = fs->super;
	uuid_t uuid;

	if (ext2fs_has_feature_metadata_csum(super) &&
	    !ext2fs_has_feature_csum_seed(super))
		return error_set(err, "the filesystem's checksums depend on "
		    "its UUID; make it with the feature metadata_csum_seed");
	if (uuid_parse(identity->uuid, uuid) < 0)
		return error_set(err, "'%s' is not a UUID", identity->uuid);
	if (set_journal(fs, uuid, err) < 0)
		return -1;
	memcpy(super->s_uuid, uuid, sizeof(uuid));
	memset(super->s_volume_name, 0, sizeof(super->s_volume_name));
	if (identity->label)
		memcpy(super->s_volume_name, identity->label,
		    strnlen(identity->label, sizeof(super->s_volume_name)));
	set_time(fs);
	set_group_checksums(fs);
	fs->flags &= ~(EXT2_FLAG_MASTER_SB_ONLY | EXT2_FLAG_SUPER_ONLY);
	ext2fs_mark_super_dirty(fs);
	return 0;
}
