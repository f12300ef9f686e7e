/* Every shape of the program, driven by its own declaration: what is drawn from a shape is encoded,
 * decoded and compared, read by msgpack-c too, and pushed beyond each of its limits. */
#include "tests/proto/check.h"

#include "proto/catalogue.h"
#include "proto/commands.h"
#include "proto/messages.h"
#include "tests/proto/values.h"
#include <msgpack.h>
#include <stdlib.h>

#define ROUNDS 300

/* Aligned room for any value, with as much again behind it for lists beyond their limit. */
static union {
    uint64_t align;
    uint8_t bytes[2 * VALUES_STRUCT_BYTES];
} value, decoded;
static uint8_t buffer[VALUES_RECORD_BYTES], again[VALUES_RECORD_BYTES];

static struct span encode(const struct shape *shape)
{
    struct span out = span_of(NULL, 0);
    assert_error(OK, shape_encode(shape, value.bytes, buffer, sizeof buffer, &out));
    return out;
}

static void assert_round_trip(const struct shape *shape)
{
    struct fault fault;
    struct span bytes = encode(shape), bytes_again;
    assert_error(OK, shape_check(shape, value.bytes, &fault));
    memset(decoded.bytes, 0xee, sizeof decoded.bytes);
    fault.error = ERROR_IO;
    assert_error(OK, shape_decode(shape, bytes, decoded.bytes, &fault));
    assert_error(OK, fault.error);
    assert_true(values_equal(shape, value.bytes, decoded.bytes));
    assert_error(OK, shape_encode(shape, decoded.bytes, again, sizeof again, &bytes_again));
    assert_span_equal(bytes, bytes_again);
}

static bool is_drawn(const struct shape *shape)
{
    for (size_t i = 0; i < values_shapes_count; i++)
        if (values_shapes[i] == shape) return true;
    return false;
}

static void every_event_and_command_is_among_the_records_tested_here(void **state)
{
    (void)state;
    for (size_t i = 0; i < event_rows_count; i++) assert_true(is_drawn(event_rows[i].shape));
    for (size_t i = 0; i < command_rows_count; i++) assert_true(is_drawn(command_rows[i].shape));
}

static void every_record_comes_back_as_it_was(void **state)
{
    (void)state;
    struct values values = values_begin(__func__);
    for (size_t i = 0; i < values_shapes_count; i++) {
        assert_true(values_shapes[i]->size <= VALUES_STRUCT_BYTES);
        for (unsigned round = 0; round < ROUNDS; round++) {
            values_fill(&values, values_shapes[i], value.bytes);
            assert_round_trip(values_shapes[i]);
        }
        values_fill_largest(&values, values_shapes[i], value.bytes);
        assert_round_trip(values_shapes[i]);
    }
    values_end(&values);
}

static void the_largest_payload_of_every_event_fits_an_entry(void **state)
{
    (void)state;
    struct values values = values_begin(__func__);
    for (size_t i = 0; i < event_rows_count; i++) {
        values_fill_largest(&values, event_rows[i].shape, value.bytes);
        size_t salt = (event_rows[i].flags & EVENT_PERSONAL) != 0 ? EVENT_SALT_BYTES : 0;
        assert_true(encode(event_rows[i].shape).size + salt <= EVENT_PAYLOAD_BYTES_MAX);
    }
    values_end(&values);
}

static void a_buffer_one_byte_short_is_too_small(void **state)
{
    (void)state;
    struct values values = values_begin(__func__);
    for (size_t i = 0; i < values_shapes_count; i++) {
        values_fill(&values, values_shapes[i], value.bytes);
        struct span out, bytes = encode(values_shapes[i]);
        assert_error(ERROR_TOO_LARGE,
                     shape_encode(values_shapes[i], value.bytes, again, bytes.size - 1, &out));
    }
    values_end(&values);
}

/* --- msgpack-c reads the same ---------------------------------------------------------------- */

static void assert_same_as_theirs(const struct shape *shape, const void *ours,
                                  const msgpack_object *theirs);

