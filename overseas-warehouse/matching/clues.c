/* What boxes and returns share: short pieces of what is known of each, under which the other is
 * found. What stands in the index is held beside the thing, so that each piece that is no longer so
 * is taken out exactly. */
#include "overseas-warehouse/matching/matching.h"
#include "overseas-warehouse/matching/nearness.h"
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/return_index.h"

SHAPE_DEFINE(clues_row, CLUES_ROW_FIELDS)

#define BLOCK         6 /* characters of a number */
#define BLOCK_STEP    3
#define WINDOWS_MAX   32
#define LIKES_MAX     256
#define NAME_HEAD     3
#define NAME_PIECE    6
#define NAME_USED_MAX 3 /* words */
#define PERSONS_MAX   2
#define BOX_UNITS_MAX 32
#define LINE_SKUS_MAX 4

/* The first byte of a clue. */
enum clue_kind { CLUE_BLOCK = 'N', CLUE_SERIAL_IS = 'S', CLUE_SKU_IS = 'K', CLUE_PERSON = 'P' };

/* Whoever shares it is looked at more closely. */
static bool is_strong(const struct clue *clue)
{
    return clue->bytes[0] == CLUE_BLOCK || clue->bytes[0] == CLUE_SERIAL_IS;
}

/* --- sets ------------------------------------------------------------------------------------- */

static bool set_has(const struct clue_set *set, const struct clue *clue)
{
    for (uint32_t i = 0; i < set->count; i++)
        if (memcmp(set->at[i].bytes, clue->bytes, CLUE_BYTES) == 0) return true;
    return false;
}

static void set_add(struct clue_set *set, const struct clue *clue)
{
    if (set->count < CLUES_MAX && !set_has(set, clue)) set->at[set->count++] = *clue;
}

static void add_hash(const struct desk *desk, enum clue_kind kind, const struct span *parts,
                     size_t count, struct clue_set *set)
{
    struct id hash = crypto_id(desk->crypto, "entrepot/clue/1", parts, count);
    struct clue clue = {{(uint8_t)kind}};
    memcpy(clue.bytes + 1, hash.bytes, CLUE_BYTES - 1);
    set_add(set, &clue);
}

static void add_block(struct span number, size_t at, struct clue_set *set)
{
    struct clue clue = {{CLUE_BLOCK}};
    memcpy(clue.bytes + 1, number.at + at, BLOCK);
    set_add(set, &clue);
}

/* Blocks of a number that is known whole, from its end, and its beginning. */
static void add_number(struct span number, struct clue_set *set)
{
    uint8_t room[TRACKING_NUMBER_BYTES_MAX];
    struct span form = parcel_number(number, room);
    if (form.size < BLOCK) return;
    for (size_t end = form.size; end >= BLOCK; end -= BLOCK_STEP) add_block(form, end - BLOCK, set);
    add_block(form, 0, set);
}

static bool is_legible(struct span text, size_t at)
{
    for (size_t i = at; i < at + BLOCK; i++)
        if (text.at[i] == '?' || text.at[i] == '*') return false;
    return true;
}

/* Every window of what was read of a number. */
static void add_label(struct span label, struct clue_set *set)
{
    uint8_t room[TRACKING_NUMBER_BYTES_MAX];
    struct span form = parcel_number(label, room);
    uint32_t windows = 0;
    for (size_t at = form.size; at-- > 0 && windows < WINDOWS_MAX;) {
        if (at + BLOCK > form.size || !is_legible(form, at)) continue;
        add_block(form, at, set);
        windows++;
    }
}

static void add_serial(const struct desk *desk, struct span serial, struct clue_set *set)
{
    uint8_t room[TRACKING_NUMBER_BYTES_MAX];
    struct span form = parcel_number(serial, room);
    if (form.size > 0) add_hash(desk, CLUE_SERIAL_IS, &form, 1, set);
}

