/* ssh: who may come in, and by which keys the guest is known. */
#include "guest/step.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "guest/authorized_keys.h"

STEP(step_ssh_key)
{
	static const struct account root = {"root", 0, 0, "/root"};

	return guest->authorized_keys ? authorized_keys_add(edit, &root,
	    guest->authorized_keys, err) : 0;
}

static int
host_keys_remove(struct tree_edit *edit, struct error *err)
{
	auto_strings struct strings names = {0};

	if (edit->list(edit, "etc/ssh", &names, err) < 0)
		return -1;
	vector_each(name, &names) {
		auto_free char *path = memory_printf("etc/ssh/%s", *name);

		if (strncmp(*name, "ssh_host_", strlen("ssh_host_")))
			continue;
		if (edit->remove(edit, path, err) < 0)
			return -1;
	}
	return 0;
}

/* openssh-server made its keys when the base was configured; a base is
 * shared, so each guest makes its own before its sshd first starts. */
STEP(step_ssh_host_keys)
{
	static const struct template_value none[] = {TEMPLATE_VALUES_END};
	int there = edit->exists(edit, "usr/sbin/sshd", err);

	if (there <= 0)
		return there;
	if (host_keys_remove(edit, err) < 0)
		return -1;
	return step_write_unit(edit, "mkguest-ssh-host-keys.service", none,
	    err);
}
