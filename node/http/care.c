/* After-care as it is shown: articles of a merchant's knowledge base, complaints, and what is known
 * of the person behind a return. */
#include "node/http/door.h"
#include "node/http/records.h"

#define ARTICLES_LOOKED_AT_MAX 2000u
#define ARTICLES_SHOWN_MAX     200u

/* Its merchant's own book wrote it, or it is somebody's who has nothing to say there. */
static bool is_own(const struct rows *rows, const struct id *merchant, const struct id *book)
{
    struct merchant owner;
    return merchant_load(rows, merchant, &owner) && id_equal(&owner.book, book);
}

/* --- records ---------------------------------------------------------------------------------- */

bool article_put_record(const struct reading *reading, struct span id, struct json_out *out,
                        const char *key, uint64_t *version)
{
    struct key place = {.size = id.size};
    struct article_row row;
    struct id article;
    bool newest = id.size == ID_BYTES;
    memcpy(place.bytes, id.at, id.size);
    memcpy(article.bytes, id.at, ID_BYTES);
    if (!rows_load(reading->rows, newest ? VIEW_ARTICLE : VIEW_ARTICLE_VERSION, &place,
                   &article_row_shape, &row) ||
        !scope_covers(&reading->scope, &row.merchant) ||
        !is_own(reading->rows, &row.merchant, &row.book))
        return false;
    *version = newest ? row.version : 0;
    json_open(out, key, '{');
    json_put_id(out, "id", &article);
    json_put_shape(out, NULL, &article_row_shape, &row);
    json_close(out, '}');
    return true;
}

bool complaint_put_record(const struct reading *reading, const struct id *id, struct json_out *out,
                          const char *key, uint64_t *version)
{
    struct complaint_row row;
    if (!complaint_load(reading->rows, id, &row) || !scope_covers(&reading->scope, &row.merchant))
        return false;
    *version = row.version;
    json_open(out, key, '{');
    json_put_id(out, "id", id);
    json_put_shape(out, NULL, &complaint_row_shape, &row);
    json_put_bool(out, "overdue", row.closed == 0 && row.due_ms < wall_now_ms());
    json_close(out, '}');
    return true;
}

void tags_put(const struct reading *reading, const struct id *return_id, struct json_out *out)
{
    const struct desk desk = {.rows = *reading->rows, .crypto = reading->crypto};
    struct tags tags;
    business_tags(&desk, return_id, &tags);
    json_open(out, "tags", '[');
    for (uint32_t i = 0; i < tags.count; i++)
        json_put_text(out, NULL, span_text(word_of(&tag_words, tags.at[i])));
    json_close(out, ']');
}

/* --- articles to read ------------------------------------------------------------------------- */

/* Which articles, and for whom: a buyer reads what is meant for buyers, without whose it is. */
struct shelf {
    struct visit *visit;
    const struct rows *rows;
    struct id merchant;
    bool buyer;
    uint64_t reasons; /* a bit for each that is asked for; 0: whatever they are about */
    struct json_out out;
};

static uint64_t bit_of(uint64_t reason)
{
    return reason < 64 ? (uint64_t)1 << reason : 0;
}

static bool is_about(const struct article_row *row, uint64_t reasons)
{
    if (reasons == 0 || row->reasons_count == 0) return true;
    for (uint32_t i = 0; i < row->reasons_count; i++)
        if ((reasons & bit_of(row->reasons[i].reason)) != 0) return true;
    return false;
}

static void put_for_buyer(struct json_out *out, const struct article_row *row)
{
    json_put_text(out, "name", row->name);
    if (row->title_en.size > 0) json_put_text(out, "title_en", row->title_en);
    if (row->body_en.size > 0) json_put_text(out, "body_en", row->body_en);
    if (row->title_zh.size > 0) json_put_text(out, "title_zh", row->title_zh);
    if (row->body_zh.size > 0) json_put_text(out, "body_zh", row->body_zh);
}

