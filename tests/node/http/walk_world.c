#include "tests/node/http/walk_world.h"
#include "proto/digits.h"
#include "tests/node/blobs/photo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#define OTHER_MERCHANT 2
#define OTHER_ORDER                                                                                \
    "{\"merchant\":\"%s\",\"reference\":\"%s\",\"currency\":\"EUR\","                              \
    "\"sold_ms\":\"2026-01-02T03:04:05Z\",\"lines\":[{\"sku\":\"S\",\"quantity\":1,"               \
    "\"price_minor\":5}],\"payments\":[{\"provider\":\"stripe\",\"reference\":\"%s\","             \
    "\"captured_minor\":5}]}"
#define PIECES 200 /* in the owner's order */

/* --- what no stranger may read ---------------------------------------------------------------- */

static void keep(struct walk_world *world, const char *secret)
{
    assert_true(world->secrets_count < WALK_SECRETS_MAX && strlen(secret) < WALK_SECRET_BYTES);
    strcpy(world->secrets[world->secrets_count++], secret);
}

/* Cursors and digests show bytes as hex. */
static void keep_id(struct walk_world *world, const char *printed)
{
    char hex[2 * ID_BYTES + 1];
    struct id id;
    assert_int_equal(id_parse(span_text(printed), &id), OK);
    for (size_t i = 0; i < ID_BYTES; i++) snprintf(hex + 2 * i, 3, "%02x", id.bytes[i]);
    keep(world, printed);
    keep(world, hex);
}

const char *walk_leak(const struct walk_world *world, const struct stranger *stranger,
                      const char *text)
{
    size_t shortest = stranger->customer ? ID_TEXT_BYTES - 1 : 0; /* of a printed id */
    for (size_t i = 0; i < world->secrets_count; i++)
        if (strlen(world->secrets[i]) >= shortest && strstr(text, world->secrets[i]) != NULL)
            return world->secrets[i];
    return NULL;
}

/* --- telling the story ------------------------------------------------------------------------ */

/* As admin; the id of what was made. */
static void make(struct walk_world *world, const char *path, const char *body,
                 char id[ID_TEXT_BYTES])
{
    struct reply reply = door_post(&world->door, path, body);
    if (reply.status / 100 != 2) fail_msg("%s: %ld %s", path, reply.status, reply.body);
    if (id != NULL) {
        strcpy(id, at(&reply, "id"));
        keep_id(world, id);
    }
    reply_free(&reply);
}

/* Derived work follows its cause within some turns. */
static void await(struct walk_world *world, const char *path, const char *what, const char *place,
                  char id[ID_TEXT_BYTES])
{
    const struct timespec moment = {0, 10 * 1000 * 1000};
    for (int i = 0; i < 1000; i++) {
        struct reply reply = door_get(&world->door, path, world->door.merchant);
        bool there = reply.status == 200 && (what == NULL || count_at(&reply, what) > 0);
        if (there && id != NULL) {
            strcpy(id, at(&reply, place));
            keep_id(world, id);
        }
        reply_free(&reply);
        if (there) return;
        nanosleep(&moment, NULL);
    }
    fail_msg("%s never came to be", path);
}

static void tell_order(struct walk_world *world)
{
    char body[1024], sold[40];
    time_t then = time(NULL) - 20 * 86400;
    struct tm utc;
    strftime(sold, sizeof sold, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&then, &utc));
    snprintf(body, sizeof body,
             "{\"merchant\":\"%s\",\"reference\":\"ORD-ZHUQUE-7781\",\"currency\":\"EUR\","
             "\"sold_ms\":\"%s\",\"lines\":[{\"sku\":\"ZQ-TENT\",\"quantity\":%d,"
             "\"price_minor\":77441}],\"payments\":[{\"provider\":\"stripe\","
             "\"reference\":\"pi_zhuque\",\"captured_minor\":%d}]}",
             world->door.shop, sold, PIECES, 77441 * PIECES);
    make(world, "/v1/orders", body, world->order);
    for (int version = 1; version <= 2; version++) {
        snprintf(body, sizeof body,
                 "{\"merchant\":\"%s\",\"code\":\"ZQ-TENT\",\"name_en\":\"for Aurelia %d\","
                 "\"aliases\":[{\"kind\":\"own\",\"code\":\"ZQTRACK-TENT\"}]}",
                 world->door.shop, version);
        make(world, "/v1/skus", body, world->sku);
    }
    snprintf(body, sizeof body,
             "{\"merchant\":\"%s\",\"carrier\":\"easypost\",\"service\":\"for Aurelia\","
             "\"country\":\"NL\",\"weight_g\":900,\"price_minor\":77441}",
             world->door.shop);
    make(world, "/v1/lanes", body, world->lane);
    static const char *const told[] = {"ZHUQUE", "ZQ-TENT",  "ZQ-SERIAL", "pi_zhuque",
                                       "77441",  "15488200", "Aurelia",   "ZQTRACK"};
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++) keep(world, told[i]);
}

