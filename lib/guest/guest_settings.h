/*
 * guest_settings: keys of a guest's domain file that not every guest has. A
 * setting is KEY=VALUE, in the words of the guest's toolstack, with the value
 * as "mkguest-cfg set" takes it: what is a number, or begins with a quote or
 * "[", stands in the file as it is, any other text in quotes.
 */
#ifndef GUEST_GUEST_SETTINGS_H
#define GUEST_GUEST_SETTINGS_H

#include <stdint.h>

#include "base/faults.h"
#include "base/options.h"

struct guest;

struct guest_settings {
	uint64_t maxmem;	/* MiB; 0: not given, as those below */
	uint64_t maxvcpus;
	uint64_t cpu_weight;
	uint64_t cap;	/* percent of a processor */
	char *cpus;
	char *pool;
	char *on_poweroff, *on_reboot, *on_crash, *on_watchdog;
	struct strings pci;	/* devices of the host, as xl-pci-configuration(5)
				   has them */
	struct strings usb;	/* the same, as usbdev= of xl.cfg(5) has them */
	struct strings set;	/* settings, which win over all others */
	char *xen_version;	/* 4.N, that is to read the file; NULL: any */
};

extern const struct option settings_options[];	/* of struct guest */

/* Are the values such as any Xen could take, with the guest's toolstack? */
void guest_settings_check(struct guest *guest, struct faults *faults);
/* Adds the guest's settings, each key once. */
void guest_settings_words(const struct guest *guest, struct strings *words);
/* The key of a setting. */
struct view setting_key(const char *setting);

#endif
