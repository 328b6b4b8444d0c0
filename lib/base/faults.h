/*
 * faults: all that is wrong with what options say, each as a line of one error
 * that names the option, or the file, line and field, that the value is from.
 *
 *	struct faults faults = {&guest->origins, err, 0};
 *	auto_error struct error one = {0};
 *	if (mac_check(guest->mac, &one) < 0)
 *		faults_add(&faults, "mac", 0, &one);
 *	return faults_result(&faults);
 */
#ifndef BASE_FAULTS_H
#define BASE_FAULTS_H

#include <stdbool.h>

#include "base/origins.h"

struct faults {
	const struct origins *origins;
	struct error *err;
	size_t count;
};

/* Takes over the sentence, which is about the option's value `number`, from 0;
 * of an option that has but one: 0. NULL: about no option. */
void faults_add(struct faults *faults, const char *option, size_t number,
    struct error *one);
/* -1 if there are any. */
int faults_result(const struct faults *faults);

#endif