/* true: it was shown. */
static bool show(struct shelf *shelf, const struct id *article)
{
    struct article_row row;
    if (!article_load(shelf->rows, article, &row) || row.gone != 0) return false;
    if (shelf->buyer && row.inner != 0) return false;
    if (!is_about(&row, shelf->reasons) || !is_own(shelf->rows, &row.merchant, &row.book))
        return false;
    json_open(&shelf->out, NULL, '{');
    if (!shelf->buyer) json_put_id(&shelf->out, "id", article);
    if (shelf->buyer)
        put_for_buyer(&shelf->out, &row);
    else
        json_put_shape(&shelf->out, NULL, &article_row_shape, &row);
    json_close(&shelf->out, '}');
    return true;
}

static void put_articles(struct shelf *shelf)
{
    struct key prefix = key_of(&shelf->merchant);
    struct walk walk = walk_over(&prefix);
    struct row found;
    unsigned shown = 0;
    json_open(&shelf->out, NULL, '{');
    json_open(&shelf->out, "articles", '[');
    for (unsigned i = 0; i < ARTICLES_LOOKED_AT_MAX && shown < ARTICLES_SHOWN_MAX; i++) {
        struct id article;
        if (!walk_next(shelf->rows, VIEW_ARTICLE_BY_MERCHANT, &walk, &found)) break;
        memcpy(article.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        shown += show(shelf, &article) ? 1u : 0u;
    }
    json_close(&shelf->out, ']');
    json_close(&shelf->out, '}');
}

/* A buyer who names no reason is told about those of the own return. */
static void ask_by_return(struct shelf *shelf)
{
    struct return_line_row line;
    for (uint64_t i = 0; i < ORDER_LINES_MAX; i++)
        if (return_line_load(shelf->rows, &shelf->visit->link.return_id, i, &line))
            shelf->reasons |= bit_of(line.reason);
}

static bool refuse(struct shelf *shelf, enum error error, const char *detail)
{
    visit_refuse(shelf->visit, error, detail);
    return false;
}

static bool read_merchant(struct shelf *shelf, const char *text)
{
    struct scope scope = visit_scope(shelf->visit);
    shelf->merchant = scope_only(&scope);
    if (text == NULL && id_is_zero(&shelf->merchant))
        return refuse(shelf, ERROR_MISSING_FIELD, "parameter merchant: whose articles");
    if (text == NULL) return true;
    if (shelf->buyer) return refuse(shelf, ERROR_OUT_OF_RANGE, "parameter merchant: the link's");
    if (id_parse(span_text(text), &shelf->merchant) != OK)
        return refuse(shelf, ERROR_BAD_ID, "parameter merchant");
    return scope_covers(&scope, &shelf->merchant) || refuse(shelf, ERROR_NOT_FOUND, NULL);
}

static bool read_reason(struct shelf *shelf, const char *text)
{
    if (text == NULL) return true;
    int64_t reason = word_number(&reason_words, span_text(text));
    if (reason <= 0)
        return refuse(shelf, ERROR_OUT_OF_RANGE, "parameter reason: a word of /v1/reasons");
    shelf->reasons = bit_of((uint64_t)reason);
    return true;
}

void articles_handle(struct visit *visit)
{
    static const char *const allowed[] = {"merchant", "reason", NULL};
    struct shelf shelf = {.visit = visit, .buyer = visit->token->role == ROLE_BUYER};
    struct store_reading snapshot;
    struct query query;
    if (!query_read(visit, allowed, &query)) return;
    if (!read_merchant(&shelf, query_get(&query, "merchant"))) return;
    if (!read_reason(&shelf, query_get(&query, "reason"))) return;
    enum error error = store_reading_begin(visit->http->store, &snapshot);
    if (error == OK) {
        shelf.rows = &snapshot.views;
        if (shelf.buyer && shelf.reasons == 0) ask_by_return(&shelf);
        put_articles(&shelf);
        error = snapshot.views.port->error(snapshot.views.world);
        store_reading_end(&snapshot);
    }
    if (error == OK) {
        visit_json(visit, 200, &shelf.out);
        return;
    }
    json_out_free(&shelf.out);
    visit_refuse(visit, error, NULL);
}
