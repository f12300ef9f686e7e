/* Codes of carriers that no table knows yet: a row for each, so that whoever looks after the tables
 * sees what came, how often and in which words, without a walk over all scans.
 *
 * What a carrier sends is a stranger's word, and codes can be invented without end. So carriers lie
 * on 256 shelves, by the first byte of the hash of their name, and a shelf keeps the 1,000 codes
 * whose hashes are the smallest. A code that is among them at the end has been among them from its
 * first entry on, in any order of arrival; so its row tells all that was ever said of it. */
#include "overseas-warehouse/parts.h"
#include "proto/hlc.h"

static bool is_unknown(uint64_t reason)
{
    return reason == TRACK_REASON_UNMAPPED;
}

bool unknown_is_in(const struct tracking *tracking)
{
    for (uint32_t i = 0; i < tracking->points_count; i++)
        if (is_unknown(tracking->points[i].reason)) return true;
    return false;
}

struct key unknown_carrier_key(const struct crypto *crypto, struct span carrier)
{
    struct id hash = crypto_id(crypto, "entrepot/carrier/1", &carrier, 1);
    struct key key = key_add_uint((struct key){.size = 0}, hash.bytes[0], 1);
    return key_add_id(key, &hash);
}

/* A code in the place that it has, or would have. */
struct coded {
    struct key shelf, at;
    struct id hash;
};

static struct coded coded_of(const struct crypto *crypto, struct span carrier, struct span code)
{
    const struct span parts[] = {carrier, span_text("\n"), code};
    struct coded coded = {.hash = crypto_id(crypto, "entrepot/carrier-code/1", parts, 3)};
    struct key of_carrier = unknown_carrier_key(crypto, carrier);
    coded.shelf = key_add_uint((struct key){.size = 0}, of_carrier.bytes[0], 1);
    coded.at = key_add_id(of_carrier, &coded.hash);
    return coded;
}

/* --- the shelf -------------------------------------------------------------------------------- */

static struct id hash_in(const struct key *key)
{
    struct id hash;
    memcpy(hash.bytes, key->bytes + UNKNOWN_CODE_KEY_BYTES - ID_BYTES, ID_BYTES);
    return hash;
}

static bool is_larger(const struct id *a, const struct id *b)
{
    return memcmp(a->bytes, b->bytes, ID_BYTES) > 0;
}

/* The key of the code whose hash is the largest of the shelf. */
static struct key largest_on(const struct desk *desk, const struct key *shelf)
{
    struct walk walk = walk_over(shelf);
    struct key largest = {.size = 0};
    struct row row;
    while (walk_next(&desk->rows, VIEW_UNKNOWN_CODE, &walk, &row)) {
        if (walk.at.size != UNKNOWN_CODE_KEY_BYTES) continue;
        struct id here = hash_in(&walk.at), there = {{0}};
        if (largest.size > 0) there = hash_in(&largest);
        if (largest.size == 0 || is_larger(&here, &there)) largest = walk.at;
    }
    return largest;
}

/* Makes room for a code that has no row. false: those that have one are smaller, and enough. */
static bool make_room(const struct desk *desk, const struct coded *coded)
{
    struct unknown_shelf_row shelf = {.codes = 0};
    rows_load(&desk->rows, VIEW_UNKNOWN_SHELF, &coded->shelf, &unknown_shelf_row_shape, &shelf);
    bool full = shelf.codes == UNKNOWN_CODES_MAX;
    if (full && is_larger(&coded->hash, &shelf.largest)) return false;
    if (full) {
        struct key out = largest_on(desk, &coded->shelf);
        rows_drop(&desk->rows, VIEW_UNKNOWN_CODE, &out);
        struct key left = largest_on(desk, &coded->shelf);
        shelf.largest = hash_in(&left);
    } else {
        shelf.codes++;
    }
    if (is_larger(&coded->hash, &shelf.largest)) shelf.largest = coded->hash;
    rows_store(&desk->rows, VIEW_UNKNOWN_SHELF, &coded->shelf, &unknown_shelf_row_shape, &shelf);
    return true;
}

/* --- the row ---------------------------------------------------------------------------------- */

static int order_of(struct span a, struct span b)
{
    size_t size = a.size < b.size ? a.size : b.size;
    int order = size == 0 ? 0 : memcmp(a.at, b.at, size);
    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

/* Of two entries at one time the smaller words are the first. */
static bool is_earlier(const struct unknown_code_row *a, const struct unknown_code_row *b)
{
    if (a->first_ms != b->first_ms) return a->first_ms < b->first_ms;
    int order = order_of(a->number, b->number);
    if (order == 0) order = order_of(a->text, b->text);
    return order != 0 ? order < 0 : a->taken_as < b->taken_as;
}

static void say(const struct desk *desk, const struct unknown_code_row *said)
{
    struct coded coded = coded_of(desk->crypto, said->carrier, said->code);
    struct unknown_code_row row;
    if (!rows_load(&desk->rows, VIEW_UNKNOWN_CODE, &coded.at, &unknown_code_row_shape, &row)) {
        if (!make_room(desk, &coded)) return;
        row = *said;
    }
    struct unknown_code_row next = is_earlier(said, &row) ? *said : row;
    next.scans = row.scans;
    next.last_ms = said->last_ms > row.last_ms ? said->last_ms : row.last_ms;
    rows_store(&desk->rows, VIEW_UNKNOWN_CODE, &coded.at, &unknown_code_row_shape, &next);
}

void unknown_said(const struct desk *desk, const struct place *place,
                  const struct tracking *tracking)
{
    uint64_t at_ms = hlc_ms(place->hlc);
    for (uint32_t i = 0; i < tracking->points_count; i++) {
        const struct checkpoint *point = &tracking->points[i];
        if (!is_unknown(point->reason)) continue;
        const struct unknown_code_row said = {.carrier = tracking->carrier,
                                              .code = point->code,
                                              .first_ms = at_ms,
                                              .last_ms = at_ms,
                                              .taken_as = point->status,
                                              .number = tracking->number,
                                              .text = point->text};
        say(desk, &said);
    }
}

void unknown_counted(const struct desk *desk, const struct scan_row *scan, bool more)
{
    if (scan->message || !is_unknown(scan->reason)) return;
    struct coded coded = coded_of(desk->crypto, scan->carrier, scan->code);
    struct unknown_code_row row;
    if (!rows_load(&desk->rows, VIEW_UNKNOWN_CODE, &coded.at, &unknown_code_row_shape, &row))
        return;
    row.scans += more ? 1 : UINT64_MAX;
    rows_store(&desk->rows, VIEW_UNKNOWN_CODE, &coded.at, &unknown_code_row_shape, &row);
}
