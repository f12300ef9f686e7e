/* A small mesh for tests of the business: four nodes, each with rows of its own, that hold logs and
 * deliver them when told to. No sockets, no store, no clock but a number: what the core does around
 * the business, in its plainest form. Everything follows from the seed. */
#ifndef TESTS_OVERSEAS_WAREHOUSE_WORLD_H
#define TESTS_OVERSEAS_WAREHOUSE_WORLD_H

#include "overseas-warehouse/business.h"
#include "overseas-warehouse/label/label.h"
#include "overseas-warehouse/rules.h"
#include "overseas-warehouse/view_rows.h"
#include "tests/proto/crypto_port.h"
#include "tests/support/rows_memory.h"

#define NODES_MAX   4
#define LOGS_MAX    7
#define ENTRIES_MAX 20000

enum node_name { LAX, RTM, SYD, GATEWAY };
enum log_name { LOG_LAX, LOG_RTM, LOG_SYD, LOG_GATEWAY, BOOK_A, BOOK_B, LOG_LAX_NEW };
enum merchant_name { MERCHANT_A, MERCHANT_B, MERCHANTS };

struct entry {
    struct place place;
    enum event_kind kind;
    struct dep deps[EVENT_DEPS_MAX];
    uint32_t deps_count;
    uint8_t *bytes;
    size_t size;
};

struct world_log {
    struct id id;
    uint64_t type;
    enum node_name writer;
    struct entry *entries;
    uint64_t count;
};

struct world_node {
    struct id node, warehouse;
    struct rows_memory *memory;
    struct desk desk;
    uint64_t held[LOGS_MAX];
};

struct world {
    struct crypto_port crypto;
    struct world_node nodes[NODES_MAX];
    struct world_log logs[LOGS_MAX];
    struct merchant merchants[MERCHANTS];
    bool succeeded; /* Los Angeles lost its store and writes a new log */
    uint64_t now_ms;
    uint64_t random;
    struct moment moment;
    struct decision decision; /* the latest */
    uint64_t applied[TABLE_COUNT][RULES_PER_TABLE_MAX];
    uint64_t asked, accepted; /* commands */
    struct id token;          /* of whoever commands; zero: his kind says who he is */
    bool wary;                /* compares all rows before and after deciding */
};

struct world *world_open(uint64_t seed);
void world_close(struct world *world);
/* Everything begins anew, from another seed. */
void world_reset(struct world *world, uint64_t seed);
uint64_t world_random(struct world *world, uint64_t below);
void world_pass(struct world *world, uint64_t ms);
/* Puts what the membership would: the merchants and the warehouses. */
void world_found(const struct world *world, struct rows_memory *memory);

/* Decides the command where it belongs, in that node's view, and appends. The decision stays in
 * world->decision; its error is returned. */
enum error world_decide(struct world *world, enum command_kind kind, const union command_body *body,
                        enum actor_kind by, const struct id *scope, uint64_t if_match);
/* The same for observations: at the given node. */
enum error world_observe(struct world *world, enum node_name at, enum command_kind kind,
                         const union command_body *body);

/* Brings `to` what `from` holds of all logs, up to that many entries each. */
void world_deliver(struct world *world, enum node_name from, enum node_name to, uint64_t entries);
void world_deliver_all(struct world *world);
/* Does what is left to do at the node: reactions, and deadlines whose time has come. Returns how
 * many entries were appended. Provider calls are left alone. */
unsigned world_work(struct world *world, enum node_name at);
/* Delivers and works until nothing changes. */
void world_settle(struct world *world);
/* Commits what the provider said about a slot; at the slot's leader. */
enum error world_result(struct world *world, const struct id *slot, enum verb verb);
/* And what a call to a carrier came to; result: NULL where it said nothing more. */
enum error world_label_said(struct world *world, enum log_name book, const struct id *label,
                            uint32_t facts, const struct label_result *result);
/* The first slot of the table that wants a call, at the leader of the log. */
bool world_next_effect(struct world *world, enum log_name book, struct id *slot);

/* Los Angeles loses its store, of which everything had been replicated; a new log takes its place.
 */
void world_succeed(struct world *world);
/* Appends an entry that nothing decided: what a faulty member would write. */
void world_inject(struct world *world, enum log_name log, enum event_kind kind,
                  const struct id *entity, const void *payload);

/* What a hostile member would write: all entries of one log once more, as if they were of another.
 */
void world_parrot(struct world *world, enum log_name from, enum log_name to);

/* Appends bytes of that kind as they are; they must decode. */
void world_lie(struct world *world, enum log_name log, enum event_kind kind,
               const struct id *entity, struct span bytes);

/* Folds one entry into any desk. */
void world_fold(const struct desk *desk, const struct entry *entry);
/* Folds what all logs hold into rows that hold nothing, in an order of its own. */
void world_fold_shuffled(struct world *world, struct rows_memory *memory);
const struct desk *world_desk(struct world *world, enum node_name at);

/* --- bodies that most tests want -------------------------------------------------------------- */

struct id world_order(struct world *world, enum merchant_name merchant, const char *reference,
                      const char *sku, uint64_t quantity, int64_t price, int64_t captured);
struct id world_request(struct world *world, enum merchant_name merchant, const struct id *order,
                        uint64_t quantity, const char *number);
struct id world_box(struct world *world, enum node_name at, const char *number,
                    const struct id *return_id, const char *const *skus, unsigned count);
void world_track(struct world *world, enum node_name at, const char *number,
                 enum track_status status, uint64_t occurred_ms, const char *dedup);
struct return_row world_return(struct world *world, enum node_name at, const struct id *return_id);

#endif
