/* parcel and unit: what is observed anywhere, and decided where the goods stand. */
#include <stdio.h>
#include <string.h>

#include "node/cli/act.h"
#include "node/cli/subcommands.h"

/* --- parcels --------------------------------------------------------------------------------- */

static const struct out_column scan_columns[] = {
    {"WHEN", "occurred_ms", OUT_TEXT}, {"LOCAL", "occurred_local", OUT_TEXT},
    {"STATUS", "status", OUT_TEXT},    {"REASON", "reason", OUT_TEXT},
    {"PLACE", "place", OUT_TEXT},      {"COUNTRY", "country", OUT_TEXT},
    {"CARRIER", "carrier", OUT_TEXT},  {"TEXT", "text", OUT_TEXT},
};
static const struct out_column parcel_columns[] = {
    {"PARCEL", "id", OUT_TEXT},       {"NUMBER", "number", OUT_TEXT},
    {"STATE", "state", OUT_TEXT},     {"STATUS", "status", OUT_TEXT},
    {"REASON", "reason", OUT_TEXT},   {"WHEN", "occurred_ms", OUT_TEXT},
    {"CARRIER", "carrier", OUT_TEXT}, {"SCANS", "scans", OUT_NUMBER},
};
static const struct out_column box_columns[] = {
    {"BOX", "id", OUT_TEXT},
    {"WAREHOUSE", "warehouse", OUT_TEXT},
    {"RECEIVED", "at_ms", OUT_TEXT},
    {"WEIGHT", "weight_g", OUT_NUMBER},
};

static enum exit_code get_by_number(struct client *client, const char *path, const char *number,
                                    struct reply *reply)
{
    struct query query = query_on(path);
    query_add(&query, "number", number);
    return act_get(client, query.text, reply);
}

static void print_parcel(const struct cli *cli, const struct reply *parcel,
                         const struct reply *scans, const struct reply *boxes)
{
    if (cli_has(cli, "json")) {
        printf("{\"parcel\":%s,\"scans\":%s,\"boxes\":%s}\n", parcel->text, scans->text,
               boxes->text);
        return;
    }
    out_record(stdout, json_at(json_get(parcel->json, "parcels"), 0));
    puts("scans:");
    out_table(stdout, json_get(scans->json, "scans"), scan_columns, 8);
    if (json_count(json_get(boxes->json, "boxes")) == 0) return;
    puts("boxes:");
    out_table(stdout, json_get(boxes->json, "boxes"), box_columns, 4);
}

enum exit_code parcel_show(struct cli *cli)
{
    struct client client;
    struct reply parcel = {0}, scans = {0}, boxes = {0};
    const char *number = cli->words[0];
    enum exit_code code = client_open(cli, &client);
    if (code != EXIT_DONE) return code;
    code = get_by_number(&client, "/v1/parcels", number, &parcel);
    if (code == EXIT_DONE) code = get_by_number(&client, "/v1/scans", number, &scans);
    if (code == EXIT_DONE) code = get_by_number(&client, "/v1/boxes", number, &boxes);
    bool none = json_count(json_get(parcel.json, "parcels")) == 0 &&
                json_count(json_get(boxes.json, "boxes")) == 0;
    if (code == EXIT_DONE && none) {
        cli_say("no parcel with the number %s was announced, seen or received", number);
        code = EXIT_NOT_FOUND;
    }
    if (code == EXIT_DONE) print_parcel(cli, &parcel, &scans, &boxes);
    reply_free(&parcel);
    reply_free(&scans);
    reply_free(&boxes);
    client_close(&client);
    return code;
}

enum exit_code parcel_list(struct cli *cli)
{
    return act_list(cli, "/v1/parcels", "parcels", NULL, parcel_columns, 8);
}

const struct cli_flag parcel_receive_flags[] = {
    {"warehouse", "WAREHOUSE", "id or code; without it the node's own"},
    {"item", "SKU[:SERIAL]", "a unit that was in it; may be repeated"},
    {"return", "RETURN", "what the slip in it says"},
    {"weight-g", "GRAMS", "what it weighs"},
    {NULL, NULL, NULL},
};

static enum exit_code put_items(const struct cli *cli, struct json_out *body)
{
    const char *text = NULL;
    if (!cli_has(cli, "item")) return cli_usage(cli, "--item is missing");
    json_open(body, "items", '[');
    for (unsigned i = 0; (text = cli_flag_at(cli, "item", i)) != NULL; i++) {
        size_t sku = strcspn(text, ":");
        json_open(body, NULL, '{');
        json_put_text(body, "sku", span_of(text, sku));
        if (text[sku] == ':') json_put_text(body, "serial", span_text(text + sku + 1));
        json_close(body, '}');
    }
    json_close(body, ']');
    return EXIT_DONE;
}

enum exit_code parcel_receive(struct cli *cli)
{
    static const struct act_field fields[] = {
        {"return", "return_id", ACT_TEXT, false},
        {"weight-g", "weight_g", ACT_NUMBER, false},
    };
    struct client client;
    struct json_out body = {0};
    char warehouse[ID_TEXT_BYTES];
    enum exit_code code = client_open(cli, &client);
    if (code != EXIT_DONE) return code;
    json_open(&body, NULL, '{');
    code = act_put(cli, fields, 2, &body);
    if (code == EXIT_DONE) code = put_items(cli, &body);
    if (code == EXIT_DONE) code = act_warehouse(&client, cli_flag(cli, "warehouse"), warehouse);
    if (code == EXIT_DONE) {
        json_put_text(&body, "warehouse", span_text(warehouse));
        if (cli->words_count > 0) json_put_text(&body, "number", span_text(cli->words[0]));
        json_close(&body, '}');
        code = act_post(cli, &client, "/v1/boxes", &body, NULL);
    } else
        json_out_free(&body);
    client_close(&client);
    return code;
}

