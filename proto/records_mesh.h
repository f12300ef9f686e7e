/* Payloads of the entries that make the mesh itself: who a log belongs to, who is a member, what
 * was asked and answered, and what personal data was given and erased. */
#ifndef PROTO_RECORDS_MESH_H
#define PROTO_RECORDS_MESH_H

#include "proto/event.h"
#include "proto/words.h"

#define NAME_BYTES_MAX        64
#define CODE_BYTES_MAX        8   /* of a warehouse: "LAX" */
#define ADDRESS_BYTES_MAX     128 /* of a socket: "tcp://10.0.0.7:7400" */
#define VOTERS_MAX            5
#define COMMAND_BYTES_MAX     (16u * 1024)
#define REASON_BYTES_MAX      200
#define RULE_BYTES_MAX        96
#define PERSON_TEXT_BYTES_MAX 400
/* Of an address in its parts, a person's or a warehouse's. */
#define PLACE_TEXT_BYTES_MAX  120
#define PLACE_CITY_BYTES_MAX  80
#define PLACE_STATE_BYTES_MAX 40
#define POSTAL_CODE_BYTES_MAX 16
#define COUNTRY_BYTES         2 /* ISO 3166, capital letters */

/* Who acts: every decision names it. token is zero for actors that are not people. */
#define ACTOR_FIELDS(F, S)                                                                         \
    F(S, 1, REQUIRED, choice, kind, actor, 0)                                                      \
    F(S, 2, OPTIONAL, id, token, none, 0)                                                          \
    F(S, 3, OPTIONAL, id, node, none, 0) /* where the actor stood */
SHAPE_DECLARE(actor, ACTOR_FIELDS)

#define VOTER_FIELDS(F, S) F(S, 1, REQUIRED, id, node, none, 0)
SHAPE_DECLARE(voter, VOTER_FIELDS)

/* Entry 1 of every log. A book's names its merchant group, leader and first voters. */
#define GENESIS_FIELDS(F, S)                                                                       \
    F(S, 1, REQUIRED, choice, log_type, log_type, 0)                                               \
    F(S, 2, REQUIRED, id, node, none, 0)                                                           \
    F(S, 3, REQUIRED, id, store, none, 0)                                                          \
    F(S, 4, REQUIRED, hash, sign_key, none, 0)                                                     \
    F(S, 5, OPTIONAL, id, merchant, none, 0)                                                       \
    F(S, 6, OPTIONAL, id, leader, none, 0)                                                         \
    F(S, 7, OPTIONAL, list, voters, voter, VOTERS_MAX)                                             \
    F(S, 8, OPTIONAL, id, leader_log, none, 0) /* of the store that leads: see handover */
SHAPE_DECLARE(genesis, GENESIS_FIELDS)

/* Membership: a node with its keys, its warehouse (none: a gateway) and its present log. A later
 * entry for the same node replaces the former. */
#define MEMBER_FIELDS(F, S)                                                                        \
    F(S, 1, REQUIRED, id, node, none, 0)                                                           \
    F(S, 2, REQUIRED, text, name, none, NAME_BYTES_MAX)                                            \
    F(S, 3, REQUIRED, hash, sign_key, none, 0)                                                     \
    F(S, 4, REQUIRED, hash, curve_key, none, 0)                                                    \
    F(S, 5, REQUIRED, id, log, none, 0)                                                            \
    F(S, 6, OPTIONAL, id, warehouse, none, 0)                                                      \
    F(S, 7, OPTIONAL, text, code, none, CODE_BYTES_MAX)                                            \
    F(S, 8, OPTIONAL, text, address, none, ADDRESS_BYTES_MAX)                                      \
    F(S, 9, OPTIONAL, uint, revoked, none, 1)                                                      \
    F(S, 10, OPTIONAL, one, by, actor, 0)
SHAPE_DECLARE(member, MEMBER_FIELDS)

/* Membership: a merchant group, the id of its book and the node that opens that book. The policy
 * figures are the thin first ones; a fuller policy is a record of its own. */
