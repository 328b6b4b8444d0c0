#include "xen/lint_check.h"

#include <unistd.h>

static const char *const files[] = {
	"kernel", "ramdisk", "firmware_override", "bios_path_override",
	"device_model_override", "acpi_firmware", "smbios_firmware",
	"device_tree", "stubdomain_kernel", "stubdomain_ramdisk",
};

static const char *const secrets[] = {"vncpasswd", "spicepasswd"};

void
lint_files(struct lint *lint)
{
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		const char *path = config_text(&lint->config, files[i]);

		if (path && *path == '/' && !lint->elsewhere &&
		    access(path, F_OK) < 0)
			lint_add_key(lint, files[i], "there is no '%s' on this "
			    "host", path);
	}
	for (size_t i = 0; i < sizeof(secrets) / sizeof(*secrets); i++) {
		const char *text = config_text(&lint->config, secrets[i]);

		if (text && *text && lint->mode & (S_IRGRP | S_IROTH))
			lint_add_key(lint, secrets[i], "others can read this "
			    "secret; chmod 600 '%s'", lint->path);
	}
}
