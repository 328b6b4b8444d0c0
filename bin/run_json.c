#include "bin/run_json.h"

#include <string.h>

#include "base/cleanup.h"
#include "bin/guest_json.h"
#include "make/run_hooks.h"

static json_t *
made_disks_json(const struct run *run)
{
	json_t *disks = json_array();

	vector_each(disk, &run->disks)
		json_array_append_new(disks, json_pack(
		    "{s:s, s:s, s:s?, s:s, s:s?, s:I, s:I}",
		    "path", disk->target.path ? disk->target.path
		    : disk->disk->path, "fs", disk->disk->fs,
		    "mount", disk->disk->mount, "vdev", disk->disk->vdev,
		    "uuid", disk->disk->uuid,
		    "size", (json_int_t)disk->target.size,
		    "used", (json_int_t)disk->used));
	return disks;
}

static json_t *
host_keys_json(const struct run *run)
{
	json_t *keys = json_array();

	vector_each(key, &run->guest->host_keys)
		json_array_append_new(keys, json_pack("{s:s, s:s, s:s}",
		    "type", key->type, "fingerprint", key->fingerprint,
		    "public", key->public_text));
	return keys;
}

json_t *
run_json(const struct run *run)
{
	const struct guest *guest = run->guest;

	return json_pack("{s:s, s:s?, s:s?, s:s, s:s, s:s, s:o, s:o, "
	    "s:s?, s:s?, s:s?, s:s?, s:o}",
	    "name", guest->name,
	    "suite", run->suite ? run->suite->codename : NULL,
	    "medium", run->medium.title,
	    "architecture", guest->architecture, "type", guest->type,
	    "cfg", run->cfg, "disks", made_disks_json(run),
	    "nics", nics_json(&guest->nics),
	    "kernel", run->kernel, "ramdisk", run->ramdisk,
	    "seed", run->seed, "password_file", run->password_file,
	    "host_keys", host_keys_json(run));
}

static json_t *
packages_json(const struct plan *plan)
{
	json_t *packages = json_array();

	vector_each(item, plan)
		json_array_append_new(packages, json_pack("{s:s%, s:s%, s:s%}",
		    "name", item->package->name.data,
		    item->package->name.length,
		    "version", item->package->version.data,
		    item->package->version.length,
		    "architecture", item->package->architecture.data,
		    item->package->architecture.length));
	return packages;
}

json_t *
run_dry_json(const struct run *run)
{
	static const struct plan none;
	const struct plan *plan = run->base ? &run->base->root_plan.plan
	    : &none;
	auto_strings struct strings writes = {0}, hooks = {0};

	run_writes(run, &writes);
	run_hooks_titles(run, &hooks);
	return json_pack("{s:o, s:I, s:o, s:o}",
	    "packages", packages_json(plan),
	    "download", (json_int_t)plan->download_size,
	    "hooks", strings_json(&hooks), "writes", strings_json(&writes));
}

static json_t *
values_json(const char *text)
{
	auto_strings struct strings values = {0};

	if (text)
		strings_split(&values, text, "\n");
	return strings_json(&values);
}

json_t *
presence_json(const struct presence *presence)
{
	json_t *differences = json_array();

	vector_each(difference, &presence->differences)
		json_array_append_new(differences, json_pack(
		    "{s:s, s:o, s:o}", "field", difference->field,
		    "before", values_json(difference->before),
		    "after", values_json(difference->after)));
	return json_pack("{s:s, s:s, s:o}",
	    "name", presence->name,
	    "state", presence_word(presence->kind),
	    "differences", differences);
}