static void ask_return(struct walk_world *world, char id[ID_TEXT_BYTES], char number[32])
{
    char body[512];
    snprintf(number, 32, "ZQTRACK%04u", ++world->serial);
    snprintf(body, sizeof body,
             "{\"merchant\":\"%s\",\"order\":\"%s\",\"number\":\"%s\",\"note\":\"for Aurelia\","
             "\"followup_consent\":1,"
             "\"lines\":[{\"line\":0,\"quantity\":1,\"reason\":\"unwanted\"}]}",
             world->door.shop, world->order, number);
    make(world, "/v1/returns", body, id);
}

static void move_return(struct walk_world *world, const char *id, const char *verb)
{
    char path[128];
    snprintf(path, sizeof path, "/v1/returns/%s/%s", id, verb);
    make(world, path, "{\"reason\":\"so says Aurelia\"}", NULL);
}

static void receive_box(struct walk_world *world, const char *return_id, const char *number,
                        char box[ID_TEXT_BYTES], char unit[ID_TEXT_BYTES])
{
    char body[512], path[128];
    snprintf(body, sizeof body,
             "{\"warehouse\":\"%s\",\"number\":\"%s\",\"return_id\":\"%s\",\"items\":"
             "[{\"sku\":\"ZQ-TENT\",\"serial\":\"ZQ-SERIAL-%s\"}]}",
             world->door.warehouse, number, return_id, number);
    make(world, "/v1/boxes", body, box);
    snprintf(path, sizeof path, "/v1/units?box=%s", box);
    await(world, path, "units", "units/0/id", unit);
}

/* A unit of a return that was granted, as far as it is wanted. */
static void make_unit(struct walk_world *world, unsigned steps, char unit[ID_TEXT_BYTES])
{
    static const struct {
        const char *verb, *body;
    } rows[] = {{"inspect", "{}"},
                {"grade", "{\"grade\":\"like_new\",\"liability\":\"buyer\"}"},
                {"dispose", "{\"disposition\":\"restock\"}"}};
    char returned[ID_TEXT_BYTES], box[ID_TEXT_BYTES], number[32], path[128];
    ask_return(world, returned, number);
    move_return(world, returned, "approve");
    receive_box(world, returned, number, box, unit);
    for (unsigned i = 0; i < steps; i++) {
        snprintf(path, sizeof path, "/v1/units/%s/%s", unit, rows[i].verb);
        make(world, path, rows[i].body, NULL);
    }
}

static void ship_unit(struct walk_world *world, char unit[ID_TEXT_BYTES])
{
    char path[128], body[128];
    make_unit(world, 0, unit);
    snprintf(path, sizeof path, "/v1/units/%s/ship", unit);
    snprintf(body, sizeof body, "{\"to\":\"%s\"}", world->door.far_warehouse);
    make(world, path, body, NULL);
}

static void tell_goods(struct walk_world *world)
{
    char path[128], body[256];
    ask_return(world, world->returned, world->number);
    move_return(world, world->returned, "approve");
    struct reply reply = door_push(&world->door, "/v1/carriers/easypost/webhook",
                                   door_easypost(world->number, world->serial));
    assert_status(&reply, 200);
    reply_free(&reply);
    receive_box(world, world->returned, world->number, world->box, world->unit);
    snprintf(path, sizeof path, "/v1/parcels?number=%s", world->number);
    await(world, path, "parcels", "parcels/0/id", world->parcel);
    snprintf(path, sizeof path, "/v1/refunds?return=%s", world->returned);
    await(world, path, "refunds", "refunds/0/id", world->slot);
    snprintf(body, sizeof body, "{\"subject\":\"%s\",\"name\":\"Aurelia Zhu\"}", world->returned);
    make(world, "/v1/persons", body, NULL);
}

