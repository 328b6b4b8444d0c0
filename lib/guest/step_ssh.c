/* ssh: who may come in, and by which keys the guest is known. */
#include "guest/step.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "guest/authorized_keys.h"
#include "tree/edit_glob.h"

STEP(step_ssh_key)
{
	static const struct account root = {"root", 0, 0, "/root"};

	return guest->authorized_keys ? authorized_keys_add(edit, &root,
	    guest->authorized_keys, err) : 0;
}

/* openssh-server made its keys when the base was configured; a base is
 * shared. */
STEP(step_ssh_host_keys_forget)
{
	auto_strings struct strings paths = {0};

	if (edit_glob(edit, "etc/ssh/ssh_host_*", &paths, err) < 0)
		return -1;
	vector_each(path, &paths)
		if (edit->remove(edit, *path, err) < 0)
			return -1;
	return 0;
}

static int
host_key_write(struct tree_edit *edit, const struct host_key *key,
    struct error *err)
{
	auto_free char *path =
	    memory_printf("etc/ssh/ssh_host_%s_key", key->type);
	auto_free char *public = memory_printf("%s.pub", path);

	if (edit->write(edit, path, view_of(key->private_text), 0600, err) < 0)
		return -1;
	return edit->write(edit, public, view_of(key->public_text), 0644, err);
}

/* Each guest has its own, or makes them before its sshd starts. */
STEP(step_ssh_host_keys)
{
	static const struct template_value none[] = {TEMPLATE_VALUES_END};
	int there = edit->exists(edit, "usr/sbin/sshd", err);

	if (there <= 0)
		return there;
	vector_each(key, &guest->host_keys)
		if (host_key_write(edit, key, err) < 0)
			return -1;
	return guest->host_keys.count ? 0 : step_write_unit(edit,
	    "mkguest-ssh-host-keys.service", none, err);
}
