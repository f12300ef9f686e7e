/* The shelf: goods are brought, moved, counted, kept for orders and given away, at the warehouse
 * where they lie; mostly what a screen there shows, and now and then what it does not. */
#include <string.h>

#include "overseas-warehouse/stock/stock.h"
#include "sim/wishes.h"

#define BINS         5
#define SHELF_SKUS   6
#define KEPT_HOURS   48
#define PIECES_A_BOX 6

/* --- what a screen shows ---------------------------------------------------------------------- */

struct seen_place {
    struct id merchant;
    char sku[SKU_BYTES_MAX + 1], bin[BIN_BYTES_MAX + 1];
    uint64_t account, grade;
    int64_t pieces;
};

static void put_span(char *to, struct span from)
{
    if (from.size > 0) memcpy(to, from.at, from.size);
    to[from.size] = '\0';
}

/* Somewhere in the host's own warehouse, where goods of a known merchant lie; one account, or with
 * 0 any pool. */
static bool look_place(struct world *world, unsigned host, uint64_t account,
                       struct seen_place *seen)
{
    struct rows *rows = look_begin(world, host);
    if (rows == NULL) return false;
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row at;
    uint64_t fit = 0;
    while (walk_next(rows, VIEW_STOCK_BALANCE, &walk, &at)) {
        struct stock_balance_row row;
        struct stock_at of;
        if (!stock_at_read(key_span(&walk.at), &of) || id_is_zero(&of.merchant)) continue;
        bool sought =
            account != 0 ? of.account == account : stock_is_pool((enum stock_account)of.account);
        if (!sought || !id_equal(&of.warehouse, &world->host[host].card.warehouse)) continue;
        if (shape_decode(&stock_balance_row_shape, at.value, &row, NULL) != OK) continue;
        if (draw_below(world, ++fit) != 0) continue;
        *seen = (struct seen_place){of.merchant, "", "", of.account, of.grade, row.pieces};
        put_span(seen->sku, row.sku);
        put_span(seen->bin, row.bin);
    }
    return look_end(world, host, fit > 0);
}

/* A posting of this warehouse: a reservation, or any other. */
static bool look_posting(struct world *world, unsigned host, bool reservation, struct id *posting)
{
    struct rows *rows = look_begin(world, host);
    if (rows == NULL) return false;
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row at;
    struct stock_posting_row row;
    uint64_t fit = 0;
    while (walk_next(rows, VIEW_STOCK_POSTING, &walk, &at)) {
        if (shape_decode(&stock_posting_row_shape, at.value, &row, NULL) != OK) continue;
        if (!id_equal(&row.warehouse, &world->host[host].card.warehouse)) continue;
        if ((row.act == STOCK_RESERVE) != reservation || draw_below(world, ++fit) != 0) continue;
        memcpy(posting->bytes, walk.at.bytes, ID_BYTES);
    }
    return look_end(world, host, fit > 0);
}

/* --- one act ---------------------------------------------------------------------------------- */

/* Whoever stands at the shelf of a warehouse; texts that the body points to. */
struct shelf {
    struct world *world;
    unsigned host;
    union command_body body;
    char sku[CLIENT_TEXT_BYTES], bin[CLIENT_TEXT_BYTES];
    struct seen_place seen;
};

static void wish(struct shelf *shelf, enum command_kind kind)
{
    clients_wish(shelf->world, shelf->host, kind, on_the_floor(shelf->world), &shelf->body);
}

static struct id here(const struct shelf *shelf)
{
    return shelf->world->host[shelf->host].card.warehouse;
}

static void set_up(const struct shelf *shelf, struct span bin, uint64_t capacity, bool closed)
{
    union command_body body = {0};
    body.stock_bin_put = (struct stock_bin_put){
        .warehouse = here(shelf), .bin = bin, .capacity = capacity, .closed = closed};
    clients_wish(shelf->world, shelf->host, COMMAND_STOCK_BIN_PUT, on_the_floor(shelf->world),
                 &body);
}

