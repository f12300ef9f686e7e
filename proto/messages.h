/* Messages of the mesh. Envelope: the canonical array [ver, type, session, seq, body], body a map
 * as its shape says; DATA alone is written by hand, since it carries entries as they are. */
#ifndef PROTO_MESSAGES_H
#define PROTO_MESSAGES_H

#include "proto/records_mesh.h"
#include "proto/records_photos.h"

#define MESSAGE_VERSION   1
#define MESSAGE_BYTES_MAX (1024u * 1024 + 4096) /* DATA: 1 MiB of entries and its frame */
#define VECTOR_LOGS_MAX   512                   /* logs named in one message; more go in several */
#define DATA_BYTES_MAX    (1024u * 1024)
#define DATA_EVENTS_MAX   8192

/* clang-format off */
enum message_type {
    MESSAGE_HELLO = 1, MESSAGE_VV = 2, MESSAGE_DATA = 3, MESSAGE_FETCH = 4, MESSAGE_ACK = 5,
    MESSAGE_CREDIT = 6, MESSAGE_PING = 7, MESSAGE_BYE = 8, MESSAGE_BLOB_ASK = 9, MESSAGE_BLOB = 10
};
/* clang-format on */

/* How far a log is held here, durably. */
#define LOG_AT_FIELDS(F, S)                                                                        \
    F(S, 1, REQUIRED, id, log, none, 0)                                                            \
    F(S, 2, OPTIONAL, uint, idx, none, EVENT_IDX_MAX)                                              \
    F(S, 3, OPTIONAL, hash, hash, none, 0)
SHAPE_DECLARE(log_at, LOG_AT_FIELDS)

#define OWN_LOGS_MAX 64 /* logs written by one node that a HELLO names */
#define HELLO_FIELDS(F, S)                                                                         \
    F(S, 1, REQUIRED, id, mesh, none, 0)                                                           \
    F(S, 2, REQUIRED, id, node, none, 0)                                                           \
    F(S, 3, REQUIRED, id, store, none, 0)                                                          \
    F(S, 4, REQUIRED, id, boot, none, 0) /* random per process run; part of the session */         \
    F(S, 5, REQUIRED, uint, credit_bytes, none, 1u << 30) /* the sender may be sent so much */     \
    F(S, 6, OPTIONAL, time, wall_ms, none, 0)                                                      \
    F(S, 7, OPTIONAL, text, build, none, 64)                                                       \
    F(S, 8, OPTIONAL, uint, answer, none, 1)                                                       \
    F(S, 9, OPTIONAL, list, own, log_at, OWN_LOGS_MAX)
SHAPE_DECLARE(hello, HELLO_FIELDS)

#define VV_FIELDS(F, S)                                                                            \
    F(S, 1, OPTIONAL, uint, full, none, 1)                                                         \
    F(S, 2, REQUIRED, list, logs, log_at, VECTOR_LOGS_MAX)
SHAPE_DECLARE(vv, VV_FIELDS)

#define FETCH_FIELDS(F, S)                                                                         \
    F(S, 1, REQUIRED, id, log, none, 0)                                                            \
    F(S, 2, REQUIRED, uint, from, none, EVENT_IDX_MAX) /* the first entry wanted */                \
    F(S, 3, REQUIRED, hash, prev, none, 0)             /* hash of entry from - 1 as held here */
SHAPE_DECLARE(fetch, FETCH_FIELDS)

#define ACK_FIELDS(F, S) F(S, 1, REQUIRED, list, logs, log_at, VECTOR_LOGS_MAX)
SHAPE_DECLARE(ack, ACK_FIELDS)

#define CREDIT_FIELDS(F, S) F(S, 1, REQUIRED, uint, bytes, none, 1u << 30)
SHAPE_DECLARE(credit, CREDIT_FIELDS)

#define PING_FIELDS(F, S)                                                                          \
    F(S, 1, REQUIRED, uint, nonce, none, UINT32_MAX)                                               \
    F(S, 2, OPTIONAL, uint, answer, none, 1)                                                       \
    F(S, 3, OPTIONAL, time, wall_ms, none, 0)
