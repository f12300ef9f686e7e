/* Many records in one call: a JSON object a line in, a JSON object a line out, in the same order.
 *
 * Each line is a request of its own: its key is the call's Idempotency-Key and the line's number,
 * so the same file sent again after a break is answered line by line with what stands already. */
#include "node/http/door.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#define LINES_MAX    10000
#define UNDER_WAY    256 /* lines handed to the engine at once */
#define NUMBER_BYTES 12

struct line {
    unsigned status;
    enum answer_state state;
    enum error error;
    struct id request, entity;
    bool replay, duplicate;
    char rule[RULE_BYTES_MAX];
    struct body_fault *fault; /* NULL: the line was read */
};

struct bulk {
    struct http *http;
    struct call *call;
    const struct command_row *row; /* what each line asks for */
    struct actor by;
    struct id merchant;
    char key[KEY_BYTES_MAX + NUMBER_BYTES + 1];
    size_t key_size;
    struct span left; /* of the body */
    struct line *lines;
    size_t total, read, under_way;
};

struct entry {
    struct errand errand; /* first */
    struct bulk *bulk;
    size_t place;
    union command_body body;
    uint8_t bytes[];
};

/* --- the answer ------------------------------------------------------------------------------- */

/* The field that is to blame: the body's reader names it, or the rule that refused. */
static void put_fault(struct json_out *out, const struct shape *shape, const struct line *line)
{
    char pointer[FAULT_PATH_BYTES + 1];
    struct fault ruled;
    const struct fault *fault = &ruled;
    if (line->fault != NULL && line->fault->detail[0] != '\0')
        json_put_text(out, "detail", span_text(line->fault->detail));
    if (line->fault != NULL)
        fault = &line->fault->field;
    else
        (void)body_field_in(shape, NULL, line->rule, &ruled);
    if (fault->path[0] == '\0') return;
    snprintf(pointer, sizeof pointer, "/%s", fault->path);
    json_put_text(out, "pointer", span_text(pointer));
}

static void put_line(struct json_out *out, const struct shape *shape, const struct line *line,
                     size_t number)
{
    static const char *const states[] = {"observed", "done", "requested", "refused"};
    json_open(out, NULL, '{');
    json_put_uint(out, "line", number);
    json_put_uint(out, "status", line->status);
    json_put_text(out, "state", span_text(states[line->state]));
    if (!id_is_zero(&line->request)) json_put_id(out, "request_id", &line->request);
    if (!id_is_zero(&line->entity)) json_put_id(out, "id", &line->entity);
    if (line->replay) json_put_bool(out, "replay", true);
    if (line->duplicate) json_put_bool(out, "duplicate", true);
    if (line->error != OK) json_put_text(out, "code", span_text(error_name(line->error)));
    if (line->rule[0] != '\0') json_put_text(out, "rule", span_text(line->rule));
    put_fault(out, shape, line);
    json_close(out, '}');
}

static void put_sum(struct json_out *out, const struct bulk *bulk)
{
    size_t counts[4] = {0}, duplicates = 0;
    for (size_t i = 0; i < bulk->total; i++)
        if (bulk->lines[i].status != 0) {
            counts[bulk->lines[i].state]++;
            duplicates += bulk->lines[i].duplicate ? 1 : 0;
        }
    json_open(out, NULL, '{');
    json_put_uint(out, "done", counts[ANSWER_DONE]);
    json_put_uint(out, "duplicate", duplicates); /* of those done: they changed nothing */
    json_put_uint(out, "requested", counts[ANSWER_ASKED]);
    json_put_uint(out, "refused", counts[ANSWER_REFUSED]);
    json_close(out, '}');
}

static void append(struct json_out *all, struct json_out *one)
{
    assert(one->at != NULL);
    if (all->room - all->used < one->used + 1) {
        all->room = all->room * 2 + one->used + 4096;
        all->at = realloc(all->at, all->room);
        assert(all->at != NULL);
    }
    memcpy(all->at + all->used, one->at, one->used);
    all->used += one->used;
    all->at[all->used++] = '\n';
    json_out_free(one);
}

static void answer(struct bulk *bulk)
{
    struct json_out all = {0};
    for (size_t i = 0; i < bulk->total; i++) {
        struct json_out one = {0};
        if (bulk->lines[i].status != 0) { /* 0: it was blank */
            put_line(&one, bulk->row->shape, &bulk->lines[i], i + 1);
            append(&all, &one);
        }
        free(bulk->lines[i].fault);
    }
    struct json_out sum = {0};
    put_sum(&sum, bulk);
    append(&all, &sum);
    bulk->http->answers[2]++;
    call_reply_json(bulk->call, 200, NDJSON_TYPE, &all);
    free(bulk->lines);
    free(bulk);
}

/* --- one line --------------------------------------------------------------------------------- */

static void settle(struct line *line, const struct answer_out *answer)
{
    line->state = answer->state;
    line->error = answer->error;
    line->request = answer->request;
    line->entity = answer->entity;
    line->replay = answer->replay;
    line->duplicate = answer->duplicate && answer->error == OK;
    memcpy(line->rule, answer->rule, sizeof line->rule);
    line->status = answer->state == ANSWER_ASKED ? 202 : problem_status(answer->error);
    if (answer->error == ERROR_CONFLICT) line->status = 409;
}

static void fail_line(struct line *line, enum error error, const struct body_fault *fault)
{
    line->state = ANSWER_REFUSED;
    line->error = error;
    line->status = problem_status(error);
    if (fault == NULL) return;
    if (error == ERROR_TOO_LARGE) line->status = 400;
    line->fault = malloc(sizeof *fault);
    assert(line->fault != NULL);
    *line->fault = *fault;
}

