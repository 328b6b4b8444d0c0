/*
 * xdg: an ordinary user's directories, as the XDG Base Directory Specification
 * has them: $XDG_CACHE_HOME and so on, or the usual place below the home
 * directory.
 */
#ifndef BASE_XDG_H
#define BASE_XDG_H

/* Our own directory in one of them: "XDG_CACHE_HOME", ".cache". Freed by the
 * caller. */
char *xdg_directory(const char *variable, const char *usual);

#endif
