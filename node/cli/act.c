#include "node/cli/act.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "node/text.h"

#define WAIT_STEP_MS 200
#define WAIT_MAX_S   3600u

/* --- bodies ---------------------------------------------------------------------------------- */

enum exit_code act_put(const struct cli *cli, const struct act_field *fields, size_t count,
                       struct json_out *body)
{
    for (size_t i = 0; i < count; i++) {
        const struct act_field *field = &fields[i];
        const char *text = cli_flag(cli, field->flag);
        unsigned long long number = 0;
        if (text == NULL && field->needed) return cli_usage(cli, "--%s is missing", field->flag);
        if (text == NULL) continue;
        if (field->type == ACT_TEXT)
            json_put_text(body, field->member, span_text(text));
        else if (!cli_number(cli, field->flag, 0, INT64_MAX, &number))
            return EXIT_USAGE;
        else
            json_put_int(body, field->member, (int64_t)number);
    }
    return EXIT_DONE;
}

/* --- printing -------------------------------------------------------------------------------- */

void act_print(const struct cli *cli, const struct reply *reply)
{
    if (cli_has(cli, "json")) {
        if (reply->size > 0) printf("%s\n", reply->text);
        return;
    }
    const struct json *record = json_get(reply->json, "record");
    const struct json *state = json_get(reply->json, "state");
    if (record == NULL) {
        out_record(stdout, reply->json);
        return;
    }
    out_text(stdout, json_text(state));
    puts(json_get(reply->json, "replay") != NULL ? " (as before)" : "");
    out_record(stdout, record);
}

/* --- waiting for a decision made elsewhere --------------------------------------------------- */

static bool is_undecided(const struct reply *reply)
{
    struct span state = json_text(json_get(reply->json, "state"));
    return reply->status == 202 || span_equal(state, span_text("requested"));
}

/* A request that was refused is a record like others: its code stands in it. */
static enum exit_code decided(const struct reply *reply)
{
    struct span state = json_text(json_get(reply->json, "state"));
    if (!span_equal(state, span_text("refused"))) return EXIT_DONE;
    struct span code = json_text(json_get(reply->json, "code"));
    struct span rule = json_text(json_get(reply->json, "rule"));
    cli_say("refused: %.*s; rule: %.*s", (int)code.size, (const char *)code.at, (int)rule.size,
            (const char *)rule.at);
    return EXIT_CONFLICT;
}

static uint64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static enum exit_code wait_for(const struct cli *cli, struct client *client,
                               unsigned long long seconds, struct reply *reply)
{
    char path[sizeof reply->location];
    const struct timespec step = {.tv_nsec = WAIT_STEP_MS * 1000000L};
    uint64_t until_ms = now_ms() + seconds * 1000;
    (void)text_copy(path, sizeof path, reply->location);
    while (is_undecided(reply) && now_ms() < until_ms) {
        nanosleep(&step, NULL);
        reply_free(reply);
        enum exit_code code = act_get(client, path, reply);
        if (code != EXIT_DONE) return code;
    }
    act_print(cli, reply);
    if (is_undecided(reply)) {
        cli_say("not decided yet: entrepot request show %s", strrchr(path, '/') + 1);
        return EXIT_PARTLY;
    }
    return decided(reply);
}

static enum exit_code finish(const struct cli *cli, struct client *client,
                             unsigned long long seconds, struct reply *reply)
{
    enum exit_code code = reply_check(reply);
    if (code != EXIT_DONE) return code;
    if (is_undecided(reply) && seconds > 0 && strrchr(reply->location, '/') != NULL)
        return wait_for(cli, client, seconds, reply);
    act_print(cli, reply);
    if (is_undecided(reply) && strrchr(reply->location, '/') != NULL)
        cli_say("asked of another node: entrepot request show %s",
                strrchr(reply->location, '/') + 1);
    return EXIT_DONE;
}

/* --- posting --------------------------------------------------------------------------------- */

enum exit_code act_post(const struct cli *cli, struct client *client, const char *path,
                        struct json_out *body, const char *version)
{
    char key[CLIENT_KEY_BYTES], match[32];
    struct reply reply = {0};
    unsigned long long seconds = 0;
    const char *given = cli_flag(cli, "if-match");
    if (given != NULL) snprintf(match, sizeof match, "\"%.24s\"", given);
    /* Before anything is done: a usage error says that nothing was. */
    bool usable = cli_number(cli, "wait", 0, WAIT_MAX_S, &seconds);
    enum exit_code code = usable ? EXIT_DONE : EXIT_USAGE;
    key[0] = '\0';
    if (usable && (cli->sub->takes & TAKES_KEY) != 0) code = client_key(cli, key);
    if (code == EXIT_DONE)
        code = client_call(client, "POST", path, span_of(body->at, body->used), key,
                           given != NULL ? match : version, &reply);
    if (code == EXIT_DONE) code = finish(cli, client, seconds, &reply);
    reply_free(&reply);
    json_out_free(body);
    return code;
}