static void add_sku(const struct desk *desk, struct span sku, struct clue_set *set)
{
    uint8_t room[SKU_BYTES_MAX];
    struct span form = sku_form(sku, room);
    if (form.size > 0) add_hash(desk, CLUE_SKU_IS, &form, 1, set);
}

static struct span head(struct span word, size_t size)
{
    return word.size > size ? span_of(word.at, size) : word;
}

/* Two words, of which either may be wrong behind its first letters. */
static void add_pair(const struct desk *desk, struct span first, struct span second,
                     struct clue_set *set)
{
    struct span parts[] = {head(first, NAME_HEAD), span_text("+"), head(second, NAME_PIECE)};
    add_hash(desk, CLUE_PERSON, parts, 3, set);
}

static void add_word(const struct desk *desk, struct span word, struct span sku,
                     struct clue_set *set)
{
    uint8_t room[SKU_BYTES_MAX];
    struct span parts[] = {head(word, NAME_PIECE), span_text("/"), sku_form(sku, room)};
    add_hash(desk, CLUE_PERSON, parts, 3, set);
}

void clues_of_name(const struct desk *desk, struct span name, const struct span *skus,
                   uint32_t skus_count, struct clue_set *set)
{
    struct name_words words;
    name_split(name, &words);
    uint32_t count = words.count < NAME_USED_MAX ? words.count : NAME_USED_MAX;
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t k = 0; k < count; k++)
            if (i != k) add_pair(desk, words.word[i], words.word[k], set);
        for (uint32_t k = 0; k < skus_count; k++) add_word(desk, words.word[i], skus[k], set);
    }
}

/* --- of a box --------------------------------------------------------------------------------- */

