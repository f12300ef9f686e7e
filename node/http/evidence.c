/* The evidence pack of a return: what a platform, a court or an insurer is given, who trusts
 * nobody. Entries stand in it as the bytes that were chained and sealed (node/evidence.h), beside
 * the records as this node shows them. Nothing of another merchant goes in, whoever asks, since the
 * pack is handed on; of a person only what was asked for by who may read it. */
#include "node/evidence.h"

#include <stdlib.h>

#include "node/http/deadlines.h"
#include "node/http/door.h"
#include "node/http/records.h"
#include "proto/hlc.h"

#define THINGS_MAX   512  /* the return, its order, parcels, boxes, units, refunds, grants */
#define REFS_MAX     2048 /* entries */
#define POLICIES_MAX 1000 /* of the merchant's, among which the return's is looked for */

struct ref {
    struct id log;
    uint64_t idx;
    bool shut; /* its payload names another merchant's goods */
};

enum thing_kind {
    THING_RETURN,
    THING_ORDER,
    THING_PARCEL,
    THING_BOX,
    THING_UNIT,
    THING_REFUND,
    THING_GRANT
};
struct thing {
    enum thing_kind kind;
    struct id id;
    bool shut;
};

struct pack {
    struct http *http;
    const struct rows *rows, *truth;
    struct reading reading; /* of this merchant's records alone */
    struct id return_id, merchant, book, order;
    uint64_t policy_version;
    bool personal, neighbours, cut;
    struct thing things[THINGS_MAX];
    uint32_t things_count;
    struct ref refs[REFS_MAX];
    uint32_t refs_count;
    struct json_out out;
};

/* --- what belongs to the return --------------------------------------------------------------- */

static const struct thing *find_thing(const struct pack *pack, const struct id *id)
{
    for (uint32_t i = 0; i < pack->things_count; i++)
        if (id_equal(&pack->things[i].id, id)) return &pack->things[i];
    return NULL;
}

static void add_thing(struct pack *pack, enum thing_kind kind, const struct id *id, bool shut)
{
    if (id_is_zero(id) || find_thing(pack, id) != NULL) return;
    if (pack->things_count == THINGS_MAX)
        pack->cut = true;
    else
        pack->things[pack->things_count++] = (struct thing){kind, *id, shut};
}

static bool is_anothers(const struct pack *pack, const struct id *return_id)
{
    struct return_row row;
    if (id_is_zero(return_id)) return false;
    return !return_load(pack->rows, return_id, &row) || !id_equal(&row.merchant, &pack->merchant);
}