static void ask_group(struct walk_world *world)
{
    char body[512];
    snprintf(body, sizeof body,
             "{\"merchant\":\"%s\",\"channel\":\"phone\",\"orders\":[{\"order\":\"%s\",\"lines\":"
             "[{\"line\":0,\"quantity\":1,\"reason\":\"label\"}],\"note\":\"for Aurelia\"}]}",
             world->door.shop, world->order);
    make(world, "/v1/return-groups", body, world->group);
    snprintf(body, sizeof body, "/v1/merchants/%s/presets", world->door.shop);
    make(world, body, "{\"name\":\"ZQ-TENT\",\"reason\":\"unwanted\"}", NULL);
    snprintf(body, sizeof body, "/v1/merchants/%s/calendars", world->door.shop);
    make(world, body, "{\"name\":\"ZQ-TENT\",\"zone\":\"Europe/Paris\"}", NULL);
}

/* Goods of a return that was declined: a row of the conflicts. */
static void tell_contest(struct walk_world *world)
{
    char number[32], box[ID_TEXT_BYTES], unit[ID_TEXT_BYTES], path[128];
    ask_return(world, world->contested, number);
    move_return(world, world->contested, "decline");
    receive_box(world, world->contested, number, box, unit);
    snprintf(path, sizeof path, "/v1/conflicts?subject=%s", world->contested);
    await(world, path, "conflicts", NULL, NULL);
    snprintf(path, sizeof path, "{\"subject\":\"%s\",\"reason\":\"Aurelia asked\"}",
             world->contested);
    make(world, "/v1/erasures", path, NULL);
}

static void make_link(struct walk_world *world, const char *return_id, char link[ID_TEXT_BYTES],
                      char *secret)
{
    char path[128];
    snprintf(path, sizeof path, "/v1/returns/%s/link", return_id);
    struct reply reply = door_post(&world->door, path, "{}");
    assert_status(&reply, 201);
    strcpy(link, at(&reply, "id"));
    keep_id(world, link);
    if (secret != NULL) strcpy(secret, at(&reply, "secret"));
    reply_free(&reply);
}

static void tell_request(struct walk_world *world)
{
    char path[128], id[ID_TEXT_BYTES], number[32];
    ask_return(world, id, number);
    snprintf(path, sizeof path, "/v1/returns/%s/approve", id);
    const struct letter ask = {
        .path = path, .token = world->door.merchant, .key = "Aurelia-1", .body = "{}"};
    struct reply reply = client_call(door_port(&world->door), &ask);
    assert_status(&reply, 200);
    strcpy(world->request, at(&reply, "request_id"));
    keep_id(world, world->request);
    reply_free(&reply);
}

/* --- the others ------------------------------------------------------------------------------- */

static void settle_other(struct walk_world *world)
{
    char body[512], path[128];
    struct id shop = {{0}}, book = {{0}};
    memcpy(shop.bytes, "shop", 4);
    memcpy(book.bytes, "book", 4);
    shop.bytes[15] = book.bytes[15] = OTHER_MERCHANT;
    id_print(&shop, world->other_shop);
    id_print(&book, world->other_book);
    snprintf(body, sizeof body,
             "{\"merchant\":\"%s\",\"name\":\"Other\",\"book\":\"%s\",\"opener\":\"%s\","
             "\"currency\":\"EUR\",\"cap_minor\":1000000}",
             world->other_shop, world->other_book, world->door.node);
    make(world, "/v1/merchants", body, NULL);
    snprintf(path, sizeof path, "/v1/merchants/%s/open-book", world->other_shop);
    make(world, path, "{}", NULL);
}