enum exit_code act_send(const struct cli *cli, enum exit_code code, const char *path,
                        struct json_out *body)
{
    struct client client;
    if (code == EXIT_DONE) code = client_open(cli, &client);
    if (code != EXIT_DONE) {
        json_out_free(body);
        return code;
    }
    code = act_post(cli, &client, path, body, NULL);
    client_close(&client);
    return code;
}

static enum exit_code post_seen(const struct cli *cli, struct client *client, struct query *query,
                                const char *verb, struct json_out *body)
{
    struct reply reply = {0};
    char version[sizeof reply.etag];
    enum exit_code code = act_get(client, query->text, &reply);
    (void)text_copy(version, sizeof version, reply.etag);
    reply_free(&reply);
    if (code != EXIT_DONE) {
        json_out_free(body);
        return code;
    }
    query_step(query, verb);
    return act_post(cli, client, query->text, body, version);
}

enum exit_code act_send_seen(const struct cli *cli, enum exit_code code, struct query *record,
                             const char *verb, struct json_out *body)
{
    struct client client;
    if (code == EXIT_DONE) code = client_open(cli, &client);
    if (code != EXIT_DONE) {
        json_out_free(body);
        return code;
    }
    code = post_seen(cli, &client, record, verb, body);
    client_close(&client);
    return code;
}

enum exit_code act_simple(const struct cli *cli, const char *path, const struct act_field *fields,
                          size_t count)
{
    struct json_out body = {0};
    json_open(&body, NULL, '{');
    enum exit_code code = act_put(cli, fields, count, &body);
    json_close(&body, '}');
    return act_send(cli, code, path, &body);
}

/* --- reading --------------------------------------------------------------------------------- */

enum exit_code act_get(struct client *client, const char *path, struct reply *reply)
{
    enum exit_code code = client_call(client, "GET", path, span_of(NULL, 0), NULL, NULL, reply);
    return code == EXIT_DONE ? reply_check(reply) : code;
}

enum exit_code act_show(const struct cli *cli, const char *path)
{
    struct client client;
    struct reply reply = {0};
    enum exit_code code = client_open(cli, &client);
    if (code != EXIT_DONE) return code;
    code = act_get(&client, path, &reply);
    if (code == EXIT_DONE) act_print(cli, &reply);
    reply_free(&reply);
    client_close(&client);
    return code;
}

static void print_page(const struct cli *cli, const struct reply *reply, const char *word,
                       const struct out_column *columns, size_t count)
{
    const struct json *rows = json_get(reply->json, word);
    struct span cursor = json_text(json_get(reply->json, "next_cursor"));
    if (cli_has(cli, "json")) {
        printf("%s\n", reply->text);
        return;
    }
    out_table(stdout, rows, columns, count);
    if (json_count(rows) == 0) cli_say("no %s", word);
    if (cursor.size > 0)
        cli_say("more: add --cursor %.*s", (int)cursor.size, (const char *)cursor.at);
}

enum exit_code act_list_of(const struct cli *cli, struct query *query, const char *word,
                           const struct out_column *columns, size_t count)
{
    struct client client;
    struct reply reply = {0};
    query_add(query, "limit", cli_flag(cli, "limit"));
    query_add(query, "cursor", cli_flag(cli, "cursor"));
    enum exit_code code = client_open(cli, &client);
    if (code != EXIT_DONE) return code;
    code = act_get(&client, query->text, &reply);
    if (code == EXIT_DONE) print_page(cli, &reply, word, columns, count);
    reply_free(&reply);
    client_close(&client);
    return code;
}

enum exit_code act_list(const struct cli *cli, const char *path, const char *word,
                        const char *const *filters, const struct out_column *columns, size_t count)
{
    struct query query = query_on(path);
    for (; filters != NULL && *filters != NULL; filters++)
        query_add(&query, *filters, cli_flag(cli, *filters));
    return act_list_of(cli, &query, word, columns, count);
}

/* --- sheets ----------------------------------------------------------------------------------- */

/* "</v1/charges?limit=200&cursor=00>; rel=\"next\"": the path of the next page. */
bool act_next(const struct reply *reply, struct query *query)
{
    const char *end = strchr(reply->link, '>');
    if (reply->link[0] != '<' || end == NULL) return false;
    size_t size = (size_t)(end - reply->link) - 1;
    if (size >= sizeof query->text) return false;
    memcpy(query->text, reply->link + 1, size);
    query->text[size] = '\0';
    return true;
}

