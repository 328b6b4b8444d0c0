/*
 * build_id: a digest of the sources that this program was made from. What is
 * kept for a later run is named after it, so that a program that may work
 * otherwise never takes it for its own.
 */
#ifndef BASE_BUILD_ID_H
#define BASE_BUILD_ID_H

const char *build_id(void);

#endif
