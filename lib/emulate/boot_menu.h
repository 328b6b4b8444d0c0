/*
 * boot_menu: GRUB's menu in a guest's filesystem, which firmware boots from.
 * What it hands to the kernel names Xen's console, which QEMU has not.
 */
#ifndef EMULATE_BOOT_MENU_H
#define EMULATE_BOOT_MENU_H

#include "base/error.h"

/*
 * All its kernels talk to `console`, a name without a blank. `filesystem` is a
 * file of ours with a copy of the guest's ext filesystem, which a confined
 * child reads and changes. An error if there is no menu that names a console.
 */
int boot_menu_set_console(int filesystem, const char *console,
    struct error *err);

#endif
