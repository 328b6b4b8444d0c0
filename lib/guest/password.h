/*
 * password: those of a guest's users. Secrets are wiped where they were and are
 * freed with memory_free_secret. Files that hold one and that others than
 * their owner may read or write are refused.
 */
#ifndef GUEST_PASSWORD_H
#define GUEST_PASSWORD_H

#include "base/error.h"
#include "base/events.h"
#include "suite/suite.h"

/* The first line of a file. */
int password_read(const char *path, char **password, struct error *err);

/* The first line of a file that is a hash by one of the suite's methods. */
int password_read_hash(const char *path, const struct suite *suite,
    char **hash, struct error *err);

/* Asks twice for that of the user, without showing it. */
int password_ask(struct events *events, const char *user, char **password,
    struct error *err);

/* 16 letters and digits, without those that look alike. */
char *password_random(void);

/* crypt(5) of a password by libcrypt with the suite's best method. */
int password_hash(const struct suite *suite, const char *password, char **hash,
    struct error *err);
/* The same of one from password_random, for the least that the method costs:
 * nobody finds it by trying, however fast he does. */
int password_hash_random(const struct suite *suite, const char *password,
    char **hash, struct error *err);

#endif