#define MERCHANT_FIELDS(F, S)                                                                      \
    F(S, 1, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 2, REQUIRED, text, name, none, NAME_BYTES_MAX)                                            \
    F(S, 3, REQUIRED, id, book, none, 0)                                                           \
    F(S, 4, REQUIRED, id, opener, none, 0)                                                         \
    F(S, 5, REQUIRED, currency, currency, none, 999)                                               \
    F(S, 6, REQUIRED, sint, cap_minor, none, 1000000000000000) /* refunds per day */               \
    F(S, 7, OPTIONAL, uint, window_days, none, 400)            /* after the sale; 0: no window */  \
    F(S, 8, OPTIONAL, sint, auto_approve_minor, none, 1000000000000000) /* up to this value */     \
    F(S, 9, OPTIONAL, uint, respond_hours, none, 2400) /* silence then approves */                 \
    F(S, 10, OPTIONAL, uint, send_days, none, 400)     /* parcel not received: expire */           \
    F(S, 11, OPTIONAL, text, origin, none, 2)          /* ISO 3166 country */                      \
    F(S, 12, OPTIONAL, sint, origin_freight_minor, none, 1000000000) /* to ship one unit home */   \
    F(S, 13, OPTIONAL, sint, handling_minor, none, 1000000000) /* to resolve one unit here */      \
    F(S, 14, OPTIONAL, one, by, actor, 0)
SHAPE_DECLARE(merchant, MERCHANT_FIELDS)

/* Membership: a store was lost or replaced; the new log adopts the old one's warehouse. */
#define SUCCEEDS_FIELDS(F, S)                                                                      \
    F(S, 1, REQUIRED, id, node, none, 0)                                                           \
    F(S, 2, REQUIRED, id, old_log, none, 0)                                                        \
    F(S, 3, REQUIRED, id, new_log, none, 0)                                                        \
    F(S, 4, REQUIRED, uint, old_idx, none, EVENT_IDX_MAX) /* so far it must be held before that */ \
    F(S, 5, OPTIONAL, one, by, actor, 0)
SHAPE_DECLARE(succeeds, SUCCEEDS_FIELDS)

/* A book moves to another leader: the last entry of the old one under its term. leader_log is the
 * node log of the store that is to write the book: a store that took its place after a loss has
 * another log, and so never takes itself for the leader. */
#define HANDOVER_FIELDS(F, S)                                                                      \
    F(S, 1, REQUIRED, id, leader, none, 0)                                                         \
    F(S, 2, REQUIRED, uint, term, none, UINT32_MAX) /* the new leader's */                         \
    F(S, 3, REQUIRED, list, voters, voter, VOTERS_MAX)                                             \
    F(S, 4, REQUIRED, id, leader_log, none, 0)                                                     \
    F(S, 5, OPTIONAL, one, by, actor, 0)
SHAPE_DECLARE(handover, HANDOVER_FIELDS)

/* `book recover`: the first entry of a new term after the old leader's disk was lost. */
#define RECOVERED_FIELDS(F, S)                                                                     \
    F(S, 1, REQUIRED, id, leader, none, 0)                                                         \
    F(S, 2, REQUIRED, uint, term, none, UINT32_MAX)                                                \
    F(S, 3, REQUIRED, uint, prefix_idx, none, EVENT_IDX_MAX)                                       \
    F(S, 4, REQUIRED, hash, prefix_hash, none, 0)                                                  \
    F(S, 5, REQUIRED, list, voters, voter, VOTERS_MAX)                                             \
    F(S, 6, OPTIONAL, list, lost, voter, VOTERS_MAX) /* nodes the operator named as lost */        \
    F(S, 7, REQUIRED, id, leader_log, none, 0)                                                     \
    F(S, 8, OPTIONAL, one, by, actor, 0)
SHAPE_DECLARE(recovered, RECOVERED_FIELDS)

/* A wish for a decision of a log that this node does not write. authority: a book's id, or a
 * warehouse's. body: the command's shape, canonically encoded, without personal data. */
#define ASK_FIELDS(F, S)                                                                           \
    F(S, 1, REQUIRED, id, request, none, 0)                                                        \
    F(S, 2, REQUIRED, id, authority, none, 0)                                                      \
    F(S, 3, REQUIRED, uint, command, none, UINT16_MAX)                                             \
    F(S, 4, REQUIRED, hash, body_hash, none, 0)                                                    \
    F(S, 5, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 6, OPTIONAL, uint, if_match, none, UINT32_MAX) /* 0: none was seen */                     \
    F(S, 7, OPTIONAL, id, merchant, none, 0)            /* the token's scope */                    \
    F(S, 8, REQUIRED, bin, body, none, COMMAND_BYTES_MAX)
SHAPE_DECLARE(ask, ASK_FIELDS)

