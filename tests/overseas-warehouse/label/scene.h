/* The scene of the tests of labels: Rotterdam leads the book and buys of two carriers, boots come
 * back to Sydney; what people do, what carriers say, and what is seen. */
#ifndef TESTS_OVERSEAS_WAREHOUSE_LABEL_SCENE_H
#define TESTS_OVERSEAS_WAREHOUSE_LABEL_SCENE_H

#include "overseas-warehouse/label/label.h"
#include "overseas-warehouse/matching/matching.h"
#include "overseas-warehouse/parts.h"
#include "tests/overseas-warehouse/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NUMBER "1Z999AA10123456784"

struct scene {
    struct world *world;
    struct label_accounts accounts;
    struct id order, rma, label;
};

extern const struct person anna;

enum error act(struct scene *scene, enum command_kind kind, const union command_body *body,
               enum actor_kind by);
void must(struct scene *scene, enum command_kind kind, const union command_body *body,
          enum actor_kind by);
void refused(struct scene *scene, enum error got, enum error error, const char *rule);
const struct id *place_of(const struct scene *scene, enum node_name at);
void lives_by(struct scene *scene, uint64_t idx, struct person person);
void lives(struct scene *scene, struct person person);
struct site_address_put sydney(const struct scene *scene);
void begin_anywhere(struct scene *scene, uint64_t seed);
void begin(struct scene *scene, uint64_t seed);
struct label_begin wish_of(const struct scene *scene);
enum error buy(struct scene *scene, struct label_begin wish);
void bought_wish(struct scene *scene, struct label_begin wish);
enum error take_back(struct scene *scene);
enum error settle(struct scene *scene, struct label_settle wish);
void cancel(struct scene *scene);
void said(struct scene *scene, uint32_t facts, const struct label_result *result);
struct label_result sale(void);
void sells(struct scene *scene);
struct label_row now_at(const struct scene *scene, enum node_name at);
struct label_row now(const struct scene *scene);
bool calls(const struct scene *scene, struct label_call *call);
bool wants_work(const struct scene *scene, const struct id *second);
unsigned conflicts(const struct scene *scene, enum conflict_kind kind);
void equal_whatever_came_first(struct scene *scene);

#endif
