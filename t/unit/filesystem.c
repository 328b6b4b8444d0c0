#include "disk/filesystem.h"

#include "base/cleanup.h"
#include "disk/ext_features.h"
#include "scratch.h"

static struct filesystem
usual(const char *type)
{
	return (struct filesystem){
		.type = type,
		.uuid = "0f0e0d0c-0b0a-4908-8706-050403020100",
		.hash_seed = "0f0e0d0c-0b0a-4908-8706-050403020101",
		.size = 512 << 20,
	};
}

static const struct {
	const char *list, *changes, *option;
} features[] = {
	{"filetype,extent", NULL, "none,filetype,extent"},
	{"filetype, extent", "+64bit,-extent", "none,filetype,64bit"},
	{"filetype", "extent", "none,filetype,extent"},
	{"filetype", "+filetype", "none,filetype"},
	{"filetype", "-extent", "none,filetype"},
	{"has_journal,orphan_file,filetype", "-has_journal", "none,filetype"},
	{"metadata_csum,metadata_csum_seed", "-metadata_csum", "none"},
	{"", NULL, "none"},
	{"filetype,no_such_feature", NULL, NULL},
	{"filetype", "+-extent", NULL},
	{"filetype", "-", NULL},
};

static void
test_features(void)
{
	for (size_t i = 0; i < sizeof(features) / sizeof(*features); i++) {
		auto_strings struct strings names = {0};
		auto_error struct error err = {0};
		auto_free char *option = NULL;

		if (ext_features_read(&names, features[i].list,
		    features[i].changes, &err) == 0)
			option = ext_features_option(&names);
		is_text(option, features[i].option, "'%s' with '%s'",
		    features[i].list, features[i].changes
		    ? features[i].changes : "nothing");
	}
}

static void
test_check(void)
{
	static const char *const types[] = {
		"ext2", "ext3", "ext4", "swap", "xfs", "btrfs",
	};
	struct error err = {0};
	struct filesystem filesystem;

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		filesystem = usual(types[i]);
		ok(succeeds(filesystem_check(&filesystem, &err), &err),
		    "%s can be", types[i]);
	}
	filesystem = usual("xfs");
	filesystem.features = "crc,nonsense";
	ok(refuses(filesystem_check(&filesystem, &err), &err,
	    "unknown feature 'nonsense' of xfs"), "a feature of xfs");
	filesystem = usual("btrfs");
	filesystem.lazy = true;
	ok(refuses(filesystem_check(&filesystem, &err), &err,
	    "lazy initialisation: that is for ext2"), "an option of ext");
	filesystem = usual("swap");
	ok(refuses(filesystem_fill(&filesystem, -1, NULL, NULL, &err), &err,
	    "swap holds no files"), "swap is not filled");
}

/* More of anything needs more room, and nothing is too small to be made. */
static void
test_sizes(void)
{
	static const char *const types[] = {"ext4", "xfs", "btrfs"};
	const uint64_t gib = 1 << 30;

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		struct filesystem filesystem = usual(types[i]);
		uint64_t nothing = filesystem_size_for(&filesystem, 0);
		uint64_t full = filesystem_size_for(&filesystem, gib);
		struct error err = {0};

		ok(full > gib && full < gib * 2, "%s for 1 GiB: %llu",
		    types[i], (unsigned long long)full);
		filesystem.inodes = 1000000;
		ok(filesystem_size_for(&filesystem, gib) > full,
		    "%s for more files", types[i]);
		filesystem.size = nothing;
		ok(succeeds(filesystem_check(&filesystem, &err), &err),
		    "%s for nothing can be made", types[i]);
	}
}

int
main(void)
{
	test_features();
	test_check();
	test_sizes();
	return done();
}
