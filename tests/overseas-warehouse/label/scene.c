#include "tests/overseas-warehouse/label/scene.h"

/* --- what people do --------------------------------------------------------------------------- */

enum error act(struct scene *scene, enum command_kind kind, const union command_body *body,
               enum actor_kind by)
{
    return world_decide(scene->world, kind, body, by, NULL, 0);
}

void must(struct scene *scene, enum command_kind kind, const union command_body *body,
          enum actor_kind by)
{
    enum error error = act(scene, kind, body, by);
    if (error != OK) printf("refused: %s\n", scene->world->decision.rule);
    assert_int_equal(error, OK);
}

void refused(struct scene *scene, enum error got, enum error error, const char *rule)
{
    assert_int_equal(got, error);
    assert_string_equal(scene->world->decision.rule, rule);
    assert_int_equal(scene->world->decision.drafts_count, 0);
}

const struct id *place_of(const struct scene *scene, enum node_name at)
{
    return &scene->world->nodes[at].warehouse;
}

/* What a node of the real mesh folds of the personal entries. */
void lives_by(struct scene *scene, uint64_t idx, struct person person)
{
    person.subject = scene->rma;
    struct key key = key_add_uint(pair_key(&scene->rma, &scene->world->logs[LOG_RTM].id), idx, 8);
    rows_store(&world_desk(scene->world, RTM)->rows, VIEW_PERSON, &key, &person_shape, &person);
}

void lives(struct scene *scene, struct person person)
{
    lives_by(scene, 7, person);
}

const struct person anna = {.name = {(const uint8_t *)"Anna Bakker", 11},
                            .street1 = {(const uint8_t *)"Coolsingel 40", 13},
                            .city = {(const uint8_t *)"Rotterdam", 9},
                            .postal_code = {(const uint8_t *)"3011AD", 6},
                            .country = {(const uint8_t *)"NL", 2}};

struct site_address_put sydney(const struct scene *scene)
{
    return (struct site_address_put){.warehouse = *place_of(scene, SYD),
                                     .company = span_text("Entrepot Sydney"),
                                     .street1 = span_text("1 Dock Road"),
                                     .city = span_text("Sydney"),
                                     .country = span_text("AU")};
}

void begin_anywhere(struct scene *scene, uint64_t seed)
{
    *scene = (struct scene){.world = world_open(seed)};
    scene->accounts.count = 2;
    scene->accounts.at[0] = (struct label_account){.carrier = "easypost",
                                                   .recovery = LABEL_RECOVERY_LOOKUP,
                                                   .can_void = true,
                                                   .can_pickup = true,
                                                   .can_qr = true,
                                                   .pickup_recovery = LABEL_RECOVERY_NONE};
    scene->accounts.at[1] = (struct label_account){
        .carrier = "yunexpress", .account = "eu", .recovery = LABEL_RECOVERY_NONE};
    scene->world->nodes[RTM].desk.labels = &scene->accounts;
    scene->order = world_order(scene->world, MERCHANT_A, "R1", "SHOE42", 2, 2000, 4000);
    scene->rma = world_request(scene->world, MERCHANT_A, &scene->order, 1, "");
    if (world_return(scene->world, RTM, &scene->rma).state == RETURN_APPROVED) return;
    union command_body body = {.return_decide = {.return_id = scene->rma}};
    must(scene, COMMAND_RETURN_APPROVE, &body, BY_MERCHANT);
}

void begin(struct scene *scene, uint64_t seed)
{
    begin_anywhere(scene, seed);
    union command_body body = {.site_address_put = sydney(scene)};
    must(scene, COMMAND_SITE_ADDRESS, &body, BY_ADMIN);
    world_settle(scene->world);
    lives(scene, anna);
}

struct label_begin wish_of(const struct scene *scene)
{
    return (struct label_begin){.return_id = scene->rma,
                                .carrier = span_text("easypost"),
                                .service = span_text("GroundSaver"),
                                .warehouse = *place_of(scene, SYD),
                                .weight_g = 900};
}

