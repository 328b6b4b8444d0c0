/*
 * guest_vnc: how the screen of an HVM guest is to be seen:
 *
 *	[listen=192.0.2.1][,port=auto|5901][,password-file=FILE]
 *
 * Without listen only dom0 itself gets at it; without a port it is the first
 * that is free. Port 5900 is display 0.
 */
#ifndef GUEST_GUEST_VNC_H
#define GUEST_GUEST_VNC_H

#include <stdint.h>

#include "base/error.h"

enum { VNC_PORT_FIRST = 5900 };

struct guest_vnc {
	char *listen;	/* an IPv4 address; NULL: the toolstack's default */
	char *port;	/* "auto" */
	char *password_file;
	uint64_t display;	/* worked out of the port; -1: any */
	char *password;	/* once read; a secret */
};

#define VNC_ANY_DISPLAY UINT64_MAX

/* Into an empty one, to be released in any case; an empty text says all by
 * default. Wrong use if it is wrong. */
int guest_vnc_parse(const char *text, struct guest_vnc *vnc,
    struct error *err);
/* Of the file, if there is one. */
int guest_vnc_read_password(struct guest_vnc *vnc, struct error *err);
void guest_vnc_release(struct guest_vnc *vnc);

#endif