static void assert_same_list(const struct field *field, const void *ours,
                             const msgpack_object *theirs)
{
    uint32_t count;
    memcpy(&count, (const uint8_t *)ours + field->count_offset, sizeof count);
    assert_int_equal(theirs->type, MSGPACK_OBJECT_ARRAY);
    assert_int_equal(theirs->via.array.size, count);
    const uint8_t *item = (const uint8_t *)ours + field->offset;
    for (uint32_t i = 0; i < count; i++)
        assert_same_as_theirs(field->item, item + i * field->item->size, &theirs->via.array.ptr[i]);
}

static void assert_same_bin(struct span ours, const msgpack_object *theirs)
{
    assert_int_equal(theirs->type, MSGPACK_OBJECT_BIN);
    assert_span_equal(ours, span_of(theirs->via.bin.ptr, theirs->via.bin.size));
}

static void assert_same_field(const struct field *field, const void *ours,
                              const msgpack_object *theirs)
{
    const void *at = (const uint8_t *)ours + field->offset;
    switch (field->type) {
    case FIELD_uint:
    case FIELD_time:
    case FIELD_currency:
    case FIELD_choice:
        assert_int_equal(theirs->type, MSGPACK_OBJECT_POSITIVE_INTEGER);
        assert_true(theirs->via.u64 == *(const uint64_t *)at);
        break;
    case FIELD_sint: {
        bool is_negative = *(const int64_t *)at < 0;
        assert_int_equal(theirs->type, is_negative ? MSGPACK_OBJECT_NEGATIVE_INTEGER
                                                   : MSGPACK_OBJECT_POSITIVE_INTEGER);
        assert_true(theirs->via.i64 == *(const int64_t *)at);
        break;
    }
    case FIELD_id: assert_same_bin(span_of(at, ID_BYTES), theirs); break;
    case FIELD_hash: assert_same_bin(span_of(at, HASH_BYTES), theirs); break;
    case FIELD_bin: assert_same_bin(*(const struct span *)at, theirs); break;
    case FIELD_text:
        assert_int_equal(theirs->type, MSGPACK_OBJECT_STR);
        assert_span_equal(*(const struct span *)at,
                          span_of(theirs->via.str.ptr, theirs->via.str.size));
        break;
    case FIELD_one: assert_same_as_theirs(field->item, at, theirs); break;
    case FIELD_list: assert_same_list(field, ours, theirs); break;
    }
}

static void assert_same_as_theirs(const struct shape *shape, const void *ours,
                                  const msgpack_object *theirs)
{
    assert_int_equal(theirs->type, MSGPACK_OBJECT_MAP);
    uint32_t pair = 0;
    for (size_t i = 0; i < shape->count; i++) {
        if (field_is_absent(&shape->fields[i], ours)) continue;
        assert_true(pair < theirs->via.map.size);
        const msgpack_object_kv *kv = &theirs->via.map.ptr[pair++];
        assert_int_equal(kv->key.type, MSGPACK_OBJECT_POSITIVE_INTEGER);
        assert_true(kv->key.via.u64 == shape->fields[i].key);
        assert_same_field(&shape->fields[i], ours, &kv->val);
    }
    assert_int_equal(pair, theirs->via.map.size);
}

static void msgpack_c_reads_the_same_values(void **state)
{
    (void)state;
    struct values values = values_begin(__func__);
    for (size_t i = 0; i < values_shapes_count * 50; i++) {
        const struct shape *shape = values_shapes[i / 50];
        values_fill(&values, shape, value.bytes);
        struct span bytes = encode(shape);
        msgpack_unpacked theirs;
        msgpack_unpacked_init(&theirs);
        size_t read = 0;
        assert_int_equal(msgpack_unpack_next(&theirs, (const char *)bytes.at, bytes.size, &read),
                         MSGPACK_UNPACK_SUCCESS);
        assert_int_equal(read, bytes.size);
        assert_same_as_theirs(shape, value.bytes, &theirs.data);
        msgpack_unpacked_destroy(&theirs);
    }
    values_end(&values);
}

/* --- strangers' bytes ------------------------------------------------------------------------ */