static void add_stranger(struct walk_world *world, const char *who, const char *body)
{
    assert_true(world->strangers_count < WALK_STRANGERS_MAX);
    struct stranger *one = &world->strangers[world->strangers_count++];
    struct reply reply = door_post(&world->door, "/v1/tokens", body);
    assert_status(&reply, 201);
    one->who = who;
    strcpy(one->token, at(&reply, "secret"));
    reply_free(&reply);
}

static void add_strangers(struct walk_world *world)
{
    static const struct {
        const char *who, *role;
    } rows[] = {{"another merchant", "merchant"},
                {"another's operator", "operator"},
                {"another's partner", "partner"},
                {"another's platform", "platform"}};
    char body[128];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        snprintf(body, sizeof body, "{\"role\":\"%s\",\"merchant\":\"%s\"}", rows[i].role,
                 world->other_shop);
        add_stranger(world, rows[i].who, body);
    }
}

/* The buyer of another return of the other shop's, and one of another return of the same shop's: a
 * link opens its own return and none beside it. */
static void add_buyers(struct walk_world *world)
{
    char order[1024], body[512], id[ID_TEXT_BYTES], path[128], number[32];
    struct stranger *one = &world->strangers[world->strangers_count++];
    struct stranger *two = &world->strangers[world->strangers_count++];
    assert_true(world->strangers_count <= WALK_STRANGERS_MAX);
    snprintf(order, sizeof order, OTHER_ORDER, world->other_shop, "OTHER-0", "o-0");
    struct reply reply = door_post(&world->door, "/v1/orders", order);
    assert_status(&reply, 200);
    reply_free(&reply);
    snprintf(body, sizeof body,
             "{\"merchant\":\"%s\",\"order_reference\":\"OTHER-0\",\"lines\":"
             "[{\"line\":0,\"quantity\":1,\"reason\":\"unwanted\"}]}",
             world->other_shop);
    reply = door_post(&world->door, "/v1/returns", body);
    assert_status(&reply, 200);
    snprintf(path, sizeof path, "/v1/returns/%s/link", at(&reply, "id"));
    reply_free(&reply);
    reply = door_post(&world->door, path, "{}");
    assert_status(&reply, 201);
    one->who = "another's buyer";
    strcpy(one->token, at(&reply, "secret"));
    reply_free(&reply);
    two->who = "the buyer of another return";
    two->customer = true;
    ask_return(world, id, number);
    world->secrets_count -= 2; /* that one is the buyer's own */
    char link[ID_TEXT_BYTES];
    make_link(world, id, link, two->token);
    world->secrets_count -= 2;
}

/* --- the world -------------------------------------------------------------------------------- */

int walk_setup(void **state)
{
    struct walk_world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    door_open(&world->door);
    door_settle(&world->door);
    keep_id(world, world->door.shop);
    keep_id(world, world->door.book);
    keep(world, "\"Shop\"");
    settle_other(world);
    tell_order(world);
    ask_group(world);
    tell_goods(world);
    tell_contest(world);
    tell_request(world);
    make_link(world, world->returned, world->link, world->buyer);
    add_strangers(world);
    add_buyers(world);
    *state = world;
    return 0;
}

int walk_teardown(void **state)
{
    struct walk_world *world = *state;
    door_close(&world->door);
    free(world);
    return 0;
}

/* A new one each time, since one that was disabled takes nothing more. */
static void add_webhook(struct walk_world *world, char *value)
{
    char body[512];
    snprintf(body, sizeof body,
             "{\"merchant\":\"%s\",\"url\":\"https://zhuque.example/%u\","
             "\"secrets\":[{\"fingerprint\":\"%064u\"}]}",
             world->door.shop, ++world->serial, 8u);
    make(world, "/v1/webhooks", body, value);
}

/* Of the owner's unit; field: of the answer. */
static void add_photo(struct walk_world *world, const char *field, char *value)
{
    static struct photo photo;
    char path[128];
    photo_jpeg(&(struct photo_wish){.width = 40, .height = 30}, &photo);
    snprintf(path, sizeof path, "/v1/blobs/units/%s", world->unit);
    const struct letter ask = {.path = path,
                               .token = world->door.operator,
                               .type = "image/jpeg",
                               .body = (const char *)photo.bytes,
                               .size = photo.size};
    struct reply reply = client_call(door_port(&world->door), &ask);
    assert_status(&reply, 201);
    strcpy(value, at(&reply, field));
    reply_free(&reply);
}

