/*
 * running: the domains that run on this host, their disks and network cards,
 * as xl lists them. On a host without Xen there are none.
 */
#ifndef XEN_RUNNING_H
#define XEN_RUNNING_H

#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"
#include "base/vector.h"

struct running_domain {
	char *name;
	struct strings disks;	/* paths as in the domain's configuration */
	struct strings macs;
};

struct running {
	struct running_domain *items;
	size_t count;
	size_t capacity;
	bool is_known;	/* xl has said so: nothing else runs */
};

#define auto_running __attribute__((cleanup(running_release)))

/* Is this where domains run, and are we somebody whom xl answers? */
bool running_is_dom0(void);
/* Asks xl. Where domains run, an xl that does not answer is an error. */
int running_read(struct running *running, struct error *err);
/* The same of what "xl list -l" prints. */
int running_parse(struct running *running, struct view text,
    struct error *err);
bool running_has(const struct running *running, const char *name);
void running_release(struct running *running);

#endif
