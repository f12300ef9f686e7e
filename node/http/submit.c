/* A command of the business: from a call to the engine, and the engine's answer to a status. */
#include "node/http/door.h"
#include "node/http/records.h"
#include "overseas-warehouse/plates/plates.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

struct submission {
    struct errand errand; /* first */
    const struct route *route;
    struct scope scope;      /* of the bearer */
    enum record_kind record; /* as which the bearer sees what the command is about */
    struct id link_return;   /* of a buyer: the one record that there is; else zero */
    union command_body body;
    uint8_t bytes[]; /* the canonical body, in which its texts lie */
};

/* --- keys and versions ------------------------------------------------------------------------ */

bool key_is_valid(struct span key)
{
    if (key.size == 0 || key.size > KEY_BYTES_MAX) return false;
    for (size_t i = 0; i < key.size; i++)
        if (key.at[i] < 0x21 || key.at[i] > 0x7e) return false;
    return true;
}

struct id request_of(const struct http *http, const struct id *merchant, struct span key)
{
    bool bound = !id_is_zero(merchant);
    const struct span parts[] = {bound ? id_span(merchant) : span_text("mesh"), key};
    return crypto_id(http->crypto, "entrepot/req/1", parts, 2);
}

void etag_print(uint64_t version, char text[24])
{
    snprintf(text, 24, "\"%llu\"", (unsigned long long)version);
}

uint64_t etag_read(const char *text)
{
    uint64_t version = 0;
    if (*text++ != '"') return 0;
    for (; *text >= '0' && *text <= '9'; text++) {
        version = version * 10 + (uint64_t)(*text - '0');
        if (version > UINT32_MAX) return 0;
    }
    return strcmp(text, "\"") == 0 ? version : 0;
}

bool visit_key(struct visit *visit, struct id *request)
{
    const char *key = call_header(visit->call, "Idempotency-Key");
    unsigned flags = visit->route->flags;
    if (key == NULL) {
        if ((flags & KEY_NEEDED) == 0) return true;
        visit_refuse(visit, ERROR_KEY_MISSING, NULL);
        return false;
    }
    if (!key_is_valid(span_text(key))) {
        visit_refuse(visit, ERROR_MALFORMED, "Idempotency-Key: 1 to 255 visible ASCII characters");
        return false;
    }
    struct scope scope = visit_scope(visit);
    struct id tenant = scope_only(&scope);
    /* A buyer chooses keys beside the shop's own: neither meets the other's. */
    if (visit->token->role == ROLE_BUYER) tenant = visit->link.link;
    *request = request_of(visit->http, &tenant, span_text(key));
    return true;
}

static bool read_match(struct visit *visit, struct command *command)
{
    const char *match = call_header(visit->call, "If-Match");
    unsigned flags = visit->route->flags;
    if (match == NULL) {
        if ((flags & MATCH_NEEDED) == 0) return true;
        visit_refuse(visit, ERROR_PRECONDITION, "the ETag of the record as you have seen it");
        return false;
    }
    if ((flags & (MATCH_TAKEN | MATCH_NEEDED)) == 0) {
        visit_refuse(visit, ERROR_MALFORMED, "If-Match: not looked at on this path; leave it out");
        return false;
    }
    bool any = strcmp(match, "*") == 0;
    /* Where it is needed, "any" would say that nobody looked. */
    if (any && (flags & MATCH_NEEDED) == 0) return true;
    command->if_match = any ? 0 : etag_read(match);
    if (command->if_match != 0) return true;
    visit_refuse(visit, any ? ERROR_PRECONDITION : ERROR_MALFORMED,
                 "If-Match: one ETag as this node gave it, such as \"3\"");
    return false;
}

bool visit_type_is(const struct visit *visit, const char *wanted)
{
    const char *type = call_header(visit->call, "Content-Type");
    size_t size = strlen(wanted);
    if (type == NULL || strncasecmp(type, wanted, size) != 0) return false;
    return type[size] == '\0' || type[size] == ';' || type[size] == ' ';
}

