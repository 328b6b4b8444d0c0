/*
 * confined_program: another program, run where it can only read this host's
 * files and use the descriptors that it is given: a user and mount namespace
 * of its own in which everything is read-only and no device can be opened, no
 * socket, no other process, bounded memory (seccomp, rlimits). For programs
 * that parse what a guest may have written.
 *
 *	command.prepare = confined_program_prepare;
 *
 * A descriptor's /proc/self/fd/N can be opened as its owner may.
 */
#ifndef BASE_CONFINED_PROGRAM_H
#define BASE_CONFINED_PROGRAM_H

/* For struct command, whose context it leaves alone: 0, or -1 with errno. */
int confined_program_prepare(void *context);
/* The same for a program that resolves the symlinks in the names it is given:
 * it sees none, so that /proc/self/fd/N stays what it is, which leads to a file
 * without a name, too. */
int confined_program_prepare_literal(void *context);

#endif
