#include "make/run_manifest.h"

#include <string.h>
#include <time.h>

#include "base/build_id.h"
#include "base/cleanup.h"
#include "base/epoch.h"
#include "base/memory.h"
#include "xen/domain_manifest.h"

/* What of a manifest is its own; the rest is the run's. */
struct draft {
	struct manifest manifest;
	char made[sizeof("2026-01-01T00:00:00Z")];
	char windows[sizeof("windows")], none[1];
	char *memory, *vcpus, *root, *boot, *hostname, *tool;
	char plan[DIGEST_HEX_MAX + 1];
};

#define auto_draft __attribute__((cleanup(draft_release)))

static void
draft_release(struct draft *draft)
{
	vector_release(&draft->manifest.disks);
	strings_release(&draft->manifest.settings);
	strings_release(&draft->manifest.host_keys);
	free(draft->memory);
	free(draft->vcpus);
	free(draft->root);
	free(draft->boot);
	free(draft->hostname);
	free(draft->tool);
}

/* The texts that it works out. */
static void
draft_begin(struct draft *draft, const struct run *run)
{
	const struct guest *guest = run->guest;
	time_t made = (time_t)epoch_or_now();
	struct tm utc;

	*draft = (struct draft){
		.windows = "windows",
		.memory = memory_printf("%llu",
		    (unsigned long long)guest->memory),
		.vcpus = memory_printf("%llu",
		    (unsigned long long)guest->vcpus),
		.boot = memory_string(guest->kernel && !guest->firmware
		    ? "host" : guest->boot),
		.hostname = guest_host_label(guest),
		.tool = memory_printf("mkguest %s (%.12s)", MKGUEST_VERSION,
		    build_id()),
		.root = guest->firmware ? NULL
		    : guest_disk_device(guest->disks.items, guest->fstab_by),
	};
	strftime(draft->made, sizeof(draft->made), "%Y-%m-%dT%H:%M:%SZ",
	    gmtime_r(&made, &utc));
	if (run->base)
		plan_digest(&run->base->root_plan.plan, draft->plan);
}

/* Without the newline at its end. */
static void
draft_add_key(struct draft *draft, const struct host_key *key)
{
	auto_free char *line =
	    view_string(view_trim(view_of(key->public_text)));

	strings_add(&draft->manifest.host_keys, line);
}

static void
draft_make(struct draft *draft, const struct run *run)
{
	const struct guest *guest = run->guest;

	draft_begin(draft, run);
	draft->manifest = (struct manifest){
		.name = guest->name, .suite = run->suite ? guest->suite : NULL,
		.architecture = guest->architecture,
		.cfg = run->cfg, .kernel = run->kernel,
		.ramdisk = run->ramdisk, .uuid = guest->uuid,
		.seed = run->seed, .hostname = draft->hostname,
		.toolstack = guest->toolstack, .type = guest->type,
		.boot = draft->boot,
		.firmware = guest->firmware, .vnc = guest->vnc,
		.cdrom = guest->cdrom, .memory = draft->memory,
		.vcpus = draft->vcpus, .root = draft->root,
		.xen_version = guest->settings.xen_version,
		.autostart = run->autostart, .nics = guest->nics,
		.console = run->suite ? run->suite->console : NULL,
		.iso = guest->iso, .answers = run->answers.medium,
		.floppy = run->answers.floppy, .made = draft->made,
		.tool = draft->tool, .description = run->description.length
		    ? run->description.data : draft->none,
		.plan = run->base ? draft->plan : NULL,
	};
	if (guest->iso && run->medium.family->is_windows)
		draft->manifest.system = draft->windows;
	guest_settings_words(guest, &draft->manifest.settings);
	vector_each(key, &guest->host_keys)
		draft_add_key(draft, key);
	vector_each(disk, &run->disks) {
		struct guest_disk *own = vector_push(&draft->manifest.disks);

		*own = *disk->disk;
		if (disk->target.path)
			own->path = disk->target.path;
	}
}

void
run_manifest_text(const struct run *run, struct buffer *text)
{
	auto_draft struct draft draft = {0};

	draft_make(&draft, run);
	manifest_text(&draft.manifest, text);
}

int
run_domain_text(const struct run *run, struct buffer *text, struct error *err)
{
	auto_draft struct draft draft = {0};

	draft_make(&draft, run);
	return domain_manifest_write(&draft.manifest, &run->guest->screen,
	    text, err);
}