bool visit_is_json(struct visit *visit)
{
    if (call_body(visit->call).size == 0 || visit_type_is(visit, JSON_TYPE)) return true;
    struct problem problem = {.error = ERROR_UNSUPPORTED, .status = 415};
    problem.detail = "the body is to be " JSON_TYPE;
    visit_problem(visit, &problem);
    return false;
}

/* --- scope ------------------------------------------------------------------------------------ */

/* An id that the body names under that word, whatever the command; NULL: it has no such field. */
static const struct id *named(const struct command_row *row, const union command_body *body,
                              const char *field)
{
    for (size_t i = 0; i < row->shape->count; i++) {
        const struct field *at = &row->shape->fields[i];
        if (at->type == FIELD_id && strcmp(at->name, field) == 0)
            return (const struct id *)(const void *)((const uint8_t *)body + at->offset);
    }
    return NULL;
}

const struct id *body_merchant(const struct command_row *row, const union command_body *body)
{
    return named(row, body, "merchant");
}

static bool differs(const struct id *named, const struct id *bound)
{
    return !id_is_zero(bound) && !id_is_zero(named) && !id_equal(named, bound);
}

/* The goods of another warehouse than the bearer's, as far as is known here. */
static bool is_elsewhere(struct visit *visit, const struct id *unit)
{
    struct store_reading reading;
    struct unit_now now;
    if (id_is_zero(&visit->token->warehouse)) return false;
    if (store_reading_begin(visit->http->store, &reading) != OK) return false;
    bool elsewhere = unit_load(&reading.views, unit, &now) &&
                     differs(&now.row.warehouse, &visit->token->warehouse);
    store_reading_end(&reading);
    return elsewhere;
}

/* The merchant and the warehouse that a body names, against those of the bearer: the field that is
 * not for it. Records that it names by their id are the business's to judge: it sees whose they
 * are. */
static const char *out_of_scope(struct visit *visit, const struct scope *scope,
                                const struct command_row *row, const union command_body *body)
{
    const struct id *merchant = named(row, body, "merchant");
    const struct id *warehouse = named(row, body, "warehouse");
    bool unit = row->kind >= COMMAND_UNIT_INSPECT && row->kind <= COMMAND_UNIT_SHIP;
    if (merchant != NULL && !id_is_zero(merchant) && !scope_covers(scope, merchant))
        return "merchant";
    if (warehouse != NULL && differs(warehouse, &visit->token->warehouse)) return "warehouse";
    return unit && is_elsewhere(visit, &body->unit_act.unit) ? "unit" : NULL;
}

/* Whose the return is, or the unit, as far as is known here; zero: nobody's. */
static struct id owner_of(struct visit *visit, const struct id *return_id)
{
    struct store_reading reading;
    struct return_row row;
    struct unit_owner unit;
    struct id owner = {{0}};
    if (store_reading_begin(visit->http->store, &reading) != OK) return owner;
    if (return_load(&reading.views, return_id, &row))
        owner = row.merchant;
    else if (unit_owner(&reading.views, return_id, &unit))
        owner = unit.merchant;
    store_reading_end(&reading);
    return owner;
}

/* The return that the command is about, or whose buyer's personal data. */
static const struct id *subject_of(const struct command_row *row, const union command_body *body)
{
    const struct id *subject = named(row, body, "return_id");
    return subject != NULL ? subject : named(row, body, "subject");
}

static bool is_grant_of(struct visit *visit, const struct id *grant, const struct id *return_id)
{
    struct store_reading reading;
    struct grant_row row;
    if (store_reading_begin(visit->http->store, &reading) != OK) return false;
    bool known = grant_load(&reading.views, grant, &row) && id_equal(&row.return_id, return_id);
    store_reading_end(&reading);
    return known;
}

/* A link opens one return, and what is named by an id of its own only if it is that return's. */
static bool is_of_link(struct visit *visit, const struct command_row *row,
                       const union command_body *body, const char **field)
{
    const struct id *subject = named(row, body, "return_id"), *grant = named(row, body, "grant");
    if (subject != NULL) return id_equal(subject, &visit->link.return_id);
    *field = "grant";
    return grant != NULL && is_grant_of(visit, grant, &visit->link.return_id);
}

