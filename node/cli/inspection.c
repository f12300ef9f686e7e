/* Inspections as a person types them: what a merchant asks and how it calls the grades, what was
 * found, a second person's grade, and the holds and recalls that stand. */
#include <stdio.h>
#include <string.h>

#include "node/cli/act.h"
#include "node/cli/subcommands.h"
#include "proto/words.h"

/* --- what an inspector says ------------------------------------------------------------------- */

static void put_answers(const struct cli *cli, struct json_out *body)
{
    const char *text = NULL;
    if (!cli_has(cli, "answer")) return;
    json_open(body, "answers", '[');
    for (unsigned i = 0; (text = cli_flag_at(cli, "answer", i)) != NULL; i++) {
        size_t question = strcspn(text, "=");
        json_open(body, NULL, '{');
        json_put_text(body, "question", span_of(text, question));
        if (text[question] == '=') json_put_text(body, "value", span_text(text + question + 1));
        json_close(body, '}');
    }
    json_close(body, ']');
}

/* KIND[:WHO][=NOTE] */
static void put_finding(const struct cli *cli, const char *text, struct json_out *body)
{
    size_t kind = strcspn(text, ":="), all = strcspn(text, "=");
    json_open(body, NULL, '{');
    json_put_text(body, "kind", span_of(text, kind));
    if (all > kind) json_put_text(body, "liability", span_of(text + kind + 1, all - kind - 1));
    if (text[all] == '=') json_put_text(body, "note", span_text(text + all + 1));
    if (cli_has(cli, "gone")) json_put_uint(body, "gone", 1);
    json_close(body, '}');
}

static void put_findings(const struct cli *cli, struct json_out *body)
{
    const char *text = NULL;
    if (!cli_has(cli, "finding")) return;
    json_open(body, "findings", '[');
    for (unsigned i = 0; (text = cli_flag_at(cli, "finding", i)) != NULL; i++)
        put_finding(cli, text, body);
    json_close(body, ']');
}

/* What is none of our words is the merchant's. */
static void put_grade(const struct cli *cli, struct json_out *body)
{
    const char *grade = cli_flag(cli, "grade");
    if (grade == NULL) return;
    bool ours = word_number(&grade_words, span_text(grade)) > 0;
    json_put_text(body, ours ? "grade" : "graded_as", span_text(grade));
}

void inspection_put(const struct cli *cli, struct json_out *body)
{
    put_grade(cli, body);
    put_answers(cli, body);
    put_findings(cli, body);
}

const struct cli_flag finding_flags[] = {
    {"finding", "KIND[:WHO][=NOTE]", FINDING_KINDS "; may be repeated"},
    {"gone", NULL, "it is so no more"},
    {NULL, NULL, NULL},
};

static enum exit_code note_findings(struct cli *cli, const char *path)
{
    struct query query = act_step(path, cli->words[0], "findings");
    struct json_out body = {0};
    if (!cli_has(cli, "finding")) return cli_usage(cli, "--finding is missing");
    json_open(&body, NULL, '{');
    put_findings(cli, &body);
    json_close(&body, '}');
    return act_send(cli, EXIT_DONE, query.text, &body);
}

enum exit_code unit_finding(struct cli *cli)
{
    return note_findings(cli, "/v1/units");
}

enum exit_code box_finding(struct cli *cli)
{
    return note_findings(cli, "/v1/boxes");
}

/* --- a second person -------------------------------------------------------------------------- */

const struct cli_flag unit_second_flags[] = {
    {"grade", "GRADE", "one of ours, or as its merchant calls it"},
    {"liability", "WHO", "buyer, seller, warehouse, carrier or platform"},
    {"reason", "TEXT", "why, for the record"},
    {NULL, NULL, NULL},
};

enum exit_code unit_second(struct cli *cli)
{
    static const struct act_field fields[] = {{"liability", "liability", ACT_TEXT, false},
                                              {"reason", "reason", ACT_TEXT, false}};
    struct query query = act_step("/v1/units", cli->words[0], "second");
    struct json_out body = {0};
    if (!cli_has(cli, "grade")) return cli_usage(cli, "--grade is missing");
    json_open(&body, NULL, '{');
    put_grade(cli, &body);
    enum exit_code code = act_put(cli, fields, 2, &body);
    json_close(&body, '}');
    return act_send(cli, code, query.text, &body);
}

const struct cli_flag unit_seconds_flags[] = {
    {"warehouse", "WAREHOUSE", "that were graded there"},
    {NULL, NULL, NULL},
};

