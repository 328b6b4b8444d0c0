/*
 * cloud_init: a guest's identity as cloud-init reads it at the first boot, from
 * a medium labelled CIDATA (datasource NoCloud):
 *
 *	meta-data	instance-id, which is the domain's UUID, and hostname
 *	user-data	users, keys and the like, or the admin's own file
 *	network-config	the cards, as netplan.h has them
 *
 * meta-data and user-data of ours are JSON, which is YAML. What is a file of
 * the root in any case, such as fstab, is not in them.
 */
#ifndef GUEST_CLOUD_INIT_H
#define GUEST_CLOUD_INIT_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/faults.h"
#include "guest/guest.h"

#define CLOUD_INIT_LABEL "CIDATA"
/* What the domain calls it. */
#define CLOUD_INIT_VDEV "xvdy"
#define CLOUD_INIT_PACKAGE "cloud-init"

struct cloud_init {
	struct buffer meta_data;
	struct buffer user_data;	/* secret, as the guest's hashes are */
	struct buffer network_config;
};

#define auto_cloud_init __attribute__((cleanup(cloud_init_release)))

/* Do the options go together? A --user-data asks for cloud-init, too. */
void cloud_init_check(struct guest *guest, struct faults *faults);
/* The same with the release; fills in the network stack. What does not go
 * together is wrong use. */
int cloud_init_complete(struct guest *guest, const struct suite *suite,
    struct error *err);
/* The text of --user-data; one that cloud-init would pass over is refused. */
int cloud_init_read(struct guest *guest, struct error *err);

/* Of a guest with its ids, hashes and keys; to be released in any case. */
int cloud_init_make(const struct guest *guest, const struct suite *suite,
    struct cloud_init *texts, struct error *err);
void cloud_init_release(struct cloud_init *texts);

#endif