/* --- units ----------------------------------------------------------------------------------- */

static struct query unit_step(const struct cli *cli, const char *verb)
{
    struct query query = query_on("/v1/units");
    query_step(&query, cli->words[0]);
    if (verb != NULL) query_step(&query, verb);
    return query;
}

enum exit_code unit_show(struct cli *cli)
{
    struct query query = unit_step(cli, NULL);
    return act_show(cli, query.text);
}

const struct cli_flag unit_list_flags[] = {
    {"return", "RETURN", "of this return only"},
    {"box", "BOX", "out of this box only"},
    {NULL, NULL, NULL},
};

enum exit_code unit_list(struct cli *cli)
{
    static const char *const filters[] = {"return", "box", NULL};
    static const struct out_column columns[] = {
        {"UNIT", "id", OUT_TEXT},
        {"STATE", "state", OUT_TEXT},
        {"SKU", "sku", OUT_TEXT},
        {"SERIAL", "serial", OUT_TEXT},
        {"GRADE", "grade", OUT_TEXT},
        {"DISPOSITION", "disposition", OUT_TEXT},
        {"WAREHOUSE", "warehouse", OUT_TEXT},
        {"RETURN", "assigned.return_id", OUT_TEXT},
    };
    return act_list(cli, "/v1/units", "units", filters, columns, 8);
}

const struct cli_flag unit_act_flags[] = {
    {"grade", "GRADE",
     "new_sealed, like_new, very_good, good, acceptable or unsellable; or as its merchant calls "
     "it"},
    {"answer", "QUESTION=ANSWER", "to what its checklist asks, on inspect; may be repeated"},
    {"finding", "KIND[:WHO][=NOTE]", FINDING_KINDS ", on inspect and grade; may be repeated"},
    {"liability", "WHO", "buyer, seller, warehouse, carrier or platform"},
    {"disposition", "WHAT", "restock, resell, repair, destroy, origin and others"},
    {"sku", "CODE", "of what was relabelled: what it is now"},
    {"reason", "TEXT", "why, for the record"},
    {NULL, NULL, NULL},
};

static enum exit_code act(struct cli *cli, const char *verb)
{
    static const struct act_field fields[] = {
        {"liability", "liability", ACT_TEXT, false},
        {"disposition", "disposition", ACT_TEXT, false},
        {"sku", "sku", ACT_TEXT, false},
        {"reason", "reason", ACT_TEXT, false},
    };
    struct query query = unit_step(cli, verb);
    struct json_out body = {0};
    json_open(&body, NULL, '{');
    inspection_put(cli, &body);
    enum exit_code code = act_put(cli, fields, 4, &body);
    json_close(&body, '}');
    return act_send(cli, code, query.text, &body);
}

enum exit_code unit_inspect(struct cli *cli)
{
    return act(cli, "inspect");
}

enum exit_code unit_grade(struct cli *cli)
{
    if (!cli_has(cli, "grade")) return cli_usage(cli, "--grade is missing");
    return act(cli, "grade");
}

enum exit_code unit_dispose(struct cli *cli)
{
    if (!cli_has(cli, "disposition")) return cli_usage(cli, "--disposition is missing");
    return act(cli, "dispose");
}

enum exit_code unit_settle(struct cli *cli)
{
    return act(cli, "settle");
}

const struct cli_flag unit_ship_flags[] = {
    {"to", "WAREHOUSE", "id or code of the warehouse it goes to"},
    {"reason", "TEXT", "why, for the record"},
    {NULL, NULL, NULL},
};
const struct cli_flag unit_take_flags[] = {
    {"warehouse", "WAREHOUSE", "id or code; without it the node's own"},
    {NULL, NULL, NULL},
};

/* ship names where to, take where at; both as a warehouse's id under `member`. */
static enum exit_code move(struct cli *cli, const char *verb, const char *word, const char *member)
{
    static const struct act_field fields[] = {{"reason", "reason", ACT_TEXT, false}};
    struct client client;
    struct json_out body = {0};
    char warehouse[ID_TEXT_BYTES];
    struct query query = unit_step(cli, verb);
    enum exit_code code = client_open(cli, &client);
    if (code != EXIT_DONE) return code;
    code = act_warehouse(&client, word, warehouse);
    if (code == EXIT_DONE) {
        json_open(&body, NULL, '{');
        json_put_text(&body, member, span_text(warehouse));
        code = act_put(cli, fields, 1, &body);
        json_close(&body, '}');
    }
    if (code == EXIT_DONE)
        code = act_post(cli, &client, query.text, &body, NULL);
    else
        json_out_free(&body);
    client_close(&client);
    return code;
}

enum exit_code unit_ship(struct cli *cli)
{
    const char *to = cli_flag(cli, "to");
    if (to == NULL) return cli_usage(cli, "--to is missing");
    return move(cli, "ship", to, "to");
}

enum exit_code unit_take(struct cli *cli)
{
    return move(cli, "take", cli_flag(cli, "warehouse"), "warehouse");
}

const struct cli_flag unit_release_flags[] = {
    {"merchant", "MERCHANT", "whose goods they are"},
    {"disposition", "WHAT",
     "what may be done: destroy, donate, recycle, resell, origin and others"},
    {"reason", "TEXT", "why, for the record"},
    {NULL, NULL, NULL},
};

enum exit_code unit_release(struct cli *cli)
{
    static const struct act_field fields[] = {
        {"merchant", "merchant", ACT_TEXT, true},
        {"disposition", "disposition", ACT_TEXT, true},
        {"reason", "reason", ACT_TEXT, false},
    };
    struct query query = unit_step(cli, "release");
    return act_simple(cli, query.text, fields, 3);
}
