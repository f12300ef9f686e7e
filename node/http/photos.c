/* Photos and short films: the file comes whole in one body, is made clean by the keeper's thread,
 * and is attached by an observation. Thumbnails are rows; originals are files, shown to whoever may
 * see a thing that they are attached to, and to nobody else. */
#include "overseas-warehouse/photos/photos.h"
#include "node/http/list_page.h"
#include "proto/digits.h"
#include "proto/utf8.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#define ROW_ID_BYTES (2 * ID_BYTES + 8) /* thing, log, idx */
#define FRESH        "private, max-age=300"

static_assert(BLOB_BYTES_MAX == PHOTO_FILE_BYTES_MAX, "a file that is kept can be told of");
static_assert(THUMBNAIL_BYTES_MAX == PHOTO_THUMBNAIL_BYTES_MAX, "and so can its thumbnail");

/* --- whose ------------------------------------------------------------------------------------ */

static bool is_seen(const struct rows *rows, const struct scope *scope,
                    const struct photo_attached *photo)
{
    if (!scope_is_bound(scope)) return true;
    for (uint32_t i = 0; i < scope->count; i++)
        if (photo_is_of(rows, photo, &scope->merchants[i])) return true;
    return false;
}

static enum record_kind record_of(uint64_t of)
{
    if (of == PHOTO_OF_UNIT) return RECORD_UNIT;
    return of == PHOTO_OF_BOX ? RECORD_BOX : RECORD_RETURN;
}

/* Is it there, as far as the reader may know? */
static bool is_shown(const struct reading *reading, uint64_t of, const struct id *thing)
{
    struct json_out out = {0};
    uint64_t version;
    bool shown = record_put(reading, record_of(of), id_span(thing), &out, NULL, &version);
    json_out_free(&out);
    return shown;
}

/* --- lists ------------------------------------------------------------------------------------ */

bool photo_put_record(const struct reading *reading, struct span id, struct json_out *out,
                      const char *key)
{
    struct photo_attached photo;
    struct key at = {.size = id.size};
    assert(id.size == ROW_ID_BYTES);
    memcpy(at.bytes, id.at, id.size);
    if (!rows_load(reading->rows, VIEW_PHOTO, &at, &photo_attached_shape, &photo) ||
        !is_seen(reading->rows, &reading->scope, &photo))
        return false;
    bool has_thumbnail = photo.thumbnail.size > 0;
    photo.thumbnail = (struct span){0}; /* under its own path */
    json_open(out, key, '{');
    json_put_shape(out, NULL, &photo_attached_shape, &photo);
    json_put_bool(out, "has_thumbnail", has_thumbnail);
    json_close(out, '}');
    return true;
}

bool photos_choose(struct page *page, const struct query *query)
{
    static const struct list_source things = {NULL, LIST_ID, VIEW_PHOTO, 0, ROW_ID_BYTES};
    struct id thing;
    (void)query;
    if (!visit_id(page->visit, 0, &thing)) return false;
    if (!is_shown(&page->reading, page->visit->route->record, &thing))
        return page_refuse(page, ERROR_NOT_FOUND, "no such record");
    page->source = &things;
    page->prefix = key_of(&thing);
    page->covered = true;
    return true;
}

/* --- showing ---------------------------------------------------------------------------------- */

/* What a stranger sent is never anything but what it is said to be here. */
static void reply_file(struct http *http, struct call *call, const char *type, struct span bytes)
{
    call_add_header(call, "Cache-Control", FRESH);
    call_add_header(call, "X-Content-Type-Options", "nosniff");
    call_add_header(call, "Content-Security-Policy", "sandbox");
    http->answers[2]++;
    call_reply(call, 200, type, bytes);
}

void photo_thumbnail_handle(struct visit *visit)
{
    struct store_reading reading;
    struct photo_attached photo;
    struct id id;
    struct scope scope = visit_scope(visit);
    if (!visit_id(visit, 0, &id)) return;
    enum error error = store_reading_begin(visit->http->store, &reading);
    if (error != OK) {
        visit_refuse(visit, error, NULL);
        return;
    }
    bool found = photo_find(&reading.views, &id, &photo) &&
                 is_seen(&reading.views, &scope, &photo) && photo.thumbnail.size > 0;
    if (found) reply_file(visit->http, visit->call, blob_kind_type(BLOB_JPEG), photo.thumbnail);
    store_reading_end(&reading);
    if (!found) visit_refuse(visit, ERROR_NOT_FOUND, "no such photo, or a film, which has none");
}

