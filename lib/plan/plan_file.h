/*
 * plan_file: a plan as text (deb822), which needs no index and no archive to
 * be installed: what --lock writes, what the cache keeps of a solution, and
 * what lies in a tarball of .debs.
 *
 * The first stanza, the head, says what the plan answers; most of it is the
 * caller's. Then comes one stanza a package, in the plan's order:
 *
 *	Architectures: amd64	native first, separated by blanks
 *	Pending-Run: 7
 *	Unpack-Only: yes	or absent
 *	Packages: none		only then, since a file may have been cut off
 *
 *	Package: hello
 *	Version: 2.10-3
 *	Architecture: amd64
 *	SHA256: …		of the .deb (or SHA512, SHA1, MD5sum)
 *	Size: 53084
 *	Installed-Size: 276	KiB
 *	URL: http://…/hello_2.10-3_amd64.deb
 *	Stage: 2
 *	Unpack-Place: 14
 *	Configure-Run: 3
 *	Auto-Installed: yes	or absent
 */
#ifndef PLAN_PLAN_FILE_H
#define PLAN_PLAN_FILE_H

#include "base/stanza.h"
#include "plan/plan.h"

/* Appends the rest of the head and the packages to the caller's lines. Each
 * item has its URL; no name or password in it may stay there. */
void plan_file_write(const struct plan *plan, struct buffer *text);

/*
 * Fills an empty plan. The text becomes the plan's own; the head's views point
 * into it. Errors are "path:line: …".
 */
int plan_file_read(const char *path, struct buffer *text, struct stanza *head,
    struct plan *plan, struct error *err);

#endif
