#include "bin/guest_json.h"

#include <string.h>

#include "base/cleanup.h"
#include "guest/host_keys.h"

json_t *
strings_json(const struct strings *strings)
{
	json_t *array = json_array();

	vector_each(text, strings)
		json_array_append_new(array, json_string(*text));
	return array;
}

json_t *
nics_json(const struct guest_nics *nics)
{
	json_t *array = json_array();

	vector_each(nic, nics)
		json_array_append_new(array, json_pack(
		    "{s:s, s:s?, s:o, s:s?, s:o, s:s?}", "mac", nic->mac,
		    "bridge", nic->bridge, "ip", strings_json(&nic->ip),
		    "gateway", nic->gateway, "ip6", strings_json(&nic->ip6),
		    "gateway6", nic->gateway6));
	return array;
}

json_t *
disks_json(const struct guest_disks *disks)
{
	json_t *array = json_array();

	vector_each(disk, disks)
		json_array_append_new(array, json_pack(
		    "{s:s, s:s?, s:s?, s:s?, s:s?}", "path", disk->path,
		    "fs", disk->fs, "mount", disk->mount, "vdev", disk->vdev,
		    "uuid", disk->uuid));
	return array;
}

json_t *
public_keys_json(const struct strings *keys)
{
	json_t *array = json_array();

	vector_each(key, keys) {
		auto_free char *fingerprint = host_key_fingerprint(*key);

		json_array_append_new(array, json_pack("{s:s, s:s?}",
		    "public", *key, "fingerprint", fingerprint));
	}
	return array;
}

json_t *
address_json(const struct guest_nics *nics)
{
	vector_each(nic, nics)
		vector_each(ip, &nic->ip) {
			const char *slash = strchr(*ip, '/');

			if (slash)
				return json_stringn(*ip,
				    (size_t)(slash - *ip));
		}
	return json_null();
}

json_t *
removal_json(const struct removal *removal)
{
	json_t *removed = json_array(), *kept = json_array();

	vector_each(item, removal)
		json_array_append_new(item->stays ? kept : removed,
		    json_pack("{s:s, s:s, s:s*}", "what", item->what, "path",
		    item->path, "why", item->stays));
	return json_pack("{s:s, s:o, s:o}", "name", removal->name,
	    "removed", removed, "kept", kept);
}
