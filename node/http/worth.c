/* What units are worth: a merchant's cost table as it held at a moment, and the proposal for one
 * unit as things stand. */
#include "overseas-warehouse/worth/rows.h"

#include "node/http/door.h"
#include "node/http/records.h"
#include "proto/money.h"

#define HISTORY_MAX 100 /* versions told, the newest first */

/* --- cost tables ------------------------------------------------------------------------------ */

static void put_dates(struct json_out *out, const struct cost_version_row *row)
{
    json_put_uint(out, "version", row->version);
    json_put_time(out, "effective_ms", row->effective_ms);
    json_put_time(out, "set_ms", row->set_ms);
    json_put_shape(out, "by", &actor_shape, &row->by);
}

static void put_history(const struct rows *rows, const struct merchant *merchant, uint64_t newest,
                        struct json_out *out)
{
    uint64_t last = newest > HISTORY_MAX ? newest - HISTORY_MAX : 0;
    json_open(out, "history", '[');
    for (uint64_t version = newest; version > last; version--) {
        struct cost_version_row row;
        if (!cost_load(rows, merchant, version, &row)) continue;
        json_open(out, NULL, '{');
        put_dates(out, &row);
        json_close(out, '}');
    }
    json_close(out, ']');
}

static uint64_t wanted_version(const struct rows *rows, const struct merchant *merchant,
                               const struct policy_wish *wish, uint64_t newest)
{
    if (wish->version != 0) return wish->version;
    return wish->at_ms == 0 ? newest : cost_version_at(rows, merchant, wish->at_ms);
}

bool cost_put_record(const struct reading *reading, const struct id *id,
                     const struct policy_wish *wish, struct json_out *out, const char *key,
                     uint64_t *version)
{
    const struct rows *rows = reading->rows;
    struct merchant merchant;
    struct cost_version_row row;
    if (!scope_covers(&reading->scope, id) || !merchant_load(rows, id, &merchant)) return false;
    uint64_t newest = cost_newest(rows, &merchant);
    bool found = cost_load(rows, &merchant, wanted_version(rows, &merchant, wish, newest), &row);
    if (wish->version != 0 && !found) return false;
    *version = newest;
    json_open(out, key, '{');
    json_put_id(out, "id", id);
    json_put_uint(out, "newest", newest);
    if (found) put_dates(out, &row);
    if (found) json_put_shape(out, "table", &cost_table_shape, &row.table);
    put_history(rows, &merchant, newest, out);
    json_close(out, '}');
    return true;
}

/* --- a proposal ------------------------------------------------------------------------------- */

static void put_worth(struct json_out *out, const struct worth *worth)
{
#define BAR_WORD(name, bit, word)                                                                  \
    if ((worth->barred & (bit)) != 0) json_put_text(out, NULL, span_text(word));
    json_open(out, NULL, '{');
    json_put_shape(out, NULL, &worth_shape, worth);
    json_open(out, "bars", '[');
    WORTH_BAR_LIST(BAR_WORD)
    json_close(out, ']');
    json_close(out, '}');
#undef BAR_WORD
}

static void put_facts(struct json_out *out, const struct appraisal *appraisal)
{
    uint64_t proposed = worth_best(&appraisal->proposal);
    const struct currency *currency = currency_by_numeric(appraisal->currency);
    if (appraisal->grade != 0)
        json_put_text(out, "grade", span_text(word_of(&grade_words, appraisal->grade)));
    if (appraisal->version == 0) return;
    if (currency != NULL) json_put_text(out, "currency", span_text(currency->letters));
    if (appraisal->value_known) json_put_int(out, "value_minor", appraisal->value_minor);
    if (proposed != 0)
        json_put_text(out, "proposed", span_text(word_of(&disposition_words, proposed)));
}

static bool put_proposal(const struct reading *reading, const struct id *unit, struct json_out *out)
{
    const struct desk desk = {.rows = *reading->rows, .crypto = reading->crypto};
    struct appraisal appraisal;
    struct unit_lock_row lock;
    struct unit_ask_row ask;
    if (!worth_appraise(&desk, unit, reading->now_ms, &appraisal) ||
        !scope_covers(&reading->scope, &appraisal.merchant.merchant))
        return false;
    json_open(out, NULL, '{');
    json_put_id(out, "id", unit);
    json_put_id(out, "merchant", &appraisal.merchant.merchant);
    json_put_uint(out, "version", appraisal.version);
    put_facts(out, &appraisal);
    if (lock_load(reading->rows, unit, &lock))
        json_put_shape(out, "lock", &unit_lock_row_shape, &lock);
    if (ask_load(reading->rows, unit, &ask)) json_put_shape(out, "ask", &unit_ask_row_shape, &ask);
    json_open(out, "worths", '[');
    for (uint32_t i = 0; i < appraisal.proposal.count; i++)
        put_worth(out, &appraisal.proposal.at[i]);
    json_close(out, ']');
    json_close(out, '}');
    return true;
}

/* --- answering -------------------------------------------------------------------------------- */

/* One answer read from one snapshot. */
struct answer_of {
    struct visit *visit;
    struct store_reading snapshot;
    struct reading reading;
    struct json_out out;
};

/* On false the call has been answered. */
static bool begin(struct answer_of *answer, struct visit *visit)
{
    *answer = (struct answer_of){.visit = visit};
    enum error error = store_reading_begin(visit->http->store, &answer->snapshot);
    if (error != OK) {
        visit_refuse(visit, error, NULL);
        return false;
    }
    answer->reading = (struct reading){&answer->snapshot.views, visit->http->crypto,
                                       visit_scope(visit), wall_now_ms()};
    return true;
}

static void end(struct answer_of *answer, bool found, uint64_t version)
{
    struct rows *views = &answer->snapshot.views;
    enum error error = views->port->error(views->world);
    char etag[24];
    store_reading_end(&answer->snapshot);
    if (error == OK && !found) error = ERROR_NOT_FOUND;
    if (error != OK) {
        json_out_free(&answer->out);
        visit_refuse(answer->visit, error, NULL);
        return;
    }
    etag_print(version, etag);
    if (version != 0) call_add_header(answer->visit->call, "ETag", etag);
    visit_json(answer->visit, 200, &answer->out);
}

void cost_table_handle(struct visit *visit)
{
    struct answer_of answer;
    struct policy_wish wish;
    struct id id;
    uint64_t version = 0;
    if (!visit_id(visit, 0, &id) || !version_wish_read(visit, &wish)) return;
    if (!begin(&answer, visit)) return;
    bool found = cost_put_record(&answer.reading, &id, &wish, &answer.out, NULL, &version);
    end(&answer, found, version);
}

void proposal_handle(struct visit *visit)
{
    struct answer_of answer;
    struct id id;
    if (!visit_id(visit, 0, &id) || !begin(&answer, visit)) return;
    end(&answer, put_proposal(&answer.reading, &id, &answer.out), 0);
}