struct showing_file {
    struct keeper_job job; /* first */
    struct delivery delivery;
    struct http *http;
    struct call *call;
    const char *type;
    char elsewhere[FILE_ELSEWHERE_BYTES]; /* who has it, for a person; "": not known */
};

/* It is somewhere else: who asks again in a second gets it, or is told that nobody has it. */
static void answer_missing(struct http *http, struct call *call, const struct hash *blob,
                           const char *elsewhere)
{
    const struct http_options *options = &http->options;
    enum http_original state = options->original == NULL
                                   ? ORIGINAL_NOWHERE
                                   : options->original(options->original_world, blob);
    struct problem problem = {.error = ERROR_NOT_FOUND,
                              .detail = "the original lies neither on this node nor on a member "
                                        "that is connected: ask again when the node that took it "
                                        "is"};
    if (elsewhere[0] != '\0') problem.detail = elsewhere;
    if (state == ORIGINAL_LATER)
        problem = (struct problem){.error = ERROR_BUSY, .detail = "too many files are under way"};
    if (state != ORIGINAL_COMING) {
        call_problem(http, call, &problem);
        return;
    }
    struct json_out out = {0};
    json_open(&out, NULL, '{');
    json_put_text(&out, "state", span_text("coming"));
    json_close(&out, '}');
    call_add_header(call, "Retry-After", "1");
    call_json(http, call, 202, &out);
}

static void file_back(struct delivery *delivery)
{
    struct showing_file *showing =
        (struct showing_file *)(void *)((uint8_t *)delivery -
                                        offsetof(struct showing_file, delivery));
    struct keeper_job *job = &showing->job;
    struct problem problem = {.error = job->error};
    bool missing = job->error == ERROR_NOT_FOUND || job->error == ERROR_CORRUPT;
    if (missing) /* what has rotted is mended by what others have */
        answer_missing(showing->http, showing->call, &job->hash, showing->elsewhere);
    else if (job->error == OK)
        reply_file(showing->http, showing->call, showing->type, span_of(job->file, job->size));
    else
        call_problem(showing->http, showing->call, &problem);
    free(job->file);
    free(showing);
}

static void file_read(struct keeper_job *job)
{
    struct showing_file *showing = (struct showing_file *)job;
    server_deliver(showing->http->server, &showing->delivery);
}

void file_show(struct visit *visit, const struct hash *blob, const char *type,
               const char *elsewhere)
{
    struct showing_file *showing = calloc(1, sizeof *showing);
    assert(showing != NULL);
    *showing = (struct showing_file){
        .job = {.task = KEEPER_READ, .hash = *blob, .done = file_read},
        .delivery = {.run = file_back},
        .http = visit->http,
        .call = visit->call,
        .type = type,
    };
    snprintf(showing->elsewhere, sizeof showing->elsewhere, "%s", elsewhere);
    if (visit->http->options.keeper != NULL &&
        keeper_submit(visit->http->options.keeper, &showing->job))
        return;
    free(showing);
    visit_refuse(visit, ERROR_BUSY, "too many files are under way");
}

static const char *type_of(uint64_t kind)
{
    if (kind == PHOTO_MP4) return blob_kind_type(BLOB_MP4);
    return blob_kind_type(kind == PHOTO_WEBM ? BLOB_WEBM : BLOB_JPEG);
}

/* The media type of the file, by the first photo of it that the bearer may see; NULL: none. */
static const char *find_type(struct visit *visit, const struct hash *blob)
{
    struct store_reading reading;
    struct photo_attached photo;
    struct scope scope = visit_scope(visit);
    struct key prefix = photo_blob_prefix(blob);
    struct walk walk = walk_over(&prefix);
    const char *type = NULL;
    if (store_reading_begin(visit->http->store, &reading) != OK) return NULL;
    for (unsigned seen = 0; type == NULL && seen < LIST_SCANNED_MAX; seen++) {
        if (!photo_next_of(&reading.views, blob, &walk, &photo)) break;
        if (is_seen(&reading.views, &scope, &photo)) type = type_of(photo.kind);
    }
    store_reading_end(&reading);
    return type;
}

