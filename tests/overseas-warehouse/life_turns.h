/* What one turn of a short life (lives.h) may be: a command, a scan, a provider's word, time that
 * passes. Each looks at what there is and mostly does what can be done with it. */
#ifndef TESTS_OVERSEAS_WAREHOUSE_LIFE_TURNS_H
#define TESTS_OVERSEAS_WAREHOUSE_LIFE_TURNS_H

#include "tests/overseas-warehouse/world.h"

#define LIFE_ORDERS_MAX  2
#define LIFE_RETURNS_MAX 4

struct life {
    struct world *world;
    const struct merchant *merchant;
    enum node_name leader; /* of the merchant's book */
    struct id orders[LIFE_ORDERS_MAX], returns[LIFE_RETURNS_MAX];
    unsigned orders_count, returns_count;
    unsigned wild;  /* percent of what is asked that nobody thought about */
    unsigned haste; /* percent of turns after which all is delivered and worked off */
    char text[8][32];
    unsigned texts;
};

bool life_chance(struct life *life, unsigned percent);
/* Two nodes hear of each other and do their work until nothing is left. */
void life_meet(struct life *life);

void life_sell(struct life *life);
void life_ask(struct life *life);
void life_decide(struct life *life);
void life_send(struct life *life);
void life_receive(struct life *life);
void life_handle(struct life *life);
void life_pay(struct life *life);
void life_resolve(struct life *life);
void life_hear(struct life *life);
void life_promise(struct life *life);
void life_answer(struct life *life);
void life_wait(struct life *life);
/* The next version of the merchant's policy. */
void life_rule(struct life *life);
void life_change(struct life *life);
void life_contend(struct life *life);
void life_misfortune(struct life *life);
void life_abscond(struct life *life);
void life_stray(struct life *life);

#endif