/* All pages, one after the other, as they came. */
enum exit_code act_sheet(const struct cli *cli, struct query *query)
{
    struct client client;
    bool more = true;
    enum exit_code code = client_open(cli, &client);
    if (code != EXIT_DONE) return code;
    client.accept = "text/csv";
    while (more && code == EXIT_DONE) {
        struct reply reply = {0};
        code = client_call(&client, "GET", query->text, (struct span){0}, NULL, NULL, &reply);
        if (code == EXIT_DONE) code = reply_check(&reply);
        if (code == EXIT_DONE) fwrite(reply.text, 1, reply.size, stdout);
        more = act_next(&reply, query);
        reply_free(&reply);
    }
    client_close(&client);
    return code;
}

void act_lines(const struct reply *reply, void (*take)(void *world, const struct json *answer),
               void *world)
{
    struct span left = span_of(reply->text, reply->size);
    struct json_fault fault;
    while (left.size > 0) {
        const uint8_t *end = memchr(left.at, '\n', left.size);
        size_t size = end == NULL ? left.size : (size_t)(end - left.at);
        struct json *answer = size == 0 ? NULL : json_parse(span_of(left.at, size), &fault);
        take(world, answer);
        json_free(answer);
        size_t step = end == NULL ? size : size + 1;
        left = span_of(left.at + step, left.size - step);
    }
}

/* --- warehouses ------------------------------------------------------------------------------ */

static void copy_id(struct span text, char id[ID_TEXT_BYTES])
{
    snprintf(id, ID_TEXT_BYTES, "%.*s", (int)text.size, (const char *)text.at);
}

static enum exit_code own_warehouse(struct client *client, char id[ID_TEXT_BYTES])
{
    struct reply status = {0}, member = {0};
    char node[ID_TEXT_BYTES];
    enum exit_code code = act_get(client, "/v1/status", &status);
    if (code == EXIT_DONE) {
        copy_id(json_text(json_get(status.json, "node")), node);
        struct query query = query_on("/v1/members");
        query_step(&query, node);
        code = act_get(client, query.text, &member);
    }
    if (code == EXIT_DONE) {
        copy_id(json_text(json_get(member.json, "warehouse")), id);
        if (id[0] == '\0') {
            cli_say("this node keeps no warehouse: give --warehouse");
            code = EXIT_NOT_FOUND;
        }
    }
    reply_free(&status);
    reply_free(&member);
    return code;
}

static enum exit_code by_code(struct client *client, const char *word, char id[ID_TEXT_BYTES])
{
    struct reply reply = {0};
    enum exit_code code = act_get(client, "/v1/warehouses?limit=200", &reply);
    const struct json *rows = json_get(reply.json, "warehouses");
    id[0] = '\0';
    for (size_t i = 0; code == EXIT_DONE && i < json_count(rows); i++) {
        struct span at = json_text(json_get(json_at(rows, i), "code"));
        if (at.size != strlen(word) || strncasecmp((const char *)at.at, word, at.size) != 0)
            continue;
        copy_id(json_text(json_get(json_at(rows, i), "id")), id);
    }
    reply_free(&reply);
    if (code != EXIT_DONE || id[0] != '\0') return code;
    cli_say("no warehouse %s: entrepot membership list", word);
    return EXIT_NOT_FOUND;
}

enum exit_code act_warehouse(struct client *client, const char *word, char id[ID_TEXT_BYTES])
{
    struct id parsed;
    if (word == NULL) return own_warehouse(client, id);
    if (id_parse(span_text(word), &parsed) != OK) return by_code(client, word, id);
    id_print(&parsed, id);
    return EXIT_DONE;
}

enum exit_code act_send_at(const struct cli *cli, enum exit_code code, const char *path,
                           struct json_out *body)
{
    struct client client;
    char warehouse[ID_TEXT_BYTES];
    bool open = false;
    if (code == EXIT_DONE) {
        code = client_open(cli, &client);
        open = code == EXIT_DONE;
    }
    if (code == EXIT_DONE) code = act_warehouse(&client, cli_flag(cli, "warehouse"), warehouse);
    if (code == EXIT_DONE) {
        json_put_text(body, "warehouse", span_text(warehouse));
        json_close(body, '}');
        code = act_post(cli, &client, path, body, NULL);
    } else
        json_out_free(body);
    if (open) client_close(&client);
    return code;
}

struct query act_step(const char *path, const char *word, const char *verb)
{
    struct query query = query_on(path);
    query_step(&query, word);
    if (verb != NULL) query_step(&query, verb);
    return query;
}
