/*
 * screen: where the screen of a domain that runs is to be seen, and a program
 * that shows it.
 */
#ifndef XEN_SCREEN_H
#define XEN_SCREEN_H

#include "base/error.h"

struct screen {
	char *host;	/* an address of this one */
	char *port;
};

#define auto_screen __attribute__((cleanup(screen_release)))

/* As xenstore has it, of a domain that xl has started. */
int screen_find(const char *domain, struct screen *screen, struct error *err);
/* A viewer for the user's desktop; NULL: there is none, or no desktop. */
const char *screen_viewer(void);
/* Until it is closed. */
int screen_show(const struct screen *screen, const char *viewer,
    struct error *err);
void screen_release(struct screen *screen);

#endif
