/* What the administrator of one node does: tokens, backup, the clock, and who leads a book. */
#include "node/http/admin.h"
#include "proto/time.h"

#include "node/carriers/asker.h"

#include "node/http/door.h"
#include "node/log.h"
#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

SHAPE_DEFINE(book_handover, BOOK_HANDOVER_FIELDS)
SHAPE_DEFINE(book_recover, BOOK_RECOVER_FIELDS)
SHAPE_DEFINE(backup_wish, BACKUP_WISH_FIELDS)

/* On false the call has been answered. */
static bool read_body(struct visit *visit, const struct shape *shape, void *value,
                      uint8_t room[COMMAND_BYTES_MAX])
{
    struct body_fault fault;
    struct span body = call_body(visit->call);
    if (!visit_is_json(visit)) return false;
    if (body_read_shape(shape, body, value, room, &fault) == OK) return true;
    struct problem problem = {.error = fault.error, .fault = &fault.field};
    if (fault.detail[0] != '\0') problem.detail = fault.detail;
    if (fault.error == ERROR_TOO_LARGE) problem.status = 400;
    visit_problem(visit, &problem);
    return false;
}

/* For calls that have nothing to say: no body, or an object without members. On false the call has
 * been answered. */
static bool read_nothing(struct visit *visit)
{
    static const struct shape nothing = {.name = "nothing"};
    uint8_t room[COMMAND_BYTES_MAX], value[1];
    return read_body(visit, &nothing, value, room);
}

/* What is refused by a sentence that begins with its field. */
static void refuse_field(struct visit *visit, const struct shape *shape, enum error error,
                         const char *why)
{
    struct fault fault;
    struct problem problem = {.error = error, .detail = why};
    if (body_field_in(shape, NULL, why, &fault)) problem.fault = &fault;
    visit_problem(visit, &problem);
}

/* --- tokens ----------------------------------------------------------------------------------- */

/* All of a row but its secret's hash. */
static void put_token(struct json_out *out, const struct token_row *row)
{
    json_put_id(out, "token", &row->token);
    json_put_text(out, "role", span_text(word_of(&role_words, row->role)));
    if (!id_is_zero(&row->merchant)) json_put_id(out, "merchant", &row->merchant);
    if (row->also_count > 0) json_open(out, "also", '[');
    for (uint32_t i = 0; i < row->also_count; i++) {
        json_open(out, NULL, '{');
        json_put_shape(out, NULL, &token_also_shape, &row->also[i]);
        json_close(out, '}');
    }
    if (row->also_count > 0) json_close(out, ']');
    if (!id_is_zero(&row->warehouse)) json_put_id(out, "warehouse", &row->warehouse);
    if (row->name.size > 0) json_put_text(out, "name", row->name);
    json_put_time(out, "created_ms", row->created_ms);
    if (row->revoked_ms != 0) json_put_time(out, "revoked_ms", row->revoked_ms);
}

void token_list_handle(struct visit *visit)
{
    struct json_out out = {0};
    const struct tokens *tokens = visit->http->tokens;
    json_open(&out, NULL, '{');
    json_open(&out, "tokens", '[');
    for (size_t i = 0; i < tokens_count(tokens); i++) {
        json_open(&out, NULL, '{');
        put_token(&out, tokens_at(tokens, i));
        json_close(&out, '}');
    }
    json_close(&out, ']');
    json_close(&out, '}');
    visit_json(visit, 200, &out);
}

void token_create_handle(struct visit *visit)
{
    uint8_t room[COMMAND_BYTES_MAX];
    struct token_wish wish;
    struct token_row row;
    char printed[TOKEN_TEXT_BYTES], why[TOKENS_WHY_BYTES];
    if (!read_body(visit, &token_wish_shape, &wish, room)) return;
    enum error error = tokens_create(visit->http->tokens, &wish, wall_now_ms(), &row, printed, why);
    if (error != OK) {
        refuse_field(visit, &token_wish_shape, error, why);
        return;
    }
    struct json_out out = {0};
    json_open(&out, NULL, '{');
    put_token(&out, &row);
    json_put_text(&out, "secret", span_text(printed));
    json_close(&out, '}');
    explicit_bzero(printed, sizeof printed);
    call_add_header(visit->call, "Cache-Control", "no-store");
    visit_json(visit, 201, &out);
}