/* In one box may lie returns of several merchants. */
static bool is_shared(const struct pack *pack, const struct id *box)
{
    struct box_row row;
    struct key prefix = key_of(box);
    struct walk walk = walk_over(&prefix);
    struct row at;
    bool shared = box_load(pack->rows, box, &row) && is_anothers(pack, &row.return_id);
    while (!shared && walk_next(pack->rows, VIEW_BOX_CLAIM, &walk, &at)) {
        struct id return_id;
        memcpy(return_id.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        shared = is_anothers(pack, &return_id);
    }
    return shared;
}

static void add_box(struct pack *pack, const struct id *box)
{
    struct box_claim_row claim;
    if (claim_load(pack->rows, box, &pack->return_id, &claim))
        add_thing(pack, THING_BOX, box, is_shared(pack, box));
}

static void add_indexed(struct pack *pack, enum view_table table, enum thing_kind kind)
{
    struct key prefix = key_of(&pack->return_id);
    struct walk walk = walk_over(&prefix);
    struct row at;
    while (walk_next(pack->rows, table, &walk, &at)) {
        struct id id;
        struct assigned_row assigned;
        memcpy(id.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (kind == THING_UNIT && assigned_load(pack->rows, &id, &assigned))
            add_box(pack, &assigned.box);
        add_thing(pack, kind, &id, false);
    }
}

/* A number comes back with other goods: boxes count only if the book claimed them. */
static void add_parcel(struct pack *pack, struct span number)
{
    struct key prefix;
    struct row at;
    if (number.size == 0) return;
    struct id parcel = parcel_id(pack->http->crypto, number);
    add_thing(pack, THING_PARCEL, &parcel, false);
    prefix = key_of(&parcel);
    struct walk walk = walk_over(&prefix);
    while (walk_next(pack->rows, VIEW_BOX_BY_PARCEL, &walk, &at)) {
        struct id box;
        memcpy(box.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        add_box(pack, &box);
    }
}

static void gather_things(struct pack *pack, const struct return_row *row)
{
    add_thing(pack, THING_RETURN, &pack->return_id, false);
    add_thing(pack, THING_ORDER, &pack->order, false);
    add_parcel(pack, row->number);
    for (uint32_t i = 0; i < row->parcels_count; i++) add_parcel(pack, row->parcels[i].number);
    add_parcel(pack, row->outbound); /* by whose word it was asked for */
    add_indexed(pack, VIEW_UNIT_BY_RETURN, THING_UNIT);
    add_indexed(pack, VIEW_REFUND_BY_RETURN, THING_REFUND);
    add_indexed(pack, VIEW_GRANT_BY_RETURN, THING_GRANT);
}

/* --- which entries ---------------------------------------------------------------------------- */

static bool load_log(const struct pack *pack, const struct id *log, struct log_row *row)
{
    struct span value;
    return pack->truth->port->get(pack->truth->world, TRUTH_LOG, id_span(log), &value) &&
           shape_decode(&log_row_shape, value, row, NULL) == OK;
}

static bool read_entry(struct pack *pack, const struct id *log, uint64_t idx, struct event *event,
                       struct event_header *header)
{
    return feed_read_entry(pack->http->feed, pack->truth, log, idx, event, NULL) == OK &&
           event_header_decode(event->header, header) == OK;
}

static void add_ref(struct pack *pack, const struct id *log, uint64_t idx, bool shut)
{
    struct log_row row;
    /* Another merchant's book says something of a box that both have goods in. */
    if (!load_log(pack, log, &row) || row.log_type == LOG_MEMBERSHIP) return;
    if (row.log_type == LOG_BOOK && !id_equal(log, &pack->book)) return;
    if (pack->refs_count == REFS_MAX)
        pack->cut = true;
    else
        pack->refs[pack->refs_count++] = (struct ref){*log, idx, shut && row.log_type == LOG_NODE};
}

static void ref_of(const struct key *key, struct id *log, uint64_t *idx)
{
    memcpy(log->bytes, key->bytes + ID_BYTES, ID_BYTES);
    *idx = be_get(key->bytes + 2 * ID_BYTES, 8);
}

static bool is_policy(struct pack *pack, const struct id *log, uint64_t idx)
{
    struct event event;
    struct event_header header;
    union event_body body;
    return read_entry(pack, log, idx, &event, &header) && header.kind == EVENT_POLICY &&
           event_body_decode(&header, event.payload, &body) == OK &&
           body.policy_set.version == pack->policy_version;
}

static void gather_policy(struct pack *pack)
{
    struct key prefix = key_add_id(key_of(&pack->merchant), &pack->book);
    struct walk walk = walk_over(&prefix);
    struct row at;
    for (unsigned i = 0; i < POLICIES_MAX && pack->policy_version != 0; i++) {
        struct id log;
        uint64_t idx;
        if (!walk_next(pack->rows, VIEW_ENTRY, &walk, &at)) return;
        ref_of(&walk.at, &log, &idx);
        if (is_policy(pack, &log, idx)) add_ref(pack, &log, idx, false);
    }
}

static int by_place(const void *one, const void *other)
{
    const struct ref *a = one, *b = other;
    int order = memcmp(a->log.bytes, b->log.bytes, ID_BYTES);
    if (order != 0 || a->idx == b->idx) return order;
    return a->idx < b->idx ? -1 : 1;
}

static void gather_refs(struct pack *pack)
{
    for (uint32_t i = 0; i < pack->things_count; i++) {
        struct key prefix = key_of(&pack->things[i].id);
        struct walk walk = walk_over(&prefix);
        struct row at;
        while (walk_next(pack->rows, VIEW_ENTRY, &walk, &at)) {
            struct id log;
            uint64_t idx;
            ref_of(&walk.at, &log, &idx);
            add_ref(pack, &log, idx, pack->things[i].shut);
        }
    }
    gather_policy(pack);
    qsort(pack->refs, pack->refs_count, sizeof pack->refs[0], by_place);
}

/* --- entries ---------------------------------------------------------------------------------- */

static void put_told(struct pack *pack, const struct event *event,
                     const struct event_header *header, const struct ref *ref)
{
    struct json_out *out = &pack->out;
    const struct event_row *row = event_by_kind(header->kind);
    union event_body body;
    bool personal = (header->flags & EVENT_PERSONAL) != 0;
    if (personal) json_put_bool(out, "personal", true);
    if (ref->shut) json_put_bool(out, "shared", true);
    if (event->payload.at == NULL) json_put_bool(out, "erased", true);
    if (event->payload.at == NULL || ref->shut || (personal && !pack->personal)) return;
    json_put_hex(out, "payload", event->payload);
    if (row != NULL && event_body_decode(header, event->payload, &body) == OK)
        json_put_shape(out, "body", row->shape, &body);
}

/* ref: NULL for one that only binds others. */
static void put_entry(struct pack *pack, const struct id *log, uint64_t idx, const struct ref *ref)
{
    struct json_out *out = &pack->out;
    struct event event;
    struct event_header header;
    if (!read_entry(pack, log, idx, &event, &header)) {
        pack->cut = true;
        return;
    }
    const struct event_row *row = event_by_kind(header.kind);
    json_open(out, NULL, '{');
    json_put_uint(out, "idx", idx);
    json_put_text(out, "kind", span_text(row != NULL ? row->name : "unknown"));
    json_put_time(out, "at", hlc_ms(header.hlc));
    if (ref == NULL) json_put_bool(out, "between", true);
    if (ref != NULL) put_told(pack, &event, &header, ref);
    json_put_hex(out, "header", event.header);
    json_close(out, '}');
}

static uint64_t next_seal(const struct pack *pack, const struct id *log, uint64_t idx,
                          struct span *seal)
{
    struct key from = key_add_uint(key_of(log), idx, 8);
    struct row row;
    if (!pack->truth->port->next(pack->truth->world, TRUTH_SEAL, id_span(log), key_span(&from),
                                 false, &row))
        return 0;
    if (row.value.size != 8 + SIGNATURE_BYTES) return 0;
    *seal = row.value;
    return be_get(row.key.at + ID_BYTES, 8);
}

static void put_seal(struct json_out *out, uint64_t idx, struct span seal)
{
    json_open(out, "seal", '{');
    json_put_uint(out, "idx", idx);
    json_put_uint(out, "committed_through", be_get(seal.at, 8));
    json_put_hex(out, "signature", span_of(seal.at + 8, SIGNATURE_BYTES));
    json_close(out, '}');
}

/* Does a header name nothing that is not the return's? Answers to requests about it do not. */
static bool names_ours(struct pack *pack, const struct id *log, uint64_t idx)
{
    struct event event;
    struct event_header header;
    if (!read_entry(pack, log, idx, &event, &header)) return false;
    return id_is_zero(&header.entity) || find_thing(pack, &header.entity) != NULL;
}

/* Headers of a node log on the way to the seal may be of another merchant's goods, and even that
 * there are such is not for this pack; those of the book are the merchant's own. */
static bool is_free(struct pack *pack, const struct ref *ref, uint64_t through)
{
    bool ours = true;
    if (id_equal(&ref->log, &pack->book) || pack->neighbours) return true;
    for (uint64_t idx = ref->idx; ours && idx <= through; idx++)
        ours = names_ours(pack, &ref->log, idx);
    return ours;
}

/* Entries from the first to the next seal; returns how many of ours it took. */
static uint32_t put_run(struct pack *pack, const struct ref *ref, uint32_t left)
{
    struct span seal;
    uint32_t taken = 0;
    uint64_t through = next_seal(pack, &ref->log, ref->idx, &seal);
    bool sealed = through != 0 && is_free(pack, ref, through);
    if (!sealed) through = ref->idx;
    json_open(&pack->out, NULL, '{');
    json_open(&pack->out, "entries", '[');
    for (uint64_t idx = ref->idx; idx <= through; idx++) {
        const struct ref *ours = NULL;
        while (taken < left && id_equal(&ref[taken].log, &ref->log) && ref[taken].idx == idx)
            ours = &ref[taken++];
        put_entry(pack, &ref->log, idx, ours);
    }
    json_close(&pack->out, ']');
    if (sealed) put_seal(&pack->out, through, seal);
    json_close(&pack->out, '}');
    return taken;
}

static void put_logs(struct pack *pack)
{
    struct json_out *out = &pack->out;
    json_open(out, "logs", '[');
    for (uint32_t i = 0; i < pack->refs_count && !pack->cut;) {
        struct log_row row;
        struct id log = pack->refs[i].log;
        if (!load_log(pack, &log, &row)) row.log_type = 0;
        json_open(out, NULL, '{');
        json_put_id(out, "log", &log);
        json_put_text(out, "type", span_text(word_of(&log_type_words, row.log_type)));
        json_open(out, "runs", '[');
        while (i < pack->refs_count && id_equal(&pack->refs[i].log, &log) && !pack->cut) {
            i += put_run(pack, &pack->refs[i], pack->refs_count - i);
            if (out->used > EVIDENCE_BYTES_MAX) pack->cut = true;
        }
        json_close(out, ']');
        json_close(out, '}');
    }
    json_close(out, ']');
}

/* --- records ---------------------------------------------------------------------------------- */

static void put_records(struct pack *pack, enum thing_kind kind, enum record_kind record,
                        const char *word)
{
    uint64_t version;
    json_open(&pack->out, word, '[');
    for (uint32_t i = 0; i < pack->things_count; i++)
        if (pack->things[i].kind == kind && pack->out.used < EVIDENCE_BYTES_MAX)
            record_put(&pack->reading, record, id_span(&pack->things[i].id), &pack->out, NULL,
                       &version);
    json_close(&pack->out, ']');
}

static void put_scans(struct pack *pack)
{
    json_open(&pack->out, "scans", '[');
    for (uint32_t i = 0; i < pack->things_count; i++) {
        struct key prefix = key_of(&pack->things[i].id);
        struct walk walk = walk_over(&prefix);
        struct row at;
        uint64_t version;
        if (pack->things[i].kind != THING_PARCEL) continue;
        while (walk_next(pack->rows, VIEW_SCAN, &walk, &at)) {
            if (pack->out.used > EVIDENCE_BYTES_MAX / 2) pack->cut = true;
            if (pack->cut) break;
            record_put(&pack->reading, RECORD_SCAN, key_span(&walk.at), &pack->out, NULL, &version);
        }
    }
    json_close(&pack->out, ']');
}

/* Of the return and of all that is its own: a unit's and a refund's stand under theirs. */
static void put_deadlines(struct pack *pack, const char *word, bool late)
{
    const struct deadline_reading reading = {
        .rows = pack->rows, .own_log = &pack->http->self->log, .now_ms = wall_now_ms()};
    json_open(&pack->out, word, '[');
    for (uint32_t i = 0; i < pack->things_count; i++) {
        struct key prefix = key_of(&pack->things[i].id);
        struct walk walk = walk_over(&prefix);
        struct row at;
        while (walk_next(pack->rows, VIEW_DEADLINE, &walk, &at)) {
            struct deadline_row row;
            if (shape_decode(&deadline_row_shape, at.value, &row, NULL) != OK) continue;
            bool open = row.state == DEADLINE_OPEN && row.due_ms < reading.now_ms;
            bool missed = row.state == DEADLINE_MISSED || open;
            if (!late || missed) deadline_put(&reading, key_span(&walk.at), &row, &pack->out);
        }
    }
    json_close(&pack->out, ']');
}

static void put_policy(struct pack *pack)
{
    const struct policy_wish wish = {.version = pack->policy_version};
    uint64_t version;
    if (pack->policy_version != 0)
        policy_put_record(&pack->reading, &pack->merchant, &wish, &pack->out, "policy", &version);
}

static void put_members(struct pack *pack)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row at;
    struct member member;
    json_open(&pack->out, "members", '[');
    while (walk_next(pack->rows, VIEW_MEMBER, &walk, &at)) {
        if (shape_decode(&member_shape, at.value, &member, NULL) != OK) continue;
        json_open(&pack->out, NULL, '{');
        json_put_id(&pack->out, "node", &member.node);
        json_put_text(&pack->out, "name", member.name);
        json_put_hex(&pack->out, "sign_key", span_of(member.sign_key.bytes, KEY_BYTES));
        json_close(&pack->out, '}');
    }
    json_close(&pack->out, ']');
}

static void put_pack(struct pack *pack)
{
    const struct core_self *self = pack->http->self;
    uint64_t version;
    json_open(&pack->out, NULL, '{');
    json_put_uint(&pack->out, "evidence", 1);
    json_put_id(&pack->out, "mesh", &self->mesh);
    json_put_id(&pack->out, "made_by", &self->node);
    json_put_time(&pack->out, "made_ms", wall_now_ms());
    record_put(&pack->reading, RECORD_RETURN, id_span(&pack->return_id), &pack->out, "return",
               &version);
    record_put(&pack->reading, RECORD_ORDER, id_span(&pack->order), &pack->out, "order", &version);
    put_policy(pack);
    put_deadlines(pack, "deadlines", false);
    put_deadlines(pack, "late", true);
    put_records(pack, THING_PARCEL, RECORD_PARCEL, "parcels");
    put_scans(pack);
    put_records(pack, THING_BOX, RECORD_BOX, "boxes");
    put_records(pack, THING_UNIT, RECORD_UNIT, "units");
    put_records(pack, THING_REFUND, RECORD_REFUND, "refunds");
    put_records(pack, THING_GRANT, RECORD_GRANT, "grants");
    put_members(pack);
    put_logs(pack);
    json_put_bool(&pack->out, "complete", !pack->cut);
    json_close(&pack->out, '}');
}

static void sign_pack(const struct pack *pack, struct json_out *out)
{
    const struct crypto *crypto = pack->http->crypto;
    struct span bytes = span_of(pack->out.at, pack->out.used);
    struct hash hash = evidence_hash(crypto, bytes);
    uint8_t buffer[EVIDENCE_MESSAGE_BYTES], signature[SIGNATURE_BYTES];
    json_open(out, NULL, '{');
    json_put_raw(out, "pack", bytes);
    json_open(out, "signed", '{');
    json_put_id(out, "node", &pack->http->self->node);
    json_put_hex(out, "sha256", span_of(hash.bytes, HASH_BYTES));
    if (crypto->sign(crypto->world, evidence_message(&hash, buffer), signature))
        json_put_hex(out, "signature", span_of(signature, SIGNATURE_BYTES));
    json_close(out, '}');
    json_close(out, '}');
}

/* --- the call --------------------------------------------------------------------------------- */

static bool read_wish(struct visit *visit, struct pack *pack)
{
    static const char *const allowed[] = {"personal", "neighbours", NULL};
    struct query query;
    struct scope scope = visit_scope(visit);
    if (!query_read(visit, allowed, &query)) return false;
    pack->personal = query_get(&query, "personal") != NULL;
    pack->neighbours = query_get(&query, "neighbours") != NULL;
    const char *why = NULL;
    if (pack->personal && (visit->token->role & CLOSE_ROLES) == 0)
        why = "parameter personal: this role reads no personal data";
    if (pack->neighbours && scope_is_bound(&scope))
        why = "parameter neighbours: headers of other merchants' entries are not for this token";
    if (why != NULL) visit_refuse(visit, ERROR_FORBIDDEN, why);
    return why == NULL;
}

/* false: there is no such return, or none for this bearer. */
static bool fill(struct pack *pack, const struct scope *scope)
{
    struct return_row row;
    if (!return_load(pack->rows, &pack->return_id, &row) || !scope_covers(scope, &row.merchant))
        return false;
    pack->merchant = row.merchant;
    pack->book = row.book;
    pack->order = row.order;
    pack->policy_version = row.policy_version;
    pack->reading = (struct reading){.rows = pack->rows, .crypto = pack->http->crypto};
    scope_add(&pack->reading.scope, &pack->merchant);
    gather_things(pack, &row);
    gather_refs(pack);
    put_pack(pack);
    return true;
}

static void answer(struct visit *visit, struct pack *pack)
{
    struct store_reading snapshot;
    struct scope scope = visit_scope(visit);
    struct json_out out = {0};
    enum error error = store_reading_begin(visit->http->store, &snapshot);
    if (error != OK) {
        visit_refuse(visit, error, NULL);
        return;
    }
    pack->rows = &snapshot.views;
    pack->truth = &snapshot.truth;
    bool found = fill(pack, &scope);
    error = snapshot.views.port->error(snapshot.views.world);
    if (error == OK) error = snapshot.truth.port->error(snapshot.truth.world);
    store_reading_end(&snapshot);
    if (error == OK && !found) error = ERROR_NOT_FOUND;
    if (error == OK) sign_pack(pack, &out);
    json_out_free(&pack->out);
    if (error != OK) {
        visit_refuse(visit, error, NULL);
        return;
    }
    call_add_header(visit->call, "Cache-Control", "no-store");
    visit_json(visit, 200, &out);
}

void evidence_handle(struct visit *visit)
{
    struct pack *pack = calloc(1, sizeof *pack);
    if (pack == NULL) abort();
    pack->http = visit->http;
    if (visit_id(visit, 0, &pack->return_id) && read_wish(visit, pack)) answer(visit, pack);
    free(pack);
}
