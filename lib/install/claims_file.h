/*
 * claims_file: a round's path_owners as text in the root itself, one file a
 * line, for a later run that starts from a copy of this root and must not let
 * its own packages write over those files unseen. Nobody else finds it there.
 */
#ifndef INSTALL_CLAIMS_FILE_H
#define INSTALL_CLAIMS_FILE_H

#include "install/round.h"

/* After the round is configured. -1 as well if a script has moved a directory
 * of its packages: paths do not say then what went where. */
int claims_file_write(const struct round *round, struct error *err);
/* In the copy: its packages claim what the text says they have. */
int claims_file_read(const struct round *round, struct path_owners *owners,
    struct error *err);
int claims_file_remove(int root, struct error *err);

#endif
