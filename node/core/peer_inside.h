/* What the files of the peer machine share. */
#ifndef NODE_CORE_PEER_INSIDE_H
#define NODE_CORE_PEER_INSIDE_H

#include "node/core/peer.h"

struct peer_clock { /* of the call under way */
    uint64_t now_ms, wall_ms;
};

/* peer.c */
struct peer *peers_of_link(struct peers *peers, uint32_t link); /* NULL: no such link */
/* The open session with this node, other than `but`; NULL: none. */
struct peer *peers_open_with(struct peers *peers, const struct id *node, const struct peer *but);
uint32_t peers_index(const struct peers *peers, const struct log *log);
/* Clears the columns of logs that are new since the last call. */
void peers_columns(struct peers *peers);
/* The session ends, BYE is said and the link dropped at the next chance. */
void peer_leave(struct peers *peers, struct peer *peer, enum error error, const struct id *log);
/* The session ends with a BYE, the link stays: for another session, later. */
void peer_stand_by(struct peers *peers, struct peer *peer, enum error error,
                   const struct peer_clock *clock);
/* Forgets what was under way with this link. */
void peer_forget(struct peers *peers, const struct peer *peer);
/* One small message in the peer's session. */
void peer_say(struct peers *peers, struct peer *peer, enum message_type type,
              const struct shape *shape, const void *body);
/* The frame of a message whose body follows in peers->out; returns the bytes used. */
size_t peer_frame(struct peers *peers, struct peer *peer, enum message_type type);
void peer_send(struct peers *peers, struct peer *peer, enum message_type type, size_t size);

/* peer_hello.c */
void peer_greet(struct peers *peers, struct peer *peer, const struct peer_clock *clock);
void peer_answer_hello(struct peers *peers, struct peer *peer, const struct peer_clock *clock);
void peer_take_hello(struct peers *peers, struct peer *peer, const struct envelope *envelope,
                     const struct id *node, const struct peer_clock *clock);
void peer_take_bye(struct peers *peers, struct peer *peer, const struct envelope *envelope,
                   const struct peer_clock *clock);
bool peer_wants_to_greet(struct peers *peers, struct peer *peer, uint64_t now_ms);

/* peer_vector.c */
/* It holds the log that far, and on our branch unless it was found to be on another. */
void peer_holds(struct peer *peer, uint32_t i, uint64_t idx);
void peer_heard_of(struct peers *peers, struct peer *peer, const struct log_at *at);
void peer_take_vv(struct peers *peers, struct peer *peer, struct span body);
void peer_take_ack(struct peers *peers, struct peer *peer, struct span body);
bool peer_vv_due(const struct peers *peers, const struct peer *peer, uint64_t now_ms,
                 uint64_t *at_ms);
void peer_say_vv(struct peers *peers, struct peer *peer, uint64_t now_ms);
void peer_say_ack(struct peers *peers, struct peer *peer);
void peers_want(struct peers *peers, const struct peer *peer, const struct id *log, uint64_t idx);

/* peer_data.c */
void peer_take_data(struct peers *peers, struct peer *peer, struct span body, size_t message_bytes,
                    const struct ahead *ahead, uint64_t now_ms);
/* Lets parked entries follow what was appended. */
void peers_unpark(struct peers *peers, uint64_t now_ms);
/* Drops what waited too long. */
void peers_expire(struct peers *peers, uint64_t now_ms);
bool peers_is_parked(const struct peers *peers, uint32_t index);

/* peer_fetch.c */
void peer_take_fetch(struct peers *peers, struct peer *peer, struct span body);
void peers_fetch(struct peers *peers, uint64_t now_ms);
uint64_t peers_fetch_wake_ms(const struct peers *peers, uint64_t now_ms);

/* peer_push.c: true: more could be sent at once. */
bool peers_push(struct peers *peers);

#endif
