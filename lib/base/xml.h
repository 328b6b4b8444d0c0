/*
 * xml: text as the content of an XML element (XML 1.0, 2.2 and 2.4).
 */
#ifndef BASE_XML_H
#define BASE_XML_H

#include "base/buffer.h"
#include "base/error.h"

/* Appends the text with what XML has a meaning for escaped. What no document
 * can hold, control characters and what is not UTF-8, is an error that does not
 * say the text. */
int xml_text(const char *text, struct buffer *xml, struct error *err);

#endif