/* Changes, removes or repeats bytes in a few places. */
static struct span mutate(struct values *values, struct span bytes)
{
    static uint8_t mutant[VALUES_RECORD_BYTES + 8];
    memcpy(mutant, bytes.at, bytes.size);
    size_t size = bytes.size;
    for (uint64_t i = values_below(values, 3) + 1; i > 0 && size > 1; i--) {
        size_t at = (size_t)values_below(values, size);
        switch (values_below(values, 4)) {
        case 0: mutant[at] = (uint8_t)values_below(values, 256); break;
        case 1: mutant[at]++; break;
        case 2: memmove(mutant + at, mutant + at + 1, --size - at); break;
        default: memmove(mutant + at + 1, mutant + at, size++ - at); break;
        }
    }
    return span_of(mutant, size);
}

static void whatever_decodes_encodes_to_the_same_bytes(void **state)
{
    (void)state;
    struct values values = values_begin(__func__);
    unsigned accepted = 0, tried = 0;
    for (size_t i = 0; i < values_shapes_count * ROUNDS; i++) {
        const struct shape *shape = values_shapes[i % values_shapes_count];
        values_fill(&values, shape, value.bytes);
        struct span bytes = encode(shape), out;
        for (unsigned round = 0; round < 20; round++) {
            struct span mutant = mutate(&values, bytes);
            tried++;
            if (shape_decode(shape, mutant, decoded.bytes, NULL) != OK) continue;
            accepted++;
            assert_error(OK, shape_encode(shape, decoded.bytes, again, sizeof again, &out));
            assert_span_equal(mutant, out);
        }
    }
    printf("%u of %u mutants were accepted\n", accepted, tried);
    assert_true(accepted > 100 && accepted < tried);
    values_end(&values);
}

static void a_record_cut_anywhere_is_refused(void **state)
{
    (void)state;
    struct values values = values_begin(__func__);
    for (size_t i = 0; i < values_shapes_count; i++) {
        values_fill(&values, values_shapes[i], value.bytes);
        struct span bytes = encode(values_shapes[i]);
        for (size_t size = 0; size < bytes.size; size++)
            assert_error(ERROR_MALFORMED, shape_decode(values_shapes[i], span_of(bytes.at, size),
                                                       decoded.bytes, NULL));
    }
    values_end(&values);
}

/* --- each limit of each field, one step beyond ----------------------------------------------- */

/* A copy of a shape whose one field is laxer, so that it encodes what the true shape must refuse.
 */
struct lax {
    struct field fields[64];
    struct shape shape;
};

static struct field *lax_copy(struct lax *lax, const struct shape *shape, size_t i)
{
    assert_true(shape->count < 64);
    memcpy(lax->fields, shape->fields, shape->count * sizeof shape->fields[0]);
    lax->shape = *shape;
    lax->shape.fields = lax->fields;
    return &lax->fields[i];
}

/* The refusal of what the lax shape writes, with the field's name as its path. */
static void assert_refused_at(const struct lax *lax, const struct shape *shape, size_t i,
                              enum error error)
{
    struct fault fault;
    struct span bytes = encode(&lax->shape);
    enum error actual = shape_decode(shape, bytes, decoded.bytes, &fault);
    if (actual != error) print_error("%s.%s\n", shape->name, shape->fields[i].name);
    assert_error(error, actual);
    assert_error(error, fault.error);
    assert_string_equal(shape->fields[i].name, fault.path);
}

static uint64_t *number_of(const struct field *field)
{
    return (uint64_t *)(void *)(value.bytes + field->offset);
}

/* What the decoder refuses, the encoder must not write. */
static void assert_not_written(const struct shape *shape, enum error error)
{
    struct span out;
    assert_error(error, shape_encode(shape, value.bytes, again, sizeof again, &out));
    assert_error(error, shape_check(shape, value.bytes, NULL));
}

