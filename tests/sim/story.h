/* Told stories: Los Angeles, Rotterdam, Sydney and a gateway; a merchant of Shenzhen whose book
 * Rotterdam leads. What happens is told in lines, and the test compares them with a literal. */
#ifndef TESTS_SIM_STORY_H
#define TESTS_SIM_STORY_H

#include "sim/world.h"
#include "tests/support/rows_taken.h"

#define STORY_BYTES_MAX 4096

enum site { LAX, RTM, SYD, GATE, PLACES };

struct story {
    struct world world; /* first: the ports find the story by it */
    char told[STORY_BYTES_MAX];
    struct id merchant, book, last_entity, last_request;
    enum answer_state last_state;
    enum error last_error;
    bool dies_after_sending; /* a host that sends a refund, or buys a label, dies before the answer
                                is there */
    bool apart[PLACES];      /* need not show what the others show at the end */
    struct rows_taken counted; /* rows that were taken and stand in no entry */
};

struct story *story_begin(void);
void story_end(struct story *story);
void tell(struct story *story, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Runs on for so many seconds. */
void story_wait(struct story *story, uint64_t seconds);
/* Cuts a place off from all others, or joins it again. */
void story_cut(struct story *story, enum site place, bool cut);
/* A wish at a place; its answer is told. request: zero draws a new one. */
void wish_at(struct story *story, enum site place, enum command_kind kind, enum actor_kind by,
             union command_body *body, struct id request);
void order_lamp(struct story *story, enum site place);
struct id return_lamp(struct story *story, enum site place, struct id request);
void receive_lamp(struct story *story, enum site place);
/* How often the provider paid, over all its entries. */
unsigned story_paid(const struct story *story);
/* At least three places show the same tables, and all do that are not apart. */
bool story_agrees(struct story *story);
/* The first unit and the first refund that a place shows. */
bool story_unit(struct story *story, enum site place, struct id *unit);
unsigned story_refunds(struct story *story, enum site place, unsigned *state);
/* Adds what the entries name that the place holds, in the order of their time, and what was counted
 * besides. */
void story_rows(struct story *story, enum site place, struct rows_taken *taken);
/* Opens and ends a reading of the place's store. */
const struct rows *story_read(struct story *story, enum site place);
void story_read_end(struct story *story, enum site place);
/* How many rows of the table a place shows. */
unsigned story_count(struct story *story, enum site place, enum view_table table);
/* A zero id, for a request of its own. */
#define NEW ((struct id){{0}})

#endif
