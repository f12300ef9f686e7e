#include "sim/watch_stock.h"

#include <string.h>

#include "overseas-warehouse/stock/stock.h"
#include "sim/oracle.h"
#include "sim/stores.h"
#include "sim/watch.h"

/* An entry at hand. */
struct sight {
    struct host *host;
    const struct event_header *header;
    const struct rows *views;
    bool decided_here;
};

static struct desk desk_of(const struct sight *sight)
{
    return (struct desk){.rows = *sight->views, .crypto = &sight->host->crypto};
}

/* --- accounts --------------------------------------------------------------------------------- */

/* Where it was decided everything is known that was posted; elsewhere goods may be restocked of
 * which the owner is not known yet. */
static void check_accounts(const struct sight *sight, const struct id *warehouse,
                           const struct id *merchant, struct span sku)
{
    struct id form = sku_form_id(&sight->host->crypto, sku);
    struct key prefix = key_add_id(key_add_id(key_of(merchant), &form), warehouse);
    struct walk walk = walk_over(&prefix);
    struct row at;
    int64_t sum = 0;
    while (walk_next(sight->views, VIEW_STOCK_BALANCE, &walk, &at)) {
        struct stock_balance_row row;
        struct stock_at of;
        if (!stock_at_read(key_span(&walk.at), &of) ||
            shape_decode(&stock_balance_row_shape, at.value, &row, NULL) != OK)
            continue;
        bool pool = stock_is_pool((enum stock_account)of.account);
        if (sight->decided_here && pool && row.pieces < 0)
            oracle_fail(sight->host->world, "stock: %lld pieces lie in %s", (long long)row.pieces,
                        word_of(&stock_account_words, of.account));
        sum += row.pieces;
    }
    if (sum != 0)
        oracle_fail(sight->host->world, "stock: the accounts of a SKU sum to %lld", (long long)sum);
}

/* --- postings --------------------------------------------------------------------------------- */

static void mark_posted(const struct sight *sight, const struct stock_posted *posted)
{
    static const char *const marks[STOCK_ACT_COUNT] = {
        [STOCK_MOVE] = "stock was moved",
        [STOCK_REGRADE] = "stock was set aside",
        [STOCK_RESERVE] = "stock was kept for an order",
        [STOCK_RELEASE] = "stock that was kept was released",
        [STOCK_SHIP] = "stock that was kept was sent",
        [STOCK_DISCARD] = "stock was thrown away",
        [STOCK_IMPORT] = "stock was brought",
        [STOCK_HAND_OVER] = "stock was given to the WMS",
        [STOCK_ADJUST] = "stock was adjusted"};
    if (posted->act < STOCK_ACT_COUNT && marks[posted->act] != NULL)
        world_mark(sight->host->world, marks[posted->act]);
    if (posted->act == STOCK_RELEASE && posted->by.kind == BY_CLOCK)
        world_mark(sight->host->world, "stock was kept too long");
}

static void check_bin(const struct sight *sight, const struct stock_posted *posted)
{
    struct desk desk = desk_of(sight);
    struct stock_bin_row bin;
    struct stock_fill_row fill;
    struct key key = stock_bin_key(desk.crypto, &posted->warehouse, posted->to_bin);
    bool comes = posted->to_bin.size > 0 && stock_is_pool((enum stock_account)posted->to) &&
                 !span_equal(posted->bin, posted->to_bin);
    if (!comes || !stock_bin_load(&desk, &posted->warehouse, posted->to_bin, &bin)) return;
    if (bin.capacity == 0 ||
        !rows_load(sight->views, VIEW_STOCK_FILL, &key, &stock_fill_row_shape, &fill))
        return;
    if (fill.pieces > (int64_t)bin.capacity)
        oracle_fail(sight->host->world, "stock: %lld pieces lie in a bin for %llu",
                    (long long)fill.pieces, (unsigned long long)bin.capacity);
    if (fill.pieces == (int64_t)bin.capacity) world_mark(sight->host->world, "a bin was filled");
}

static void look_at_posted(const struct sight *sight, const struct stock_posted *posted)
{
    mark_posted(sight, posted);
    check_accounts(sight, &posted->warehouse, &posted->merchant, posted->sku);
    if (sight->decided_here) check_bin(sight, posted);
}

/* --- counts ----------------------------------------------------------------------------------- */

/* All that was found the book did not know. */
static void look_at_counted(const struct sight *sight, const struct stock_counted *counted)
{
    struct world *world = sight->host->world;
    const struct event_header *header = sight->header;
    struct key key =
        key_add_uint(key_add_id(key_of(&counted->posting), &header->log), header->idx, 8);
    check_accounts(sight, &counted->warehouse, &counted->merchant, counted->sku);
    if (counted->free != 0 || counted->reserved != 0)
        world_mark(world, "a count found another number");
    if (counted->found == 0 || (int64_t)counted->found != counted->free + counted->reserved) return;
    world_mark(world, "a count found what the book did not know");
    if (!rows_has(sight->views, VIEW_CONFLICT, &key))
        oracle_fail(world, "stock: goods that the book did not know were shown to nobody");
}

static void look_at_voided(const struct sight *sight, const struct stock_voided *voided)
{
    struct stock_posting_now now;
    if (!stock_posting_load(sight->views, &voided->posting, &now)) return;
    world_mark(sight->host->world, "a posting was taken back");
    struct id warehouse = now.row.warehouse, merchant = now.row.merchant;
    check_accounts(sight, &warehouse, &merchant, now.row.sku);
}

void watch_stock(struct host *host, const struct event_header *header, struct span payload)
{
    static union event_body body; /* as large as the largest record */
    const struct sight sight = {host, header, &host->disk.inner->views,
                                watch_decided_here(host, header)};
    bool of_interest = header->kind == EVENT_STOCK_POSTED || header->kind == EVENT_STOCK_COUNTED ||
                       header->kind == EVENT_STOCK_VOIDED;
    if (!of_interest || stores_are_other(host->world)) return;
    if (event_body_decode(header, payload, &body) != OK) return;
    if (header->kind == EVENT_STOCK_POSTED) look_at_posted(&sight, &body.stock_posted);
    if (header->kind == EVENT_STOCK_COUNTED) look_at_counted(&sight, &body.stock_counted);
    if (header->kind == EVENT_STOCK_VOIDED) look_at_voided(&sight, &body.stock_voided);
}