enum exit_code unit_seconds(struct cli *cli)
{
    static const char *const filters[] = {"warehouse", NULL};
    static const struct out_column columns[] = {{"UNIT", "id", OUT_TEXT},
                                                {"SKU", "sku", OUT_TEXT},
                                                {"SERIAL", "serial", OUT_TEXT},
                                                {"GRADED", "graded_ms", OUT_TEXT}};
    return act_list(cli, "/v1/inspections/second", "units", filters, columns, 4);
}

/* --- what a merchant asks --------------------------------------------------------------------- */

void sku_checklist_more(FILE *out)
{
    fputs(
        "\nThe file is a JSON object; - is standard input. It is the list whole; without\n"
        "questions nothing is asked any more.\n"
        "{\"sku\":\"CUP-1\",\"questions\":[\n"
        "{\"id\":\"chip\",\"kind\":\"yes_no\",\"en\":\"Is it chipped?\",\"zh\":\"有缺口吗？\"},\n"
        "{\"id\":\"height\",\"kind\":\"number\",\"en\":\"Height\",\"unit\":\"mm\",\"min\":80,"
        "\"max\":99},\n"
        "{\"id\":\"box\",\"kind\":\"choice\",\"en\":\"Its box\",\"options\":[{\"value\":\"whole\"},"
        "{\"value\":\"torn\"}]}]}\n",
        out);
}

enum exit_code sku_ask(struct cli *cli)
{
    struct query query = act_step("/v1/merchants", cli->words[0], "checklists");
    struct json_out body = {0};
    enum exit_code code = body_of_file(cli, cli->words[1], &body);
    return act_send(cli, code, query.text, &body);
}

enum exit_code sku_checklist(struct cli *cli)
{
    struct query query = act_step("/v1/skus", cli->words[0], "checklist");
    return act_show(cli, query.text);
}

const struct cli_flag scale_flags[] = {
    {"name", "GRADE=NAME", "how a grade is called; each of the six once, or none at all"},
    {"second-bp", "NUMBER", "of what share another person grades too; 10000 is all of them"},
    {NULL, NULL, NULL},
};

static void put_names(const struct cli *cli, struct json_out *body)
{
    const char *text = NULL;
    if (!cli_has(cli, "name")) return;
    json_open(body, "grades", '[');
    for (unsigned i = 0; (text = cli_flag_at(cli, "name", i)) != NULL; i++) {
        size_t grade = strcspn(text, "=");
        json_open(body, NULL, '{');
        json_put_text(body, "grade", span_of(text, grade));
        if (text[grade] == '=') json_put_text(body, "name", span_text(text + grade + 1));
        json_close(body, '}');
    }
    json_close(body, ']');
}

enum exit_code scale_set(struct cli *cli)
{
    static const struct act_field fields[] = {{"second-bp", "second_bp", ACT_NUMBER, false}};
    struct query query = act_step("/v1/merchants", cli->words[0], "scale");
    struct json_out body = {0};
    json_open(&body, NULL, '{');
    put_names(cli, &body);
    enum exit_code code = act_put(cli, fields, 1, &body);
    json_close(&body, '}');
    return act_send(cli, code, query.text, &body);
}

enum exit_code scale_show(struct cli *cli)
{
    struct query query = act_step("/v1/merchants", cli->words[0], "scale");
    return act_show(cli, query.text);
}

/* --- what stands ------------------------------------------------------------------------------ */

const struct cli_flag hold_list_flags[] = {
    {"warehouse", "WAREHOUSE", "of units there"},
    {"merchant", "MERCHANT", "of this merchant's units"},
    {"kind", "KIND", "of that kind; --warehouse goes with it"},
    {NULL, NULL, NULL},
};

enum exit_code hold_list(struct cli *cli)
{
    static const char *const filters[] = {"warehouse", "merchant", "kind", NULL};
    static const struct out_column columns[] = {
        {"UNIT", "unit", OUT_TEXT},           {"KIND", "kind", OUT_TEXT},
        {"SINCE", "at_ms", OUT_TEXT},         {"SKU", "sku", OUT_TEXT},
        {"WAREHOUSE", "warehouse", OUT_TEXT}, {"REASON", "reason", OUT_TEXT}};
    return act_list(cli, "/v1/holds", "holds", filters, columns, 6);
}

enum exit_code recall_list(struct cli *cli)
{
    static const char *const filters[] = {"merchant", NULL};
    static const struct out_column columns[] = {
        {"SKU", "sku", OUT_TEXT},      {"FROM", "serial_from", OUT_TEXT},
        {"TO", "serial_to", OUT_TEXT}, {"LOT", "lot", OUT_TEXT},
        {"ENDED", "ended", OUT_TEXT},  {"SINCE", "at_ms", OUT_TEXT},
        {"REASON", "reason", OUT_TEXT}};
    return act_list(cli, "/v1/recalls", "recalls", filters, columns, 7);
}
