/* Shapes: every record is declared once, as a list of fields, and everything else follows from it:
 * the C struct, the canonical encoding, the strict decoder with its limits, the printable form, and
 * (proto/json.h) the JSON form of the HTTP interface.
 *
 *     #define SCAN_FIELDS(F, S)                                   \
 *         F(S, 1, REQUIRED, id,   parcel,   none, 0)              \
 *         F(S, 2, OPTIONAL, uint, weight_g, none, WEIGHT_G_MAX)
 *     SHAPE_DECLARE(scan, SCAN_FIELDS)                 in the header: struct scan, scan_shape
 *     SHAPE_DEFINE(scan, SCAN_FIELDS)                  in one source file
 *
 * A row is F(S, key, REQUIRED|OPTIONAL, type, name, aux, max):
 *     uint      uint64_t                max = largest value
 *     sint      int64_t                 max = largest absolute value
 *     time      uint64_t, Unix ms       max unused (below 2^48); JSON: RFC 3339 in UTC
 *     currency  uint64_t, ISO 4217 numeric; JSON: the three letters
 *     choice    uint64_t                aux = struct words of the names; JSON: the name
 *     id        struct id               JSON: its 27 characters
 *     hash      struct hash             JSON: hex
 *     bin       struct span             max = bytes; JSON: hex
 *     text      struct span, UTF-8      max = bytes
 *     one       struct AUX              a nested shape
 *     list      struct AUX name[max] and uint32_t name_count
 * `choice`'s aux is NAME of a `const struct words NAME_words`.
 *
 * Canonical form: a map of ascending small integer keys; a REQUIRED field always stands there; an
 * OPTIONAL field is left out exactly when it is zero or empty (so zero has one form, and writing it
 * out is refused as not canonical). An unknown key is refused: adding a key is a new version. */
#ifndef PROTO_SHAPE_H
#define PROTO_SHAPE_H

#include "proto/reader.h"
#include "proto/writer.h"

/* clang-format off */
enum field_type {
    FIELD_uint, FIELD_sint, FIELD_time, FIELD_currency, FIELD_choice, FIELD_id, FIELD_hash,
    FIELD_bin, FIELD_text, FIELD_one, FIELD_list
};
/* clang-format on */
enum field_need { REQUIRED, OPTIONAL };

struct words {
    const char *const *name; /* NULL at a number that has no name: refused */
    size_t count;
};

struct shape;
struct field {
    uint8_t key;
    enum field_need need;
    enum field_type type;
    const char *name;
    size_t offset;
    uint64_t max;
    size_t count_offset;       /* of name_count, for a list */
    const struct shape *item;  /* one, list */
    const struct words *words; /* choice */
};
struct shape {
    const char *name;
    size_t size; /* of the C struct */
    const struct field *fields;
    size_t count;
};

/* Which field was wrong, for a person: the path is "lines/2/quantity". */
#define FAULT_PATH_BYTES 96
struct fault {
    enum error error;
    char path[FAULT_PATH_BYTES];
};
/* Puts one step before the path, from the inside outwards: "quantity", then 2, then "lines". A path
 * that does not fit loses its inner end. fault may be NULL. */
void fault_step(struct fault *fault, struct span name);
void fault_step_index(struct fault *fault, uint32_t index);

/* A value beyond a field's limit is refused, so that nothing leaves that no reader would take;
 * UTF-8 alone is not looked at again. */
void shape_write(const struct shape *shape, const void *value, struct writer *w);
/* Fills *value wholly (absent optional fields are zero). Errors are the reader's. */
void shape_read(const struct shape *shape, struct reader *r, void *value);
enum error shape_encode(const struct shape *shape, const void *value, uint8_t *buffer, size_t size,
                        struct span *out) MUST_USE;
/* The whole input must be one record. fault may be NULL. */
enum error shape_decode(const struct shape *shape, struct span bytes, void *value,
                        struct fault *fault) MUST_USE;
/* Checks limits, choices, UTF-8 and required fields of a value built by hand or from JSON. Stricter
 * than the decoder in two points: a required id, hash or text must not be zero or empty, and a
 * currency must be one of the table. */
enum error shape_check(const struct shape *shape, const void *value, struct fault *fault) MUST_USE;
/* Would the encoder leave this field out: is it optional, and zero or empty? */
bool field_is_absent(const struct field *field, const void *value);
/* Copies the fields that both shapes have under one name and of one type; others stay. Spans are
 * copied as spans: they lie where they lay. */
void shape_copy(const struct shape *to_shape, void *to, const struct shape *from_shape,
                const void *from);
/* One line for logs and `verify`: name{field=value, ...}; always NUL-terminated, cut if too long.
 * Returns the length written. */
size_t shape_print(const struct shape *shape, const void *value, char *text, size_t size);

/* --- what the macros stand on --- */
#define MEMBER_uint(name, aux, max)     uint64_t name;
#define MEMBER_sint(name, aux, max)     int64_t name;
#define MEMBER_time(name, aux, max)     uint64_t name;
#define MEMBER_currency(name, aux, max) uint64_t name;
#define MEMBER_choice(name, aux, max)   uint64_t name;
#define MEMBER_id(name, aux, max)       struct id name;
#define MEMBER_hash(name, aux, max)     struct hash name;
#define MEMBER_bin(name, aux, max)      struct span name;
#define MEMBER_text(name, aux, max)     struct span name;
#define MEMBER_one(name, aux, max)      struct aux name;
#define MEMBER_list(name, aux, max)                                                                \
    struct aux name[max];                                                                          \
    uint32_t name##_count;
#define SHAPE_MEMBER(S, key, need, type, name, aux, max) MEMBER_##type(name, aux, max)

/* aux is a shape's name for one and list, a words' name for choice, and `none` otherwise. */
#define ITEM_uint(S, name, aux)     0, NULL, NULL
#define ITEM_sint(S, name, aux)     0, NULL, NULL
#define ITEM_time(S, name, aux)     0, NULL, NULL
#define ITEM_currency(S, name, aux) 0, NULL, NULL
#define ITEM_choice(S, name, aux)   0, NULL, &aux##_words
#define ITEM_id(S, name, aux)       0, NULL, NULL
#define ITEM_hash(S, name, aux)     0, NULL, NULL
#define ITEM_bin(S, name, aux)      0, NULL, NULL
#define ITEM_text(S, name, aux)     0, NULL, NULL
#define ITEM_one(S, name, aux)      0, &aux##_shape, NULL
#define ITEM_list(S, name, aux)     offsetof(struct S, name##_count), &aux##_shape, NULL

#define SHAPE_FIELD(S, key, need, type, name, aux, max)                                            \
    {(key),                                                                                        \
     (need),                                                                                       \
     FIELD_##type,                                                                                 \
     #name,                                                                                        \
     offsetof(struct S, name),                                                                     \
     (max),                                                                                        \
     ITEM_##type(S, name, aux)},

#define SHAPE_DECLARE(name, FIELDS)                                                                \
    struct name {                                                                                  \
        FIELDS(SHAPE_MEMBER, name)                                                                 \
    };                                                                                             \
    extern const struct shape name##_shape;

#define SHAPE_DEFINE(name, FIELDS)                                                                 \
    static const struct field name##_fields[] = {FIELDS(SHAPE_FIELD, name)};                       \
    const struct shape name##_shape = {#name, sizeof(struct name), name##_fields,                  \
                                       sizeof(name##_fields) / sizeof(name##_fields[0])};

#endif
