/* Satisfaction follow-ups as they are shown: what is planned, due or answered of a merchant's
 * returns. What a buyer said in own words is personal, and read under /v1/persons. */
#include "overseas-warehouse/followup.h"

#include "node/http/list_page.h"

#define TIME_BYTES 8

const char *const followups_parameters[] = {"merchant", "state", NULL};

/* Where the return's id stands in the row's key. */
static const struct list_source all = {NULL, LIST_ALL, VIEW_FOLLOWUP, 0, ID_BYTES},
                                states = {"state", LIST_ID, VIEW_FOLLOWUP_BY_STATE,
                                          ID_BYTES + 1 + TIME_BYTES, ID_BYTES};

bool followups_choose(struct page *page, const struct query *query)
{
    const char *text = query_get(query, "state");
    struct id merchant;
    int64_t state = FOLLOWUP_DUE;
    page->covered = true;
    if (!page_read_merchant(page, query_get(query, "merchant"), &merchant)) return false;
    page->source = id_is_zero(&merchant) ? &all : &states;
    if (text != NULL) state = word_number(&followup_state_words, span_text(text));
    if (state < FOLLOWUP_PLANNED)
        return page_refuse(page, ERROR_OUT_OF_RANGE, "parameter state: planned, due or answered");
    if (id_is_zero(&merchant))
        return text == NULL ||
               page_refuse(page, ERROR_OUT_OF_RANGE, "parameter state: merchant goes with it");
    page->prefix = followup_state_key(&merchant, (uint64_t)state);
    return true;
}

bool followup_put_record(const struct reading *reading, const struct id *return_id,
                         struct json_out *out, const char *key, uint64_t *version)
{
    struct followup_row row;
    if (!followup_load(reading->rows, return_id, &row)) return false;
    if (!scope_covers(&reading->scope, &row.merchant)) return false;
    enum followup_state state = followup_state(reading->rows, return_id, &row);
    *version = row.version;
    json_open(out, key, '{');
    json_put_id(out, "return_id", return_id);
    json_put_text(out, "state", span_text(word_of(&followup_state_words, state)));
    json_put_shape(out, NULL, &followup_row_shape, &row);
    json_close(out, '}');
    return true;
}

void followup_put_for_buyer(const struct reading *reading, const struct id *return_id,
                            struct json_out *out)
{
    struct followup_row row;
    if (!followup_load(reading->rows, return_id, &row)) return;
    enum followup_state state = followup_state(reading->rows, return_id, &row);
    json_open(out, "followup", '{');
    json_put_bool(out, "consent", row.consent != 0);
    json_put_text(out, "state", span_text(word_of(&followup_state_words, state)));
    if (row.score != 0) json_put_uint(out, "score", row.score);
    if (row.closes_ms != 0) json_put_time(out, "closes_ms", row.closes_ms);
    json_close(out, '}');
}