static void go_on(struct bulk *bulk);

static void on_answer(struct errand *errand, const struct answer_out *answer_out)
{
    struct entry *entry = (struct entry *)errand;
    struct bulk *bulk = entry->bulk;
    assert(answer_out != NULL && bulk->under_way > 0);
    settle(&bulk->lines[entry->place], answer_out);
    bulk->under_way--;
    free(entry);
    go_on(bulk);
}

static void submit(struct bulk *bulk, struct span encoded)
{
    struct entry *entry = calloc(1, sizeof *entry + encoded.size);
    assert(entry != NULL);
    entry->bulk = bulk;
    entry->place = bulk->read;
    entry->errand.then = on_answer;
    memcpy(entry->bytes, encoded.at, encoded.size);
    struct span own = span_of(entry->bytes, encoded.size);
    enum error error = shape_decode(bulk->row->shape, own, &entry->body, NULL);
    assert(error == OK);
    int digits = snprintf(bulk->key + bulk->key_size, NUMBER_BYTES, "/%zu", bulk->read + 1);
    struct span key = span_of(bulk->key, bulk->key_size + (size_t)digits);
    struct command *command = &entry->errand.job.input.command;
    entry->errand.job.input.kind = INPUT_COMMAND;
    command->kind = bulk->row->kind;
    command->request = request_of(bulk->http, &bulk->merchant, key);
    command->body_hash = body_hash(bulk->http->crypto, command->kind, encoded);
    command->by = bulk->by;
    command->merchant = bulk->merchant;
    command->body = &entry->body;
    if (errand_submit(&entry->errand, bulk->http, bulk->call, sizeof *entry + encoded.size)) {
        bulk->under_way++;
        return;
    }
    free(entry);
    fail_line(&bulk->lines[bulk->read], ERROR_BUSY, NULL);
}

static void read_line(struct bulk *bulk, struct span text)
{
    uint8_t room[COMMAND_BYTES_MAX];
    union command_body body;
    struct span encoded;
    struct body_fault fault;
    enum error error =
        body_read(bulk->http->crypto, bulk->row, NULL, NULL, text, &body, room, &encoded, &fault);
    const struct id *merchant = error == OK ? body_merchant(bulk->row, &body) : NULL;
    if (merchant != NULL && !id_is_zero(&bulk->merchant) && !id_equal(&bulk->merchant, merchant)) {
        fault.error = error = ERROR_FORBIDDEN;
        fault_step(&fault.field, span_text("merchant"));
    }
    if (error == OK)
        submit(bulk, encoded);
    else
        fail_line(&bulk->lines[bulk->read], error, &fault);
}

/* --- all of them ------------------------------------------------------------------------------ */

static struct span next_line(struct span *left)
{
    struct span line = *left;
    const uint8_t *end = left->size == 0 ? NULL : memchr(left->at, '\n', left->size);
    line.size = end == NULL ? left->size : (size_t)(end - left->at);
    size_t skip = end == NULL ? left->size : line.size + 1;
    *left = span_of(left->at + skip, left->size - skip);
    if (line.size > 0 && line.at[line.size - 1] == '\r') line.size--;
    return line;
}

static bool is_blank(struct span line)
{
    for (size_t i = 0; i < line.size; i++)
        if (line.at[i] != ' ' && line.at[i] != '\t') return false;
    return true;
}

static void go_on(struct bulk *bulk)
{
    while (bulk->left.size > 0 && bulk->under_way < UNDER_WAY) {
        struct span line = next_line(&bulk->left);
        if (!is_blank(line)) read_line(bulk, line);
        bulk->read++;
    }
    if (bulk->left.size == 0 && bulk->under_way == 0) answer(bulk);
}

static size_t count_lines(struct span body)
{
    size_t count = 0;
    while (body.size > 0) {
        (void)next_line(&body);
        count++;
    }
    return count;
}

static void begin(struct visit *visit, struct span key, size_t lines)
{
    struct bulk *bulk = calloc(1, sizeof *bulk);
    assert(bulk != NULL);
    bulk->http = visit->http;
    bulk->call = visit->call;
    bulk->row = command_by_kind(visit->route->command);
    bulk->by = visit_actor(visit);
    struct scope scope = visit_scope(visit);
    assert(scope.count <= 1); /* of these roles */
    bulk->merchant = scope_only(&scope);
    bulk->left = call_body(visit->call);
    bulk->total = lines;
    bulk->lines = calloc(lines + 1, sizeof *bulk->lines);
    assert(bulk->lines != NULL);
    memcpy(bulk->key, key.at, key.size);
    bulk->key_size = key.size;
    go_on(bulk);
}

void bulk_handle(struct visit *visit)
{
    const char *key = call_header(visit->call, "Idempotency-Key");
    size_t lines = count_lines(call_body(visit->call));
    if (!visit_type_is(visit, NDJSON_TYPE) && !visit_type_is(visit, "application/jsonl")) {
        struct problem problem = {.error = ERROR_UNSUPPORTED, .status = 415};
        problem.detail = "the body is to be " NDJSON_TYPE ", an object a line";
        visit_problem(visit, &problem);
    } else if (key == NULL) {
        visit_refuse(visit, ERROR_KEY_MISSING, NULL);
    } else if (!key_is_valid(span_text(key))) {
        visit_refuse(visit, ERROR_MALFORMED, "Idempotency-Key: 1 to 255 visible ASCII characters");
    } else if (lines > LINES_MAX) {
        visit_refuse(visit, ERROR_TOO_LARGE, "more than 10000 lines");
    } else {
        begin(visit, span_text(key), lines);
    }
}
