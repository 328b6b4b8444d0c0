#include "guest/guest_install.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"

static const char *const of_bootstrap[] = {
	"suite", "variant", "include", "role", "setup-hook",
	"extract-hook", "essential-hook", "customize-hook",
	"chrooted-extract-hook", "chrooted-essential-hook",
	"chrooted-customize-hook", "hook-directory", "personalise-hook",
	"filled-hook", "created-hook",
	"mirror", "guest-mirror", "security-mirror", "keyring", "swap",
	"fstab-by", "boot", "ramdisk", "keep-filesystem", "network-stack",
	"machine-id", "ssh-host-keys", "ssh-key", "user", "skel", "copy-in",
	"upload", "write", "append-line", "mkdir", "delete", "link", "chmod",
	"chown", "truncate", "keymap", "cloud-init", "user-data",
};

static const char *const of_unattended[] = {
	"edition", "product-key-file", "drivers",
};

/* What a guest that is bootstrapped can have as well. */
static const char *const of_both[] = {
	"hostname", "root-password", "timezone", "locale", "first-boot",
};

#define LIST(names) names, sizeof(names) / sizeof(*(names))

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

static void
refuse_all(const struct guest *guest, const char *const *options, size_t count,
    const char *sentence, struct faults *faults)
{
	for (size_t i = 0; i < count; i++)
		refuse(guest, options[i], sentence, faults);
}

void
guest_install_check(struct guest *guest, struct faults *faults)
{
	auto_error struct error type = {0};

	if (!guest->iso)
		refuse_all(guest, LIST((const char *[]){"unattended"}),
		    "it is for --iso", faults);
	if (!guest->unattended)
		refuse_all(guest, LIST(of_unattended), "it is for "
		    "--unattended", faults);
	if (!guest->iso)
		return;
	refuse_all(guest, LIST(of_bootstrap), "a guest that --iso installs "
	    "has none of it", faults);
	if (!guest->unattended)
		refuse_all(guest, LIST(of_both), "a guest that --iso installs "
		    "gets it with --unattended only", faults);
	if (guest->type && strcmp(guest->type, "hvm")) {
		error_usage(&type, "--iso makes a guest of type hvm");
		faults_add(faults, "type", 0, &type);
	}
	free(guest->type);
	guest->type = memory_string("hvm");
}
