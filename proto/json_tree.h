/* A parsed text, for proto/json_parse.c and proto/json_xml.c (which make it) and proto/json.c
 * (which reads it). One block of memory holds the text's own copy, in which strings are decoded
 * where they stand, and the first nodes; further nodes come in blocks. A node's children are a list
 * in their order. */
#ifndef PROTO_JSON_TREE_H
#define PROTO_JSON_TREE_H

#include "proto/json.h"

enum json_type {
    JSON_NULL,
    JSON_TRUE,
    JSON_FALSE,
    JSON_INTEGER, /* within 64 bits */
    JSON_REAL,    /* its value is nobody's */
    JSON_TEXT,
    JSON_ARRAY,
    JSON_OBJECT
};

struct json {
    const char *name; /* in an object, ended by a NUL; else NULL */
    struct json *next;
    union {
        const char *text; /* a string is ended by a NUL as well, a number is not */
        struct json *first;
    };
    uint32_t size;      /* bytes of the text or number; number of children */
    uint32_t name_size; /* bytes of the name */
    enum json_type type;
};

#define JSON_BLOCK_NODES 64
struct json_block {
    struct json_block *next;
    struct json nodes[JSON_BLOCK_NODES];
};

struct json_tree {
    struct json_block *blocks; /* beyond the first nodes */
    struct json root;          /* a tree is found from its root */
    struct json nodes[];       /* and after them the text */
};

#endif
