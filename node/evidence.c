#include "node/evidence.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/digits.h"

static const char domain[] = "entrepot/evidence/1";
static const char opening[] = "{\"pack\":", closing[] = ",\"signed\":{";

struct hash evidence_hash(const struct crypto *crypto, struct span pack)
{
    struct hash hash;
    crypto_hash(crypto, domain, &pack, 1, &hash);
    return hash;
}

struct span evidence_message(const struct hash *hash, uint8_t buffer[EVIDENCE_MESSAGE_BYTES])
{
    memcpy(buffer, domain, sizeof domain - 1);
    memcpy(buffer + sizeof domain - 1, hash->bytes, HASH_BYTES);
    return span_of(buffer, sizeof domain - 1 + HASH_BYTES);
}

struct check {
    const struct crypto *crypto;
    const struct json *members; /* an array */
    struct evidence_report *report;
    struct id log;
    uint8_t header[EVENT_HEADER_BYTES_MAX];
    uint8_t payload[EVENT_PAYLOAD_BYTES_MAX];
    struct event_header last; /* of the run */
    struct hash last_hash;
    unsigned run_entries;
    bool run_begun;
};

__attribute__((format(printf, 2, 3))) static bool fail(struct check *check, const char *form, ...)
{
    va_list arguments;
    va_start(arguments, form);
    vsnprintf(check->report->why, EVIDENCE_WHY_BYTES, form, arguments);
    va_end(arguments);
    return false;
}

static bool read_hex(const struct json *value, uint8_t *to, size_t max, struct span *out)
{
    struct span text = json_text(value);
    *out = span_of(to, text.size / 2);
    return text.size % 2 == 0 && out->size <= max && digits_hex(text, to, out->size);
}

/* --- keys ------------------------------------------------------------------------------------- */

static bool key_of_member(const struct json *member, uint8_t key[KEY_BYTES])
{
    struct span out;
    return read_hex(json_get(member, "sign_key"), key, KEY_BYTES, &out) && out.size == KEY_BYTES;
}

/* The key of the member of that name among those that are believed. */
static bool key_of_node(const struct check *check, struct span node, uint8_t key[KEY_BYTES])
{
    for (size_t i = 0; i < json_count(check->members); i++) {
        const struct json *member = json_at(check->members, i);
        struct span id = json_text(json_get(member, "node"));
        if (id.size == 0) id = json_text(json_get(member, "id"));
        if (span_equal(id, node)) return key_of_member(member, key);
    }
    return false;
}

/* --- the whole -------------------------------------------------------------------------------- */

static const char *last_closing(struct span text)
{
    size_t size = sizeof closing - 1;
    for (size_t at = text.size; at >= size; at--)
        if (memcmp(text.at + at - size, closing, size) == 0)
            return (const char *)text.at + at - size;
    return NULL;
}

static bool check_signature(struct check *check, struct span text, const struct json *root)
{
    const struct json *by = json_get(root, "signed");
    struct span node = json_text(json_get(by, "node")), out;
    uint8_t key[KEY_BYTES], signature[SIGNATURE_BYTES], told[HASH_BYTES];
    uint8_t buffer[EVIDENCE_MESSAGE_BYTES];
    const char *end = last_closing(text);
    bool opens = text.size > sizeof opening && memcmp(text.at, opening, sizeof opening - 1) == 0;
    if (!opens || end == NULL) return fail(check, "this is no evidence pack as a node writes it");
    const uint8_t *from = text.at + sizeof opening - 1;
    struct hash hash =
        evidence_hash(check->crypto, span_of(from, (size_t)((const uint8_t *)end - from)));
    snprintf(check->report->node, ID_TEXT_BYTES, "%.*s", (int)node.size, (const char *)node.at);
    if (!read_hex(json_get(by, "sha256"), told, HASH_BYTES, &out) || out.size != HASH_BYTES ||
        memcmp(told, hash.bytes, HASH_BYTES) != 0)
        return fail(check, "signed: bytes of the pack were changed since it was made");
    if (!read_hex(json_get(by, "signature"), signature, SIGNATURE_BYTES, &out) ||
        out.size != SIGNATURE_BYTES)
        return fail(check, "signed: no signature");
    if (!key_of_node(check, node, key))
        return fail(check, "signed: by %s, which is none of the members", check->report->node);
    if (!check->crypto->verify(check->crypto->world, key, evidence_message(&hash, buffer),
                               signature))
        return fail(check, "signed: not by %s", check->report->node);
    return true;
}