static void await_text(struct walk_world *world, const char *path, const char *place,
                       const char *wanted)
{
    const struct timespec moment = {0, 10 * 1000 * 1000};
    for (int i = 0; i < 1000; i++) {
        struct reply reply = door_get(&world->door, path, world->door.merchant);
        bool there = reply.status == 200 && strcmp(at(&reply, place), wanted) == 0;
        reply_free(&reply);
        if (there) return;
        nanosleep(&moment, NULL);
    }
    fail_msg("%s: %s is not %s", path, place, wanted);
}

static void add_corrective(struct walk_world *world, char *value)
{
    char body[256];
    snprintf(body, sizeof body,
             "{\"merchant\":\"%s\",\"sku\":\"ZQ-TENT\",\"action\":\"Aurelia sews\","
             "\"owner\":\"ZQ\"}",
             world->door.shop);
    make(world, "/v1/corrective-actions", body, value);
}

static void add_article(struct walk_world *world, char *value)
{
    char body[256];
    snprintf(body, sizeof body,
             "{\"merchant\":\"%s\",\"name\":\"zq\",\"title_en\":\"Aurelia\","
             "\"body_en\":\"%u\"}",
             world->door.shop, ++world->serial);
    make(world, "/v1/articles", body, value);
}

static void add_complaint(struct walk_world *world, char *value)
{
    char path[96];
    snprintf(path, sizeof path, "/v1/returns/%s/complaints", world->returned);
    make(world, path, "{\"about\":\"Aurelia waited\",\"owner\":\"ZQ\"}", value);
}

static void add_plate(struct walk_world *world, char *value)
{
    char body[128];
    snprintf(body, sizeof body, "{\"warehouse\":\"%s\",\"kind\":\"tote\"}", world->door.warehouse);
    make(world, "/v1/plates", body, value);
}

/* Of removal orders and inbound shipments: a new one each time. */
static void add_shipment(struct walk_world *world, bool removal, char *value)
{
    char body[256];
    snprintf(body, sizeof body, "{\"merchant\":\"%s\",\"reference\":\"ZQ-%u\"%s}", world->door.shop,
             ++world->serial, removal ? ",\"lines\":[{\"sku\":\"ZQ-TENT\",\"quantity\":1}]" : "");
    make(world, removal ? "/v1/removals" : "/v1/inbounds", body, value);
}

static bool add_of_plates(struct walk_world *world, const char *sort, char *value, bool *owned)
{
    bool plate = strcmp(sort, "plate") == 0 || strcmp(sort, "parent") == 0;
    bool removal = strcmp(sort, "removal") == 0, inbound = strcmp(sort, "inbound") == 0;
    if (plate) add_plate(world, value);
    if (removal || inbound) add_shipment(world, removal, value);
    if (plate) *owned = false;
    return plate || removal || inbound;
}

/* One that its owner released to be given away. */
static void donate_unit(struct walk_world *world, char unit[ID_TEXT_BYTES])
{
    char path[128], body[128];
    make_unit(world, 2, unit);
    snprintf(path, sizeof path, "/v1/units/%s/release", unit);
    snprintf(body, sizeof body, "{\"merchant\":\"%s\",\"disposition\":\"donate\"}",
             world->door.shop);
    make(world, path, body, NULL);
    snprintf(path, sizeof path, "/v1/units/%s/dispose", unit);
    make(world, path, "{\"disposition\":\"donate\"}", NULL);
}

/* A batch with one unit of the merchant's. */
static void add_batch(struct walk_world *world, char *value)
{
    char path[128], body[256], unit[ID_TEXT_BYTES];
    donate_unit(world, unit);
    snprintf(body, sizeof body,
             "{\"warehouse\":\"%s\",\"disposition\":\"donate\",\"counterparty\":\"ZQ\","
             "\"currency\":\"EUR\"}",
             world->door.warehouse);
    make(world, "/v1/batches", body, value);
    snprintf(path, sizeof path, "/v1/batches/%s/add", value);
    snprintf(body, sizeof body, "{\"units\":[{\"unit\":\"%s\"}]}", unit);
    make(world, path, body, NULL);
}

