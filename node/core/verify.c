#include "node/core/verify.h"

#include "node/core/meta.h"

#define FOLD_PER_TURN 20000u
#define SEAL_BYTES    (8 + SIGNATURE_BYTES)

static void found(struct verify *verify, enum verify_kind kind, const char *table, struct span key,
                  enum error error)
{
    struct verify_found what = {kind, table, key, error};
    verify->report.entries_bad += kind == VERIFY_ENTRY ? 1 : 0;
    verify->report.seals_bad += kind == VERIFY_SEAL ? 1 : 0;
    verify->report.digests_bad += kind == VERIFY_DIGEST ? 1 : 0;
    verify->report.rows_bad += kind == VERIFY_ROW || kind == VERIFY_MISSING || kind == VERIFY_EXTRA;
    if (verify->found != NULL) verify->found(verify->world, &what);
}

/* --- entries -------------------------------------------------------------------------------- */

struct chain {
    struct hash hash;
    uint8_t key[KEY_BYTES];  /* that seals bear now: leadership entries change it */
    uint8_t next[KEY_BYTES]; /* after this entry, which itself is sealed by the old one */
};

/* Entry 1 names the first writer's key; HANDOVER and RECOVERED name a node, whose key the
 * membership has. A HANDOVER is sealed by the old leader, a RECOVERED by the new one. */
static void follow_writer(struct verify *verify, const struct event_header *header,
                          struct span payload, struct chain *chain)
{
    union event_body body;
    memcpy(chain->key, chain->next, KEY_BYTES);
    bool leads = header->kind == EVENT_GENESIS || header->kind == EVENT_HANDOVER ||
                 header->kind == EVENT_RECOVERED;
    if (!leads || event_body_decode(header, payload, &body) != OK) return;
    struct id leader =
        header->kind == EVENT_HANDOVER ? body.handover.leader : body.recovered.leader;
    struct key key = key_of(&leader);
    struct member member;
    if (header->kind == EVENT_GENESIS)
        memcpy(chain->next, body.genesis.sign_key.bytes, KEY_BYTES);
    else if (rows_load(&verify->logs.store->views, VIEW_MEMBER, &key, &member_shape, &member))
        memcpy(chain->next, member.sign_key.bytes, KEY_BYTES);
    if (header->kind != EVENT_HANDOVER) memcpy(chain->key, chain->next, KEY_BYTES);
}

static enum error check_entry(struct verify *verify, const struct log *log, uint64_t idx,
                              struct chain *chain)
{
    const struct crypto *crypto = verify->logs.crypto;
    struct event event;
    struct event_header header;
    enum error error = log_read(&verify->logs, &log->id, idx, &event, NULL);
    if (error == OK) error = event_header_decode(event.header, &header);
    if (error == OK && (header.idx != idx || !id_equal(&header.log, &log->id)))
        error = ERROR_BAD_CHAIN;
    if (error == OK && memcmp(&header.prev, &chain->hash, HASH_BYTES) != 0) error = ERROR_BAD_CHAIN;
    if (error == OK) error = event_check_payload(crypto, &header, event.payload);
    if (error != OK) return error;
    event_hash(crypto, event.header, &chain->hash);
    follow_writer(verify, &header, event.payload, chain);
    return OK;
}

static void check_seal(struct verify *verify, const struct log *log, uint64_t idx,
                       const struct chain *chain)
{
    struct key key = key_add_uint(key_of(&log->id), idx, 8);
    const struct rows *truth = &verify->logs.store->truth;
    struct span value;
    if (!truth->port->get(truth->world, TRUTH_SEAL, key_span(&key), &value)) return;
    struct seal seal = {.idx = idx};
    enum error error = value.size == SEAL_BYTES ? OK : ERROR_CORRUPT;
    if (error == OK) {
        seal.committed_through = be_get(value.at, 8);
        memcpy(seal.signature, value.at + 8, SIGNATURE_BYTES);
        error = seal_verify(verify->logs.crypto, chain->key, &log->id, &seal, &chain->hash);
    }
    verify->report.seals++;
    if (error != OK) found(verify, VERIFY_SEAL, "seal", key_span(&key), error);
}

