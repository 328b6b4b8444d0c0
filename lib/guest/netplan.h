/*
 * netplan: a guest's network as netplan(5) describes one, in version 2, which
 * cloud-init hands on to it. Cards are found by their addresses; gateways are
 * routes.
 */
#ifndef GUEST_NETPLAN_H
#define GUEST_NETPLAN_H

#include "base/buffer.h"
#include "guest/guest_nics.h"

/* Of complete cards. A renderer of NULL is not named. */
void netplan_text(const struct guest_nics *nics, const char *renderer,
    struct buffer *text);

#endif