static void dispose_to_repair(struct walk_world *world, char unit[ID_TEXT_BYTES])
{
    char path[128];
    make_unit(world, 2, unit);
    snprintf(path, sizeof path, "/v1/units/%s/dispose", unit);
    make(world, path, "{\"disposition\":\"repair\"}", NULL);
}

static void add_repair(struct walk_world *world, char *value)
{
    char path[128], unit[ID_TEXT_BYTES];
    dispose_to_repair(world, unit);
    snprintf(path, sizeof path, "/v1/units/%s/repairs", unit);
    make(world, path, "{\"fault\":\"ZQ\",\"currency\":\"EUR\"}", value);
}

/* An approved return, to be answered by another thing. */
static void ask_exchange(struct walk_world *world, char returned[ID_TEXT_BYTES])
{
    char body[512];
    snprintf(body, sizeof body,
             "{\"merchant\":\"%s\",\"order\":\"%s\",\"number\":\"ZQTRACK%04u\","
             "\"kind\":\"exchange\","
             "\"lines\":[{\"line\":0,\"quantity\":1,\"reason\":\"unwanted\"}]}",
             world->door.shop, world->order, ++world->serial);
    make(world, "/v1/returns", body, returned);
    move_return(world, returned, "approve");
}

static bool add_exchange(struct walk_world *world, const char *sort, char *value)
{
    char body[128], returned[ID_TEXT_BYTES];
    bool asked = strcmp(sort, "return_to_exchange") == 0, exchange = strcmp(sort, "exchange") == 0;
    if (asked) ask_exchange(world, value);
    if (!exchange) return asked;
    ask_exchange(world, returned);
    snprintf(body, sizeof body, "{\"return_id\":\"%s\"}", returned);
    make(world, "/v1/exchanges", body, value);
    return true;
}

/* An approved return of somebody who lives somewhere, as the warehouse's parcels go somewhere. */
static void ask_label(struct walk_world *world, char returned[ID_TEXT_BYTES])
{
    char body[512], number[32];
    ask_return(world, returned, number);
    move_return(world, returned, "approve");
    snprintf(body, sizeof body,
             "{\"subject\":\"%s\",\"name\":\"Aurelia\",\"street1\":\"1 Elm\",\"city\":\"Delft\","
             "\"country\":\"NL\"}",
             returned);
    make(world, "/v1/persons", body, NULL);
    snprintf(body, sizeof body,
             "{\"warehouse\":\"%s\",\"company\":\"ZQ\",\"street1\":\"1 Dock "
             "Road\",\"city\":\"Rotterdam\","
             "\"country\":\"NL\"}",
             world->door.warehouse);
    make(world, "/v1/warehouse/address", body, NULL);
}

/* One that was bought, with a document that lies here. */
static bool add_label(struct walk_world *world, const char *sort, char *value)
{
    char path[128], body[256], returned[ID_TEXT_BYTES], blob[2 * HASH_BYTES + 1];
    bool asked = strcmp(sort, "return_to_label") == 0, label = strcmp(sort, "label") == 0;
    if (asked) ask_label(world, value);
    if (!label) return asked;
    ask_label(world, returned);
    add_photo(world, "blob", blob);
    assert_true(digits_hex(span_text(blob), world->door.sold.bytes, HASH_BYTES));
    snprintf(path, sizeof path, "/v1/returns/%s/labels", returned);
    snprintf(body, sizeof body, "{\"carrier\":\"zq\",\"warehouse\":\"%s\",\"weight_g\":900}",
             world->door.warehouse);
    make(world, path, body, value);
    snprintf(path, sizeof path, "/v1/labels/%s", value);
    await_text(world, path, "state", "bought");
    return true;
}

