/*
 * cfg_check: domain files judged one by one, then against each other and
 * against those that the host has besides.
 */
#ifndef KEEP_CFG_CHECK_H
#define KEEP_CFG_CHECK_H

#include "base/error.h"
#include "base/vector.h"
#include "keep/cfg_file.h"

struct cfg_check {
	const char *directory;	/* with the host's other files; NULL: /etc/xen */
	struct lint rules;	/* version 0: the host's */
	VECTOR(struct cfg_file) files;	/* the results, in the order given */
	size_t findings;
};

#define auto_cfg_check __attribute__((cleanup(cfg_check_release)))

/* Fails if a file cannot be read; what is wrong in it is no failure. */
int cfg_check_run(struct cfg_check *check, const struct strings *paths,
    struct error *err);
void cfg_check_release(struct cfg_check *check);

#endif