static void refuse_number(struct lax *lax, const struct shape *shape, size_t i, uint64_t number)
{
    struct field *field = lax_copy(lax, shape, i);
    bool is_signed = field->type == FIELD_sint;
    field->type = is_signed ? FIELD_sint : FIELD_uint;
    field->max = is_signed ? INT64_MAX : UINT64_MAX;
    *number_of(field) = number;
    assert_refused_at(lax, shape, i, ERROR_OUT_OF_RANGE);
    assert_not_written(shape, ERROR_OUT_OF_RANGE);
}

static void refuse_choices(struct lax *lax, const struct shape *shape, size_t i)
{
    const struct words *words = shape->fields[i].words;
    refuse_number(lax, shape, i, UINT16_MAX + 1);
    for (uint64_t number = 0; number <= words->count; number++) {
        bool named = number < words->count && words->name[number] != NULL;
        bool absent = number == 0 && shape->fields[i].need == OPTIONAL;
        if (!named && !absent) refuse_number(lax, shape, i, number);
    }
}

static void refuse_longer(struct lax *lax, const struct shape *shape, size_t i)
{
    static uint8_t longer[BLOB_PIECE_BYTES_MAX + 1];
    memset(longer, 'x', sizeof longer);
    struct field *field = lax_copy(lax, shape, i);
    assert_true(field->max < sizeof longer);
    *(struct span *)(void *)(value.bytes + field->offset) = span_of(longer, (size_t)field->max + 1);
    field->max++;
    assert_refused_at(lax, shape, i, ERROR_TOO_LARGE);
    assert_not_written(shape, ERROR_TOO_LARGE);
}

/* An id or hash of another size: the lax shape sees a bin that stands behind the struct. */
static void refuse_other_size(struct lax *lax, const struct shape *shape, size_t i, size_t size)
{
    static const uint8_t bytes[HASH_BYTES + 1];
    struct field *field = lax_copy(lax, shape, i);
    field->type = FIELD_bin;
    field->max = HASH_BYTES + 1;
    field->need = REQUIRED;
    size_t right = shape->fields[i].type == FIELD_id ? ID_BYTES : HASH_BYTES;
    field->offset = VALUES_STRUCT_BYTES;
    *(struct span *)(void *)(value.bytes + field->offset) = span_of(bytes, size);
    assert_refused_at(lax, shape, i, size > right ? ERROR_TOO_LARGE : ERROR_MALFORMED);
}

/* One item more than the list takes: they stand behind the struct, where there is room. */
static void refuse_more_items(struct lax *lax, const struct shape *shape, size_t i)
{
    struct field *field = lax_copy(lax, shape, i);
    uint8_t *items = value.bytes + VALUES_STRUCT_BYTES;
    uint32_t count = (uint32_t)field->max + 1;
    assert_true(count * field->item->size <= VALUES_STRUCT_BYTES);
    for (uint32_t k = 0; k < field->max; k++)
        memcpy(items + k * field->item->size, value.bytes + field->offset + k * field->item->size,
               field->item->size);
    memcpy(items + field->max * field->item->size, items, field->item->size);
    memcpy(value.bytes + field->count_offset, &count, sizeof count);
    field->offset = VALUES_STRUCT_BYTES;
    field->max++;
    assert_refused_at(lax, shape, i, ERROR_TOO_LARGE);
    assert_not_written(shape, ERROR_TOO_LARGE);
}

static void refuse_beyond(struct lax *lax, const struct shape *shape, size_t i)
{
    const struct field *field = &shape->fields[i];
    switch (field->type) {
    case FIELD_uint:
        if (field->max < UINT64_MAX) refuse_number(lax, shape, i, field->max + 1);
        break;
    case FIELD_currency: refuse_number(lax, shape, i, field->max + 1); break;
    case FIELD_sint:
        refuse_number(lax, shape, i, field->max + 1);
        refuse_number(lax, shape, i, 0 - (field->max + 1));
        break;
    case FIELD_time: refuse_number(lax, shape, i, (uint64_t)1 << 48); break;
    case FIELD_choice: refuse_choices(lax, shape, i); break;
    case FIELD_id:
    case FIELD_hash: {
        size_t right = field->type == FIELD_id ? ID_BYTES : HASH_BYTES;
        refuse_other_size(lax, shape, i, right - 1);
        refuse_other_size(lax, shape, i, right + 1);
        break;
    }
    case FIELD_bin:
    case FIELD_text: refuse_longer(lax, shape, i); break;
    case FIELD_list: refuse_more_items(lax, shape, i); break;
    case FIELD_one: break; /* its own fields are looked at where its shape is */
    }
}

