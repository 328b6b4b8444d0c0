/*
 * password: root's. Secrets are wiped where they were and are freed with
 * memory_free_secret.
 */
#ifndef GUEST_PASSWORD_H
#define GUEST_PASSWORD_H

#include "base/error.h"
#include "base/events.h"
#include "suite/suite.h"

/* The first line of a file; warns if others can read the file. */
int password_read(const char *path, struct events *events, char **password,
    struct error *err);

/* 16 letters and digits, without those that look alike. */
char *password_random(void);

/* crypt(5) of a password by libcrypt with the suite's method. */
int password_hash(const struct suite *suite, const char *password, char **hash,
    struct error *err);

#endif
