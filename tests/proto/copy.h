/* Reads one item of any type and writes it again: for "what is accepted has only this one form". */
#ifndef TESTS_PROTO_COPY_H
#define TESTS_PROTO_COPY_H

#include "proto/reader.h"
#include "proto/writer.h"

void copy_item(struct reader *r, struct writer *w);

#endif
