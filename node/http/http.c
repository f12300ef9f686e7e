#include "node/http/door.h"

#include "node/log.h"
#include "proto/utf8.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define TOKENS_REFRESH_MS 1000
#define COMPLAIN_MS       10000 /* between two lines of one sort */
#define RETRY_AFTER_S     "1"
#define BULK_PREFIX       "/v1/imports/"
#define FILE_PREFIX       "/v1/blobs/"

uint64_t wall_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* --- answers ---------------------------------------------------------------------------------- */

void call_json(struct http *http, struct call *call, unsigned status, struct json_out *out)
{
    http->answers[status / 100 < 6 ? status / 100 : 0]++;
    call_reply_json(call, status, JSON_TYPE, out);
}

void call_problem(struct http *http, struct call *call, struct problem *problem)
{
    struct json_out out = {0};
    if (problem->status == 0) problem->status = problem_status(problem->error);
    problem->number = call_number(call);
    problem_put(&out, problem);
    if (problem->status == 503 || problem->status == 507)
        call_add_header(call, "Retry-After", RETRY_AFTER_S);
    if (problem->status == 401) call_add_header(call, "WWW-Authenticate", "Bearer");
    http->answers[problem->status / 100]++;
    call_reply_json(call, problem->status, PROBLEM_TYPE, &out);
}

void visit_json(struct visit *visit, unsigned status, struct json_out *out)
{
    call_json(visit->http, visit->call, status, out);
}

void visit_problem(struct visit *visit, struct problem *problem)
{
    call_problem(visit->http, visit->call, problem);
}

void visit_refuse(struct visit *visit, enum error error, const char *detail)
{
    struct problem problem = {.error = error, .detail = detail};
    visit_problem(visit, &problem);
}

/* --- the log ---------------------------------------------------------------------------------- */

static bool may_complain(struct http *http, enum complaint sort, uint64_t *left_out)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    uint64_t now_ms = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
    uint64_t *told_ms = &http->complaints[sort].told_ms;
    *left_out = http->complaints[sort].left_out;
    bool told = *told_ms != 0 && now_ms - *told_ms < COMPLAIN_MS;
    http->complaints[sort].left_out = told ? *left_out + 1 : 0;
    if (!told) *told_ms = now_ms;
    return !told;
}

void call_complain(struct http *http, const struct call *call, enum complaint sort,
                   const char *what, const char *name, const char *value, enum error error)
{
    bool local;
    uint64_t left_out;
    if (!may_complain(http, sort, &left_out)) return;
    LOG(LOG_WARN, "http", what, LOG_TEXT(name, value), LOG_TEXT("code", error_name(error)),
        LOG_TEXT("client", call_client(call, &local)), LOG_NUMBER("call", call_number(call)),
        LOG_NUMBER("left_out", left_out));
}

static void on_trouble(void *world, const char *what)
{
    uint64_t left_out;
    if (!may_complain(world, COMPLAINT_TROUBLE, &left_out)) return;
    LOG(LOG_ERROR, "http", what, LOG_NUMBER("left_out", left_out));
}

/* --- who it is -------------------------------------------------------------------------------- */

static void refresh_tokens(struct http *http)
{
    char why[TOKENS_WHY_BYTES];
    if (tokens_refresh(http->tokens, why) != OK)
        LOG(LOG_ERROR, "http", "the tokens stay as they were", LOG_TEXT("why", why));
}

/* A token that is not known may have been made a moment ago: whoever was given one uses it at once.
 * To look whether the file changed costs a stranger's call one system call. */
static const struct token_row *bearer_of(struct http *http, struct span header)
{
    if (header.size < 7 || strncasecmp((const char *)header.at, "Bearer ", 7) != 0) return NULL;
    header = span_of(header.at + 7, header.size - 7);
    while (header.size > 0 && header.at[0] == ' ') header = span_of(header.at + 1, header.size - 1);
    const struct token_row *row = tokens_find(http->tokens, header);
    if (row != NULL) return row;
    refresh_tokens(http);
    return tokens_find(http->tokens, header);
}