enum error buy(struct scene *scene, struct label_begin wish)
{
    union command_body body = {.label_begin = wish};
    enum error error = act(scene, COMMAND_LABEL_BUY, &body, BY_MERCHANT);
    if (error == OK) scene->label = scene->world->decision.entity;
    return error;
}

void bought_wish(struct scene *scene, struct label_begin wish)
{
    enum error error = buy(scene, wish);
    if (error != OK) printf("refused: %s\n", scene->world->decision.rule);
    assert_int_equal(error, OK);
}

enum error take_back(struct scene *scene)
{
    union command_body body = {.label_retract = {.label = scene->label}};
    return act(scene, COMMAND_LABEL_VOID, &body, BY_OPERATOR);
}

enum error settle(struct scene *scene, struct label_settle wish)
{
    wish.label = scene->label;
    wish.reference = span_text("invoice 77, line 3");
    union command_body body = {.label_settle = wish};
    return act(scene, COMMAND_LABEL_SETTLE, &body, BY_MERCHANT);
}

void cancel(struct scene *scene)
{
    union command_body body = {.return_decide = {.return_id = scene->rma}};
    must(scene, COMMAND_RETURN_CANCEL, &body, BY_MERCHANT);
}

/* --- what carriers say ------------------------------------------------------------------------ */

void said(struct scene *scene, uint32_t facts, const struct label_result *result)
{
    assert_int_equal(world_label_said(scene->world, BOOK_A, &scene->label, facts, result), OK);
    world_settle(scene->world);
}

struct label_result sale(void)
{
    struct label_result result = {.outcome = OUTCOME_PAID,
                                  .number = NUMBER,
                                  .carrier_ref = "shp_1",
                                  .cost_minor = 791,
                                  .currency = 840,
                                  .has_document = true,
                                  .document_form = LABEL_PDF};
    result.document.bytes[0] = 7;
    return result;
}

void sells(struct scene *scene)
{
    struct label_result result = sale();
    said(scene, LABEL_IF(DONE), &result);
}

/* --- what is seen ----------------------------------------------------------------------------- */

struct label_row now_at(const struct scene *scene, enum node_name at)
{
    struct label_row row;
    assert_true(label_load(&world_desk(scene->world, at)->rows, &scene->label, &row));
    return row;
}

struct label_row now(const struct scene *scene)
{
    return now_at(scene, RTM);
}

bool calls(const struct scene *scene, struct label_call *call)
{
    return label_call_of(world_desk(scene->world, RTM), &scene->label, call);
}

bool wants_work(const struct scene *scene, const struct id *second)
{
    return todo_has(&world_desk(scene->world, RTM)->rows, &scene->world->logs[BOOK_A].id,
                    TODO_LABEL, &scene->label, second);
}

unsigned conflicts(const struct scene *scene, enum conflict_kind kind)
{
    struct key key = key_add_uint(pair_key(&scene->rma, &scene->label), kind, 8);
    return rows_has(&world_desk(scene->world, SYD)->rows, VIEW_CONFLICT, &key) ? 1 : 0;
}

/* Nodes that hold the same logs hold the same rows, whatever came first. */
void equal_whatever_came_first(struct scene *scene)
{
    struct world *world = scene->world;
    const struct rows *rows = &world_desk(world, RTM)->rows;
    struct key key = key_add_uint(pair_key(&scene->rma, &world->logs[LOG_RTM].id), 7, 8);
    rows_drop(rows, VIEW_PERSON, &key); /* no entry of this world brought it */
    clues_of_return_refresh(world_desk(world, RTM), &scene->rma);
    world_settle(world);
    for (unsigned i = 0; i < 8; i++) {
        struct rows_memory *memory = rows_memory_open();
        world_fold_shuffled(world, memory);
        assert_true(rows_memory_equal(memory, world->nodes[RTM].memory));
        rows_memory_close(memory);
    }
}
