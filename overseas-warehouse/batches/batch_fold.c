/* How entries about batches become rows. A batch's entries stand in the log of the node that its id
 * is bound to; which of its units wait to be settled follows from its rows and from the units', and
 * is refreshed by the fold of either. */
#include "overseas-warehouse/batches/batches.h"
#include "overseas-warehouse/parts.h"
#include "proto/bugs.h"
#include "proto/money.h"

SHAPE_DEFINE(batch_row, BATCH_ROW_FIELDS)
SHAPE_DEFINE(batch_line_row, BATCH_LINE_ROW_FIELDS)
SHAPE_DEFINE(batch_own, BATCH_OWN_FIELDS)

/* --- finding ---------------------------------------------------------------------------------- */

bool batch_load(const struct rows *rows, const struct id *batch, struct batch_now *now)
{
    struct key prefix = key_of(batch);
    struct walk walk = walk_over(&prefix);
    struct row row;
    if (!walk_next(rows, VIEW_BATCH, &walk, &row)) return false;
    memcpy(now->log.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
    return rows_load(rows, VIEW_BATCH, &walk.at, &batch_row_shape, &now->row);
}

static struct key line_key(const struct id *batch, const struct id *log, const struct id *merchant,
                           const struct id *unit)
{
    return key_add_id(key_add_id(pair_key(batch, log), merchant), unit);
}

static struct key by_unit_key(const struct key *line)
{
    struct key key = {.size = 4 * ID_BYTES};
    memcpy(key.bytes, line->bytes + 3 * ID_BYTES, ID_BYTES);
    memcpy(key.bytes + ID_BYTES, line->bytes, 3 * ID_BYTES);
    return key;
}

/* The line that a row of VIEW_BATCH_BY_UNIT is of. */
static struct key line_of(const struct key *by_unit)
{
    struct key key = {.size = 4 * ID_BYTES};
    memcpy(key.bytes, by_unit->bytes + ID_BYTES, 3 * ID_BYTES);
    memcpy(key.bytes + 3 * ID_BYTES, by_unit->bytes, ID_BYTES);
    return key;
}

bool batch_line_load(const struct rows *rows, const struct id *batch, const struct id *log,
                     const struct id *unit, struct batch_line_row *line)
{
    struct key prefix = key_add_id(pair_key(unit, batch), log);
    struct walk walk = walk_over(&prefix);
    struct row row;
    if (!walk_next(rows, VIEW_BATCH_BY_UNIT, &walk, &row)) return false;
    struct key key = line_of(&walk.at);
    return rows_load(rows, VIEW_BATCH_LINE, &key, &batch_line_row_shape, line);
}

void batch_paid_key(const struct crypto *crypto, const struct id *batch, const struct id *log,
                    struct span reference, struct key *key)
{
    struct span part = reference;
    struct id hash = crypto_id(crypto, "entrepot/batch/paid/1", &part, 1);
    *key = key_add_id(pair_key(batch, log), &hash);
}

bool batch_keeps(const struct rows *rows, const struct id *unit)
{
    struct key prefix = key_of(unit);
    struct walk walk = walk_over(&prefix);
    struct row row;
    while (walk_next(rows, VIEW_BATCH_BY_UNIT, &walk, &row)) {
        struct key line = line_of(&walk.at);
        if (rows_has(rows, VIEW_BATCH_PENDING, &line)) return true;
    }
    return false;
}

bool batch_of_settled(const struct rows *rows, const struct id *unit, struct batch_now *now,
                      struct batch_line_row *line)
{
    struct key prefix = key_of(unit);
    struct walk walk = walk_over(&prefix);
    struct row row;
    while (walk_next(rows, VIEW_BATCH_BY_UNIT, &walk, &row)) {
        struct id batch;
        struct key key = line_of(&walk.at);
        memcpy(batch.bytes, key.bytes, ID_BYTES);
        if (!batch_load(rows, &batch, now) || now->row.state != BATCH_IS_CLOSED) continue;
        if (rows_has(rows, VIEW_BATCH_PENDING, &key)) continue;
        if (rows_load(rows, VIEW_BATCH_LINE, &key, &batch_line_row_shape, line)) return true;
    }
    return false;
}

/* --- what waits to be settled ----------------------------------------------------------------- */

static void work_refresh(const struct desk *desk, const struct key *batch_key,
                         const struct batch_row *row)
{
    struct id batch;
    memcpy(batch.bytes, batch_key->bytes, ID_BYTES);
    struct key prefix = key_of(&batch);
    struct walk walk = walk_over(&prefix);
    struct row found;
    if (walk_next(&desk->rows, VIEW_BATCH_PENDING, &walk, &found))
        todo_put(&desk->rows, &row->warehouse, TODO_BATCH, &batch, NULL);
    else
        todo_drop(&desk->rows, &row->warehouse, TODO_BATCH, &batch, NULL);
}

/* Whoever holds it now, and by whichever hop: it is where its batch was closed, and disposed of so.
 */
static void pending_refresh(const struct desk *desk, const struct batch_row *batch,
                            const struct key *line)
{
    struct unit_now now;
    struct id unit;
    memcpy(unit.bytes, line->bytes + 3 * ID_BYTES, ID_BYTES);
    bool waits = batch->state == BATCH_IS_CLOSED && unit_load(&desk->rows, &unit, &now) &&
                 now.row.state == UNIT_DISPOSED && now.row.disposition == batch->disposition &&
                 id_equal(&now.row.warehouse, &batch->warehouse);
    if (waits)
        rows_mark(&desk->rows, VIEW_BATCH_PENDING, line);
    else
        rows_drop(&desk->rows, VIEW_BATCH_PENDING, line);
}

void batches_of_unit(const struct desk *desk, const struct id *unit)
{
    struct key prefix = key_of(unit);
    struct walk walk = walk_over(&prefix);
    struct row row;
    while (walk_next(&desk->rows, VIEW_BATCH_BY_UNIT, &walk, &row)) {
        struct batch_row batch;
        struct key line = line_of(&walk.at), at = {.size = 2 * ID_BYTES};
        memcpy(at.bytes, line.bytes, 2 * ID_BYTES);
        if (!rows_load(&desk->rows, VIEW_BATCH, &at, &batch_row_shape, &batch)) continue;
        if (batch.state != BATCH_IS_CLOSED) continue;
        struct batch_row same = {
            .state = batch.state, .warehouse = batch.warehouse, .disposition = batch.disposition};
        pending_refresh(desk, &same, &line);
        work_refresh(desk, &at, &same);
    }
}

/* --- lines ------------------------------------------------------------------------------------ */

static struct key own_key(const struct id *merchant, const struct id *warehouse,
                          const struct id *batch, const struct id *log)
{
    return key_add_id(key_add_id(pair_key(merchant, warehouse), batch), log);
}

bool batch_own_load(const struct rows *rows, const struct id *batch, const struct batch_now *now,
                    const struct id *merchant, struct batch_own *own)
{
    struct key key = own_key(merchant, &now->row.warehouse, batch, &now->log);
    return rows_load(rows, VIEW_BATCH_BY_MERCHANT, &key, &batch_own_shape, own);
}

/* A line of the merchant came (1) or went (-1): the batch is open, so there is no money of it. */
static void own_count(const struct desk *desk, const struct id *batch, const struct id *log,
                      const struct batch_line_row *line, int by)
{
    struct batch_row row;
    struct batch_own own = {.units = 0};
    struct key at = pair_key(batch, log);
    if (!rows_load(&desk->rows, VIEW_BATCH, &at, &batch_row_shape, &row)) return;
    struct key key = own_key(&line->merchant, &row.warehouse, batch, log);
    (void)rows_load(&desk->rows, VIEW_BATCH_BY_MERCHANT, &key, &batch_own_shape, &own);
    own.units = by > 0 ? own.units + 1 : own.units - 1;
    own.weight_g = by > 0 ? own.weight_g + line->weight_g : own.weight_g - line->weight_g;
    if (own.units > 0)
        rows_store(&desk->rows, VIEW_BATCH_BY_MERCHANT, &key, &batch_own_shape, &own);
    else
        rows_drop(&desk->rows, VIEW_BATCH_BY_MERCHANT, &key);
}

static void line_put(const struct desk *desk, const struct id *batch, const struct id *log,
                     const struct manifest_line *said)
{
    struct batch_line_row line = {.hop = 0};
    struct key key = line_key(batch, log, &said->merchant, &said->unit);
    struct key by_unit = by_unit_key(&key);
    shape_copy(&batch_line_row_shape, &line, &manifest_line_shape, said);
    rows_store(&desk->rows, VIEW_BATCH_LINE, &key, &batch_line_row_shape, &line);
    rows_mark(&desk->rows, VIEW_BATCH_BY_UNIT, &by_unit);
    own_count(desk, batch, log, &line, 1);
}

static void line_drop(const struct desk *desk, const struct id *batch, const struct id *log,
                      const struct id *unit)
{
    struct batch_line_row line;
    if (!batch_line_load(&desk->rows, batch, log, unit, &line)) return;
    struct key key = line_key(batch, log, &line.merchant, unit);
    struct key by_unit = by_unit_key(&key);
    rows_drop(&desk->rows, VIEW_BATCH_LINE, &key);
    rows_drop(&desk->rows, VIEW_BATCH_BY_UNIT, &by_unit);
    own_count(desk, batch, log, &line, -1);
}

/* Only a log that received the unit puts it on a batch, and each unit once. */
static uint64_t lines_put(const struct desk *desk, const struct place *place,
                          const struct batch_moved *moved, uint64_t units)
{
    for (uint32_t i = 0; i < moved->lines_count && units < BATCH_UNITS_MAX; i++) {
        const struct manifest_line *said = &moved->lines[i];
        struct batch_line_row line;
        struct key custody = unit_key(&said->unit, said->hop, &place->log);
        if (!rows_has(&desk->rows, VIEW_UNIT, &custody)) continue;
        if (batch_line_load(&desk->rows, &moved->batch, &place->log, &said->unit, &line)) continue;
        line_put(desk, &moved->batch, &place->log, said);
        units++;
    }
    return units;
}

static uint64_t lines_drop(const struct desk *desk, const struct place *place,
                           const struct batch_moved *moved, uint64_t units)
{
    for (uint32_t i = 0; i < moved->lines_count; i++) {
        const struct id *unit = &moved->lines[i].unit;
        struct batch_line_row line;
        if (!batch_line_load(&desk->rows, &moved->batch, &place->log, unit, &line)) continue;
        line_drop(desk, &moved->batch, &place->log, unit);
        units--;
    }
    return units;
}

/* A canceled one keeps none of its units. */
static void lines_forget(const struct desk *desk, const struct id *batch, const struct id *log)
{
    struct walk walk = batch_lines(batch, log, NULL);
    struct batch_line_row line;
    while (batch_line_next(&desk->rows, &walk, &line)) {
        struct id unit = line.unit;
        line_drop(desk, batch, log, &unit);
    }
}

/* --- what each unit brought ------------------------------------------------------------------- */

static int64_t weight_of(const struct batch_line_row *line, uint64_t split)
{
    if (split == SPLIT_BY_WEIGHT) return (int64_t)line->weight_g;
    return split == SPLIT_BY_VALUE && line->value_minor > 0 ? line->value_minor : 0;
}

/* Lines are in the order of their merchants: the last of one leaves its sums. */
static void own_add(const struct desk *desk, const struct key *batch_key,
                    const struct id *warehouse, const struct batch_line_row *line,
                    struct batch_own *own)
{
    struct id batch, log;
    memcpy(batch.bytes, batch_key->bytes, ID_BYTES);
    memcpy(log.bytes, batch_key->bytes + ID_BYTES, ID_BYTES);
    struct key key = own_key(&line->merchant, warehouse, &batch, &log);
    own->units++;
    own->weight_g += line->weight_g;
    own->proceeds_minor += line->proceeds_minor;
    own->cost_minor += line->cost_minor;
    rows_store(&desk->rows, VIEW_BATCH_BY_MERCHANT, &key, &batch_own_shape, own);
}

/* Sums are split anew, by largest remainder, so that they are the sum of the lines exactly. */
static void shares_refresh(const struct desk *desk, const struct key *batch_key,
                           const struct batch_row *row)
{
    int64_t weights[BATCH_UNITS_MAX], proceeds[BATCH_UNITS_MAX], cost[BATCH_UNITS_MAX];
    int64_t proceeds_minor = row->proceeds_minor, cost_minor = row->cost_minor;
    uint64_t split = row->split;
    uint32_t count = 0;
    struct batch_line_row line;
    struct walk walk = walk_over(batch_key);
    while (count < BATCH_UNITS_MAX && batch_line_next(&desk->rows, &walk, &line))
        weights[count++] = weight_of(&line, split);
    if (count == 0 || money_split(proceeds_minor, weights, count, proceeds) != OK) return;
    if (money_split(cost_minor, weights, count, cost) != OK) return;
    struct batch_own own = {.units = 0};
    struct id former = {{0}}, warehouse = row->warehouse;
    walk = walk_over(batch_key);
    for (uint32_t i = 0; i < count && batch_line_next(&desk->rows, &walk, &line); i++) {
        line.proceeds_minor = proceeds[i];
        line.cost_minor = cost[i];
        rows_store(&desk->rows, VIEW_BATCH_LINE, &walk.at, &batch_line_row_shape, &line);
        if (!id_equal(&former, &line.merchant)) own = (struct batch_own){.units = 0};
        former = line.merchant;
        own_add(desk, batch_key, &warehouse, &line, &own);
    }
}

/* --- entries ---------------------------------------------------------------------------------- */

static void begin(const struct desk *desk, const struct key *key, const struct batch_moved *moved)
{
    struct batch_row row = {.state = BATCH_IS_OPEN,
                            .version = 1,
                            .warehouse = moved->warehouse,
                            .disposition = moved->disposition,
                            .counterparty = moved->counterparty,
                            .currency = moved->currency,
                            .split = moved->split,
                            .reference = moved->reference,
                            .opened_by = moved->by,
                            .opened_ms = moved->at_ms};
    struct id log;
    memcpy(log.bytes, key->bytes + ID_BYTES, ID_BYTES);
    struct key by_warehouse = key_add_id(pair_key(&moved->warehouse, &moved->batch), &log);
    rows_store(&desk->rows, VIEW_BATCH, key, &batch_row_shape, &row);
    rows_mark(&desk->rows, VIEW_BATCH_BY_WAREHOUSE, &by_warehouse);
}

static void end(const struct desk *desk, const struct key *key, const struct batch_moved *moved)
{
    struct batch_row row;
    if (!rows_load(&desk->rows, VIEW_BATCH, key, &batch_row_shape, &row)) return;
    row.state = moved->act == BATCH_CLOSE ? BATCH_IS_CLOSED : BATCH_IS_CANCELED;
    if (row.version < VERSION_MAX) row.version++;
    row.weight_g = moved->weight_g;
    row.digest = moved->digest;
    row.ended_by = moved->by;
    row.ended_ms = moved->at_ms;
    row.reason = moved->reason;
    rows_store(&desk->rows, VIEW_BATCH, key, &batch_row_shape, &row);
    struct batch_row plain = {
        .state = row.state, .warehouse = row.warehouse, .disposition = row.disposition};
    struct walk walk = walk_over(key);
    struct batch_line_row line;
    while (batch_line_next(&desk->rows, &walk, &line)) pending_refresh(desk, &plain, &walk.at);
    work_refresh(desk, key, &plain);
}

static void fill(const struct desk *desk, const struct place *place, const struct key *key,
                 const struct batch_moved *moved, uint64_t units)
{
    struct batch_row row;
    if (moved->act == BATCH_ADD) units = lines_put(desk, place, moved, units);
    if (moved->act == BATCH_REMOVE) units = lines_drop(desk, place, moved, units);
    if (!rows_load(&desk->rows, VIEW_BATCH, key, &batch_row_shape, &row)) return;
    if (row.version < VERSION_MAX) row.version++;
    row.units = units;
    rows_store(&desk->rows, VIEW_BATCH, key, &batch_row_shape, &row);
}

void batch_fold(const struct desk *desk, const struct place *place, const struct batch_moved *moved)
{
    struct batch_row row;
    struct key key = pair_key(&moved->batch, &place->log);
    if (!id_is_of(desk->crypto, &moved->batch, &place->node)) return;
    bool known = rows_load(&desk->rows, VIEW_BATCH, &key, &batch_row_shape, &row);
    bool opens = moved->act == BATCH_OPEN;
    bool whole = moved->counterparty.size > 0 && moved->currency != 0 && moved->disposition != 0 &&
                 moved->split != 0 && !id_is_zero(&moved->warehouse);
    if (opens && !known && whole) begin(desk, &key, moved);
    if (opens || !known || row.state != BATCH_IS_OPEN) return; /* no rule of ours writes it */
    if (moved->act == BATCH_CANCEL) lines_forget(desk, &moved->batch, &place->log);
    if (moved->act == BATCH_CLOSE || moved->act == BATCH_CANCEL)
        end(desk, &key, moved);
    else
        fill(desk, place, &key, moved, row.units);
}

static bool is_within(int64_t sum, int64_t more, int64_t *to)
{
    return money_add(sum, more, to) == OK && *to >= 0;
}

/* The first entry of a reference counts, and only of a batch that is closed: one log writes both.
 */
void batch_paid_fold(const struct desk *desk, const struct place *place,
                     const struct batch_paid *paid)
{
    struct batch_row row;
    int64_t proceeds, cost;
    struct key key = pair_key(&paid->batch, &place->log), at;
    if (!rows_load(&desk->rows, VIEW_BATCH, &key, &batch_row_shape, &row)) return;
    if (row.state != BATCH_IS_CLOSED || row.monies >= BATCH_MONIES_MAX) return;
    if (!is_within(row.proceeds_minor, paid->proceeds_minor, &proceeds)) return;
    if (!is_within(row.cost_minor, paid->cost_minor, &cost)) return;
    batch_paid_key(desk->crypto, &paid->batch, &place->log, paid->reference, &at);
    if (rows_has(&desk->rows, VIEW_BATCH_PAID, &at) && !BUG(batch_money_twice)) return;
    row.proceeds_minor = proceeds;
    row.cost_minor = cost;
    row.monies++;
    if (row.version < VERSION_MAX) row.version++;
    rows_store(&desk->rows, VIEW_BATCH, &key, &batch_row_shape, &row);
    rows_store(&desk->rows, VIEW_BATCH_PAID, &at, &batch_paid_shape, paid);
    struct batch_row sums = {.proceeds_minor = proceeds,
                             .cost_minor = cost,
                             .split = row.split,
                             .warehouse = row.warehouse};
    shares_refresh(desk, &key, &sums);
}
