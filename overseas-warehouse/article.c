/* Knowledge base: what a merchant tells those who ask why and how, in English and Chinese, linked
 * to the reasons of returns. A change is a version, whole; what is gone stays readable as a
 * version. */
#include "overseas-warehouse/parts.h"

static struct id article_id(const struct crypto *crypto, const struct id *book,
                            const struct id *merchant, struct span name)
{
    struct span parts[] = {id_span(book), id_span(merchant), name};
    return crypto_id(crypto, "entrepot/article/1", parts, 3);
}

bool article_load(const struct rows *rows, const struct id *article, struct article_row *row)
{
    struct key key = key_of(article);
    return rows_load(rows, VIEW_ARTICLE, &key, &article_row_shape, row);
}

/* --- deciding --------------------------------------------------------------------------------- */

static const char *fault_of(const struct article_put *put)
{
    if (put->title_en.size == 0 && put->title_zh.size == 0) return "title_en: or title_zh";
    if (put->title_en.size > 0 && put->body_en.size == 0) return "body_en: the title has none";
    if (put->title_zh.size > 0 && put->body_zh.size == 0) return "body_zh: the title has none";
    if (put->body_en.size > 0 && put->title_en.size == 0) return "title_en: the body has none";
    if (put->body_zh.size > 0 && put->title_zh.size == 0) return "title_zh: the body has none";
    return NULL;
}

static bool reasons_differ(const struct article_put *put, struct decision *decision)
{
    for (uint32_t i = 0; i < put->reasons_count; i++)
        for (uint32_t k = 0; k < i; k++)
            if (put->reasons[k].reason == put->reasons[i].reason)
                return refuse_at(decision, ERROR_OUT_OF_RANGE, "reasons", i, "/reason: named_once");
    return true;
}

/* The same facts once more are no version. */
static bool says_the_same(const struct article *article, const struct article_row *row)
{
    uint8_t room[2][ROW_BYTES_MAX];
    struct span bytes[2];
    struct article_put a = {.merchant = article->merchant, .name = article->name}, b = a;
    shape_copy(&article_put_shape, &a, &article_shape, article);
    shape_copy(&article_put_shape, &b, &article_row_shape, row);
    return shape_encode(&article_put_shape, &a, room[0], sizeof room[0], &bytes[0]) == OK &&
           shape_encode(&article_put_shape, &b, room[1], sizeof room[1], &bytes[1]) == OK &&
           span_equal(bytes[0], bytes[1]);
}

void article_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                    struct decision *decision)
{
    const struct article_put *put = &command->body->article_put;
    struct merchant merchant;
    struct article_row row;
    if (!merchant_load(&desk->rows, &put->merchant, &merchant)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "merchant");
        return;
    }
    if (!command_covers(command, &put->merchant, decision)) return;
    struct article article = {
        .article = article_id(desk->crypto, &merchant.book, &put->merchant, put->name),
        .version = 1,
        .by = command->by,
        .at_ms = moment->wall_ms};
    shape_copy(&article_shape, &article, &article_put_shape, put);
    decision->entity = article.article;
    bool known = article_load(&desk->rows, &article.article, &row);
    if (!command_matches(command, known ? row.version : 0, decision)) return;
    if (known && says_the_same(&article, &row)) return;
    if (known) article.version = row.version + 1;
    const char *fault = fault_of(put);
    if (fault != NULL) {
        decision_refuse(decision, ERROR_MISSING_FIELD, fault);
        return;
    }
    if (reasons_differ(put, decision))
        decision_add(decision, EVENT_ARTICLE, &article.article, &article);
}

/* --- folding ---------------------------------------------------------------------------------- */

/* The id names its log, its merchant and its name, so no other book's entry touches the row. */
void article_fold(const struct desk *desk, const struct place *place, const struct article *article)
{
    struct id id = article_id(desk->crypto, &place->log, &article->merchant, article->name);
    struct key key = key_of(&article->article);
    struct article_row row;
    if (!id_equal(&id, &article->article)) return;
    bool known = article_load(&desk->rows, &article->article, &row);
    if (article->version != (known ? row.version + 1 : 1)) return;
    if (known) {
        struct key former = version_key(&article->article, row.version);
        rows_store(&desk->rows, VIEW_ARTICLE_VERSION, &former, &article_row_shape, &row);
    }
    struct article_row next = {.book = place->log};
    shape_copy(&article_row_shape, &next, &article_shape, article);
    rows_store(&desk->rows, VIEW_ARTICLE, &key, &article_row_shape, &next);
    struct key owned = pair_key(&article->merchant, &article->article);
    rows_mark(&desk->rows, VIEW_ARTICLE_BY_MERCHANT, &owned);
}
