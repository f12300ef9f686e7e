/* numbers: figures of a period. corrective: what is done so that less comes back, and whether it
 * helped. */
#include <stdio.h>

#include "node/cli/act.h"
#include "node/cli/subcommands.h"

#define FLAGS_OF_PERIOD                                                                            \
    {"merchant", "MERCHANT", "of this merchant; needed where the token is bound to several"},      \
        {"from", "TIME", "returns asked for from then on; 30 days before --to when not said"},     \
    {                                                                                              \
        "to", "TIME", "and before this moment; now when not said"                                  \
    }

const struct cli_flag numbers_flags[] = {FLAGS_OF_PERIOD, {NULL, NULL, NULL}};
const struct cli_flag numbers_carriers_flags[] = {
    FLAGS_OF_PERIOD,
    {"late-days", "DAYS", "days from the first scan after which a parcel is late; 10"},
    {NULL, NULL, NULL},
};
const struct cli_flag numbers_defects_flags[] = {
    FLAGS_OF_PERIOD,
    {"by", "sku|inbound|lot", "tells them apart by the inbound shipment or by the lot, too"},
    {"show", "COUNT", "how many are shown; 20"},
    {NULL, NULL, NULL},
};

/* --- what a person reads ---------------------------------------------------------------------- */

struct line_of { /* a title, and what stands at a path of the answer */
    const char *title, *path;
};

static void print_lines(const struct json *value, const struct line_of *lines, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char text[80];
        out_value(out_at(value, lines[i].path), text, sizeof text);
        if (text[0] != '\0') printf("%-28s %s\n", lines[i].title, text);
    }
}

static void print_table(const struct json *value, const char *list,
                        const struct out_column *columns, size_t count)
{
    const struct json *rows = json_get(value, list);
    if (json_count(rows) == 0) return;
    printf("\n");
    out_table(stdout, rows, columns, count);
}

static void print_card(const struct json *card)
{
    static const struct line_of lines[] = {{"asked for from", "from_ms"},
                                           {"to", "to_ms"},
                                           {"returns", "returns"},
                                           {"answered at once", "answered_at_once"},
                                           {"answered later", "response.count"},
                                           {"  median, seconds", "response.median_s"},
                                           {"  nine of ten within, seconds", "response.p90_s"},
                                           {"solved", "solved"},
                                           {"  median, seconds", "solution.median_s"},
                                           {"  nine of ten within, seconds", "solution.p90_s"},
                                           {"solved the first time, 1/1000", "first_time_permille"},
                                           {"contested, 1/1000", "contested_permille"},
                                           {"reopened", "reopened"},
                                           {"complaints", "complaints"},
                                           {"deadlines met, 1/1000", "on_time_permille"}};
    static const struct out_column states[] = {{"STATE", "state", OUT_TEXT},
                                               {"RETURNS", "returns", OUT_NUMBER}};
    static const struct out_column deadlines[] = {{"DEADLINE", "kind", OUT_TEXT},
                                                  {"OWED", "owed", OUT_NUMBER},
                                                  {"MET", "met", OUT_NUMBER},
                                                  {"MISSED", "missed", OUT_NUMBER},
                                                  {"OVERDUE", "overdue", OUT_NUMBER},
                                                  {"OPEN", "open", OUT_NUMBER},
                                                  {"1/1000", "met_permille", OUT_NUMBER}};
    static const struct out_column monies[] = {{"CURRENCY", "currency", OUT_TEXT},
                                               {"RETURNS", "returns", OUT_NUMBER},
                                               {"PROVIDER", "provider_minor", OUT_MONEY},
                                               {"MARKETPLACE", "marketplace_minor", OUT_MONEY},
                                               {"SELLER", "seller_minor", OUT_MONEY},
                                               {"CHARGED BACK", "charged_back_minor", OUT_MONEY},
                                               {"OF IT GRANTED", "granted_minor", OUT_MONEY},
                                               {"PENDING", "pending_minor", OUT_MONEY},
                                               {"AHEAD", "ahead_minor", OUT_MONEY},
                                               {"LOST AHEAD", "lost_ahead_minor", OUT_MONEY},
                                               {"CHARGED ANEW", "recharged_minor", OUT_MONEY}};
    print_lines(card, lines, sizeof lines / sizeof lines[0]);
    print_table(card, "states", states, 2);
    print_table(card, "deadlines", deadlines, 7);
    print_table(card, "monies", monies, 11);
}

