#include "tests/carriers/collect.h"

#include "tests/proto/crypto_port.h"
#include <stdio.h>
#include <stdlib.h>

#define FILE_BYTES_MAX (4u * 1024 * 1024)

const struct crypto *collect_crypto(void)
{
    static struct crypto_port port;
    static const uint8_t seed[KEY_BYTES] = {7};
    if (port.pair == NULL) crypto_port_open(&port, seed);
    return &port.crypto;
}

void collect_begin(struct collected *collected)
{
    memset(collected, 0, sizeof *collected);
    collected->room = COLLECTED_MAX;
    collected->bytes = malloc((size_t)COLLECTED_MAX * RECORD_BYTES_MAX);
    assert_non_null(collected->bytes);
}

void collect_end(struct collected *collected)
{
    free(collected->bytes);
    collected->bytes = NULL;
}

static enum error take(void *world, const struct tracking *tracking)
{
    struct collected *collected = world;
    struct fault fault;
    struct span record;
    collected->calls++;
    if (collected->count == collected->room) return ERROR_FULL;
    enum error error = shape_check(&tracking_shape, tracking, &fault);
    if (error != OK) fail_msg("%s: %s", fault.path, error_text(error));
    uint8_t *to = collected->bytes + (size_t)collected->count * RECORD_BYTES_MAX;
    assert_error(OK, shape_encode(&tracking_shape, tracking, to, RECORD_BYTES_MAX, &record));
    assert_error(
        OK, shape_decode(&tracking_shape, record, &collected->tracking[collected->count], &fault));
    collected->record[collected->count++] = record;
    return OK;
}

struct carrier_sink collect_sink(struct collected *collected)
{
    return (struct carrier_sink){.world = collected, .take = take};
}

enum error collect_parse(struct collected *collected, const char *carrier, struct span body)
{
    const struct carrier *row = carrier_by_name(span_text(carrier));
    struct carrier_sink sink = collect_sink(collected);
    assert_non_null(row);
    collected->fault = (struct fault){.error = OK};
    return row->parse(row, collect_crypto(), body, &sink, &collected->fault);
}

enum error collect_parse_text(struct collected *collected, const char *carrier, const char *body)
{
    return collect_parse(collected, carrier, span_text(body));
}

enum error collect_fixture(struct collected *collected, const char *carrier, const char *file)
{
    char path[256];
    snprintf(path, sizeof path, "tests/carriers/fixtures/%s", file);
    struct span body = file_read(path);
    if (body.at == NULL) fail_msg("%s cannot be read", path);
    enum error error = collect_parse(collected, carrier, body);
    file_free(body);
    return error;
}

static struct span only_header(void *world, const char *name)
{
    (void)name;
    return *(const struct span *)world;
}

struct proof_push collect_push(struct span body, const struct span *value)
{
    return (struct proof_push){
        .body = body, .header = only_header, .world = (void *)(uintptr_t)value};
}

enum error collect_verify(const char *carrier, const struct span *secrets, size_t count,
                          struct span value, struct span body)
{
    const struct carrier *row = carrier_by_name(span_text(carrier));
    const struct proof_push push = collect_push(body, &value);
    assert_non_null(row);
    return proof_check(row->proof, collect_crypto(), secrets, count, &push);
}

struct track_state collect_derive(const struct collected *collected, unsigned direction)
{
    static struct checkpoint scans[COLLECTED_MAX * CHECKPOINTS_MAX];
    static struct track_summary summaries[COLLECTED_MAX];
    size_t count = 0;
    for (uint32_t i = 0; i < collected->count; i++) {
        const struct tracking *tracking = &collected->tracking[i];
        summaries[i] = reducer_summary(tracking);
        for (uint32_t k = 0; k < tracking->points_count; k++) scans[count++] = tracking->points[k];
    }
    return reducer_derive(scans, count, summaries, collected->count, direction);
}

struct span file_read(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) return span_of(NULL, 0);
    uint8_t *bytes = malloc(FILE_BYTES_MAX);
    size_t size = bytes == NULL ? 0 : fread(bytes, 1, FILE_BYTES_MAX, file);
    fclose(file);
    return span_of(bytes, size);
}

void file_free(struct span file)
{
    free((void *)(uintptr_t)file.at);
}