static void check_log(struct verify *verify, const struct log *log)
{
    struct chain chain = {.key = {0}};
    event_genesis_prev(verify->logs.crypto, &log->id, &chain.hash);
    for (uint64_t idx = 1; idx <= log->row.last; idx++) {
        enum error error = check_entry(verify, log, idx, &chain);
        verify->report.entries++;
        if (error != OK) {
            struct key key = key_add_uint(key_of(&log->id), idx, 8);
            found(verify, VERIFY_ENTRY, "event", key_span(&key), error);
            /* Go on from what stands there, so that one flipped byte is named once. */
            if (log_hash_at(&verify->logs, log, idx, &chain.hash) != OK) return;
            continue;
        }
        check_seal(verify, log, idx, &chain);
        if (verify->progress != NULL && idx % 65536 == 0)
            verify->progress(verify->world, &verify->report);
    }
    if (memcmp(&chain.hash, &log->row.last_hash, HASH_BYTES) != 0)
        found(verify, VERIFY_ROW, "log", id_span(&log->id), ERROR_BAD_CHAIN);
}

/* --- views ---------------------------------------------------------------------------------- */

static enum error rebuild(struct verify *verify, struct store *scratch)
{
    bool more = true;
    while (more) {
        enum error error = scratch->port->begin(scratch->world);
        if (error == OK) error = views_load(&verify->views, scratch, verify->logs.crypto);
        more = false;
        for (uint32_t i = 0; i < verify->logs.count && error == OK; i++)
            more = fold_log(&verify->fold, &verify->logs.log[i], FOLD_PER_TURN) || more;
        fold_flush(&verify->fold);
        views_flush(&verify->views);
        const struct rows *rows = &verify->fold.desk.rows;
        if (error == OK) error = rows->port->error(rows->world);
        if (error != OK) {
            scratch->port->abort(scratch->world);
            return error;
        }
        error = scratch->port->commit(scratch->world);
        if (error != OK) return error;
    }
    return OK;
}

static void compare_row(struct verify *verify, enum view_table table, const struct rows *right,
                        const struct row *left, enum verify_kind absent)
{
    struct span value;
    enum verify_kind kind = table == VIEW_DIGEST ? VERIFY_DIGEST : absent;
    if (!right->port->get(right->world, table, left->key, &value))
        found(verify, kind, view_table_name(table), left->key, ERROR_NOT_FOUND);
    else if (absent == VERIFY_EXTRA && !span_equal(value, left->value))
        found(verify, table == VIEW_DIGEST ? VERIFY_DIGEST : VERIFY_ROW, view_table_name(table),
              left->key, ERROR_CORRUPT);
}

static void compare_table(struct verify *verify, enum view_table table, const struct rows *held,
                          const struct rows *built)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    while (walk_next(held, table, &walk, &row)) {
        verify->report.rows++;
        compare_row(verify, table, built, &row, VERIFY_EXTRA);
    }
    walk = walk_over(&none);
    while (walk_next(built, table, &walk, &row))
        compare_row(verify, table, held, &row, VERIFY_MISSING);
}

enum error verify_run(struct verify *verify, struct store *store, struct store *scratch,
                      const struct crypto *crypto)
{
    verify->report = (struct verify_report){0};
    enum error error = logs_load(&verify->logs, store, crypto);
    if (error != OK) return error;
    verify->report.logs = verify->logs.count;
    for (uint32_t i = 0; i < verify->logs.count; i++) {
        check_log(verify, &verify->logs.log[i]);
        verify->logs.log[i].folded = verify->logs.log[i].folded_stored = 0;
        verify->logs.log[i].own = false; /* folds stop at what seals say is committed */
    }
    if (verify->report.entries_bad > 0) return OK; /* views of a damaged log prove nothing */
    verify->fold = (struct fold){.logs = &verify->logs, .erases = false};
    verify->views.store = scratch;
    verify->fold.desk = (struct desk){.rows = views_rows(&verify->views), .crypto = crypto};
    error = rebuild(verify, scratch);
    if (error != OK) return error;
    error = scratch->port->begin_read(scratch->world);
    if (error != OK) return error;
    for (unsigned table = 0; table < VIEW_TABLE_COUNT; table++)
        compare_table(verify, table, &store->views, &scratch->views);
    scratch->port->end_read(scratch->world);
    return OK;
}
