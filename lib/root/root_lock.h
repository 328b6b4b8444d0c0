/*
 * root_lock: the plan of a root as a file (plan_file.h): --lock FILE writes
 * it, or installs exactly what it lists; the cache keeps the same text for the
 * next run that asks for the same of an archive that did not change.
 */
#ifndef ROOT_ROOT_LOCK_H
#define ROOT_ROOT_LOCK_H

#include "base/buffer.h"
#include "base/digest.h"
#include "root/root.h"

/*
 * The caller's part of the head: the tool, the request, the sources as they
 * were found. Together with the suite table's stanza it decides the plan.
 */
void root_lock_head(const struct root_request *request,
    const struct repository *repository, struct buffer *text);
void root_lock_key(const struct root_request *request,
    const struct buffer *head, char hex[DIGEST_HEX_MAX + 1]);

/* Fills an empty plan from a file's text, which is taken over. */
int root_lock_parse(struct root_plan *root_plan, const char *path,
    struct buffer *text, struct stanza *head, struct error *err);

/*
 * The plan that the file holds: 1; 0 if there is no such file; -1 if it is
 * damaged, or was made for another request.
 */
int root_lock_read(struct root_plan *root_plan, const char *path,
    const struct root_request *request, struct error *err);
/* The same for a text, which is taken over; `path` is for messages. */
int root_lock_take(struct root_plan *root_plan, const char *path,
    struct buffer *text, const struct root_request *request,
    struct error *err);

int root_lock_write(const struct root_plan *root_plan, const char *path,
    struct error *err);

#endif
