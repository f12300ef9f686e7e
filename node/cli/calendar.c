/* calendar: which days are worked where, and what is due when. What is built in and what a merchant
 * has set are both asked of a node. */
#include <string.h>

#include "node/cli/act.h"
#include "node/cli/subcommands.h"
#include "node/text.h"

#define NAME_BYTES 64
#define ETAG_BYTES 64

const struct cli_flag calendar_flags[] = {
    {"merchant", "MERCHANT", "with this merchant's own calendars"},
    {NULL, NULL, NULL},
};

const struct cli_flag calendar_show_flags[] = {
    {"merchant", "MERCHANT", "with this merchant's own calendars"},
    {"version", "NUMBER", "this version of one of them"},
    {NULL, NULL, NULL},
};

enum exit_code calendar_list(struct cli *cli)
{
    static const char *const filters[] = {"merchant", NULL};
    static const struct out_column columns[] = {
        {"NAME", "name", OUT_TEXT},       {"VERSION", "version", OUT_NUMBER},
        {"OF", "title", OUT_TEXT},        {"ZONE", "zone", OUT_TEXT},
        {"THROUGH", "through", OUT_TEXT}, {"CONFIRM", "confirm", OUT_TEXT}};
    return act_list(cli, "/v1/calendars", "calendars", filters, columns, 6);
}

static struct query calendar_path(const struct cli *cli, const char *name, const char *merchant)
{
    struct query query = query_on("/v1/calendars");
    query_step(&query, name);
    query_add(&query, "merchant", merchant);
    query_add(&query, "version", cli_flag(cli, "version"));
    return query;
}

enum exit_code calendar_show(struct cli *cli)
{
    struct query query = calendar_path(cli, cli->words[0], cli_flag(cli, "merchant"));
    return act_show(cli, query.text);
}

enum exit_code calendar_explain(struct cli *cli)
{
    struct query query = query_on("/v1/due");
    query_add(&query, "what", cli->words[0]);
    query_add(&query, "merchant", cli_flag(cli, "merchant"));
    return act_show(cli, query.text);
}

void calendar_explain_more(FILE *out)
{
    fputs("COUNT UNIT after MOMENT in CALENDAR, where UNIT is hours, working hours, days, working\n"
          "days, months or years. A moment without a zone is read by the clock of the calendar.\n",
          out);
}

/* --- setting one ----------------------------------------------------------------------------- */

static bool name_of(const struct json_out *body, char *name, size_t size)
{
    struct json_fault fault;
    struct json *root = json_parse(span_of(body->at, body->used), &fault);
    const struct json *value = root != NULL ? json_get(root, "name") : NULL;
    bool named = value != NULL && json_is_text(value) && json_text(value).size < size;
    if (named) memcpy(name, json_text(value).at, json_text(value).size);
    if (named) name[json_text(value).size] = '\0';
    json_free(root);
    return named && name[0] != '\0';
}

/* The version is the one that is read here, a moment before: whoever sets another one in between
 * makes the call fail, and a person looks again. A name that is not known yet has none. */
static enum exit_code read_version(const struct cli *cli, struct client *client, const char *name,
                                   char *version, size_t size)
{
    struct reply reply = {0};
    struct query query = calendar_path(cli, name, cli->words[0]);
    enum exit_code code =
        client_call(client, "GET", query.text, span_of(NULL, 0), NULL, NULL, &reply);
    version[0] = '\0';
    if (code == EXIT_DONE && reply.status == 200) (void)text_copy(version, size, reply.etag);
    reply_free(&reply);
    return code;
}

static enum exit_code put_calendar(const struct cli *cli, const char *name, struct json_out *body)
{
    struct client client;
    struct query query = query_on("/v1/merchants");
    char version[ETAG_BYTES];
    enum exit_code code = client_open(cli, &client);
    if (code == EXIT_DONE) code = read_version(cli, &client, name, version, sizeof version);
    if (code != EXIT_DONE) {
        json_out_free(body);
        return code;
    }
    query_step(&query, cli->words[0]);
    query_step(&query, "calendars");
    code = act_post(cli, &client, query.text, body, version[0] != '\0' ? version : NULL);
    client_close(&client);
    return code;
}

enum exit_code calendar_put(struct cli *cli)
{
    char name[NAME_BYTES];
    struct json_out body = {0};
    enum exit_code code = body_of_file(cli, cli->words[1], &body);
    if (code != EXIT_DONE) return code;
    if (name_of(&body, name, sizeof name)) return put_calendar(cli, name, &body);
    cli_say("%s: it has no name", cli->words[1]);
    json_out_free(&body);
    return EXIT_USAGE;
}

void calendar_put_more(FILE *out)
{
    fputs(
        "FILE is a JSON object as `calendar show --json` prints it, of which name, zone, weekend,\n"
        "opens_min, closes_min, cutoff_min, holidays, worked, warehouse and source can be said:\n"
        "  {\"name\": \"rotterdam\", \"zone\": \"Europe/Amsterdam\", \"weekend\": [{\"day\": "
        "\"sunday\"}],\n"
        "   \"opens_min\": 480, \"closes_min\": 1080, \"cutoff_min\": 960,\n"
        "   \"holidays\": [{\"date\": \"2026-12-25\", \"name\": \"Eerste Kerstdag\"}]}\n",
        out);
}