static bool stands(const struct shelf *shelf, struct span bin)
{
    struct rows *rows = look_begin(shelf->world, shelf->host);
    struct id warehouse = here(shelf);
    struct stock_bin_row row;
    if (rows == NULL) return true;
    const struct desk desk = {.rows = *rows, .crypto = &shelf->world->host[shelf->host].crypto};
    return look_end(shelf->world, shelf->host, stock_bin_load(&desk, &warehouse, bin, &row));
}

/* Nowhere in particular, or a bin, which is set up before it is used, nearly always. */
static struct span any_bin(struct shelf *shelf)
{
    struct world *world = shelf->world;
    if (draw_below(world, 4) == 0) return (struct span){0};
    put_word(shelf->bin, "A-", draw_below(world, BINS));
    struct span bin = span_text(shelf->bin);
    if (!stands(shelf, bin) && draw_below(world, 8) != 0)
        set_up(shelf, bin, draw_below(world, 3) * PIECES_A_BOX, false);
    return bin;
}

static void set_up_bin(struct shelf *shelf)
{
    put_word(shelf->bin, "A-", draw_below(shelf->world, BINS));
    set_up(shelf, span_text(shelf->bin), draw_below(shelf->world, 3) * PIECES_A_BOX,
           draw_below(shelf->world, 4) == 0);
}

/* Goods that lay there before the book began. */
static void bring(struct shelf *shelf)
{
    struct world *world = shelf->world;
    const struct clients *clients = world->watcher;
    put_word(shelf->sku, "SKU-", draw_below(world, SHELF_SKUS));
    shelf->body.stock_post =
        (struct stock_post){.warehouse = here(shelf),
                            .act = STOCK_IMPORT,
                            .merchant = clients->merchant[draw_below(world, clients->merchants)].id,
                            .sku = span_text(shelf->sku),
                            .from = STOCK_OPENING,
                            .to = STOCK_SELLABLE + draw_below(world, 4) % 3,
                            .to_bin = any_bin(shelf),
                            .grade = 1 + draw_below(world, 2),
                            .pieces = 1 + draw_below(world, PIECES_A_BOX)};
    wish(shelf, COMMAND_STOCK_POST);
}

/* As many as lie there at most, and sometimes one more. */
static uint64_t some_of(const struct shelf *shelf)
{
    uint64_t there = shelf->seen.pieces > 0 ? (uint64_t)shelf->seen.pieces : 0;
    if (there == 0 || draw_below(shelf->world, 6) == 0) return there + 1;
    return 1 + draw_below(shelf->world, there);
}

static void post_from(struct shelf *shelf, enum stock_act act, enum stock_account to)
{
    shelf->body.stock_post = (struct stock_post){.warehouse = here(shelf),
                                                 .act = act,
                                                 .merchant = shelf->seen.merchant,
                                                 .sku = span_text(shelf->seen.sku),
                                                 .from = shelf->seen.account,
                                                 .to = to,
                                                 .bin = span_text(shelf->seen.bin),
                                                 .grade = shelf->seen.grade,
                                                 .pieces = some_of(shelf),
                                                 .reason = span_text("it was looked at")};
    if (act == STOCK_MOVE) shelf->body.stock_post.to_bin = any_bin(shelf);
    wish(shelf, COMMAND_STOCK_POST);
}

static void move(struct shelf *shelf)
{
    if (!look_place(shelf->world, shelf->host, 0, &shelf->seen)) return;
    post_from(shelf, STOCK_MOVE, (enum stock_account)shelf->seen.account);
}