/* The largest value is accepted (the round trip shows it); one step more in any field is not. */
static void one_step_beyond_any_limit_is_refused_by_name(void **state)
{
    (void)state;
    struct values values = values_begin(__func__);
    static const struct shape *const nested[] = {
        &actor_shape,       &voter_shape,     &checkpoint_shape, &order_line_shape, &payment_shape,
        &return_line_shape, &claim_sku_shape, &box_item_shape,   &log_at_shape};
    size_t nested_count = sizeof nested / sizeof nested[0];
    for (size_t i = 0; i < values_shapes_count + nested_count; i++) {
        const struct shape *shape =
            i < values_shapes_count ? values_shapes[i] : nested[i - values_shapes_count];
        for (size_t k = 0; k < shape->count; k++) {
            struct lax lax;
            values_fill_largest(&values, shape, value.bytes);
            refuse_beyond(&lax, shape, k);
        }
    }
    values_end(&values);
}

static void zero_field(const struct field *field)
{
    static const size_t size_of[] = {[FIELD_uint] = 8,
                                     [FIELD_sint] = 8,
                                     [FIELD_time] = 8,
                                     [FIELD_currency] = 8,
                                     [FIELD_choice] = 8,
                                     [FIELD_id] = ID_BYTES,
                                     [FIELD_hash] = HASH_BYTES,
                                     [FIELD_bin] = sizeof(struct span),
                                     [FIELD_text] = sizeof(struct span),
                                     [FIELD_one] = 0,
                                     [FIELD_list] = 0};
    size_t size = field->type == FIELD_one ? field->item->size : size_of[field->type];
    memset(value.bytes + field->offset, 0, size);
    if (field->type == FIELD_list) memset(value.bytes + field->count_offset, 0, sizeof(uint32_t));
}

static void a_missing_required_field_is_named(void **state)
{
    (void)state;
    struct values values = values_begin(__func__);
    for (size_t i = 0; i < values_shapes_count; i++)
        for (size_t k = 0; k < values_shapes[i]->count; k++) {
            if (values_shapes[i]->fields[k].need != REQUIRED) continue;
            struct lax lax;
            values_fill(&values, values_shapes[i], value.bytes);
            lax_copy(&lax, values_shapes[i], k)->need = OPTIONAL;
            zero_field(&values_shapes[i]->fields[k]);
            assert_refused_at(&lax, values_shapes[i], k, ERROR_MISSING_FIELD);
        }
    values_end(&values);
}

static void an_optional_field_written_as_nothing_is_not_canonical(void **state)
{
    (void)state;
    struct values values = values_begin(__func__);
    for (size_t i = 0; i < values_shapes_count; i++)
        for (size_t k = 0; k < values_shapes[i]->count; k++) {
            const struct field *field = &values_shapes[i]->fields[k];
            if (field->need != OPTIONAL || field->type == FIELD_one) continue;
            struct lax lax;
            values_fill(&values, values_shapes[i], value.bytes);
            struct field *copy = lax_copy(&lax, values_shapes[i], k);
            copy->need = REQUIRED;
            if (copy->type == FIELD_choice) copy->type = FIELD_uint, copy->max = 9;
            zero_field(field);
            assert_refused_at(&lax, values_shapes[i], k, ERROR_NOT_CANONICAL);
        }
    values_end(&values);
}

/* --- a small shape of the test's own: exact bytes and exact paths ---------------------------- */

/* clang-format off */
#define PORT_FIELDS(F, S)                                                                          \
    F(S, 1, OPTIONAL, uint, pier, none, 9)                                                         \
    F(S, 2, OPTIONAL, text, code, none, 4)
