#include "guest/guest_install.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"

static const char *const of_bootstrap[] = {
	"suite", "arch", "variant", "include", "role", "setup-hook",
	"extract-hook", "essential-hook", "customize-hook",
	"personalise-hook", "filled-hook", "created-hook", "hook-dir",
	"mirror", "guest-mirror", "security-mirror", "keyring", "swap",
	"fstab-by", "boot", "ramdisk", "keep-filesystem", "network-stack",
	"machine-id", "ssh-host-keys", "ssh-key", "user", "skel", "copy-in",
	"upload", "write", "append-line", "mkdir", "delete", "link", "chmod",
	"chown", "truncate", "cloud-init", "user-data",
};

static void
refuse(const struct guest *guest, const char *option, const char *sentence,
    struct faults *faults)
{
	const struct origin *origin = origins_find(&guest->origins, option, 0);
	auto_error struct error one = {0};

	if (!origin || origin->is_none)
		return;
	error_usage(&one, "%s", sentence);
	faults_add(faults, option, 0, &one);
}

void
guest_install_check(struct guest *guest, struct faults *faults)
{
	auto_error struct error type = {0};

	if (!guest->iso)
		return;
	for (size_t i = 0; i < sizeof(of_bootstrap) / sizeof(*of_bootstrap);
	     i++)
		refuse(guest, of_bootstrap[i], "a guest that --iso installs "
		    "has none of it", faults);
	if (guest->type && strcmp(guest->type, "hvm")) {
		error_usage(&type, "--iso makes a guest of type hvm");
		faults_add(faults, "type", 0, &type);
	}
	free(guest->type);
	guest->type = memory_string("hvm");
}