void token_revoke_handle(struct visit *visit)
{
    struct id id;
    char why[TOKENS_WHY_BYTES];
    if (!visit_id(visit, 0, &id) || !read_nothing(visit)) return;
    enum error error = tokens_revoke(visit->http->tokens, &id, wall_now_ms(), why);
    if (error != OK) {
        visit_refuse(visit, error, error == ERROR_NOT_FOUND ? NULL : why);
        return;
    }
    struct json_out out = {0};
    json_open(&out, NULL, '{');
    json_put_text(&out, "state", span_text("revoked"));
    json_put_id(&out, "token", &id);
    json_close(&out, '}');
    visit_json(visit, 200, &out);
}

/* --- books and the clock ---------------------------------------------------------------------- */

static void on_answer(struct errand *errand, const struct answer_out *answer)
{
    if (answer != NULL && answer->error != OK) {
        struct problem problem = {.error = answer->error, .rule = answer->rule};
        if (answer->error == ERROR_CONFLICT) problem.status = 409;
        call_problem(errand->http, errand->call, &problem);
    } else {
        struct json_out out = {0};
        json_open(&out, NULL, '{');
        json_put_text(&out, "state", span_text("done"));
        if (answer != NULL && !id_is_zero(&answer->entity))
            json_put_id(&out, "id", &answer->entity);
        json_close(&out, '}');
        call_json(errand->http, errand->call, 200, &out);
    }
    free(errand);
}

static struct errand *errand_of(enum input_kind kind)
{
    struct errand *errand = calloc(1, sizeof *errand);
    assert(errand != NULL);
    errand->job.input.kind = kind;
    errand->then = on_answer;
    return errand;
}

static void run(struct errand *errand, struct visit *visit)
{
    if (!errand_run(errand, visit, sizeof *errand)) free(errand);
}

void clock_confirm_handle(struct visit *visit)
{
    if (visit_is_whole(visit) && read_nothing(visit)) run(errand_of(INPUT_CONFIRM_CLOCK), visit);
}

void open_book_handle(struct visit *visit)
{
    struct id merchant;
    if (!visit_id(visit, 0, &merchant) || !read_nothing(visit)) return;
    struct errand *errand = errand_of(INPUT_OPEN_BOOK);
    errand->job.input.book.merchant = merchant;
    errand->job.input.book.by = visit_actor(visit);
    run(errand, visit);
}

void book_handover_handle(struct visit *visit)
{
    uint8_t room[COMMAND_BYTES_MAX];
    struct book_handover wish;
    struct id book;
    if (!visit_id(visit, 0, &book)) return;
    if (!read_body(visit, &book_handover_shape, &wish, room)) return;
    struct errand *errand = errand_of(INPUT_HANDOVER);
    errand->job.input.book.book = book;
    errand->job.input.book.leader = wish.leader;
    errand->job.input.book.by = visit_actor(visit);
    run(errand, visit);
}

void book_recover_handle(struct visit *visit)
{
    uint8_t room[COMMAND_BYTES_MAX];
    struct book_recover wish;
    struct id book;
    if (!visit_id(visit, 0, &book)) return;
    if (!read_body(visit, &book_recover_shape, &wish, room)) return;
    struct errand *errand = errand_of(INPUT_RECOVER);
    errand->job.input.book.book = book;
    errand->job.input.book.by = visit_actor(visit);
    errand->job.input.book.lost_count = wish.lost_count;
    for (uint32_t i = 0; i < wish.lost_count; i++)
        errand->job.input.book.lost[i] = wish.lost[i].node;
    run(errand, visit);
}

/* --- backup ----------------------------------------------------------------------------------- */

/* Copying takes as long as the store is large: a thread of its own, one at a time. */
struct backup {
    struct delivery delivery;
    struct http *http;
    struct call *call;
    char directory[BACKUP_NAME_BYTES + 4096];
    char name[BACKUP_NAME_BYTES + 1];
    enum error error;
};

