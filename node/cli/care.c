/* article: a merchant's knowledge base. complaint: who was not content, and what was learnt. */
#include <stdio.h>

#include "node/cli/act.h"
#include "node/cli/subcommands.h"

static enum exit_code show(const struct cli *cli, const char *path)
{
    struct query query = query_on(path);
    query_step(&query, cli->words[0]);
    return act_show(cli, query.text);
}

/* --- articles --------------------------------------------------------------------------------- */

void article_put_more(FILE *out)
{
    fputs(
        "\nThe file is a JSON object; - is standard input. It is the article whole, in English,\n"
        "Chinese or both. Without reasons it is about all of them; with \"inner\":1 it is not for\n"
        "buyers, with \"gone\":1 it is shown no more. The same once more makes no version.\n"
        "{\"merchant\":ID,\"name\":\"packing\",\"reasons\":[{\"reason\":\"too_small\"}],\n"
        "\"title_en\":\"How to pack\",\"body_en\":\"Use the box that it came in.\",\n"
        "\"title_zh\":\"如何包装\",\"body_zh\":\"请使用原包装箱。\"}\n",
        out);
}

enum exit_code article_put(struct cli *cli)
{
    struct json_out body = {0};
    enum exit_code code = body_of_file(cli, cli->words[0], &body);
    return act_send(cli, code, "/v1/articles", &body);
}

enum exit_code article_show(struct cli *cli)
{
    return show(cli, "/v1/articles");
}

static const struct out_column articles[] = {
    {"ARTICLE", "id", OUT_TEXT},     {"NAME", "name", OUT_TEXT}, {"VERSION", "version", OUT_NUMBER},
    {"TITLE", "title_en", OUT_TEXT}, {"", "title_zh", OUT_TEXT}, {"SINCE", "at_ms", OUT_TEXT}};

const struct cli_flag article_list_flags[] = {
    {"merchant", "MERCHANT", "of this merchant; needed unless the token is bound to one"},
    {"reason", "REASON", "about this reason, or about all"},
    {NULL, NULL, NULL},
};

enum exit_code article_list(struct cli *cli)
{
    static const char *const filters[] = {"merchant", "reason", NULL};
    return act_list(cli, "/v1/articles", "articles", filters, articles, 6);
}

const struct cli_flag article_versions_flags[] = {
    {"article", "ARTICLE", "of this article only"},
    {NULL, NULL, NULL},
};

enum exit_code article_versions(struct cli *cli)
{
    static const char *const filters[] = {"article", NULL};
    return act_list(cli, "/v1/article-versions", "versions", filters, articles, 6);
}

/* --- complaints ------------------------------------------------------------------------------- */

const struct cli_flag complaint_open_flags[] = {
    {"about", "TEXT", "what it is about; without names of persons"},
    {"score", "1..5", "how content they were"},
    {"owner", "DESK", "which desk or team owes the post-mortem"},
    {"due", "TIME", "until when; five days from now when not said"},
    {NULL, NULL, NULL},
};

enum exit_code complaint_open(struct cli *cli)
{
    static const struct act_field fields[] = {{"about", "about", ACT_TEXT, true},
                                              {"score", "score", ACT_NUMBER, false},
                                              {"owner", "owner", ACT_TEXT, true},
                                              {"due", "due_ms", ACT_TEXT, false}};
    struct query query = query_on("/v1/returns");
    query_step(&query, cli->words[0]);
    query_step(&query, "complaints");
    return act_simple(cli, query.text, fields, 4);
}

const struct cli_flag complaint_close_flags[] = {
    {"cause", "TEXT", "why it came to that"},
    {"action", "TEXT", "what is done about it"},
    {"corrective", "CORRECTIVE", "the corrective action that follows it up"},
    {NULL, NULL, NULL},
};

enum exit_code complaint_close(struct cli *cli)
{
    static const struct act_field fields[] = {{"cause", "cause", ACT_TEXT, true},
                                              {"action", "action", ACT_TEXT, true},
                                              {"corrective", "corrective", ACT_TEXT, false}};
    struct query query = query_on("/v1/complaints");
    query_step(&query, cli->words[0]);
    query_step(&query, "close");
    return act_simple(cli, query.text, fields, 3);
}

enum exit_code complaint_show(struct cli *cli)
{
    return show(cli, "/v1/complaints");
}

const struct cli_flag complaint_list_flags[] = {
    {"merchant", "MERCHANT", "of this merchant only"},
    {"return", "RETURN", "about this return only"},
    {NULL, NULL, NULL},
};

enum exit_code complaint_list(struct cli *cli)
{
    static const char *const filters[] = {"merchant", "return", NULL};
    static const struct out_column columns[] = {
        {"COMPLAINT", "id", OUT_TEXT},     {"RETURN", "return_id", OUT_TEXT},
        {"SCORE", "score", OUT_NUMBER},    {"OWNER", "owner", OUT_TEXT},
        {"DUE", "due_ms", OUT_TEXT},       {"OVERDUE", "overdue", OUT_TEXT},
        {"CLOSED", "closed_ms", OUT_TEXT}, {"ABOUT", "about", OUT_TEXT}};
    return act_list(cli, "/v1/complaints", "complaints", filters, columns, 8);
}