/* What is set aside, thrown away, given to the WMS, or was booked wrongly. */
static void set_aside(struct shelf *shelf)
{
    static const struct {
        enum stock_act act;
        enum stock_account from, to;
    } ways[] = {{STOCK_REGRADE, STOCK_SELLABLE, STOCK_QUARANTINE},
                {STOCK_REGRADE, STOCK_QUARANTINE, STOCK_SELLABLE},
                {STOCK_DISCARD, STOCK_QUARANTINE, STOCK_SCRAP},
                {STOCK_DISCARD, STOCK_UNSELLABLE, STOCK_SCRAP},
                {STOCK_HAND_OVER, STOCK_SELLABLE, STOCK_WMS},
                {STOCK_ADJUST, STOCK_SELLABLE, STOCK_DIFFERENCE}};
    uint64_t way = draw_below(shelf->world, sizeof ways / sizeof ways[0]);
    if (!look_place(shelf->world, shelf->host, ways[way].from, &shelf->seen)) return;
    post_from(shelf, ways[way].act, ways[way].to);
}

/* Somebody counts a place, mostly one of the book's, and finds what lies there or something else.
 */
static void count(struct shelf *shelf)
{
    struct world *world = shelf->world;
    const struct clients *clients = world->watcher;
    bool known = look_place(world, shelf->host, 0, &shelf->seen) && draw_below(world, 4) != 0;
    put_word(shelf->sku, "SKU-", draw_below(world, SHELF_SKUS));
    struct stock_tally tally = {.warehouse = here(shelf),
                                .merchant =
                                    clients->merchant[draw_below(world, clients->merchants)].id,
                                .sku = span_text(shelf->sku),
                                .bin = any_bin(shelf),
                                .grade = 1 + draw_below(world, 2),
                                .found = draw_below(world, 4)};
    if (known) {
        tally.merchant = shelf->seen.merchant;
        tally.sku = span_text(shelf->seen.sku);
        tally.account = shelf->seen.account;
        tally.bin = span_text(shelf->seen.bin);
        tally.grade = shelf->seen.grade;
        tally.found = some_of(shelf) - draw_below(world, 2);
    }
    shelf->body.stock_tally = tally;
    wish(shelf, COMMAND_STOCK_COUNT);
}

static void keep(struct shelf *shelf)
{
    struct world *world = shelf->world;
    if (!look_place(world, shelf->host, STOCK_SELLABLE, &shelf->seen)) return;
    uint64_t now_ms = WORLD_EPOCH_MS + world->now_us / 1000;
    shelf->body.stock_keep = (struct stock_keep){
        .warehouse = here(shelf),
        .merchant = shelf->seen.merchant,
        .sku = span_text(shelf->seen.sku),
        .pieces = some_of(shelf),
        .expires_ms = now_ms + (1 + draw_below(world, KEPT_HOURS)) * (HOUR_US / 1000),
        .reference = span_text("an order")};
    wish(shelf, COMMAND_STOCK_RESERVE);
}

static void end_kept(struct shelf *shelf)
{
    static const enum stock_account ends[] = {STOCK_SELLABLE, STOCK_CARRIER, STOCK_CARRIER,
                                              STOCK_QUARANTINE};
    struct stock_end *body = &shelf->body.stock_end;
    if (!look_posting(shelf->world, shelf->host, true, &body->reservation)) return;
    body->warehouse = here(shelf);
    body->to = ends[draw_below(shelf->world, 4)];
    wish(shelf, COMMAND_STOCK_END);
}

static void take_back(struct shelf *shelf)
{
    struct stock_void *body = &shelf->body.stock_void;
    if (!look_posting(shelf->world, shelf->host, false, &body->posting)) return;
    body->warehouse = here(shelf);
    body->reason = span_text("the wrong shelf");
    wish(shelf, COMMAND_STOCK_VOID);
}

void keep_shelf(struct world *world)
{
    static void (*const acts[])(struct shelf * shelf) = {
        set_up_bin, bring, bring, bring,    move,     move,     move,      move,      set_aside,
        set_aside,  count, count, keep,     keep,     keep,     set_aside, set_aside, take_back,
        take_back,  move,  keep,  end_kept, end_kept, end_kept, end_kept,  end_kept,  end_kept};
    struct shelf shelf = {.world = world, .host = any_warehouse(world)};
    acts[draw_below(world, sizeof acts / sizeof acts[0])](&shelf);
}