static void print_carriers(const struct json *report)
{
    static const struct out_column columns[] = {{"CARRIER", "carrier", OUT_TEXT},
                                                {"PARCELS", "parcels", OUT_NUMBER},
                                                {"ARRIVED", "arrived", OUT_NUMBER},
                                                {"1/1000", "arrived_permille", OUT_NUMBER},
                                                {"MEDIAN S", "transit.median_s", OUT_NUMBER},
                                                {"90% S", "transit.p90_s", OUT_NUMBER},
                                                {"LOST", "lost", OUT_NUMBER},
                                                {"DAMAGED", "damaged", OUT_NUMBER},
                                                {"1/1000", "lost_or_damaged_permille", OUT_NUMBER},
                                                {"LATE", "late", OUT_NUMBER},
                                                {"1/1000", "late_permille", OUT_NUMBER}};
    out_table(stdout, json_get(report, "carriers"), columns, 11);
}

static void print_defects(const struct json *report)
{
    static const struct out_column columns[] = {{"SKU", "sku", OUT_TEXT},
                                                {"INBOUND", "inbound", OUT_TEXT},
                                                {"LOT", "lot", OUT_TEXT},
                                                {"REASON", "reason", OUT_TEXT},
                                                {"UNITS", "units", OUT_NUMBER},
                                                {"1/1000", "share_permille", OUT_NUMBER},
                                                {"UP TO HERE", "up_to_here_permille", OUT_NUMBER},
                                                {"SOLD", "sold", OUT_NUMBER},
                                                {"PER SOLD", "per_sold_permille", OUT_NUMBER},
                                                {"CORRECTIVE", "corrective", OUT_TEXT}};
    static const struct line_of lines[] = {{"units asked back", "units"},
                                           {"not told apart", "units_not_told_apart"}};
    print_lines(report, lines, 2);
    print_table(report, "defects", columns, 10);
}

static void print_warehouse(const struct json *warehouse)
{
    static const struct line_of lines[] = {
        {"warehouse", "warehouse"},
        {"units", "units"},
        {"decided", "decided"},
        {"  crossed no border, 1/1000", "here_permille"},
        {"dock to disposition", "dock_to_disposition.count"},
        {"  median, seconds", "dock_to_disposition.median_s"},
        {"  nine of ten within, seconds", "dock_to_disposition.p90_s"},
        {"  in time, 1/1000", "in_time_permille"},
        {"hours in which some were", "hours"},
        {"  units an hour, 1/1000", "per_hour_milli"}};
    static const struct out_column backlog[] = {{"WAITS FOR", "station", OUT_TEXT},
                                                {"UNITS", "units", OUT_NUMBER},
                                                {"OVER A DAY", "over_a_day", OUT_NUMBER},
                                                {"OVER A WEEK", "over_a_week", OUT_NUMBER},
                                                {"OLDEST S", "oldest_s", OUT_NUMBER}};
    static const struct out_column dispositions[] = {{"DISPOSITION", "disposition", OUT_TEXT},
                                                     {"UNITS", "units", OUT_NUMBER}};
    static const struct out_column grades[] = {{"GRADE", "grade", OUT_TEXT},
                                               {"UNITS", "units", OUT_NUMBER}};
    static const struct out_column monies[] = {{"CURRENCY", "currency", OUT_TEXT},
                                               {"DECIDED", "decided_minor", OUT_MONEY},
                                               {"NO BORDER", "here_minor", OUT_MONEY},
                                               {"1/1000", "here_permille", OUT_NUMBER}};
    static const struct out_column recoveries[] = {
        {"SOLD AS", "disposition", OUT_TEXT},     {"UNITS", "units", OUT_NUMBER},
        {"BROUGHT", "proceeds_minor", OUT_MONEY}, {"COST", "cost_minor", OUT_MONEY},
        {"A UNIT", "per_unit_minor", OUT_MONEY},  {"CURRENCY", "currency", OUT_TEXT}};
    print_lines(warehouse, lines, sizeof lines / sizeof lines[0]);
    print_table(warehouse, "recoveries", recoveries, 6);
    print_table(warehouse, "backlog", backlog, 5);
    print_table(warehouse, "dispositions", dispositions, 2);
    print_table(warehouse, "grades", grades, 2);
    print_table(warehouse, "monies", monies, 4);
}