const struct token_row *visit_bearer(const struct visit *visit)
{
    const char *header = call_header(visit->call, "Authorization");
    return header == NULL ? NULL : bearer_of(visit->http, span_text(header));
}

struct scope visit_scope(const struct visit *visit)
{
    return visit->token == NULL ? (struct scope){0} : token_scope(visit->token);
}

bool visit_is_whole(struct visit *visit)
{
    struct scope scope = visit_scope(visit);
    if (!scope_is_bound(&scope)) return true;
    visit_refuse(visit, ERROR_FORBIDDEN, "this is not for tokens that are bound to a merchant");
    return false;
}

struct actor visit_actor(const struct visit *visit)
{
    return (struct actor){.kind = actor_of_role(visit->token->role),
                          .token = visit->token->token,
                          .node = visit->http->self->node};
}

/* --- percent signs ---------------------------------------------------------------------------- */

static int hex_of(uint8_t c)
{
    if (c >= '0' && c <= '9') return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The decoded text with its NUL; false when it is too long or decodes to a NUL. In a query, a plus
 * is a blank. */
static bool decode(struct span from, char *to, size_t size, bool query)
{
    size_t used = 0;
    for (size_t i = 0; i < from.size; i++) {
        uint8_t c = from.at[i];
        if (query && c == '+') c = ' ';
        if (c == '%') {
            if (i + 2 >= from.size) return false;
            int high = hex_of(from.at[i + 1]), low = hex_of(from.at[i + 2]);
            if (high < 0 || low < 0) return false;
            c = (uint8_t)(high << 4 | low);
            i += 2;
        }
        if (c == '\0' || used + 1 >= size) return false;
        to[used++] = (char)c;
    }
    to[used] = '\0';
    return true;
}

/* The check character of an id may be one of those that careful clients write as %24 or %3D. What
 * does not decode stays as it is, and is no id. */
static void decode_values(struct visit *visit)
{
    for (size_t i = 0; i < visit->values_count; i++) {
        struct span *value = &visit->values[i];
        char *to = visit->decoded[i];
        if (memchr(value->at, '%', value->size) == NULL) continue;
        if (decode(*value, to, sizeof visit->decoded[i], false)) *value = span_text(to);
    }
}

/* --- which route ------------------------------------------------------------------------------ */

static bool method_fits(enum method wanted, enum method got)
{
    return wanted == got || (wanted == METHOD_GET && got == METHOD_HEAD);
}

static void refuse_method(struct visit *visit, bool get, bool post)
{
    const char *allow = get && post ? "GET, HEAD, POST" : get ? "GET, HEAD" : "POST";
    struct problem problem = {.error = ERROR_UNSUPPORTED, .status = 405};
    problem.detail = "this path does not take this method: see Allow";
    call_add_header(visit->call, "Allow", allow);
    visit_problem(visit, &problem);
}

/* NULL: answered already. */
static const struct route *find_route(struct visit *visit)
{
    struct span path = call_path(visit->call);
    enum method method = call_method(visit->call);
    bool get = false, post = false;
    for (size_t i = 0; i < routes_count; i++) {
        if (!route_matches(routes[i].pattern, path, visit->values, &visit->values_count)) continue;
        if (method_fits(routes[i].method, method)) {
            decode_values(visit);
            return &routes[i];
        }
        if (routes[i].method == METHOD_GET)
            get = true;
        else
            post = true;
    }
    if (get || post)
        refuse_method(visit, get, post);
    else
        visit_refuse(visit, ERROR_NOT_FOUND, "no such path: see /openapi.yaml");
    return NULL;
}

static bool is_let_in(struct visit *visit)
{
    unsigned roles = route_roles(visit->route);
    if (roles == ANYBODY) return true;
    const char *why = NULL;
    visit->token = visit_bearer(visit);
    enum error error = visit->token != NULL ? OK : link_let_in(visit, &why);
    if (visit->token == NULL) {
        call_complain(visit->http, visit->call, COMPLAINT_TOKEN, "a call without a valid token",
                      "route", visit->route->pattern, error);
        visit_refuse(visit, error, why);
        return false;
    }
    if ((visit->token->role & roles) != 0) return true;
    visit_refuse(visit, ERROR_FORBIDDEN, "this is not for the token's role");
    return false;
}

static void on_call(void *world, struct call *call)
{
    static const char *const none[] = {NULL};
    struct visit visit = {.http = world, .call = call};
    struct query query;
    visit.route = find_route(&visit);
    if (visit.route == NULL || !is_let_in(&visit)) return;
    /* What is not understood is not passed over: a filter with a slip in its name would show all.
     */
    if ((visit.route->flags & QUERY_OWN) != 0 || query_read(&visit, none, &query))
        visit.route->handle(&visit);
}

/* Whoever may call one of the bulk routes, or send a file, at all. */
static enum error may_send_bulk(void *world, bool file, struct span authorization)
{
    const struct token_row *row = bearer_of(world, authorization);
    if (row == NULL) return ERROR_UNAUTHENTICATED;
    void (*handle)(struct visit * visit) = file ? photo_take_handle : bulk_handle;
    for (size_t i = 0; i < routes_count; i++)
        if (routes[i].handle == handle && (route_roles(&routes[i]) & row->role) != 0) return OK;
    return ERROR_FORBIDDEN;
}

static void on_tick(void *world, uint64_t now_ms)
{
    struct http *http = world;
    feed_tick(http->feed, now_ms);
    if (now_ms - http->refreshed_ms < TOKENS_REFRESH_MS) return;
    http->refreshed_ms = now_ms;
    refresh_tokens(http);
}

/* --- paths and queries ------------------------------------------------------------------------ */

bool visit_id(struct visit *visit, size_t place, struct id *id)
{
    assert(place < visit->values_count);
    if (id_parse(visit->values[place], id) == OK) return true;
    visit_refuse(visit, ERROR_BAD_ID, "the id in the path");
    return false;
}

static bool is_allowed(const char *name, const char *const *allowed)
{
    while (*allowed != NULL && strcmp(*allowed, name) != 0) allowed++;
    return *allowed != NULL;
}

static struct span take_until(struct span *from, uint8_t mark)
{
    struct span taken = *from;
    taken.size = 0;
    while (taken.size < from->size && from->at[taken.size] != mark) taken.size++;
    size_t skip = taken.size < from->size ? taken.size + 1 : taken.size;
    *from = span_of(from->at + skip, from->size - skip);
    return taken;
}

/* An error, and what is wrong with the parameter of that name. */
static enum error read_pair(struct span pair, const char *const *allowed, struct query *query,
                            char name[PARAMETER_BYTES], const char **what)
{
    struct span word = take_until(&pair, '=');
    if (!decode(word, name, PARAMETER_BYTES, true) || !utf8_plain(span_text(name))) name[0] = '\0';
    *what = "not known here";
    if (!is_allowed(name, allowed)) return ERROR_UNKNOWN_FIELD;
    *what = "given twice";
    if (query_get(query, name) != NULL) return ERROR_MALFORMED;
    assert(query->count < QUERY_MAX); /* each stands there once, and there are not so many */
    *what = "too long, or not to be decoded";
    if (!decode(pair, query->at[query->count].value, QUERY_VALUE_BYTES, true))
        return ERROR_MALFORMED;
    memcpy(query->at[query->count++].name, name, PARAMETER_BYTES);
    return OK;
}

static void refuse_query(struct visit *visit, enum error error, const char *name, const char *what,
                         const char *const *allowed)
{
    char detail[256];
    size_t used = (size_t)snprintf(detail, sizeof detail, "parameter %s: %s; this path takes %s",
                                   name, what, allowed[0] == NULL ? "none" : "");
    for (size_t i = 0; allowed[i] != NULL && used < sizeof detail; i++)
        used += (size_t)snprintf(detail + used, sizeof detail - used, "%s%s", i == 0 ? "" : ", ",
                                 allowed[i]);
    visit_refuse(visit, error, detail);
}

bool query_read(struct visit *visit, const char *const *allowed, struct query *query)
{
    struct span text = call_query(visit->call);
    memset(query, 0, sizeof *query);
    while (text.size > 0) {
        char name[PARAMETER_BYTES];
        const char *what;
        enum error error = read_pair(take_until(&text, '&'), allowed, query, name, &what);
        if (error == OK) continue;
        refuse_query(visit, error, name, what, allowed);
        return false;
    }
    return true;
}

const char *query_get(const struct query *query, const char *name)
{
    for (size_t i = 0; i < query->count; i++)
        if (strcmp(query->at[i].name, name) == 0) return query->at[i].value;
    return NULL;
}

/* --- errands ---------------------------------------------------------------------------------- */

static void errand_back(struct delivery *delivery)
{
    struct errand *errand =
        (struct errand *)(void *)((uint8_t *)delivery - offsetof(struct errand, delivery));
    errand->then(errand, errand->answered ? &errand->answer : NULL);
}

/* On the writer thread, after the commit. */
static void errand_done(struct job *job, const struct answer_out *answer)
{
    struct errand *errand = (struct errand *)job;
    errand->answered = answer != NULL;
    if (answer != NULL) errand->answer = *answer;
    server_deliver(errand->http->server, &errand->delivery);
}

bool errand_submit(struct errand *errand, struct http *http, struct call *call, size_t bytes)
{
    errand->http = http;
    errand->call = call;
    errand->job.bytes = bytes;
    errand->job.done = errand_done;
    errand->delivery.run = errand_back;
    return engine_submit(http->engine, &errand->job);
}

bool errand_run(struct errand *errand, struct visit *visit, size_t bytes)
{
    if (errand_submit(errand, visit->http, visit->call, bytes)) return true;
    visit_refuse(visit, ERROR_BUSY, NULL);
    return false;
}

/* --- open and close --------------------------------------------------------------------------- */

static bool open_server(struct http *http, char why[HTTP_WHY_BYTES])
{
    const struct http_options *options = &http->options;
    const struct server_options server = {.address = options->address,
                                          .port = options->port,
                                          .certificate = options->certificate,
                                          .key = options->key,
                                          .trust_forwarded = options->trust_forwarded,
                                          .bulk_prefix = BULK_PREFIX,
                                          .file_prefix = FILE_PREFIX,
                                          .limits = options->limits,
                                          .world = http,
                                          .handle = on_call,
                                          .tick = on_tick,
                                          .may_send_bulk = may_send_bulk,
                                          .trouble = on_trouble};
    http->server = server_open(&server, why);
    return http->server != NULL;
}

struct http *http_open(const struct http_options *options, struct engine *engine,
                       struct store_lmdb *store, const struct crypto *crypto,
                       char why[HTTP_WHY_BYTES])
{
    static_assert(HTTP_WHY_BYTES >= TOKENS_WHY_BYTES, "a sentence of the tokens fits");
    static_assert(HTTP_WHY_BYTES >= SERVER_WHY_BYTES, "a sentence of the server fits");
    struct http *http = calloc(1, sizeof *http);
    assert(http != NULL);
    http->options = *options;
    http->engine = engine;
    http->store = store;
    http->crypto = crypto;
    http->self = engine_self(engine);
    http->feed = feed_open(http);
    http->counting = counting_open();
    if (tokens_open(options->tokens_file, crypto, &http->tokens, why) == OK &&
        open_server(http, why))
        return http;
    http_free(http);
    return NULL;
}

uint16_t http_port(const struct http *http)
{
    return server_port(http->server);
}

enum error http_start(struct http *http)
{
    return server_start(http->server);
}

void http_stop(struct http *http)
{
    counting_stop(http->counting);
    server_stop(http->server);
}

void http_free(struct http *http)
{
    if (http == NULL) return;
    server_free(http->server);
    feed_free(http->feed);
    counting_free(http->counting);
    tokens_free(http->tokens);
    free(http);
}

void http_feed(void *world, uint64_t next_number)
{
    struct http *http = world;
    feed_grew(http->feed, next_number);
}