/* One merchant goes with a command, for the book that decides it. A bearer of several has to name a
 * record of one of them. What is not covered is like what is not there: on false the name of the
 * field is in *field. */
static bool choose_merchant(struct visit *visit, const struct scope *scope,
                            const struct command_row *row, const union command_body *body,
                            struct id *merchant, const char **field)
{
    const struct id *subject = subject_of(row, body), *by_name = named(row, body, "merchant");
    bool personal = row->kind == COMMAND_PERSON || row->kind == COMMAND_ERASE;
    *merchant = scope_only(scope);
    *field = personal ? "subject" : "return_id";
    if (visit->token->role == ROLE_BUYER) return is_of_link(visit, row, body, field);
    if (!scope_is_bound(scope) || (scope->count == 1 && !personal)) return true;
    if (by_name != NULL && !id_is_zero(by_name)) *merchant = *by_name;
    if (subject != NULL && !id_is_zero(subject)) *merchant = owner_of(visit, subject);
    return !id_is_zero(merchant) && scope_covers(scope, merchant);
}

static void refuse_scope(struct visit *visit, const char *field)
{
    struct fault fault = {.error = ERROR_FORBIDDEN};
    fault_step(&fault, span_text(field));
    struct problem problem = {.error = ERROR_FORBIDDEN, .fault = &fault};
    visit_problem(visit, &problem);
}

/* Fills the command's merchant. On false the call has been answered. */
static bool is_in_scope(struct visit *visit, const union command_body *body,
                        struct command *command)
{
    const struct command_row *row = command_by_kind(command->kind);
    struct scope scope = visit_scope(visit);
    const char *field = out_of_scope(visit, &scope, row, body);
    if (field != NULL) {
        refuse_scope(visit, field);
        return false;
    }
    if (choose_merchant(visit, &scope, row, body, &command->merchant, &field)) return true;
    visit_refuse(visit, ERROR_NOT_FOUND, field);
    return false;
}

/* --- the answer ------------------------------------------------------------------------------- */

static void refuse(struct submission *submission, const struct answer_out *answer)
{
    struct fault fault;
    struct problem problem = {.error = answer->error, .rule = answer->rule};
    if (!id_is_zero(&answer->request)) problem.request = &answer->request;
    const struct shape *shape = command_by_kind(submission->route->command)->shape;
    if (body_field_in(shape, submission->route->fill, answer->rule, &fault)) problem.fault = &fault;
    /* Only a version that was named can have moved on; other conflicts are rules. */
    if (answer->error == ERROR_CONFLICT && strcmp(answer->rule, "If-Match") != 0)
        problem.status = 409;
    call_problem(submission->errand.http, submission->errand.call, &problem);
}

static void add_location(struct call *call, const char *path, const struct id *id)
{
    char location[128], text[ID_TEXT_BYTES];
    if (path == NULL) return;
    id_print(id, text);
    snprintf(location, sizeof location, "%s%s", path, text);
    call_add_header(call, "Location", location);
}

static void put_answer(const struct answer_out *answer, const char *word, struct json_out *out)
{
    json_open(out, NULL, '{');
    json_put_text(out, "state", span_text(word));
    if (!id_is_zero(&answer->request)) json_put_id(out, "request_id", &answer->request);
    if (!id_is_zero(&answer->entity)) json_put_id(out, "id", &answer->entity);
    if (answer->replay) json_put_bool(out, "replay", true);
    if (answer->duplicate) json_put_bool(out, "duplicate", true);
}

static void answer_asked(struct submission *submission, const struct answer_out *answer)
{
    struct json_out out = {0};
    put_answer(answer, "requested", &out);
    json_close(&out, '}');
    add_location(submission->errand.call, "/v1/requests/", &answer->request);
    call_json(submission->errand.http, submission->errand.call, 202, &out);
}