/* --- entries ---------------------------------------------------------------------------------- */

static bool same(const struct json *one, const struct json *other);

static bool same_members(const struct json *one, const struct json *other)
{
    size_t count = 0, others = 0;
    for (const char *key = NULL; (key = json_next_key(other, key)) != NULL;) others++;
    for (const char *key = NULL; (key = json_next_key(one, key)) != NULL; count++)
        if (json_get(other, key) == NULL || !same(json_get(one, key), json_get(other, key)))
            return false;
    return count == others;
}

static bool same(const struct json *one, const struct json *other)
{
    int64_t a = 0, b = 0;
    bool yes = false, no = false;
    if (json_is_object(one)) return json_is_object(other) && same_members(one, other);
    if (json_is_array(one)) {
        if (!json_is_array(other) || json_count(one) != json_count(other)) return false;
        for (size_t i = 0; i < json_count(one); i++)
            if (!same(json_at(one, i), json_at(other, i))) return false;
        return true;
    }
    if (json_is_text(one))
        return json_is_text(other) && span_equal(json_text(one), json_text(other));
    if (json_int(one, &a)) return json_int(other, &b) && a == b;
    if (json_bool(one, &yes)) return json_bool(other, &no) && yes == no;
    return json_is_null(one) && json_is_null(other);
}

/* What a person reads of an entry must be what its bytes say. */
static bool body_is_told(const struct event_header *header, struct span payload,
                         const struct json *body)
{
    const struct event_row *row = event_by_kind(header->kind);
    struct json_out out = {0};
    struct json_fault fault;
    union event_body decoded;
    if (body == NULL) return true;
    if (row == NULL || event_body_decode(header, payload, &decoded) != OK) return false;
    json_open(&out, NULL, '{');
    json_put_shape(&out, NULL, row->shape, &decoded);
    json_close(&out, '}');
    struct json *rendered = json_parse(span_of(out.at, out.used), &fault);
    bool equal = rendered != NULL && same(rendered, body);
    json_free(rendered);
    json_out_free(&out);
    return equal;
}

static bool check_payload(struct check *check, const struct event_header *header,
                          const struct json *entry, const char *name)
{
    const struct json *value = json_get(entry, "payload"), *body = json_get(entry, "body");
    struct span payload;
    if (value == NULL) {
        check->report->without++;
        return body == NULL || fail(check, "%s: a body without the payload it is of", name);
    }
    if (!read_hex(value, check->payload, sizeof check->payload, &payload))
        return fail(check, "%s: payload: no hex digits", name);
    if (event_check_payload(check->crypto, header, payload) != OK)
        return fail(check, "%s: the payload is not what the header says", name);
    if (!body_is_told(header, payload, body))
        return fail(check, "%s: the body is not what the payload says", name);
    return true;
}

static bool is_told_as(const struct event_header *header, const struct json *entry)
{
    const struct event_row *row = event_by_kind(header->kind);
    struct span kind = json_text(json_get(entry, "kind"));
    int64_t idx = -1;
    return json_int(json_get(entry, "idx"), &idx) && (uint64_t)idx == header->idx &&
           span_equal(kind, span_text(row != NULL ? row->name : "unknown"));
}

static bool follows(const struct check *check, const struct event_header *header)
{
    return header->idx == check->last.idx + 1 &&
           memcmp(header->prev.bytes, check->last_hash.bytes, HASH_BYTES) == 0;
}

