#include "guest/cloud_init.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "guest/accounts.h"
#include "guest/netplan.h"

/* --- the options --------------------------------------------------------- */

/* What our own user-data is made from. */
static const char *const users_options[] = {
	"root-password", "ssh-key", "user", "ssh-host-keys",
};

static void
check_user_data(const struct guest *guest, struct faults *faults)
{
	for (size_t i = 0;
	    i < sizeof(users_options) / sizeof(*users_options); i++) {
		auto_error struct error one = {0};

		if (!options_has(identity_options, users_options[i], guest))
			continue;
		error_usage(&one, "--user-data takes the place of what this "
		    "says; write it there");
		faults_add(faults, users_options[i], 0, &one);
	}
}

static void
check_vdevs(const struct guest *guest, struct faults *faults)
{
	vector_each(disk, &guest->disks) {
		auto_error struct error one = {0};

		if (!disk->vdev || !view_starts(view_of(disk->vdev),
		    CLOUD_INIT_VDEV))
			continue;
		error_usage(&one, "the vdev %s is that of cloud-init's seed; "
		    "give '%s' another one", disk->vdev, disk->path);
		faults_add(faults, "disk", 0, &one);
	}
}

void
cloud_init_check(struct guest *guest, struct faults *faults)
{
	guest->cloud_init |= guest->user_data != NULL;
	if (guest->user_data)
		check_user_data(guest, faults);
	if (guest->cloud_init)
		check_vdevs(guest, faults);
}

int
cloud_init_complete(struct guest *guest, const struct suite *suite,
    struct error *err)
{
	const struct strings *stacks = &suite->cloud_init_stacks;
	auto_buffer struct buffer known = {0};

	if (!guest->cloud_init)
		return 0;
	if (!stacks->count)
		return error_usage(err, "--cloud-init: that of %s could not "
		    "set up the network; leave it out", suite->codename);
	if (!guest->network_stack)
		guest->network_stack = memory_string(stacks->items[0]);
	if (strings_has(stacks, guest->network_stack))
		return 0;
	vector_each(stack, stacks)
		buffer_printf(&known, "%s%s", known.length ? ", " : "",
		    *stack);
	return error_usage(err, "--network-stack '%s' is nothing that "
	    "cloud-init of %s could set up; it can be %s",
	    guest->network_stack, suite->codename, known.data);
}

/* As cloud-init tells what it gets, jinja templates and gzip included. */
static const char *const user_data_fronts[] = {
	"#cloud-", "#!", "#include", "#part-handler", "## template: jinja",
	"Content-Type:", "MIME-Version:", "From ", "\x1f\x8b",
};

static bool
is_user_data(struct view text)
{
	for (size_t i = 0;
	    i < sizeof(user_data_fronts) / sizeof(*user_data_fronts); i++)
		if (view_starts(text, user_data_fronts[i]))
			return true;
	return false;
}

int
cloud_init_read(struct guest *guest, struct error *err)
{
	struct buffer *text = &guest->user_data_text;

	if (!guest->user_data)
		return 0;
	if (file_read_at(AT_FDCWD, guest->user_data, text, err) < 0)
		return error_prefix(err, "--user-data");
	return is_user_data((struct view){text->data, text->length}) ? 0
	    : error_set(err, "--user-data '%s': cloud-init would pass over "
	    "it; begin it with '#cloud-config'", guest->user_data);
}

/* --- user-data ----------------------------------------------------------- */

static int
check_utf8(const char *text, const char *user, struct error *err)
{
	json_t *value = text ? json_string(text) : json_null();

	if (!value)
		return error_set(err, "what is said of user '%s' is no UTF-8, "
		    "which cloud-init needs", user);
	json_decref(value);
	return 0;
}

/* All that may hold more than ASCII. */
static int
check_texts(const struct guest *guest, struct error *err)
{
	if (check_utf8(guest->authorized_keys, "root", err) < 0)
		return -1;
	vector_each(user, &guest->users)
		if (check_utf8(user->authorized_keys, user->name, err) < 0 ||
		    check_utf8(user->gecos, user->name, err) < 0 ||
		    check_utf8(user->groups, user->name, err) < 0 ||
		    check_utf8(user->shell, user->name, err) < 0)
			return -1;
	return 0;
}

/* A line each. */
static json_t *
keys_json(const char *text)
{
	struct view rest = view_of(text), line;
	json_t *keys = json_array();

	while (rest.length && view_cut(&rest, '\n', &line))
		if (view_trim(line).length)
			json_array_append_new(keys, json_stringn(line.data,
			    line.length));
	return keys;
}