/* The record as it stands now, be the answer the first one or a replay. */
static void put_record(struct submission *submission, const struct answer_out *answer,
                       struct json_out *out)
{
    struct http *http = submission->errand.http;
    enum record_kind kind = submission->record;
    struct store_reading reading;
    uint64_t version = 0;
    if (kind == RECORD_NONE || store_reading_begin(http->store, &reading) != OK) return;
    const struct reading reader = {&reading.views, http->crypto, submission->scope, 0};
    const struct id *shown =
        id_is_zero(&submission->link_return) ? &answer->entity : &submission->link_return;
    if (record_put(&reader, kind, id_span(shown), out, "record", &version)) {
        add_location(submission->errand.call, record_path(kind), &answer->entity);
        char etag[24];
        etag_print(version, etag);
        if (version != 0) call_add_header(submission->errand.call, "ETag", etag);
    }
    store_reading_end(&reading);
}

static void answer_decided(struct submission *submission, const struct answer_out *answer)
{
    bool observed = answer->state == ANSWER_OBSERVED;
    struct json_out out = {0};
    put_answer(answer, observed ? "observed" : "done", &out);
    put_record(submission, answer, &out);
    if (submission->route->command == COMMAND_RETURN_LINK) {
        link_put(submission->errand.http, &answer->entity, &out);
        call_add_header(submission->errand.call, "Cache-Control", "no-store");
    }
    json_close(&out, '}');
    if (observed) call_add_header(submission->errand.call, "Durable", "local");
    call_json(submission->errand.http, submission->errand.call, observed ? 201 : 200, &out);
}

static void on_answer(struct errand *errand, const struct answer_out *answer)
{
    struct submission *submission = (struct submission *)errand;
    assert(answer != NULL);
    if (answer->state == ANSWER_REFUSED)
        refuse(submission, answer);
    else if (answer->state == ANSWER_ASKED)
        answer_asked(submission, answer);
    else
        answer_decided(submission, answer);
    free(submission);
}

/* --- the request ------------------------------------------------------------------------------ */

static void submit(struct visit *visit, const struct command *command, struct span encoded)
{
    const struct command_row *row = command_by_kind(command->kind);
    struct submission *submission = calloc(1, sizeof *submission + encoded.size);
    assert(submission != NULL);
    submission->route = visit->route;
    submission->scope = visit_scope(visit);
    submission->record = record_of_command(command->kind);
    if (visit->token->role == ROLE_BUYER) {
        submission->record = RECORD_BUYERS;
        submission->link_return = visit->link.return_id;
    }
    submission->errand.then = on_answer;
    memcpy(submission->bytes, encoded.at, encoded.size);
    struct span own = span_of(submission->bytes, encoded.size);
    enum error error = shape_decode(row->shape, own, &submission->body, NULL);
    assert(error == OK);
    (void)error;
    struct input *input = &submission->errand.job.input;
    input->kind = INPUT_COMMAND;
    input->command = *command;
    input->command.body = &submission->body;
    if (!errand_run(&submission->errand, visit, sizeof *submission + encoded.size))
        free(submission);
}

static void refuse_body(struct visit *visit, const struct body_fault *fault)
{
    struct problem problem = {.error = fault->error, .fault = &fault->field};
    if (fault->detail[0] != '\0') problem.detail = fault->detail;
    /* It is a field that is too large, not the body: that was bounded before. */
    if (fault->error == ERROR_TOO_LARGE) problem.status = 400;
    visit_problem(visit, &problem);
}

void submit_handle(struct visit *visit)
{
    uint8_t room[COMMAND_BYTES_MAX];
    union command_body body;
    struct span encoded;
    struct body_fault fault;
    struct id filled = {{0}};
    const struct route *route = visit->route;
    const struct command_row *row = command_by_kind(route->command);
    struct command command = {.kind = route->command, .by = visit_actor(visit)};
    if (!visit_is_json(visit) || !visit_key(visit, &command.request) ||
        !read_match(visit, &command))
        return;
    if (route->fill != NULL && !visit_id(visit, 0, &filled)) return;
    if (body_read(visit->http->crypto, row, route->fill, &filled, call_body(visit->call), &body,
                  room, &encoded, &fault) != OK) {
        refuse_body(visit, &fault);
        return;
    }
    if (!is_in_scope(visit, &body, &command)) return;
    command.body_hash = body_hash(visit->http->crypto, command.kind, encoded);
    submit(visit, &command, encoded);
}
