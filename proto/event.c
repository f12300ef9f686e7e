#include "proto/event.h"

#define HEADER_ITEMS 13

/* The limits of a header, the same for what is written and what is read. The log's owner checks
 * what only the log can tell: the chain, the term, deps that are held. */
static enum error check_header(const struct event_header *header)
{
    if (header->idx < 1 || header->idx > EVENT_IDX_MAX || header->term > UINT32_MAX ||
        header->kind > UINT16_MAX || header->kver > UINT16_MAX ||
        header->deps_count > EVENT_DEPS_MAX || header->plen > EVENT_PAYLOAD_BYTES_MAX ||
        (header->flags & ~(uint64_t)EVENT_FLAGS_ALL) != 0)
        return ERROR_OUT_OF_RANGE;
    for (uint32_t i = 0; i < header->deps_count; i++)
        if (header->deps[i].idx < 1 || header->deps[i].idx > EVENT_IDX_MAX)
            return ERROR_OUT_OF_RANGE;
    return OK;
}

static struct span hash_span(const struct hash *hash)
{
    return span_of(hash->bytes, HASH_BYTES);
}

enum error event_header_encode(const struct event_header *header, uint8_t *buffer, size_t size,
                               struct span *out)
{
    enum error error = check_header(header);
    if (error != OK) return error;
    struct writer w = writer_over(buffer, size);
    writer_array(&w, HEADER_ITEMS);
    writer_uint(&w, EVENT_VERSION);
    writer_id(&w, &header->log);
    writer_uint(&w, header->idx);
    writer_uint(&w, header->term);
    writer_bin(&w, hash_span(&header->prev));
    writer_uint(&w, header->hlc);
    writer_uint(&w, header->kind);
    writer_uint(&w, header->kver);
    writer_id(&w, &header->entity);
    writer_array(&w, header->deps_count);
    for (uint32_t i = 0; i < header->deps_count; i++) {
        writer_array(&w, 2);
        writer_id(&w, &header->deps[i].log);
        writer_uint(&w, header->deps[i].idx);
    }
    writer_bin(&w, hash_span(&header->phash));
    writer_uint(&w, header->plen);
    writer_uint(&w, header->flags);
    return writer_end(&w, out);
}

static void read_deps(struct reader *r, struct event_header *header)
{
    header->deps_count = reader_array(r, EVENT_DEPS_MAX);
    for (uint32_t i = 0; i < header->deps_count; i++) {
        reader_array(r, 2);
        header->deps[i].log = reader_id(r);
        header->deps[i].idx = reader_uint(r, EVENT_IDX_MAX);
        reader_leave(r);
    }
    reader_leave(r);
}

enum error event_header_decode(struct span bytes, struct event_header *header)
{
    if (bytes.size > EVENT_HEADER_BYTES_MAX) return ERROR_TOO_LARGE;
    struct reader r = reader_over(bytes);
    memset(header, 0, sizeof *header);
    reader_array(&r, HEADER_ITEMS);
    uint64_t version = reader_uint(&r, UINT16_MAX);
    if (r.error == OK && version != EVENT_VERSION) return ERROR_UNSUPPORTED;
    header->log = reader_id(&r);
    header->idx = reader_uint(&r, EVENT_IDX_MAX);
    header->term = reader_uint(&r, UINT32_MAX);
    reader_fixed(&r, header->prev.bytes, HASH_BYTES);
    header->hlc = reader_uint(&r, UINT64_MAX);
    header->kind = reader_uint(&r, UINT16_MAX);
    header->kver = reader_uint(&r, UINT16_MAX);
    header->entity = reader_id(&r);
    read_deps(&r, header);
    reader_fixed(&r, header->phash.bytes, HASH_BYTES);
    header->plen = reader_uint(&r, EVENT_PAYLOAD_BYTES_MAX);
    header->flags = reader_uint(&r, EVENT_FLAGS_ALL);
    reader_leave(&r);
    return reader_end(&r) ? check_header(header) : r.error;
}

void event_hash(const struct crypto *crypto, struct span header, struct hash *out)
{
    crypto_hash(crypto, "entrepot/ev/1", &header, 1, out);
}

void event_payload_hash(const struct crypto *crypto, struct span payload, struct hash *out)
{
    crypto_hash(crypto, "entrepot/pay/1", &payload, 1, out);
}

void event_genesis_prev(const struct crypto *crypto, const struct id *log, struct hash *out)
{
    struct span part = id_span(log);
    crypto_hash(crypto, "entrepot/gen/1", &part, 1, out);
}

enum error event_match_payload(const struct event_header *header, struct span payload,
                               const struct hash *hash)
{
    if (payload.at == NULL) return OK;
    if (payload.size != header->plen) return ERROR_BAD_CHAIN;
    bool same = memcmp(hash->bytes, header->phash.bytes, HASH_BYTES) == 0;
    return same ? OK : ERROR_BAD_CHAIN;
}

enum error event_check_payload(const struct crypto *crypto, const struct event_header *header,
                               struct span payload)
{
    struct hash hash = {{0}};
    if (payload.at != NULL) event_payload_hash(crypto, payload, &hash);
    return event_match_payload(header, payload, &hash);
}

static const char seal_domain[] = "entrepot/seal/1";
#define SEAL_DOMAIN_BYTES (sizeof seal_domain - 1)
_Static_assert(SEAL_DOMAIN_BYTES + ID_BYTES + 8 + HASH_BYTES + 8 == SEAL_MESSAGE_BYTES,
               "the seal's message has another size");

struct span seal_message(const struct id *log, const struct seal *seal, const struct hash *hash,
                         uint8_t buffer[SEAL_MESSAGE_BYTES])
{
    uint8_t *at = buffer;
    memcpy(at, seal_domain, SEAL_DOMAIN_BYTES);
    at += SEAL_DOMAIN_BYTES;
    memcpy(at, log->bytes, ID_BYTES);
    at += ID_BYTES;
    be_put(at, seal->idx, 8);
    at += 8;
    memcpy(at, hash->bytes, HASH_BYTES);
    at += HASH_BYTES;
    be_put(at, seal->committed_through, 8);
    return span_of(buffer, SEAL_MESSAGE_BYTES);
}

enum error seal_verify(const struct crypto *crypto, const uint8_t key[KEY_BYTES],
                       const struct id *log, const struct seal *seal, const struct hash *hash)
{
    uint8_t buffer[SEAL_MESSAGE_BYTES];
    struct span message = seal_message(log, seal, hash, buffer);
    return crypto->verify(crypto->world, key, message, seal->signature) ? OK : ERROR_BAD_SEAL;
}

bool seal_sign(const struct crypto *crypto, const struct id *log, struct seal *seal,
               const struct hash *hash)
{
    uint8_t buffer[SEAL_MESSAGE_BYTES];
    struct span message = seal_message(log, seal, hash, buffer);
    return crypto->sign(crypto->world, message, seal->signature);
}
