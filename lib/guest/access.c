#include "guest/access.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/epoch.h"
#include "base/file.h"
#include "base/memory.h"
#include "guest/authorized_keys.h"
#include "guest/password.h"

/* As shadow(5) has no password at all; keys are good for sshd(8) still. */
static const char no_password[] = "*";

static void
secret_release(char **secret)
{
	memory_free_secret(*secret);
}

/* A password's hash from each kind of source. */
struct source {
	const char *value;	/* after the selector's colon */
	const char *user;
	const struct suite *suite;
	struct events *events;
	char **random;	/* where a random one is to be remembered */
};

typedef int (*source_read)(const struct source *source, char **hash,
    struct error *err);

static int
read_file(const struct source *source, char **hash, struct error *err)
{
	auto_end(secret_release) char *password = NULL;

	if (password_read(source->value, &password, err) < 0)
		return -1;
	return password_hash(source->suite, password, hash, err);
}

static int
read_hash_file(const struct source *source, char **hash, struct error *err)
{
	return password_read_hash(source->value, source->suite, hash, err);
}

static int
read_prompt(const struct source *source, char **hash, struct error *err)
{
	auto_end(secret_release) char *password = NULL;

	if (password_ask(source->events, source->user, &password, err) < 0)
		return -1;
	return password_hash(source->suite, password, hash, err);
}

static int
make_random(const struct source *source, char **hash, struct error *err)
{
	*source->random = password_random();
	return password_hash_random(source->suite, *source->random, hash,
	    err);
}

static int
make_none(const struct source *source, char **hash, struct error *err)
{
	(void)source;
	(void)err;
	*hash = memory_string(no_password);
	return 0;
}

static const struct selector {
	const char *name;
	source_read read;
	bool takes_file;
} selectors[] = {
	{"file", read_file, true},
	{"hash-file", read_hash_file, true},
	{"prompt", read_prompt, false},
	{"random", make_random, false},
	{"locked", make_none, false},
};

/* Points *value behind the colon. */
static const struct selector *
selector_find(const char *text, const char **value)
{
	struct view rest = view_of(text), name;

	view_cut(&rest, ':', &name);
	*value = rest.data;
	for (size_t i = 0; i < sizeof(selectors) / sizeof(*selectors); i++)
		if (view_is(name, selectors[i].name) &&
		    selectors[i].takes_file == !!rest.length)
			return &selectors[i];
	return NULL;
}

int
root_password_check(const char *selector, struct error *err)
{
	const char *value;
	const struct selector *found = selector_find(selector, &value);

	if (!found)
		return error_usage(err, "it is no password, which all could "
		    "see, but file:FILE, hash-file:FILE, prompt, random or "
		    "locked");
	return found->takes_file ? file_check_path(value, err) : 0;
}

void
guest_default_root_password(struct guest *guest)
{
	bool is_open = guest->ssh_key.count || guest->user_data;

	vector_each(user, &guest->users)
		is_open |= user->sudo && guest_user_may_log_in(user);
	if (!guest->root_password)
		guest->root_password = memory_string(is_open ? "locked"
		    : "random");
}

static int
root_read(struct guest *guest, const struct suite *suite,
    struct events *events, struct error *err)
{
	struct source source = {.user = "root", .suite = suite,
	    .events = events, .random = &guest->random_password};
	const struct selector *selector =
	    selector_find(guest->root_password, &source.value);

	return selector->read(&source, &guest->password_hash, err);
}

int
root_password_plain(struct guest *guest, const char *user,
    struct events *events, char **password, struct error *err)
{
	const char *value;
	const struct selector *selector =
	    selector_find(guest->root_password, &value);

	if (selector->read == read_file)
		return password_read(value, password, err);
	if (selector->read == read_prompt)
		return password_ask(events, user, password, err);
	if (selector->read != make_random)
		return error_usage(err, "--root-password '%s': the system "
		    "wants the password itself; give file:FILE, prompt or "
		    "random", guest->root_password);
	guest->random_password = password_random();
	*password = memory_string(guest->random_password);
	return 0;
}

static int
user_read(struct guest_user *user, const struct suite *suite,
    struct error *err)
{
	const struct source source = {.user = user->name, .suite = suite,
	    .value = user->hash_file ? user->hash_file : user->password_file};

	if (source.value && (user->hash_file ? read_hash_file : read_file)
	    (&source, &user->password_hash, err) < 0)
		return -1;
	if (user->ssh_key.count)
		user->authorized_keys = authorized_keys_read(&user->ssh_key,
		    err);
	return user->ssh_key.count && !user->authorized_keys ? -1 : 0;
}

int
guest_read_access(struct guest *guest, const struct suite *suite,
    struct events *events, struct error *err)
{
	if (guest->ssh_key.count) {
		guest->authorized_keys = authorized_keys_read(&guest->ssh_key,
		    err);
		if (!guest->authorized_keys)
			return error_prefix(err, "--ssh-key");
	}
	vector_each(user, &guest->users)
		if (user_read(user, suite, err) < 0)
			return error_prefix(err, "--user %s", user->name);
	/* last, as somebody may have to be asked */
	if (guest->root_password && root_read(guest, suite, events, err) < 0)
		return error_prefix(err, "--root-password");
	return 0;
}

/* When the first boot is to make them, a unit does. */
static bool
has_time_later(const struct suite *suite)
{
	return !strcmp(suite->init, "systemd");
}

static bool
keys_are_due(const struct guest *guest, const struct suite *suite)
{
	if (guest->ssh_host_keys)
		return !strcmp(guest->ssh_host_keys, "now");
	return !has_time_later(suite) ||
	    (!guest->is_there && source_date_epoch() < 0);
}

int
guest_make_host_keys(struct guest *guest, const struct suite *suite,
    struct events *events, struct error *err)
{
	bool due = keys_are_due(guest, suite);

	if (!due && !has_time_later(suite))
		return error_usage(err, "--ssh-host-keys: %s makes none when "
		    "it boots; use now", suite->codename);
	if (!due)
		return 0;
	if (!host_keys_can_make() && !guest->ssh_host_keys &&
	    has_time_later(suite)) {
		events_warn(events, "the guest makes its ssh host keys when it "
		    "first boots, as this host has no ssh-keygen: apt-get "
		    "install openssh-client");
		return 0;
	}
	return host_keys_make(&guest->host_keys, suite, guest->hostname
	    ? guest->hostname : guest->name, events, err);
}