SHAPE_DECLARE(port, PORT_FIELDS)
#define LEG_FIELDS(F, S)                                                                           \
    F(S, 1, REQUIRED, uint, days, none, 60)                                                        \
    F(S, 7, OPTIONAL, one, port, port, 0)
SHAPE_DECLARE(leg, LEG_FIELDS)
#define VOYAGE_FIELDS(F, S)                                                                        \
    F(S, 2, REQUIRED, sint, balance, none, 500)                                                    \
    F(S, 3, OPTIONAL, bin, tag, none, 3)                                                           \
    F(S, 5, REQUIRED, list, legs, leg, 3)                                                          \
    F(S, 9, OPTIONAL, one, home, port, 0)
SHAPE_DECLARE(voyage, VOYAGE_FIELDS)
SHAPE_DEFINE(port, PORT_FIELDS)
SHAPE_DEFINE(leg, LEG_FIELDS)
SHAPE_DEFINE(voyage, VOYAGE_FIELDS)
/* clang-format on */

static void assert_voyage_refused(const char *bytes, enum error error, const char *path)
{
    struct voyage voyage;
    struct fault fault;
    assert_error(error, shape_decode(&voyage_shape, hex(bytes), &voyage, &fault));
    assert_error(error, fault.error);
    assert_string_equal(path, fault.path);
    assert_error(error, shape_decode(&voyage_shape, hex(bytes), &voyage, NULL));
}

static void a_record_is_a_map_of_small_ascending_keys(void **state)
{
    (void)state;
    struct voyage voyage = {.balance = -200, .legs_count = 2};
    voyage.legs[0].days = 30;
    voyage.legs[1] = (struct leg){.days = 1, .port = {.pier = 4, .code = span_text("LAX")}};
    struct span out;
    assert_error(OK, shape_encode(&voyage_shape, &voyage, buffer, sizeof buffer, &out));
    assert_span_equal(hex("82 02 d1ff38 05 92 81 01 1e 82 01 01 07 82 01 04 02 a34c4158"), out);
    struct voyage back;
    assert_error(OK, shape_decode(&voyage_shape, out, &back, NULL));
    assert_int_equal(back.balance, -200);
    assert_int_equal(back.legs_count, 2);
    assert_int_equal(back.legs[1].port.pier, 4);
    assert_int_equal(back.home.pier, 0);
}

static void a_fault_names_its_path(void **state)
{
    (void)state;
    assert_voyage_refused("82 02 d1ff38 05 92 81 01 1e 82 01 01 07 82 01 0a 02 a34c4158",
                          ERROR_OUT_OF_RANGE, "legs/1/port/pier");
    assert_voyage_refused("82 02 d1ff38 05 92 81 01 1e 82 01 01 07 82 01 04 02 a5 4c41584c41",
                          ERROR_TOO_LARGE, "legs/1/port/code");
    assert_voyage_refused("82 02 d1ff38 05 92 81 01 1e 82 01 01 07 82 01 04 02 a3 4c41ff",
                          ERROR_BAD_TEXT, "legs/1/port/code");
    assert_voyage_refused("82 02 d1ff38 05 92 80 81 01 01", ERROR_MISSING_FIELD, "legs/0/days");
    assert_voyage_refused("82 02 d1ff38 05 91 82 01 01 03 01", ERROR_UNKNOWN_FIELD, "legs/0");
    assert_voyage_refused("82 02 d1ff38 05 94 8101018101018101018101 01", ERROR_TOO_LARGE, "legs");
    assert_voyage_refused("82 02 d2ffff0000 05 90", ERROR_OUT_OF_RANGE, "balance");
    assert_voyage_refused("82 02 cd01f5 05 90", ERROR_OUT_OF_RANGE, "balance");
    assert_voyage_refused("81 05 90", ERROR_MISSING_FIELD, "balance");
    assert_voyage_refused("81 02 05", ERROR_MISSING_FIELD, "legs");
}

