/* Repairs as a person types them. */
#include <stdio.h>

#include "node/cli/act.h"
#include "node/cli/subcommands.h"

const struct cli_flag repair_open_flags[] = {
    {"fault", "TEXT", "what is wrong with it"},
    {"currency", "CODE", "of what it costs"},
    {"partner", "TEXT", "who repairs it; without it the own bench"},
    {"estimate-minor", "NUMBER", "what it may cost, in minor units"},
    {"days", "NUMBER", "until it is to be done; 14 where it is not said"},
    {NULL, NULL, NULL},
};

enum exit_code repair_open(struct cli *cli)
{
    static const struct act_field fields[] = {
        {"fault", "fault", ACT_TEXT, true},
        {"currency", "currency", ACT_TEXT, true},
        {"partner", "partner", ACT_TEXT, false},
        {"estimate-minor", "estimate_minor", ACT_NUMBER, false},
        {"days", "days", ACT_NUMBER, false}};
    struct query query = act_step("/v1/units", cli->words[0], "repairs");
    return act_simple(cli, query.text, fields, 5);
}

const struct cli_flag repair_work_flags[] = {
    {"part", "SKU", "what went in"},
    {"pieces", "NUMBER", "how many of it; 1 where it is not said"},
    {"cost-minor", "NUMBER", "what all of them cost"},
    {"estimate-minor", "NUMBER", "what the repair may cost after all"},
    {"note", "TEXT", "for the record"},
    {NULL, NULL, NULL},
};

static enum exit_code put_part(const struct cli *cli, struct json_out *body)
{
    static const struct act_field fields[] = {{"part", "sku", ACT_TEXT, true},
                                              {"pieces", "pieces", ACT_NUMBER, false},
                                              {"cost-minor", "cost_minor", ACT_NUMBER, false}};
    if (!cli_has(cli, "part") && !cli_has(cli, "pieces") && !cli_has(cli, "cost-minor"))
        return EXIT_DONE;
    json_open(body, "parts", '[');
    json_open(body, NULL, '{');
    enum exit_code code = act_put(cli, fields, 3, body);
    if (!cli_has(cli, "pieces")) json_put_uint(body, "pieces", 1);
    json_close(body, '}');
    json_close(body, ']');
    return code;
}

enum exit_code repair_work(struct cli *cli)
{
    static const struct act_field fields[] = {
        {"estimate-minor", "estimate_minor", ACT_NUMBER, false}, {"note", "note", ACT_TEXT, false}};
    struct query query = act_step("/v1/repairs", cli->words[0], "work");
    struct json_out body = {0};
    json_open(&body, NULL, '{');
    enum exit_code code = put_part(cli, &body);
    if (code == EXIT_DONE) code = act_put(cli, fields, 2, &body);
    json_close(&body, '}');
    return act_send(cli, code, query.text, &body);
}

const struct cli_flag repair_end_flags[] = {
    {"outcome", "WORD", "repaired, not_repairable or no_fault_found"},
    {"grade", "GRADE", "of the unit from now on"},
    {"liability", "WORD", "who answers for the fault"},
    {"labour-minor", "NUMBER", "what the work costs"},
    {"warranty-months", "NUMBER", "on what was repaired"},
    {"note", "TEXT", "for the record"},
    {NULL, NULL, NULL},
};

enum exit_code repair_end(struct cli *cli)
{
    static const struct act_field fields[] = {
        {"outcome", "outcome", ACT_TEXT, true},
        {"grade", "grade", ACT_TEXT, true},
        {"liability", "liability", ACT_TEXT, false},
        {"labour-minor", "labour_minor", ACT_NUMBER, false},
        {"warranty-months", "warranty_months", ACT_NUMBER, false},
        {"note", "note", ACT_TEXT, false}};
    struct query query = act_step("/v1/repairs", cli->words[0], "end");
    return act_simple(cli, query.text, fields, 6);
}

const struct cli_flag repair_consent_flags[] = {
    {"repair", "REPAIR", "this one; without it each of the merchant's"},
    {"currency", "CODE", "of the limit"},
    {"up-to-minor", "NUMBER", "so much in all, parts and labour; 0: nothing"},
    {"reason", "TEXT", "for the record"},
    {NULL, NULL, NULL},
};

enum exit_code repair_consent(struct cli *cli)
{
    static const struct act_field fields[] = {{"repair", "repair", ACT_TEXT, false},
                                              {"currency", "currency", ACT_TEXT, true},
                                              {"up-to-minor", "up_to_minor", ACT_NUMBER, true},
                                              {"reason", "reason", ACT_TEXT, false}};
    struct query query = act_step("/v1/merchants", cli->words[0], "repair-consents");
    return act_simple(cli, query.text, fields, 4);
}

enum exit_code repair_show(struct cli *cli)
{
    struct query query = act_step("/v1/repairs", cli->words[0], NULL);
    return act_show(cli, query.text);
}

const struct cli_flag repair_list_flags[] = {
    {"warehouse", "WAREHOUSE", "begun there"},
    {"merchant", "MERCHANT", "of this merchant only"},
    {NULL, NULL, NULL},
};

enum exit_code repair_list(struct cli *cli)
{
    static const char *const filters[] = {"warehouse", "merchant", NULL};
    static const struct out_column columns[] = {
        {"REPAIR", "id", OUT_TEXT},         {"UNIT", "unit", OUT_TEXT},
        {"STATE", "state", OUT_TEXT},       {"AT", "partner", OUT_TEXT},
        {"DUE", "due_ms", OUT_TEXT},        {"COST", "cost_minor", OUT_MONEY},
        {"CURRENCY", "currency", OUT_TEXT}, {"OUTCOME", "outcome", OUT_TEXT}};
    return act_list(cli, "/v1/repairs", "repairs", filters, columns, 8);
}