static void print_floor(const struct json *report)
{
    const struct json *warehouses = json_get(report, "warehouses");
    for (size_t i = 0; i < json_count(warehouses); i++) {
        if (i > 0) printf("\n");
        print_warehouse(json_at(warehouses, i));
    }
}

static void print_effect(const struct json *report)
{
    static const struct line_of lines[] = {{"SKU", "sku"},
                                           {"reason", "reason"},
                                           {"since", "since_ms"},
                                           {"sold before", "before.sold"},
                                           {"  came back", "before.returned"},
                                           {"  1/1000", "before.permille"},
                                           {"  no less than", "before.low_permille"},
                                           {"  no more than", "before.high_permille"},
                                           {"sold since", "after.sold"},
                                           {"  came back", "after.returned"},
                                           {"  1/1000", "after.permille"},
                                           {"  no less than", "after.low_permille"},
                                           {"  no more than", "after.high_permille"},
                                           {"verdict", "verdict"}};
    print_lines(report, lines, sizeof lines / sizeof lines[0]);
}

static enum exit_code show_figures(const struct cli *cli, const struct query *query,
                                   void (*print)(const struct json *report))
{
    struct client client;
    struct reply reply = {0};
    enum exit_code code = client_open(cli, &client);
    if (code != EXIT_DONE) return code;
    code = act_get(&client, query->text, &reply);
    if (code == EXIT_DONE && cli_has(cli, "json")) printf("%s\n", reply.text);
    if (code == EXIT_DONE && !cli_has(cli, "json")) print(reply.json);
    reply_free(&reply);
    client_close(&client);
    return code;
}

static struct query query_of_period(const struct cli *cli, const char *path)
{
    struct query query = query_on(path);
    query_add(&query, "merchant", cli_flag(cli, "merchant"));
    query_add(&query, "from", cli_flag(cli, "from"));
    query_add(&query, "to", cli_flag(cli, "to"));
    return query;
}

enum exit_code numbers_show(struct cli *cli)
{
    struct query query = query_of_period(cli, "/v1/numbers");
    return show_figures(cli, &query, print_card);
}

enum exit_code numbers_carriers(struct cli *cli)
{
    struct query query = query_of_period(cli, "/v1/numbers/carriers");
    query_add(&query, "late_days", cli_flag(cli, "late-days"));
    return show_figures(cli, &query, print_carriers);
}

enum exit_code numbers_defects(struct cli *cli)
{
    struct query query = query_of_period(cli, "/v1/numbers/defects");
    query_add(&query, "by", cli_flag(cli, "by"));
    query_add(&query, "limit", cli_flag(cli, "show"));
    return show_figures(cli, &query, print_defects);
}

const struct cli_flag numbers_inspectors_flags[] = {
    {"warehouse", "WAREHOUSE", "id or code; without it the node's own"},
    {"from", "TIME", "from the day of this moment on; 30 days before --to when not said"},
    {"to", "TIME", "to the day of the moment before; now when not said"},
    {NULL, NULL, NULL},
};

