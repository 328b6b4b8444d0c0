/*
 * new_directories: those that unpacking made. They get their owner, mode and
 * time last, when no thread puts anything into them any more.
 */
#ifndef INSTALL_NEW_DIRECTORIES_H
#define INSTALL_NEW_DIRECTORIES_H

#include "install/unpacked.h"

/*
 * The first package in this order that has a directory decides over it. As
 * with dpkg, only those keep the package's time that no file was put into.
 */
int new_directories_finish(int root, struct unpacked *const *packages,
    size_t count, struct error *err);

#endif