SHAPE_DECLARE(ping, PING_FIELDS)

#define BYE_FIELDS(F, S)                                                                           \
    F(S, 1, REQUIRED, uint, error, none, UINT16_MAX) /* why; 0: a clean leave */                   \
    F(S, 2, OPTIONAL, id, log, none, 0)              /* REGRESSED, fork: which log */              \
    F(S, 3, OPTIONAL, text, text, none, 120)
SHAPE_DECLARE(bye, BYE_FIELDS)

/* A piece of a file by its hash, from that byte on; and the piece. size: of the whole file; 0: it
 * is not here. */
#define BLOB_PIECE_BYTES_MAX (256u * 1024)
#define BLOB_ASK_FIELDS(F, S)                                                                      \
    F(S, 1, REQUIRED, hash, blob, none, 0)                                                         \
    F(S, 2, OPTIONAL, uint, offset, none, PHOTO_FILE_BYTES_MAX)
SHAPE_DECLARE(blob_ask, BLOB_ASK_FIELDS)

#define BLOB_PIECE_FIELDS(F, S)                                                                    \
    F(S, 1, REQUIRED, hash, blob, none, 0)                                                         \
    F(S, 2, OPTIONAL, uint, offset, none, PHOTO_FILE_BYTES_MAX)                                    \
    F(S, 3, OPTIONAL, uint, size, none, PHOTO_FILE_BYTES_MAX)                                      \
    F(S, 4, OPTIONAL, bin, bytes, none, BLOB_PIECE_BYTES_MAX)
SHAPE_DECLARE(blob_piece, BLOB_PIECE_FIELDS)

struct envelope {
    uint64_t version;
    uint64_t type;
    uint64_t session;
    uint64_t seq;
    struct span body; /* canonical bytes of the body */
};

enum error envelope_encode(const struct envelope *envelope, uint8_t *buffer, size_t size,
                           struct span *out) MUST_USE;
/* Checks the frame and that body is one canonical item; the type's decoder checks the rest. */
enum error envelope_decode(struct span bytes, struct envelope *envelope) MUST_USE;

/* DATA's body: {1: log, 2: first idx, 3: [[header, payload|nil]...], 4: [idx, committed_through,
 * signature]}. Contiguous; ends on a seal and carries only that one. */
struct data_writer {
    struct writer w;
    uint32_t events_left;
};
/* The count of events must be known before: canonical headers are the shortest. */
void data_begin(struct data_writer *d, uint8_t *buffer, size_t size, const struct id *log,
                uint64_t first_idx, uint32_t events);
void data_event(struct data_writer *d, const struct event *event);
enum error data_end(struct data_writer *d, const struct seal *seal, struct span *body) MUST_USE;

/* Walks a DATA body without copying it. */
struct data_reader {
    struct reader r;
    struct id log;
    uint64_t first_idx;
    uint32_t events; /* announced, <= DATA_EVENTS_MAX */
    uint32_t taken;
};
enum error data_open(struct data_reader *d, struct span body) MUST_USE;
/* The next entry; false at the end or on an error, which data_close tells. */
bool data_next(struct data_reader *d, struct event *event);
/* Reads the seal after the last entry, which it must cover; the error of the whole. */
enum error data_close(struct data_reader *d, struct seal *seal) MUST_USE;

/* DATA's entries, before any log is looked at. */
struct entry_hashes {
    struct hash event, payload; /* payload: all zero where it was taken away */
};
/* Opens the body of a message; false: it is no DATA, or none that can be read. */
bool data_begins(struct span message, struct data_reader *d);
/* How many entries the message announces; 0: it is no DATA, or none that can be read. */
uint32_t data_announced(struct span message);
/* Fills hashes[0..] and returns how many: fewer than announced where the message breaks off. */
uint32_t data_hash(const struct crypto *crypto, struct span message, struct entry_hashes *hashes,
                   uint32_t room);

#endif