static void a_fault_of_the_record_itself_has_no_path(void **state)
{
    (void)state;
    assert_voyage_refused("90", ERROR_MALFORMED, "");
    assert_voyage_refused("", ERROR_MALFORMED, "");
    assert_voyage_refused("82 02 05 05 90 00", ERROR_TRAILING, "");
    assert_voyage_refused("83 02 05 04 05 05 90", ERROR_UNKNOWN_FIELD, "");
    assert_voyage_refused("83 02 05 05 90 0a 05", ERROR_UNKNOWN_FIELD, "");
    assert_voyage_refused("83 01 05 02 05 05 90", ERROR_UNKNOWN_FIELD, "");
    assert_voyage_refused("83 02 05 05 90 05 90", ERROR_NOT_CANONICAL, "");
    assert_voyage_refused("82 05 90 02 05", ERROR_MISSING_FIELD, "balance");
    assert_voyage_refused("85 0205 03c401aa 0590 0981 0101 0a05", ERROR_TOO_LARGE, "");
}

static void a_nested_record_of_nothing_is_left_out(void **state)
{
    (void)state;
    assert_voyage_refused("83 02 05 05 90 09 80", ERROR_NOT_CANONICAL, "home");
    assert_voyage_refused("82 02 05 05 91 82 01 01 07 80", ERROR_NOT_CANONICAL, "legs/0/port");
    assert_voyage_refused("83 02 05 05 90 09 81 01 00", ERROR_NOT_CANONICAL, "home/pier");
    assert_voyage_refused("83 02 05 03 c400 05 90", ERROR_NOT_CANONICAL, "tag");
}

static void a_path_that_is_too_long_loses_its_inner_end(void **state)
{
    (void)state;
    struct fault fault = {.error = ERROR_BAD_ID};
    char name[64];
    memset(name, 'n', sizeof name);
    fault_step(&fault, span_text("inner"));
    fault_step_index(&fault, UINT32_MAX);
    assert_string_equal("4294967295/inner", fault.path);
    for (unsigned i = 0; i < 3; i++) fault_step(&fault, span_of(name, sizeof name));
    assert_int_equal(strlen(fault.path), FAULT_PATH_BYTES - 1);
    assert_int_equal(fault.path[64], '/');
    fault_step(&fault, span_of(buffer, 500));
    assert_int_equal(strlen(fault.path) < FAULT_PATH_BYTES, 1);
    fault_step(NULL, span_text("nowhere"));
    fault_step_index(NULL, 1);
}

/* --- values by hand -------------------------------------------------------------------------- */

static void assert_act_refused(const struct unit_act *act, enum error error, const char *path)
{
    struct fault fault;
    assert_error(error, shape_check(&unit_act_shape, act, &fault));
    assert_error(error, fault.error);
    assert_string_equal(path, fault.path);
}

static void what_is_required_must_not_be_forgotten(void **state)
{
    (void)state;
    struct unit_act act = {.grade = GRADE_GOOD};
    assert_act_refused(&act, ERROR_MISSING_FIELD, "unit");
    act.unit.bytes[3] = 1;
    assert_error(OK, shape_check(&unit_act_shape, &act, NULL));
    act.reason = span_of("a\xff", 2);
    assert_act_refused(&act, ERROR_BAD_TEXT, "reason");
    act.reason = span_of("a\0b", 3);
    assert_act_refused(&act, ERROR_BAD_TEXT, "reason");
    act.reason = span_text("");
    act.grade = GRADE_UNSELLABLE + 1;
    assert_act_refused(&act, ERROR_OUT_OF_RANGE, "grade");
}

static void a_check_looks_into_lists_and_currencies(void **state)
{
    (void)state;
    struct values values = values_begin(__func__);
    struct order_import order;
    struct fault fault;
    values_fill_largest(&values, &order_import_shape, &order);
    assert_error(OK, shape_check(&order_import_shape, &order, &fault));
    order.lines[2].sku = span_text("");
    assert_error(ERROR_MISSING_FIELD, shape_check(&order_import_shape, &order, &fault));
    assert_string_equal("lines/2/sku", fault.path);
    values_fill_largest(&values, &order_import_shape, &order);
    order.currency = 7; /* no currency has this number */
    assert_error(ERROR_OUT_OF_RANGE, shape_check(&order_import_shape, &order, &fault));
    assert_string_equal("currency", fault.path);
    values_end(&values);
}