static void backup_back(struct delivery *delivery)
{
    struct backup *backup = (struct backup *)delivery;
    backup->http->backup_runs = false;
    if (backup->error != OK) {
        struct problem problem = {.error = backup->error, .detail = "the copy was not made"};
        if (backup->error == ERROR_CONFLICT) problem.status = 409;
        if (backup->error == ERROR_CONFLICT) problem.detail = "name: such a copy is there already";
        call_problem(backup->http, backup->call, &problem);
    } else {
        struct json_out out = {0};
        json_open(&out, NULL, '{');
        json_put_text(&out, "state", span_text("done"));
        json_put_text(&out, "name", span_text(backup->name));
        json_close(&out, '}');
        call_json(backup->http, backup->call, 201, &out);
    }
    free(backup);
}

static void *backup_run(void *world)
{
    struct backup *backup = world;
    backup->error = store_lmdb_backup(backup->http->store, backup->directory);
    LOG(backup->error == OK ? LOG_INFO : LOG_ERROR, "http", "backup",
        LOG_TEXT("directory", backup->directory), LOG_TEXT("outcome", error_name(backup->error)));
    server_deliver(backup->http->server, &backup->delivery);
    return NULL;
}

static bool is_plain_name(struct span name)
{
    if (name.size == 0 || name.size > BACKUP_NAME_BYTES || name.at[0] == '.') return false;
    for (size_t i = 0; i < name.size; i++) {
        uint8_t c = name.at[i], lower = c | 32;
        bool letter = lower >= 'a' && lower <= 'z', digit = c >= '0' && c <= '9';
        if (!letter && !digit && c != '-' && c != '_' && c != '.') return false;
    }
    return true;
}

static void backup_begin(struct visit *visit, struct span name)
{
    pthread_t thread;
    struct backup *backup = calloc(1, sizeof *backup);
    assert(backup != NULL);
    backup->delivery.run = backup_back;
    backup->http = visit->http;
    backup->call = visit->call;
    memcpy(backup->name, name.at, name.size);
    snprintf(backup->directory, sizeof backup->directory, "%.4000s/%s",
             visit->http->options.backup_directory, backup->name);
    if (pthread_create(&thread, NULL, backup_run, backup) == 0) {
        pthread_detach(thread);
        visit->http->backup_runs = true;
    } else {
        free(backup);
        visit_refuse(visit, ERROR_BUSY, NULL);
    }
}

void backup_handle(struct visit *visit)
{
    uint8_t room[COMMAND_BYTES_MAX];
    struct backup_wish wish;
    if (!read_body(visit, &backup_wish_shape, &wish, room)) return;
    if (visit->http->options.backup_directory == NULL)
        visit_refuse(visit, ERROR_UNSUPPORTED, "no directory for backups is configured");
    else if (!is_plain_name(wish.name))
        refuse_field(visit, &backup_wish_shape, ERROR_OUT_OF_RANGE,
                     "name: letters, digits, - _ . and no dot in front");
    else if (visit->http->backup_runs)
        visit_refuse(visit, ERROR_BUSY, "a backup is being made");
    else
        backup_begin(visit, wish.name);
}

/* What pushes were missed since then is asked for once more; an admin's, since it costs questions.
 */
void carrier_replay_handle(struct visit *visit)
{
    static const char *const allowed[] = {"account", "since", NULL};
    const struct carrier *carrier = carrier_by_name(visit->values[0]);
    struct asker *asker = visit->http->options.asker;
    struct query query;
    struct json_out out = {0};
    uint64_t since_ms = 0;
    if (!read_nothing(visit) || !query_read(visit, allowed, &query)) return;
    const char *since = query_get(&query, "since"), *account = query_get(&query, "account");
    if (since == NULL || time_parse(span_text(since), &since_ms) != OK) {
        visit_refuse(visit, ERROR_MALFORMED, "parameter since: 2026-11-01T00:00:00Z");
        return;
    }
    if (carrier == NULL || asker == NULL ||
        !asker_replay(asker, carrier->name, account == NULL ? "" : account, since_ms)) {
        visit_refuse(visit, ERROR_UNKNOWN_CARRIER,
                     "no account here of a carrier that tells what was missed; GET /v1/status has "
                     "the accounts");
        return;
    }
    json_open(&out, NULL, '{');
    json_put_text(&out, "state", span_text("done"));
    json_close(&out, '}');
    visit_json(visit, 200, &out);
}
