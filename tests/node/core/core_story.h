/* What stories of the core share: a world of two nodes with a merchant whose book the first leads,
 * commands and their answers, and a look at what both hold. Every story opens its own world. */
#ifndef TESTS_NODE_CORE_CORE_STORY_H
#define TESTS_NODE_CORE_CORE_STORY_H

#include "node/core/core.h"
#include "overseas-warehouse/view_rows.h"
#include "sim/world.h"

#define ANSWERS_MAX 4096

extern struct world *world;
extern struct answer_out answers[ANSWERS_MAX]; /* by ticket */
extern bool answered[ANSWERS_MAX];
extern unsigned calls_sent, calls_asked;
extern struct id scope; /* the merchant of the token that submits; zero: all */
extern struct id token; /* that submits, where its name is looked at: a buyer's link */
extern const struct id LANTERN, LANTERN_BOOK, KETTLE, KETTLE_BOOK;

void run_seconds(unsigned seconds);
struct id key_numbered(unsigned number);
uint64_t give(unsigned at, enum command_kind kind, enum actor_kind by, unsigned key,
              const union command_body *body);
const struct answer_out *submit(unsigned at, enum command_kind kind, enum actor_kind by,
                                unsigned key, const union command_body *body);
const struct answer_out *lead(unsigned at, enum input_kind kind, const struct id *book,
                              const struct id *other);
void add_merchant(const struct id *merchant, const struct id *book);
union command_body order_of(const struct id *merchant, const char *reference);
union command_body return_of(const struct id *merchant, const char *reference);
union command_body box_of(unsigned at, const struct id *return_id);
struct id receive_one(const char *reference); /* of LANTERN */
struct id receive_of(const struct id *merchant, const char *reference);
const struct rows *open_rows(unsigned at);
void close_rows(unsigned at);
unsigned count_rows(unsigned at, enum view_table table);
unsigned count_refunds(unsigned at, uint64_t state);
unsigned paid_times(void);
struct log *log_at(unsigned at, const struct id *log);
void assert_same_digests(void);
int open_world(void **state);
int close_world(void **state);

#define STORY(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

#endif