void clues_of_box(const struct desk *desk, const struct id *box, const struct box_row *row,
                  struct clue_set *set)
{
    struct match_row match;
    set->count = 0;
    add_label(row->number, set);
    if (match_load(&desk->rows, box, row, &match))
        for (uint32_t i = 0; i < match.labels_count; i++) add_label(match.labels[i].text, set);
    struct key prefix = key_of(box);
    struct walk walk = walk_over(&prefix);
    struct row at;
    for (unsigned i = 0; i < BOX_UNITS_MAX && walk_next(&desk->rows, VIEW_UNIT_BY_BOX, &walk, &at);
         i++) {
        struct id unit;
        struct unit_now now;
        memcpy(unit.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (!unit_load(&desk->rows, &unit, &now)) continue;
        add_serial(desk, now.row.serial, set);
        add_sku(desk, now.row.sku, set);
    }
}

/* --- of a return ------------------------------------------------------------------------------ */

static void add_names(const struct desk *desk, const struct id *return_id, const struct span *skus,
                      uint32_t skus_count, struct clue_set *set)
{
    struct key prefix = key_of(return_id);
    struct walk walk = walk_over(&prefix);
    struct row at;
    if (rows_has(&desk->rows, VIEW_ERASED, &prefix)) return;
    for (unsigned i = 0; i < PERSONS_MAX && walk_next(&desk->rows, VIEW_PERSON, &walk, &at); i++) {
        struct person person;
        if (shape_decode(&person_shape, at.value, &person, NULL) != OK) continue;
        clues_of_name(desk, person.name, skus, skus_count, set);
    }
}

static void add_lines(const struct desk *desk, const struct id *return_id,
                      const struct order_row *order, struct clue_set *set)
{
    struct span skus[LINE_SKUS_MAX];
    uint32_t count = 0;
    for (uint32_t i = 0; i < order->lines_count; i++) {
        struct return_line_row line;
        if (!return_line_load(&desk->rows, return_id, i, &line) || line.quantity == 0) continue;
        add_serial(desk, order->lines[i].serial, set);
        add_sku(desk, order->lines[i].sku, set);
        if (count < LINE_SKUS_MAX) skus[count++] = order->lines[i].sku;
    }
    add_names(desk, return_id, skus, count, set);
}

/* A parcel may come after its return has run out. */
static bool may_come(const struct return_row *row)
{
    return return_is_live(row->state) || row->state == RETURN_EXPIRED;
}

void clues_of_return_refresh(const struct desk *desk, const struct id *return_id)
{
    struct return_row row;
    struct order_row order;
    struct clue_set set = {.count = 0};
    struct clues_row none = {.due_ms = 0};
    bool open = return_load(&desk->rows, return_id, &row) && may_come(&row);
    if (open) {
        add_number(row.number, &set);
        for (uint32_t i = 0; i < row.parcels_count; i++) add_number(row.parcels[i].number, &set);
        if (order_load(&desk->rows, &row.order, &order)) {
            add_number(order.outbound, &set);
            add_lines(desk, return_id, &order, &set);
        }
    }
    clues_set(desk, return_id, CLUE_OF_RETURN, open ? &set : NULL, &none);
}

void clues_of_order_refresh(const struct desk *desk, const struct id *order)
{
    struct key prefix = return_form_prefix(order, RETURNS_BY_ORDER, 0);
    struct walk walk = walk_over(&prefix);
    struct row at;
    while (walk_next(&desk->rows, VIEW_RETURN_INDEX, &walk, &at)) {
        struct id return_id;
        memcpy(return_id.bytes, walk.at.bytes + walk.at.size - ID_BYTES, ID_BYTES);
        clues_of_return_refresh(desk, &return_id);
    }
}

/* --- the index -------------------------------------------------------------------------------- */

struct key clues_key(const struct id *id, enum clue_side side)
{
    return key_add_uint(key_of(id), side, 1);
}

struct key clue_key(const struct clue *clue, enum clue_side side)
{
    struct key key = {.size = CLUE_BYTES};
    memcpy(key.bytes, clue->bytes, CLUE_BYTES);
    return key_add_uint(key, side, 1);
}

static void load_set(const struct desk *desk, const struct id *id, enum clue_side side,
                     struct clue_set *set)
{
    struct key key = clues_key(id, side);
    struct clues_row row;
    set->count = 0;
    if (!rows_load(&desk->rows, VIEW_CLUES, &key, &clues_row_shape, &row)) return;
    set->count = (uint32_t)(row.clues.size / CLUE_BYTES);
    if (set->count > 0) memcpy(set->at, row.clues.at, set->count * CLUE_BYTES);
}

/* Rows that bear the clue of the first set and not of the second. */
static void reindex(const struct desk *desk, const struct id *id, enum clue_side side,
                    const struct clue_set *set, const struct clue_set *other,
                    void (*act)(const struct rows *, enum view_table, const struct key *))
{
    for (uint32_t i = 0; i < set->count; i++) {
        if (set_has(other, &set->at[i])) continue;
        struct key key = key_add_id(clue_key(&set->at[i], side), id);
        act(&desk->rows, VIEW_CLUE, &key);
    }
}

/* Those on the other side that share a strong clue of the set, each once. */
struct likes {
    uint32_t count;
    struct id at[LIKES_MAX];
};

static void likes_add(struct likes *likes, const struct id *id)
{
    for (uint32_t i = 0; i < likes->count; i++)
        if (id_equal(&likes->at[i], id)) return;
    if (likes->count < LIKES_MAX) likes->at[likes->count++] = *id;
}

static void find_likes(const struct desk *desk, enum clue_side side, const struct clue_set *set,
                       struct likes *likes)
{
    for (uint32_t i = 0; i < set->count; i++) {
        struct key prefix = clue_key(&set->at[i], side);
        struct walk walk = walk_over(&prefix);
        struct row at;
        if (!is_strong(&set->at[i])) continue;
        for (unsigned k = 0; k < CLUE_SHARED_MAX && walk_next(&desk->rows, VIEW_CLUE, &walk, &at);
             k++) {
            struct id id;
            memcpy(id.bytes, walk.at.bytes + walk.at.size - ID_BYTES, ID_BYTES);
            likes_add(likes, &id);
        }
    }
}

void clues_set(const struct desk *desk, const struct id *id, enum clue_side side,
               const struct clue_set *set_or_null, struct clues_row *row)
{
    static const struct clue_set empty = {.count = 0};
    const struct clue_set *set = set_or_null == NULL ? &empty : set_or_null;
    struct clue_set former;
    struct key key = clues_key(id, side);
    load_set(desk, id, side, &former);
    row->clues = span_of(set->at, set->count * CLUE_BYTES);
    if (set_or_null != NULL)
        rows_store(&desk->rows, VIEW_CLUES, &key, &clues_row_shape, row);
    else
        rows_drop(&desk->rows, VIEW_CLUES, &key);
    reindex(desk, id, side, &former, set, rows_drop);
    reindex(desk, id, side, set, &former, rows_mark);
    struct likes likes = {.count = 0};
    enum clue_side other = side == CLUE_OF_BOX ? CLUE_OF_RETURN : CLUE_OF_BOX;
    find_likes(desk, other, &former, &likes);
    find_likes(desk, other, set, &likes);
    for (uint32_t i = 0; i < likes.count; i++)
        likeness_refresh(desk, side == CLUE_OF_BOX ? id : &likes.at[i],
                         side == CLUE_OF_BOX ? &likes.at[i] : id);
}

/* --- pairs ------------------------------------------------------------------------------------ */

static bool share(const struct clue_set *a, const struct clue_set *b)
{
    for (uint32_t i = 0; i < a->count; i++)
        if (is_strong(&a->at[i]) && set_has(b, &a->at[i])) return true;
    return false;
}

struct key weighed_key(const struct id *box, const struct id *log, const struct id *return_id)
{
    return key_add_id(pair_key(box, log), return_id);
}

/* The box's facts are entries of its own log, as the weighing is. */
static bool is_weighed(const struct desk *desk, const struct id *box, const struct box_row *row,
                       const struct id *return_id)
{
    struct match_row match;
    struct weighed_row weighed;
    struct key key = weighed_key(box, &row->log, return_id);
    uint64_t facts = row->idx;
    if (match_load(&desk->rows, box, row, &match) && match.noted_idx > facts)
        facts = match.noted_idx;
    return rows_load(&desk->rows, VIEW_WEIGHED, &key, &weighed_row_shape, &weighed) &&
           weighed.idx > facts;
}

/* Nobody goes on with a box whose store was lost: it is received as a new one. */
static bool has_writer(const struct desk *desk, const struct box_row *row)
{
    struct key log = key_of(&row->log);
    return !rows_has(&desk->rows, VIEW_SUCCEEDS, &log);
}

static bool is_likely(const struct desk *desk, const struct id *box, const struct id *return_id)
{
    struct clue_set of_box, of_return;
    load_set(desk, box, CLUE_OF_BOX, &of_box);
    load_set(desk, return_id, CLUE_OF_RETURN, &of_return);
    return share(&of_box, &of_return) && box_is_like(desk, box, return_id);
}

bool likeness_waits(const struct desk *desk, const struct id *box, const struct id *return_id)
{
    struct box_row row;
    return is_likely(desk, box, return_id) && box_load(&desk->rows, box, &row) &&
           has_writer(desk, &row) && !is_weighed(desk, box, &row, return_id);
}

void likeness_refresh(const struct desk *desk, const struct id *box, const struct id *return_id)
{
    struct box_row held;
    struct return_row owner;
    if (!box_load(&desk->rows, box, &held) || !return_load(&desk->rows, return_id, &owner)) return;
    struct id warehouse = held.warehouse, merchant = owner.merchant;
    struct key key = key_add_id(pair_key(&merchant, box), return_id);
    if (is_likely(desk, box, return_id))
        rows_mark(&desk->rows, VIEW_LIKENESS, &key);
    else
        rows_drop(&desk->rows, VIEW_LIKENESS, &key);
    if (likeness_waits(desk, box, return_id))
        todo_put(&desk->rows, &warehouse, TODO_MATCH, box, return_id);
    else
        todo_drop(&desk->rows, &warehouse, TODO_MATCH, box, return_id);
}
