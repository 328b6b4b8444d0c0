#include "disk/ext_transfer.h"

#include "disk/transfer.h"
#include "tree/ext.h"

static int
transfer_used(struct transfer *transfer, ext2_filsys fs, struct error *err)
{
	blk64_t end = ext2fs_blocks_count(fs->super), first, next = 0;

	while (next < end && ext2fs_find_first_set_block_bitmap2(fs->block_map,
	    next > fs->super->s_first_data_block ? next
	    : fs->super->s_first_data_block, end - 1, &first) == 0) {
		if (ext2fs_find_first_zero_block_bitmap2(fs->block_map, first,
		    end - 1, &next) != 0)
			next = end;
		if (transfer_all(transfer, first * fs->blocksize,
		    next * fs->blocksize, err) < 0)
			return -1;
	}
	return 0;
}

static int
transfer_filesystem(struct transfer *transfer, ext2_filsys fs, bool lazy,
    struct error *err)
{
	errcode_t code = ext2fs_read_bitmaps(fs);

	if (code)
		return ext_error(err, code, "read bitmaps");
	if (lazy)
		return transfer_data(transfer, 0,
		    ext2fs_blocks_count(fs->super) * fs->blocksize, err);
	return transfer_used(transfer, fs, err);
}

int
ext_transfer(int memory, int device, bool lazy, struct error *err)
{
	auto_transfer struct transfer transfer = {0};
	ext2_filsys fs = ext_open(memory, true, err);
	int result = -1;

	if (!fs)
		return -1;
	if (transfer_begin(&transfer, memory, device, err) == 0)
		result = transfer_filesystem(&transfer, fs, lazy, err);
	ext_abandon(fs);
	return result;
}