void photo_file_handle(struct visit *visit)
{
    struct hash blob;
    if (!digits_hex(visit->values[0], blob.bytes, sizeof blob.bytes)) {
        visit_refuse(visit, ERROR_NOT_FOUND, "the hash in the path: 64 hex digits");
        return;
    }
    const char *type = find_type(visit, &blob);
    if (type == NULL) {
        visit_refuse(visit, ERROR_NOT_FOUND, "no photo shows such a file");
        return;
    }
    file_show(visit, &blob, type, "");
}

/* --- taking ----------------------------------------------------------------------------------- */

struct taking {
    struct errand errand;  /* first */
    struct keeper_job job; /* its file is pinned from when it is done until the answer */
    struct delivery delivery;
    struct http *http;
    struct call *call;
    struct command command;
    union command_body body;
    char caption[PHOTO_CAPTION_BYTES_MAX + 1];
    uint8_t bytes[];
};

static void refuse(struct taking *taking, enum error error, const char *detail, const char *rule)
{
    struct problem problem = {.error = error, .detail = detail, .rule = rule};
    if (error == ERROR_UNSUPPORTED) problem.status = 415;
    if (error == ERROR_CONFLICT) problem.status = 409;
    call_problem(taking->http, taking->call, &problem);
    free(taking);
}

static void on_answer(struct errand *errand, const struct answer_out *answer)
{
    struct taking *taking = (struct taking *)errand;
    assert(answer != NULL);
    keeper_let_go(taking->http->options.keeper, &taking->job.hash);
    if (answer->state == ANSWER_REFUSED) {
        refuse(taking, answer->error, NULL, answer->rule);
        return;
    }
    const struct photo_attach *photo = &taking->body.photo_attach;
    struct json_out out = {0};
    json_open(&out, NULL, '{');
    json_put_text(&out, "state", span_text("observed"));
    if (!id_is_zero(&answer->request)) json_put_id(&out, "request_id", &answer->request);
    json_put_id(&out, "id", &answer->entity);
    if (answer->replay) json_put_bool(&out, "replay", true);
    json_put_hex(&out, "blob", span_of(photo->blob.bytes, sizeof photo->blob.bytes));
    json_put_text(&out, "kind", span_text(photo_kind_words.name[photo->kind]));
    json_put_uint(&out, "size", photo->size);
    json_close(&out, '}');
    call_add_header(taking->call, "Durable", "local");
    call_json(taking->http, taking->call, 201, &out);
    free(taking);
}

static uint64_t kind_of(enum blob_kind kind)
{
    if (kind == BLOB_MP4) return PHOTO_MP4;
    return kind == BLOB_WEBM ? PHOTO_WEBM : PHOTO_JPEG;
}

/* The same bytes make the same file, and so the same body: a retry is told as one. */
static bool hash_body(struct taking *taking)
{
    uint8_t room[ROW_BYTES_MAX];
    struct span encoded;
    if (shape_encode(&photo_attach_shape, &taking->body.photo_attach, room, sizeof room,
                     &encoded) != OK)
        return false;
    taking->command.body_hash = body_hash(taking->http->crypto, COMMAND_PHOTO_ATTACH, encoded);
    return true;
}

/* On the loop thread: the file lies there, or why it does not. */
static void kept(struct delivery *delivery)
{
    struct taking *taking =
        (struct taking *)(void *)((uint8_t *)delivery - offsetof(struct taking, delivery));
    struct keeper_job *job = &taking->job;
    struct keeper *keeper = taking->http->options.keeper;
    if (job->error != OK) {
        refuse(taking, job->error, job->why, NULL);
        return;
    }
    struct photo_attach *photo = &taking->body.photo_attach;
    photo->blob = job->hash;
    photo->kind = kind_of(job->kind);
    photo->size = job->size;
    photo->thumbnail = span_of(job->thumbnail, job->thumbnail_size);
    struct input *input = &taking->errand.job.input;
    input->kind = INPUT_COMMAND;
    bool hashed = hash_body(taking);
    input->command = taking->command;
    input->command.body = &taking->body;
    taking->errand.then = on_answer;
    if (hashed && errand_submit(&taking->errand, taking->http, taking->call, sizeof *taking))
        return;
    keeper_let_go(keeper, &job->hash);
    refuse(taking, hashed ? ERROR_BUSY : ERROR_OUT_OF_RANGE, NULL, NULL);
}

