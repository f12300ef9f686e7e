/* Many records in one call: a JSON object a line in, or the rows of a CSV file; a JSON object a
 * line out, in the order of the file.
 *
 * Each record is a request of its own: its key is the call's Idempotency-Key and the record's
 * number, so the same file sent again after a break is answered line by line with what stands
 * already. Records are read as the engine takes them: what is held beside the body is bounded by
 * those under way, and by an answer's line for each. */
#include "node/http/door.h"
#include "node/sheet/sheet.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#define LINES_MAX    10000
#define UNDER_WAY    256 /* lines handed to the engine at once */
#define NUMBER_BYTES 12
#define TOLD_MAX     40000 /* lines of an answer; a row may have several faults */
#define CSV_TYPE     "text/csv"

struct line {
    unsigned status;
    enum answer_state state;
    enum error error;
    struct id request, entity;
    bool replay, duplicate;
    char rule[RULE_BYTES_MAX];
    struct body_fault *fault;      /* NULL: the line was read */
    uint64_t number;               /* of the file's line */
    struct order_csv_place *place; /* in a CSV file; NULL: it is none, or the row was not read */
    struct order_csv_fault *told;  /* why the row could not be read */
};

struct bulk {
    struct http *http;
    struct call *call;
    const struct command_row *row; /* what each line asks for */
    struct actor by;
    struct id merchant, merchant_only; /* of the bearer; of all lines, when it was told */
    char key[KEY_BYTES_MAX + NUMBER_BYTES + 1];
    size_t key_size;
    struct span left; /* of the body */
    struct line *lines;
    size_t total, room, read, under_way;
    bool ended;
    FILE *from;                          /* over the body, when that is a CSV file */
    struct sheet *sheet;                 /* NULL: it is not */
    char merchant_of_all[ID_TEXT_BYTES]; /* told beside a CSV file; "": a column names it */
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
static void pointer_of(const struct shape *shape, const struct line *line,
                       char pointer[FAULT_PATH_BYTES + 1])
{
    struct fault ruled;
    const struct fault *fault = &ruled;
    if (line->fault != NULL)
        fault = &line->fault->field;
    else
        (void)body_field_in(shape, NULL, line->rule, &ruled);
    pointer[0] = '\0';
    if (fault->path[0] != '\0') snprintf(pointer, FAULT_PATH_BYTES + 1, "/%s", fault->path);
}

/* What the row itself was refused for. */
static void put_told(struct json_out *out, const struct order_csv_fault *told)
{
    if (told->reference[0] != '\0') json_put_text(out, "reference", span_text(told->reference));
    if (told->column[0] != '\0') json_put_text(out, "column", span_text(told->column));
    json_put_text(out, "detail", span_text(told->detail));
}

static void put_place(struct json_out *out, const struct order_csv_place *place, const char *column)
{
    if (place->reference[0] != '\0') json_put_text(out, "reference", span_text(place->reference));
    if (column != NULL) json_put_text(out, "column", span_text(column));
}

static void put_outcome(struct json_out *out, const struct line *line, const char *pointer)
{
    if (!id_is_zero(&line->request)) json_put_id(out, "request_id", &line->request);
    if (!id_is_zero(&line->entity)) json_put_id(out, "id", &line->entity);
    if (line->replay) json_put_bool(out, "replay", true);
    if (line->duplicate) json_put_bool(out, "duplicate", true);
    if (line->error != OK) json_put_text(out, "code", span_text(error_name(line->error)));
    if (line->rule[0] != '\0') json_put_text(out, "rule", span_text(line->rule));
    if (line->fault != NULL && line->fault->detail[0] != '\0')
        json_put_text(out, "detail", span_text(line->fault->detail));
    if (pointer[0] != '\0') json_put_text(out, "pointer", span_text(pointer));
}

static void put_line(struct json_out *out, const struct bulk *bulk, const struct line *line)
{
    static const char *const states[] = {"observed", "done", "requested", "refused"};
    char pointer[FAULT_PATH_BYTES + 1];
    const char *column = NULL;
    uint64_t number = line->number;
    pointer_of(bulk->row->shape, line, pointer);
    if (line->place != NULL)
        sheet_locate(bulk->sheet, line->place, span_text(pointer), &number, &column);
    json_open(out, NULL, '{');
    json_put_uint(out, "line", number);
    json_put_uint(out, "status", line->status);
    json_put_text(out, "state", span_text(states[line->state]));
    if (line->place != NULL) put_place(out, line->place, column);
    if (line->told != NULL) put_told(out, line->told);
    put_outcome(out, line, pointer);
    json_close(out, '}');
}

static void put_sum(struct json_out *out, const struct bulk *bulk)
{
    size_t counts[4] = {0}, duplicates = 0;
    for (size_t i = 0; i < bulk->total; i++) {
        counts[bulk->lines[i].state]++;
        duplicates += bulk->lines[i].duplicate ? 1 : 0;
    }
    json_open(out, NULL, '{');
    json_put_uint(out, "done", counts[ANSWER_DONE] + counts[ANSWER_OBSERVED]);
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

static int by_number(const void *a, const void *b)
{
    uint64_t one = ((const struct line *)a)->number, other = ((const struct line *)b)->number;
    return one < other ? -1 : one > other;
}

static void bulk_free(struct bulk *bulk)
{
    for (size_t i = 0; i < bulk->total; i++) {
        free(bulk->lines[i].fault);
        free(bulk->lines[i].place);
        free(bulk->lines[i].told);
    }
    if (bulk->sheet != NULL) sheet_end(bulk->sheet);
    if (bulk->from != NULL) fclose(bulk->from);
    free(bulk->sheet);
    free(bulk->lines);
    free(bulk);
}

static void answer(struct bulk *bulk)
{
    struct json_out all = {0}, sum = {0};
    /* What is wrong with an order as a whole is known after its rows. */
    if (bulk->sheet != NULL) qsort(bulk->lines, bulk->total, sizeof *bulk->lines, by_number);
    for (size_t i = 0; i < bulk->total; i++) {
        struct json_out one = {0};
        put_line(&one, bulk, &bulk->lines[i]);
        append(&all, &one);
    }
    put_sum(&sum, bulk);
    append(&all, &sum);
    bulk->http->answers[2]++;
    call_reply_json(bulk->call, 200, NDJSON_TYPE, &all);
    bulk_free(bulk);
}

/* --- one line --------------------------------------------------------------------------------- */

/* Lines are known by their index: more of them may move all. */
static struct line *add_line(struct bulk *bulk, uint64_t number)
{
    if (bulk->total == bulk->room) {
        bulk->room = bulk->room * 2 + 64;
        bulk->lines = realloc(bulk->lines, bulk->room * sizeof *bulk->lines);
        assert(bulk->lines != NULL);
    }
    bulk->lines[bulk->total] = (struct line){.number = number};
    return &bulk->lines[bulk->total++];
}

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

/* The record is the last line that was added. */
static void submit(struct bulk *bulk, struct span encoded)
{
    struct entry *entry = calloc(1, sizeof *entry + encoded.size);
    assert(entry != NULL);
    entry->bulk = bulk;
    entry->place = bulk->total - 1;
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
    fail_line(&bulk->lines[entry->place], ERROR_BUSY, NULL);
    free(entry);
}

static bool differs(const struct id *wanted, const struct id *named)
{
    return !id_is_zero(wanted) && !id_equal(wanted, named);
}

static void read_record(struct bulk *bulk, struct span text)
{
    uint8_t room[COMMAND_BYTES_MAX];
    union command_body body;
    struct span encoded;
    struct body_fault fault;
    enum error error =
        body_read(bulk->http->crypto, bulk->row, NULL, NULL, text, &body, room, &encoded, &fault);
    const struct id *merchant = error == OK ? body_merchant(bulk->row, &body) : NULL;
    if (merchant != NULL &&
        (differs(&bulk->merchant, merchant) || differs(&bulk->merchant_only, merchant))) {
        fault.error = error = ERROR_FORBIDDEN;
        fault_step(&fault.field, span_text("merchant"));
    }
    if (error == OK)
        submit(bulk, encoded);
    else
        fail_line(&bulk->lines[bulk->total - 1], error, &fault);
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

static void read_line(struct bulk *bulk)
{
    struct span line = next_line(&bulk->left);
    bulk->ended = bulk->left.size == 0;
    if (!is_blank(line)) {
        (void)add_line(bulk, bulk->read + 1);
        read_record(bulk, line);
    }
    bulk->read++;
}

static void keep_fault(void *world, const struct order_csv_fault *fault)
{
    struct bulk *bulk = world;
    if (bulk->total >= TOLD_MAX) return;
    struct line *line = add_line(bulk, fault->line);
    fail_line(line, fault->error, NULL);
    if (fault->error == ERROR_TOO_LARGE) line->status = 400;
    line->told = malloc(sizeof *fault);
    assert(line->told != NULL);
    *line->told = *fault;
}

static void read_rows(struct bulk *bulk)
{
    struct span json;
    struct order_csv_place place;
    bulk->ended = bulk->total >= TOLD_MAX || !sheet_next(bulk->sheet, &json, &place);
    if (bulk->ended) return;
    if (json.size > 0) {
        struct line *line = add_line(bulk, place.line);
        line->place = malloc(sizeof place);
        assert(line->place != NULL);
        *line->place = place;
        read_record(bulk, json);
    }
    bulk->read++;
}

static void go_on(struct bulk *bulk)
{
    while (!bulk->ended && bulk->under_way < UNDER_WAY)
        if (bulk->sheet != NULL)
            read_rows(bulk);
        else
            read_line(bulk);
    if (bulk->ended && bulk->under_way == 0) answer(bulk);
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

static void open_sheet(struct bulk *bulk)
{
    struct span body = bulk->left;
    const char *merchant = bulk->merchant_of_all[0] != '\0' ? bulk->merchant_of_all : NULL;
    bulk->sheet = calloc(1, sizeof *bulk->sheet);
    bulk->from = fmemopen((void *)(uintptr_t)body.at, body.size, "r"); /* it only reads */
    assert(bulk->sheet != NULL && bulk->from != NULL);
    enum sheet_kind kind = bulk->row->kind == COMMAND_SKU_PUT    ? SHEET_OF_SKUS
                           : bulk->row->kind == COMMAND_LANE_PUT ? SHEET_OF_LANES
                           : bulk->row->kind == COMMAND_TRACKING ? SHEET_OF_TRACKINGS
                                                                 : SHEET_OF_ORDERS;
    (void)sheet_begin(bulk->sheet, kind, bulk->from, merchant, keep_fault, bulk);
}

static void begin(struct visit *visit, struct span key, const char *merchant)
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
    bulk->ended = bulk->left.size == 0;
    memcpy(bulk->key, key.at, key.size);
    bulk->key_size = key.size;
    /* What a line of JSON says of its merchant is held against it as well. */
    if (merchant != NULL && id_parse(span_text(merchant), &bulk->merchant_only) == OK)
        snprintf(bulk->merchant_of_all, ID_TEXT_BYTES, "%s", merchant);
    if (visit_type_is(visit, CSV_TYPE) && !bulk->ended) open_sheet(bulk);
    go_on(bulk);
}

static bool type_is_taken(struct visit *visit)
{
    bool sheets = visit->route->command != COMMAND_STOCK_POST; /* the command line reads these */
    if (visit_type_is(visit, NDJSON_TYPE) || visit_type_is(visit, "application/jsonl") ||
        (sheets && visit_type_is(visit, CSV_TYPE)))
        return true;
    struct problem problem = {.error = ERROR_UNSUPPORTED, .status = 415};
    problem.detail = "the body is to be " NDJSON_TYPE ", an object a line";
    if (sheets)
        problem.detail = "the body is to be " NDJSON_TYPE ", an object a line, or " CSV_TYPE;
    visit_problem(visit, &problem);
    return false;
}

/* Whose all lines are; a CSV file then needs no column for it. On false the call has been answered.
 */
static bool read_merchant(struct visit *visit, struct query *query, const char **merchant)
{
    static const char *const allowed[] = {"merchant", NULL};
    struct id id;
    if (!query_read(visit, allowed, query)) return false;
    *merchant = query_get(query, "merchant");
    if (*merchant == NULL) return true;
    struct scope scope = visit_scope(visit);
    bool is_id = id_parse(span_text(*merchant), &id) == OK;
    if (is_id && scope_covers(&scope, &id)) return true;
    visit_refuse(visit, is_id ? ERROR_FORBIDDEN : ERROR_BAD_ID, "parameter merchant");
    return false;
}

void bulk_handle(struct visit *visit)
{
    const char *key = call_header(visit->call, "Idempotency-Key"), *merchant = NULL;
    struct query query;
    if (!read_merchant(visit, &query, &merchant) || !type_is_taken(visit)) return;
    if (key == NULL)
        visit_refuse(visit, ERROR_KEY_MISSING, NULL);
    else if (!key_is_valid(span_text(key)))
        visit_refuse(visit, ERROR_MALFORMED, "Idempotency-Key: 1 to 255 visible ASCII characters");
    else if (count_lines(call_body(visit->call)) > LINES_MAX)
        visit_refuse(visit, ERROR_TOO_LARGE, "more than 10000 lines");
    else
        begin(visit, span_text(key), merchant);
}