static bool check_entry(struct check *check, const struct json *entry)
{
    struct event_header header;
    struct span bytes;
    bool between = false;
    char name[ID_TEXT_BYTES + 32], log[ID_TEXT_BYTES];
    id_print(&check->log, log);
    if (!read_hex(json_get(entry, "header"), check->header, sizeof check->header, &bytes) ||
        event_header_decode(bytes, &header) != OK)
        return fail(check, "log %s: an entry without a header", log);
    snprintf(name, sizeof name, "log %s, entry %llu", log, (unsigned long long)header.idx);
    if (!id_equal(&header.log, &check->log)) return fail(check, "%s: of another log", name);
    if (!is_told_as(&header, entry)) return fail(check, "%s: told as another entry", name);
    if (check->run_begun && !follows(check, &header))
        return fail(check, "%s: does not follow the entry before it", name);
    (void)json_bool(json_get(entry, "between"), &between);
    if (!between && !check_payload(check, &header, entry, name)) return false;
    check->report->entries += between ? 0 : 1;
    check->report->between += between ? 1 : 0;
    check->run_entries += between ? 0 : 1;
    check->last = header;
    check->run_begun = true;
    event_hash(check->crypto, bytes, &check->last_hash);
    return true;
}

/* --- runs and their seals --------------------------------------------------------------------- */

static bool is_sealed_by_member(struct check *check, const struct seal *seal)
{
    uint8_t key[KEY_BYTES];
    for (size_t i = 0; i < json_count(check->members); i++)
        if (key_of_member(json_at(check->members, i), key) &&
            seal_verify(check->crypto, key, &check->log, seal, &check->last_hash) == OK)
            return true;
    return false;
}

static bool check_seal(struct check *check, const struct json *value)
{
    struct seal seal = {.idx = check->last.idx};
    struct span out;
    int64_t through = -1;
    char log[ID_TEXT_BYTES];
    id_print(&check->log, log);
    if (value == NULL) {
        check->report->bare += check->run_entries;
        return true;
    }
    if (!json_int(json_get(value, "committed_through"), &through) ||
        !read_hex(json_get(value, "signature"), seal.signature, SIGNATURE_BYTES, &out) ||
        out.size != SIGNATURE_BYTES)
        return fail(check, "log %s: a seal that is none", log);
    seal.committed_through = (uint64_t)through;
    if (!is_sealed_by_member(check, &seal))
        return fail(check, "log %s, entry %llu: sealed by none of the members", log,
                    (unsigned long long)seal.idx);
    check->report->seals++;
    return true;
}

static bool check_run(struct check *check, const struct json *run)
{
    const struct json *entries = json_get(run, "entries");
    check->run_begun = false;
    check->run_entries = 0;
    if (json_count(entries) == 0) return fail(check, "logs: a run without entries");
    for (size_t i = 0; i < json_count(entries); i++)
        if (!check_entry(check, json_at(entries, i))) return false;
    return check_seal(check, json_get(run, "seal"));
}

static bool check_logs(struct check *check, const struct json *logs)
{
    for (size_t i = 0; i < json_count(logs); i++) {
        const struct json *log = json_at(logs, i), *runs = json_get(log, "runs");
        if (id_parse(json_text(json_get(log, "log")), &check->log) != OK)
            return fail(check, "logs: one without an id");
        for (size_t k = 0; k < json_count(runs); k++)
            if (!check_run(check, json_at(runs, k))) return false;
    }
    return true;
}

bool evidence_check(const struct crypto *crypto, struct span text, const struct json *members,
                    struct evidence_report *report)
{
    struct json_fault fault;
    *report = (struct evidence_report){0};
    while (text.size > 0 && (text.at[text.size - 1] == '\n' || text.at[text.size - 1] == '\r'))
        text.size--;
    struct json *root = json_parse(text, &fault);
    struct check *check = calloc(1, sizeof *check);
    bool good = false;
    if (check == NULL) abort();
    *check = (struct check){.crypto = crypto, .report = report};
    const struct json *pack = json_get(root, "pack");
    check->members = json_get(members != NULL ? members : pack, "members");
    if (root == NULL)
        fail(check, "line %u, column %u: %s", fault.line, fault.column, fault.text);
    else if (!json_is_object(pack))
        fail(check, "this is no evidence pack as a node writes it");
    else
        good = check_signature(check, text, root) && check_logs(check, json_get(pack, "logs"));
    (void)json_bool(json_get(pack, "complete"), &report->complete);
    free(check);
    json_free(root);
    return good;
}
