#include "t/fuzz/target.h"

#include "tree/acl.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char name[] = "system.posix_acl_access";
	struct archive_entry *header = archive_entry_new();
	auto_free void *value = memory_copy(data, size);
	struct tree_xattr xattr = {name, value, size};
	auto_error struct error err = {0};

	archive_entry_set_mode(header, S_IFREG | 0644);
	check_sentence(acl_to_archive(header, &xattr, &err), &err);
	archive_entry_free(header);
	return 0;
}