static void job_done(struct keeper_job *job)
{
    struct taking *taking =
        (struct taking *)(void *)((uint8_t *)job - offsetof(struct taking, job));
    server_deliver(taking->http->server, &taking->delivery);
}

/* The thing of the path, and ?caption=. On false the call has been answered. */
static bool read_wish(struct visit *visit, struct query *query, struct photo_attach *photo)
{
    static const char *const allowed[] = {"caption", NULL};
    if (!query_read(visit, allowed, query) || !visit_id(visit, 0, &photo->thing)) return false;
    photo->of = visit->route->record;
    const char *caption = query_get(query, "caption");
    if (caption == NULL) return true;
    photo->caption = span_text(caption);
    if (photo->caption.size <= PHOTO_CAPTION_BYTES_MAX && utf8_plain(photo->caption)) return true;
    visit_refuse(visit, ERROR_BAD_TEXT, "parameter caption: 150 bytes of plain text at most");
    return false;
}

/* Of several merchants' tokens the one whose the thing is goes with the command. On false the call
 * has been answered: another's thing is like none, and no picture is decoded for it. */
static bool find_thing(struct visit *visit, const struct photo_attach *wish, struct id *merchant)
{
    struct store_reading snapshot;
    struct scope scope = visit_scope(visit);
    const struct photo_attached photo = {.of = wish->of, .thing = wish->thing};
    enum error error = store_reading_begin(visit->http->store, &snapshot);
    if (error == OK) {
        const struct reading reading = {&snapshot.views, visit->http->crypto, scope, 0};
        if (!is_shown(&reading, wish->of, &wish->thing)) error = ERROR_NOT_FOUND;
        for (uint32_t i = 0; i < scope.count; i++)
            if (photo_is_of(&snapshot.views, &photo, &scope.merchants[i]))
                *merchant = scope.merchants[i];
        if (scope_is_bound(&scope) && id_is_zero(merchant)) error = ERROR_NOT_FOUND;
        store_reading_end(&snapshot);
    }
    if (error == OK) return true;
    visit_refuse(visit, error, error == ERROR_NOT_FOUND ? "thing" : NULL);
    return false;
}

/* Told by its first bytes, whatever the call says; before anybody looks for the thing. */
static bool is_taken(struct visit *visit, struct span body)
{
    enum blob_kind kind = blob_kind_of(body);
    if (blob_kind_is_taken(kind)) return true;
    struct problem problem = {
        .error = ERROR_UNSUPPORTED, .status = 415, .detail = blob_kind_text(kind)};
    visit_problem(visit, &problem);
    return false;
}

void photo_take_handle(struct visit *visit)
{
    struct query query;
    struct photo_attach photo = {.of = 0};
    struct command command = {.kind = COMMAND_PHOTO_ATTACH, .by = visit_actor(visit)};
    struct span body = call_body(visit->call);
    if (!read_wish(visit, &query, &photo) || !visit_key(visit, &command.request) ||
        !is_taken(visit, body) || !find_thing(visit, &photo, &command.merchant))
        return;
    struct taking *taking = calloc(1, sizeof *taking + body.size);
    assert(taking != NULL);
    memcpy(taking->bytes, body.at, body.size);
    if (photo.caption.size > 0) memcpy(taking->caption, photo.caption.at, photo.caption.size);
    taking->http = visit->http;
    taking->call = visit->call;
    taking->command = command;
    taking->body.photo_attach = photo;
    taking->body.photo_attach.caption = span_of(taking->caption, photo.caption.size);
    taking->delivery.run = kept;
    taking->job = (struct keeper_job){
        .task = KEEPER_TAKE, .bytes = span_of(taking->bytes, body.size), .done = job_done};
    if (visit->http->options.keeper != NULL &&
        keeper_submit(visit->http->options.keeper, &taking->job))
        return;
    free(taking);
    visit_refuse(visit, ERROR_BUSY, "too many pictures are being worked on");
}