/* In the queue to identify, like a return of the merchant's but for what cannot be read. */
static void add_box_alike(struct walk_world *world, char *value)
{
    char path[128], body[256], returned[ID_TEXT_BYTES], number[32];
    ask_return(world, returned, number);
    snprintf(body, sizeof body, "{\"warehouse\":\"%s\",\"weight_g\":900,\"items\":[]}",
             world->door.warehouse);
    make(world, "/v1/boxes", body, value);
    snprintf(path, sizeof path, "/v1/boxes/%s/note", value);
    snprintf(body, sizeof body, "{\"labels\":[{\"text\":\"%.10s?\"}]}", number);
    make(world, path, body, NULL);
}

static bool add_goods(struct walk_world *world, const char *sort, char *value)
{
    bool alike = strcmp(sort, "box_alike") == 0;
    if (alike) add_box_alike(world, value);
    if (add_exchange(world, sort, value) || add_label(world, sort, value)) return true;
    bool batch = strcmp(sort, "batch") == 0, unit = strcmp(sort, "unit_donated") == 0;
    if (batch) add_batch(world, value);
    bool repair = strcmp(sort, "repair") == 0, faulty = strcmp(sort, "unit_to_repair") == 0;
    if (unit) donate_unit(world, value);
    if (repair) add_repair(world, value);
    if (faulty) dispose_to_repair(world, value);
    return alike || batch || unit || repair || faulty;
}

/* Pieces of an opening balance, and some of them kept for an order. */
static bool add_of_stock(struct walk_world *world, const char *sort, char *value)
{
    char body[320];
    bool posting = strcmp(sort, "posting") == 0, kept = strcmp(sort, "reservation") == 0;
    if (!posting && !kept) return false;
    snprintf(body, sizeof body,
             "{\"warehouse\":\"%s\",\"merchant\":\"%s\",\"sku\":\"ZQ-7\",\"act\":\"import\","
             "\"from\":\"opening\",\"to\":\"sellable\",\"pieces\":9}",
             world->door.warehouse, world->door.shop);
    make(world, "/v1/stock/postings", body, value);
    if (posting) return true;
    snprintf(body, sizeof body,
             "{\"warehouse\":\"%s\",\"merchant\":\"%s\",\"sku\":\"ZQ-7\",\"pieces\":2,"
             "\"expires_ms\":\"2099-01-01T00:00:00Z\",\"reference\":\"ZQ\"}",
             world->door.warehouse, world->door.shop);
    make(world, "/v1/stock/reservations", body, value);
    return true;
}

/* --- things by their sort --------------------------------------------------------------------- */

static bool find_kept(struct walk_world *world, const char *sort, char *value, bool *owned)
{
    const struct {
        const char *sort, *value;
        bool owned;
    } rows[] = {
        {"order", world->order, true},
        {"group", world->group, true},
        {"sku", world->sku, true},
        {"lane", world->lane, true},
        {"code", "ZQTRACK-TENT", true},
        {"calendar", "ZQ-TENT", true},
        {"return", world->returned, true},
        {"return_id", world->returned, true},
        {"contested", world->contested, true},
        {"subject", world->returned, true},
        {"box", world->box, true},
        {"link", world->link, true},
        {"unit", world->unit, true},
        {"parcel", world->parcel, true},
        {"slot", world->slot, true},
        {"request", world->request, true},
        {"number", world->number, true},
        {"reference", "ORD-ZHUQUE-7781", true},
        {"merchant", world->door.shop, true},
        {"book", world->door.book, true},
        {"node", world->door.node, false},
        {"warehouse", world->door.warehouse, false},
        {"far_warehouse", world->door.far_warehouse, false},
        {"token", world->door.node,
         false}, /* an id, of no token: only who may look at all counts */
        {"carrier", "easypost", false},
        {"provider", "stripe", false},
        {"account", "second", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(rows[i].sort, sort) != 0) continue;
        strcpy(value, rows[i].value);
        *owned = *owned || rows[i].owned;
        return true;
    }
    return false;
}

/* An offer of a return of its own, as it may be answered. */
static void offer_grant(struct walk_world *world, char grant[ID_TEXT_BYTES])
{
    char returned[ID_TEXT_BYTES], number[32], path[128];
    ask_return(world, returned, number);
    snprintf(path, sizeof path, "/v1/returns/%s/grants", returned);
    make(world, path, "{\"paid_for\":\"postage\",\"amount_minor\":1,\"offer\":1}", grant);
}