static void print_inspectors(const struct json *report)
{
    static const struct out_column columns[] = {{"TOKEN", "token", OUT_TEXT},
                                                {"INSPECTED", "inspected", OUT_NUMBER},
                                                {"GRADED", "graded", OUT_NUMBER},
                                                {"HOURS", "hours", OUT_NUMBER},
                                                {"PER HOUR/1000", "per_hour_milli", OUT_NUMBER},
                                                {"SECOND", "second", OUT_NUMBER},
                                                {"AGREED", "agreed", OUT_NUMBER},
                                                {"LOOKED", "looked", OUT_NUMBER}};
    print_table(report, "inspectors", columns, 8);
}

enum exit_code numbers_inspectors(struct cli *cli)
{
    struct query query = query_on("/v1/numbers/inspectors");
    struct client client;
    char warehouse[ID_TEXT_BYTES];
    enum exit_code code = client_open(cli, &client);
    if (code != EXIT_DONE) return code;
    code = act_warehouse(&client, cli_flag(cli, "warehouse"), warehouse);
    client_close(&client);
    if (code != EXIT_DONE) return code;
    query_add(&query, "warehouse", warehouse);
    query_add(&query, "from", cli_flag(cli, "from"));
    query_add(&query, "to", cli_flag(cli, "to"));
    return show_figures(cli, &query, print_inspectors);
}

enum exit_code numbers_floor(struct cli *cli)
{
    struct query query = query_of_period(cli, "/v1/numbers/floor");
    return show_figures(cli, &query, print_floor);
}

/* --- corrective actions ----------------------------------------------------------------------- */

const struct cli_flag corrective_begin_flags[] = {
    {"merchant", "MERCHANT", "whose it is"},
    {"sku", "CODE", "what comes back"},
    {"reason", "REASON", "for which reason; all of them when not said: entrepot reasons"},
    {"action", "TEXT", "what is done"},
    {"owner", "DESK", "which desk or team does it"},
    {"since", "TIME", "from when on; now when not said"},
    {NULL, NULL, NULL},
};

enum exit_code corrective_begin(struct cli *cli)
{
    static const struct act_field fields[] = {
        {"merchant", "merchant", ACT_TEXT, true}, {"sku", "sku", ACT_TEXT, true},
        {"reason", "reason", ACT_TEXT, false},    {"action", "action", ACT_TEXT, true},
        {"owner", "owner", ACT_TEXT, true},       {"since", "since_ms", ACT_TEXT, false}};
    return act_simple(cli, "/v1/corrective-actions", fields, 6);
}

const struct cli_flag corrective_close_flags[] = {
    {"result", "TEXT", "what came of it"},
    {NULL, NULL, NULL},
};

enum exit_code corrective_close(struct cli *cli)
{
    static const struct act_field fields[] = {{"result", "result", ACT_TEXT, true}};
    struct query query = query_on("/v1/corrective-actions");
    query_step(&query, cli->words[0]);
    query_step(&query, "close");
    return act_simple(cli, query.text, fields, 1);
}

enum exit_code corrective_show(struct cli *cli)
{
    struct query query = query_on("/v1/corrective-actions");
    query_step(&query, cli->words[0]);
    return act_show(cli, query.text);
}

const struct cli_flag corrective_list_flags[] = {
    {"merchant", "MERCHANT", "of this merchant only"},
    {NULL, NULL, NULL},
};

enum exit_code corrective_list(struct cli *cli)
{
    static const char *const filters[] = {"merchant", NULL};
    static const struct out_column columns[] = {
        {"CORRECTIVE", "id", OUT_TEXT},  {"SKU", "sku", OUT_TEXT},
        {"REASON", "reason", OUT_TEXT},  {"OWNER", "owner", OUT_TEXT},
        {"SINCE", "since_ms", OUT_TEXT}, {"CLOSED", "closed_ms", OUT_TEXT},
        {"ACTION", "action", OUT_TEXT}};
    return act_list(cli, "/v1/corrective-actions", "correctives", filters, columns, 7);
}

enum exit_code corrective_effect(struct cli *cli)
{
    struct query query = query_on("/v1/corrective-actions");
    query_step(&query, cli->words[0]);
    query_step(&query, "effect");
    return show_figures(cli, &query, print_effect);
}