/* The one answer to a request, in the authority's log; refusals too. */
#define ANSWER_FIELDS(F, S)                                                                        \
    F(S, 1, REQUIRED, id, request, none, 0)                                                        \
    F(S, 2, REQUIRED, hash, body_hash, none, 0)                                                    \
    F(S, 3, REQUIRED, uint, command, none, UINT16_MAX)                                             \
    F(S, 4, OPTIONAL, uint, error, none, UINT16_MAX) /* 0: done */                                 \
    F(S, 5, OPTIONAL, text, rule, none, RULE_BYTES_MAX)                                            \
    F(S, 6, OPTIONAL, id, entity, none, 0)                                                         \
    F(S, 7, OPTIONAL, id, merchant, none, 0)                                                       \
    F(S, 8, OPTIONAL, one, by, actor, 0)
SHAPE_DECLARE(answer, ANSWER_FIELDS)

/* Personal: stands behind 16 random bytes in a payload flagged EVENT_PERSONAL. */
#define PERSON_FIELDS(F, S)                                                                        \
    F(S, 1, REQUIRED, id, subject, none, 0) /* the return it belongs to */                         \
    F(S, 2, OPTIONAL, text, name, none, PERSON_TEXT_BYTES_MAX)                                     \
    F(S, 3, OPTIONAL, text, address, none, PERSON_TEXT_BYTES_MAX)                                  \
    F(S, 4, OPTIONAL, text, email, none, PERSON_TEXT_BYTES_MAX)                                    \
    F(S, 5, OPTIONAL, text, phone, none, PERSON_TEXT_BYTES_MAX)                                    \
    /* The address once more, in the parts that a carrier wants. */                                \
    F(S, 6, OPTIONAL, text, company, none, PLACE_TEXT_BYTES_MAX)                                   \
    F(S, 7, OPTIONAL, text, street1, none, PLACE_TEXT_BYTES_MAX)                                   \
    F(S, 8, OPTIONAL, text, street2, none, PLACE_TEXT_BYTES_MAX)                                   \
    F(S, 9, OPTIONAL, text, city, none, PLACE_CITY_BYTES_MAX)                                      \
    F(S, 10, OPTIONAL, text, state, none, PLACE_STATE_BYTES_MAX)                                   \
    F(S, 11, OPTIONAL, text, postal_code, none, POSTAL_CODE_BYTES_MAX)                             \
    F(S, 12, OPTIONAL, text, country, none, COUNTRY_BYTES)
SHAPE_DECLARE(person, PERSON_FIELDS)

/* "What was asked of this node by then stands before this entry in its log": so others know that it
 * was silent. Written when others' clocks wait for it, by a clock that is trusted. */
#define BEAT_FIELDS(F, S) F(S, 1, REQUIRED, time, through_ms, none, 0)
SHAPE_DECLARE(beat, BEAT_FIELDS)

/* Dominates every PERSON of its subject, in any order of arrival. */
#define ERASE_FIELDS(F, S)                                                                         \
    F(S, 1, REQUIRED, id, subject, none, 0)                                                        \
    F(S, 2, OPTIONAL, text, reason, none, REASON_BYTES_MAX)                                        \
    F(S, 3, OPTIONAL, one, by, actor, 0)
SHAPE_DECLARE(erase, ERASE_FIELDS)

/* "No payload of this subject stands in this store any more, and none that comes will stay":
 * written by every store for itself, in a turn that commits with or after the dropping. */
#define ERASED_FIELDS(F, S) F(S, 1, REQUIRED, id, subject, none, 0)
SHAPE_DECLARE(erased, ERASED_FIELDS)

/* A buyer's link was made: its id, and never what opens the door (proto/link.h). */
#define LINK_MADE_FIELDS(F, S)                                                                     \
    F(S, 1, REQUIRED, id, link, none, 0)                                                           \
    F(S, 2, REQUIRED, id, return_id, none, 0)                                                      \
    F(S, 3, REQUIRED, time, expires_ms, none, 0)                                                   \
    F(S, 4, OPTIONAL, one, by, actor, 0)
SHAPE_DECLARE(link_made, LINK_MADE_FIELDS)

/* Dominates: a link that somebody withdrew opens nothing, whatever came first. */
#define LINK_REVOKED_FIELDS(F, S)                                                                  \
    F(S, 1, REQUIRED, id, link, none, 0)                                                           \
    F(S, 2, OPTIONAL, text, reason, none, REASON_BYTES_MAX)                                        \
    F(S, 3, OPTIONAL, one, by, actor, 0)
SHAPE_DECLARE(link_revoked, LINK_REVOKED_FIELDS)

#endif