/* A claim for a parcel of its own: a draft, or one that is filed. */
static void open_claim(struct walk_world *world, bool draft, char claim[ID_TEXT_BYTES])
{
    char body[512];
    snprintf(body, sizeof body,
             "{\"merchant\":\"%s\",\"carrier\":\"ups\",\"kind\":\"damaged\",\"number\":\"ZQC%u\","
             "\"amount_minor\":9000,\"currency\":\"EUR\",\"draft\":%d}",
             world->door.shop, ++world->serial, draft ? 1 : 0);
    make(world, "/v1/claims", body, claim);
}

/* One that was declined; and then disputed. */
static void dispute_return(struct walk_world *world, bool disputed, char returned[ID_TEXT_BYTES])
{
    char number[32];
    ask_return(world, returned, number);
    move_return(world, returned, "decline");
    if (disputed) move_return(world, returned, "dispute");
}

/* A claim that is to be answered with another unit. */
static void owe_return(struct walk_world *world, char returned[ID_TEXT_BYTES])
{
    char body[512];
    snprintf(body, sizeof body,
             "{\"merchant\":\"%s\",\"order\":\"%s\",\"kind\":\"claim\",\"outcome\":\"replacement\","
             "\"lines\":[{\"line\":0,\"quantity\":1,\"reason\":\"missing_item\"}]}",
             world->door.shop, world->order);
    make(world, "/v1/returns", body, returned);
    move_return(world, returned, "approve");
}

bool walk_thing(struct walk_world *world, const char *sort, char value[WALK_VALUE_BYTES],
                bool *owned)
{
    static const char *const steps[] = {"unit_received", "unit_inspected", "unit_graded",
                                        "unit_disposed"};
    char number[32];
    if (find_kept(world, sort, value, owned)) return true;
    if (strcmp(sort, "nothing") == 0) {
        const struct id nothing = {.bytes = {[0] = 1, [15] = 99}};
        id_print(&nothing, value);
        return true;
    }
    if (strcmp(sort, "serial") == 0) { /* makes a text new each time */
        snprintf(value, ID_TEXT_BYTES, "%u", ++world->serial);
        return true;
    }
    *owned = true;
    if (strcmp(sort, "webhook") == 0) {
        add_webhook(world, value);
        return true;
    }
    if (strcmp(sort, "photo") == 0 || strcmp(sort, "blob") == 0) {
        add_photo(world, strcmp(sort, "photo") == 0 ? "id" : "blob", value);
        return true;
    }
    if (strcmp(sort, "corrective") == 0) {
        add_corrective(world, value);
        return true;
    }
    if (strcmp(sort, "article") == 0) {
        add_article(world, value);
        return true;
    }
    if (strcmp(sort, "complaint") == 0) {
        add_complaint(world, value);
        return true;
    }
    if (add_goods(world, sort, value) || add_of_stock(world, sort, value)) return true;
    if (add_of_plates(world, sort, value, owned)) return true;
    if (strcmp(sort, "return_requested") == 0) {
        ask_return(world, value, number);
        return true;
    }
    if (strcmp(sort, "return_declined") == 0 || strcmp(sort, "return_disputed") == 0) {
        dispute_return(world, strcmp(sort, "return_disputed") == 0, value);
        return true;
    }
    if (strcmp(sort, "return_owed") == 0) {
        owe_return(world, value);
        return true;
    }
    if (strcmp(sort, "link_new") == 0) {
        make_link(world, world->returned, value, NULL);
        return true;
    }
    if (strncmp(sort, "claim", 5) == 0) {
        open_claim(world, strcmp(sort, "claim_drafted") == 0, value);
        return true;
    }
    if (strcmp(sort, "grant") == 0) {
        offer_grant(world, value);
        return true;
    }
    if (strcmp(sort, "unit_shipped") == 0) {
        ship_unit(world, value);
        return true;
    }
    for (unsigned i = 0; i < 4; i++) {
        if (strcmp(sort, steps[i]) != 0) continue;
        make_unit(world, i, value);
        return true;
    }
    return false;
}