/* No password is one that is locked. */
static void
set_access(json_t *user, const char *hash, const char *keys)
{
	bool has_password = hash && *hash == '$';

	json_object_set_new(user, "lock_passwd", json_boolean(!has_password));
	if (has_password)
		json_object_set_new(user, "hashed_passwd", json_string(hash));
	if (keys)
		json_object_set_new(user, "ssh_authorized_keys",
		    keys_json(keys));
}

/* Those in the group sudo are asked for their password. */
static void
set_groups(json_t *user, const struct guest_user *own)
{
	auto_strings struct strings names = {0};
	json_t *groups = json_array();

	if (own->groups)
		strings_split(&names, own->groups, ":");
	if (own->sudo && !strings_has(&names, "sudo"))
		strings_add(&names, "sudo");
	vector_each(name, &names)
		json_array_append_new(groups, json_string(*name));
	if (json_array_size(groups))
		json_object_set(user, "groups", groups);
	json_decref(groups);
	if (own->sudo && !own->password_hash)
		json_object_set_new(user, "sudo",
		    json_string("ALL=(ALL) NOPASSWD:ALL"));
}

static json_t *
user_json(const struct guest_user *own)
{
	json_t *user = json_pack("{s:s, s:s}", "name", own->name, "shell",
	    own->shell ? own->shell : ACCOUNT_SHELL);

	if (own->uid)
		json_object_set_new(user, "uid",
		    json_integer(strtoll(own->uid, NULL, 10)));
	if (own->gecos)
		json_object_set_new(user, "gecos", json_string(own->gecos));
	set_groups(user, own);
	set_access(user, own->password_hash, own->authorized_keys);
	return user;
}

/* In place of Debian's own default user. */
static json_t *
users_json(const struct guest *guest)
{
	json_t *users = json_array();
	json_t *root = json_pack("{s:s}", "name", "root");

	set_access(root, guest->password_hash, guest->authorized_keys);
	json_array_append_new(users, root);
	vector_each(user, &guest->users)
		json_array_append_new(users, user_json(user));
	return users;
}

static json_t *
host_keys_json(const struct guest *guest)
{
	json_t *keys = json_object();

	vector_each(key, &guest->host_keys) {
		auto_free char *secret = memory_printf("%s_private",
		    key->type);
		auto_free char *public = memory_printf("%s_public", key->type);

		json_object_set_new(keys, secret,
		    json_string(key->private_text));
		json_object_set_new(keys, public,
		    json_string(key->public_text));
	}
	return keys;
}

static json_t *
user_data_json(const struct guest *guest, const struct suite *suite)
{
	const char *lang = guest->locale.count ? guest->locale.items[0]
	    : suite->locale;
	json_t *data = json_pack("{s:o, s:b, s:s}",
	    "users", users_json(guest), "disable_root", 0,
	    "timezone", guest->timezone);

	if (lang)
		json_object_set_new(data, "locale", json_string(lang));
	if (guest->host_keys.count)
		json_object_set_new(data, "ssh_keys", host_keys_json(guest));
	return data;
}

/* --- the texts ----------------------------------------------------------- */

static int
add_text(const char *data, size_t length, void *text)
{
	buffer_add(text, data, length);
	return 0;
}

/* Takes over the value. */
static void
json_write(json_t *value, struct buffer *text)
{
	json_dump_callback(value, add_text, text, JSON_INDENT(2));
	buffer_text(text, "\n");
	json_decref(value);
}

int
cloud_init_make(const struct guest *guest, const struct suite *suite,
    struct cloud_init *texts, struct error *err)
{
	if (check_texts(guest, err) < 0)
		return -1;
	json_write(json_pack("{s:s, s:s}", "instance-id", guest->uuid,
	    "local-hostname", guest->hostname), &texts->meta_data);
	if (guest->user_data) {
		buffer_add(&texts->user_data, guest->user_data_text.data,
		    guest->user_data_text.length);
	} else {
		buffer_text(&texts->user_data, "#cloud-config\n");
		json_write(user_data_json(guest, suite), &texts->user_data);
	}
	netplan_text(&guest->nics, NULL, &texts->network_config);
	return 0;
}

void
cloud_init_release(struct cloud_init *texts)
{
	buffer_release(&texts->meta_data);
	memory_free_secret(buffer_steal(&texts->user_data));
	buffer_release(&texts->network_config);
}
