/* status and what else a node tells about itself. */
#include <stdio.h>
#include <string.h>

#include "node/cli/act.h"
#include "node/cli/subcommands.h"
#include "node/version.h"

static const struct out_column peer_columns[] = {
    {"PEER", "node", OUT_TEXT},
    {"OPEN", "open", OUT_TEXT},
    {"LAGS", "lag_events", OUT_NUMBER},
    {"BEHIND", "behind_events", OUT_NUMBER},
    {"HEARD MS AGO", "heard_ms_ago", OUT_NUMBER},
};
static const struct out_column log_columns[] = {
    {"LOG", "log", OUT_TEXT},
    {"TYPE", "type", OUT_TEXT},
    {"OWN", "own", OUT_TEXT},
    {"LAST", "last", OUT_NUMBER},
    {"COMMITTED", "committed", OUT_NUMBER},
    {"FOLDED", "folded", OUT_NUMBER},
    {"QUARANTINED", "quarantined", OUT_TEXT},
};

static const struct out_column carrier_columns[] = {
    {"CARRIER", "carrier", OUT_TEXT},     {"ACCOUNT", "account", OUT_TEXT},
    {"NUMBERS", "numbers", OUT_NUMBER},   {"ASKED", "asked", OUT_NUMBER},
    {"ANSWERED", "answered", OUT_NUMBER}, {"FAILURES", "failures", OUT_NUMBER},
    {"BREAKER", "breaker", OUT_TEXT},     {"WHY", "why", OUT_TEXT},
};

static void print_plain(const struct json *status)
{
    static const char *const lines[] = {
        "node",         "store", "mesh",           "build",          "now",
        "digest",       "clock", "in_doubt",       "stopped",        "read_only",
        "effects_open", "forks", "deadlines_held", "disk_free_bytes"};
    static const char *const pairs[][3] = {
        {"not replicated", "unreplicated.count", "unreplicated.oldest_ms"},
        {"asks open", "asks.open", "asks.oldest_ms"},
    };
    char text[128], age[64];
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        out_value(json_get(status, lines[i]), text, sizeof text);
        if (text[0] != '\0') printf("%-16s %s\n", lines[i], text);
    }
    for (size_t i = 0; i < 2; i++) {
        out_value(out_at(status, pairs[i][1]), text, sizeof text);
        out_value(out_at(status, pairs[i][2]), age, sizeof age);
        printf("%-16s %s, the eldest for %s ms\n", pairs[i][0], text, age);
    }
}

static void print_missing(const struct json *missing)
{
    for (size_t i = 0; i < json_count(missing); i++) {
        char refunds[32], mend[320];
        out_value(json_get(json_at(missing, i), "refunds"), refunds, sizeof refunds);
        out_value(json_get(json_at(missing, i), "mend"), mend, sizeof mend);
        printf("%-16s %s: %s\n", "refunds waiting", refunds, mend);
    }
}

/* What cannot be undone waits for these members, or for `deadline override`. */
static void print_awaited(const struct json *awaiting)
{
    char count[32], node[ID_TEXT_BYTES + 1];
    const struct json *nodes = json_get(awaiting, "nodes");
    out_value(json_get(awaiting, "count"), count, sizeof count);
    if (json_count(nodes) == 0) return;
    printf("%-16s %s, until these were heard:", "deadlines wait", count);
    for (size_t i = 0; i < json_count(nodes); i++) {
        out_value(json_at(nodes, i), node, sizeof node);
        printf(" %s", node);
    }
    puts("");
}

static void print_open(const struct json *open)
{
    for (size_t i = 0; i < json_count(open); i++) {
        static const char *const parts[] = {"waiting", "webhook", "oldest_ms",
                                            "last_failure.outcome", "last_failure.at_ms"};
        char text[5][160];
        for (size_t k = 0; k < 5; k++)
            out_value(out_at(json_at(open, i), parts[k]), text[k], sizeof text[k]);
        printf("%-16s %s for %s, the eldest of %s", "webhooks waiting", text[0], text[1], text[2]);
        if (text[3][0] != '\0') printf("; last %s at %s", text[3], text[4]);
        puts("");
    }
}

enum exit_code status_show(struct cli *cli)
{
    struct client client;
    struct reply reply = {0};
    enum exit_code code = client_open(cli, &client);
    if (code != EXIT_DONE) return code;
    code = act_get(&client, "/v1/status", &reply);
    if (code == EXIT_DONE && cli_has(cli, "json"))
        printf("%s\n", reply.text);
    else if (code == EXIT_DONE) {
        print_plain(reply.json);
        print_missing(json_get(reply.json, "accounts_missing"));
        print_awaited(json_get(reply.json, "deadlines_awaiting"));
        print_open(json_get(reply.json, "webhooks_open"));
        puts("");
        out_table(stdout, json_get(reply.json, "peers"), peer_columns, 5);
        puts("");
        out_table(stdout, json_get(reply.json, "carriers"), carrier_columns,
                  sizeof carrier_columns / sizeof carrier_columns[0]);
        puts("");
        out_table(stdout, json_get(reply.json, "logs"), log_columns, 7);
    }
    reply_free(&reply);
    client_close(&client);
    return code;
}

enum exit_code digests_show(struct cli *cli)
{
    return act_show(cli, "/v1/digests");
}

enum exit_code carriers_list(struct cli *cli)
{
    static const struct out_column columns[] = {
        {"CARRIER", "name", OUT_TEXT},
        {"SECRET GIVEN", "configured", OUT_TEXT},
        {"SIGNED IN", "signature_header", OUT_TEXT},
        {"SENDS", "content_type", OUT_TEXT},
    };
    return act_list(cli, "/v1/carriers", "carriers", NULL, columns, 4);
}

enum exit_code clock_confirm(struct cli *cli)
{
    return act_simple(cli, "/v1/clock/confirm", NULL, 0);
}

enum exit_code version_show(struct cli *cli)
{
    (void)cli;
    puts(ENTREPOT_BUILD);
    return EXIT_DONE;
}
