/*
 * fetching_fault: what libcurl's end of a transfer means, and its sentence.
 */
#ifndef REPO_FETCHING_FAULT_H
#define REPO_FETCHING_FAULT_H

#include "repo/fetching.h"

bool fetching_is_missing(const struct fetching *fetching, CURLcode code);
/* May another try go better? */
bool fetching_may_pass(const struct fetching *fetching, CURLcode code);
/* Did it break off, after some bytes? */
bool fetching_is_cut(CURLcode code);

/* These set err and return -1; `url` is for people. */
int fetching_ends_early(const struct fetching *fetching, const char *url,
    struct error *err);
int fetching_explain(struct fetching *fetching, CURLcode code,
    const char *url, struct error *err);

#endif
