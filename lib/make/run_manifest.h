/*
 * run_manifest: the manifest of the guest that a run makes, and the domain file
 * that is written from it.
 */
#ifndef MAKE_RUN_MANIFEST_H
#define MAKE_RUN_MANIFEST_H

#include "make/run.h"

/* Both texts are appended; that of the domain file may hold a secret. */
void run_manifest_text(const struct run *run, struct buffer *text);
int run_domain_text(const struct run *run, struct buffer *text,
    struct error *err);

#endif