/* --- printing -------------------------------------------------------------------------------- */

static void a_record_prints_as_one_line(void **state)
{
    (void)state;
    struct voyage voyage = {.balance = -200, .tag = hex("00ff"), .legs_count = 2};
    voyage.legs[0].days = 30;
    voyage.legs[1] = (struct leg){.days = 1, .port = {.code = span_text("L\"\n")}};
    char text[200];
    size_t size = shape_print(&voyage_shape, &voyage, text, sizeof text);
    assert_string_equal("voyage{balance=-200, tag=00ff, legs=[leg{days=30}, leg{days=1, "
                        "port=port{code=\"L\\x22\\x0a\"}}]}",
                        text);
    assert_int_equal(size, strlen(text));
}

static void words_currencies_ids_and_times_print_as_people_say_them(void **state)
{
    (void)state;
    struct order_import order = {.currency = 978, .sold_ms = 1795297626123};
    char text[300];
    shape_print(&order_import_shape, &order, text, sizeof text);
    assert_string_equal("order_import{merchant=000000000000000000000000000, reference=\"\", "
                        "currency=EUR, sold_ms=2026-11-21T21:47:06.123Z, lines=[], payments=[]}",
                        text);
    struct return_line line = {.quantity = 1, .reason = REASON_STYLE};
    shape_print(&return_line_shape, &line, text, sizeof text);
    assert_string_equal("return_line{line=0, quantity=1, reason=style}", text);
    line.reason = 99;
    order.currency = 7;
    shape_print(&return_line_shape, &line, text, sizeof text);
    assert_string_equal("return_line{line=0, quantity=1, reason=?}", text);
    shape_print(&order_import_shape, &order, text, sizeof text);
    assert_non_null(strstr(text, "currency=007"));
}

static void a_line_that_does_not_fit_is_cut_and_still_ends(void **state)
{
    (void)state;
    struct return_line line = {.quantity = 1, .reason = REASON_STYLE};
    const char *whole = "return_line{line=0, quantity=1, reason=style}";
    for (size_t size = 0; size <= strlen(whole) + 1; size++) {
        char *text = malloc(size + 1); /* the sanitizer sees a byte too much */
        text[size] = 'G';
        size_t written = shape_print(&return_line_shape, &line, text, size);
        assert_int_equal(text[size], 'G');
        assert_int_equal(written, size == 0 ? 0 : size - 1);
        if (size > 0) assert_memory_equal(text, whole, written);
        if (size > 0) assert_int_equal(text[written], '\0');
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_event_and_command_is_among_the_records_tested_here),
        cmocka_unit_test(every_record_comes_back_as_it_was),
        cmocka_unit_test(the_largest_payload_of_every_event_fits_an_entry),
        cmocka_unit_test(a_buffer_one_byte_short_is_too_small),
        cmocka_unit_test(msgpack_c_reads_the_same_values),
        cmocka_unit_test(whatever_decodes_encodes_to_the_same_bytes),
        cmocka_unit_test(a_record_cut_anywhere_is_refused),
        cmocka_unit_test(one_step_beyond_any_limit_is_refused_by_name),
        cmocka_unit_test(a_missing_required_field_is_named),
        cmocka_unit_test(an_optional_field_written_as_nothing_is_not_canonical),
        cmocka_unit_test(a_record_is_a_map_of_small_ascending_keys),
        cmocka_unit_test(a_fault_names_its_path),
        cmocka_unit_test(a_fault_of_the_record_itself_has_no_path),
        cmocka_unit_test(a_nested_record_of_nothing_is_left_out),
        cmocka_unit_test(a_path_that_is_too_long_loses_its_inner_end),
        cmocka_unit_test(what_is_required_must_not_be_forgotten),
        cmocka_unit_test(a_check_looks_into_lists_and_currencies),
        cmocka_unit_test(a_record_prints_as_one_line),
        cmocka_unit_test(words_currencies_ids_and_times_print_as_people_say_them),
        cmocka_unit_test(a_line_that_does_not_fit_is_cut_and_still_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
