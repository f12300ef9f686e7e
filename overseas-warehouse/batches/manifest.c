/* Manifests: what a command names to go on a batch, and the lines of one as they are read. */
#include "overseas-warehouse/batches/batches.h"
#include "overseas-warehouse/inspection/inspection.h"
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/plates/plates.h"
#include "overseas-warehouse/worth/rows.h"
#include "proto/bugs.h"

#define LINE_BYTES_MAX 512

/* --- reading ---------------------------------------------------------------------------------- */

struct walk batch_lines(const struct id *batch, const struct id *log, const struct id *merchant)
{
    struct key prefix = pair_key(batch, log);
    if (merchant != NULL) prefix = key_add_id(prefix, merchant);
    return walk_over(&prefix);
}

bool batch_line_next(const struct rows *rows, struct walk *walk, struct batch_line_row *line)
{
    struct row row;
    return walk_next(rows, VIEW_BATCH_LINE, walk, &row) &&
           shape_decode(&batch_line_row_shape, row.value, line, NULL) == OK;
}

void manifest_chain(const struct crypto *crypto, const struct manifest_line *line,
                    struct hash *chain)
{
    uint8_t bytes[LINE_BYTES_MAX];
    struct span encoded;
    if (shape_encode(&manifest_line_shape, line, bytes, sizeof bytes, &encoded) != OK) return;
    struct span parts[] = {span_of(chain->bytes, HASH_BYTES), encoded};
    crypto_hash(crypto, "entrepot/manifest/1", parts, 2, chain);
}

/* --- one unit --------------------------------------------------------------------------------- */

static bool is_on_an_open_one(const struct rows *rows, const struct id *unit)
{
    struct key prefix = key_of(unit);
    struct walk walk = walk_over(&prefix);
    struct row row;
    while (walk_next(rows, VIEW_BATCH_BY_UNIT, &walk, &row)) {
        struct batch_row batch;
        struct key at = {.size = 2 * ID_BYTES};
        struct id log;
        memcpy(at.bytes, walk.at.bytes + ID_BYTES, 2 * ID_BYTES);
        memcpy(log.bytes, walk.at.bytes + 2 * ID_BYTES, ID_BYTES);
        if (log_is_lost(rows, &log)) continue; /* of a lost store: nobody ends it */
        if (rows_load(rows, VIEW_BATCH, &at, &batch_row_shape, &batch) &&
            batch.state == BATCH_IS_OPEN)
            return true;
    }
    return false;
}

/* The rule that keeps the unit off the batch; NULL: none. */
static const char *bars(const struct batch_step *step, const struct id *unit,
                        const struct unit_now *now)
{
    const struct rows *rows = &step->desk->rows;
    uint64_t disposition = step->now.row.disposition;
    bool gone = disposition == DISPOSE_DESTROY || disposition == DISPOSE_RECYCLE;
    if (!id_equal(&now->row.warehouse, &step->desk->warehouse)) return "/unit: stands_here";
    if (log_is_lost(rows, &now->log)) return "/unit: its lost store's entries are not adopted";
    if (now->row.state != UNIT_DISPOSED || now->row.disposition != disposition)
        return "/unit: disposed_to_just_that";
    if (!gone && unit_holds(step->desk, unit) != 0) return "/unit: no_hold_stands";
    if (is_on_an_open_one(rows, unit) && !BUG(unit_on_two_batches))
        return "/unit: in_one_open_batch";
    return batch_keeps(rows, unit) ? "/unit: its_batch_is_closed" : NULL;
}

/* What the cost table says that it brings; false: it is said in another currency. */
static bool value_of(const struct batch_step *step, const struct id *unit,
                     struct manifest_line *line)
{
    struct appraisal appraisal;
    if (step->now.row.split != SPLIT_BY_VALUE) return true;
    if (!worth_appraise(step->desk, unit, step->moment->wall_ms, &appraisal)) return true;
    for (uint32_t i = 0; i < appraisal.proposal.count; i++) {
        const struct worth *worth = &appraisal.proposal.at[i];
        if (worth->disposition != step->now.row.disposition) continue;
        if (appraisal.currency != step->now.row.currency) return false;
        int64_t minor =
            worth->recovery_minor < BILL_MINOR_MAX ? worth->recovery_minor : BILL_MINOR_MAX;
        line->value_minor = minor < 0 ? 0 : minor;
    }
    return true;
}

static void weigh(const struct batch_step *step, struct manifest_line *line)
{
    struct sku_row sku;
    struct id id;
    if (sku_find(&step->desk->rows, step->desk->crypto, &line->merchant, line->sku, &id) &&
        sku_load(&step->desk->rows, &id, &sku))
        line->weight_g = sku.weight_g;
}

static bool put_unit(struct batch_step *step, const struct id *unit, uint32_t at,
                     struct manifest *manifest)
{
    struct unit_now now;
    struct unit_owner owner;
    struct decision *decision = step->decision;
    if (!unit_load(&step->desk->rows, unit, &now))
        return refuse_at(decision, ERROR_NOT_FOUND, "units", at, "/unit");
    const char *rule = bars(step, unit, &now);
    if (rule != NULL) return refuse_at(decision, ERROR_CONFLICT, "units", at, rule);
    if (!unit_owner(&step->desk->rows, unit, &owner))
        return refuse_at(decision, ERROR_CONFLICT, "units", at, "/unit: its_merchant_is_known");
    struct manifest_line *line = &manifest->at[manifest->count++];
    *line = (struct manifest_line){.unit = *unit,
                                   .hop = now.hop,
                                   .merchant = owner.merchant,
                                   .sku = now.row.sku,
                                   .grade = now.row.grade,
                                   .serial = now.row.serial};
    weigh(step, line);
    return value_of(step, unit, line) ||
           refuse_at(decision, ERROR_CONFLICT, "units", at, "/unit: valued_in_another_currency");
}

static bool take_unit(struct batch_step *step, const struct id *unit, uint32_t at,
                      struct manifest *manifest)
{
    struct batch_line_row line;
    if (!batch_line_load(&step->desk->rows, &step->batch, &step->now.log, unit, &line))
        return refuse_at(step->decision, ERROR_CONFLICT, "units", at, "/unit: on_this_batch");
    shape_copy(&manifest_line_shape, &manifest->at[manifest->count++], &batch_line_row_shape,
               &line);
    return true;
}

/* --- what is named ---------------------------------------------------------------------------- */

static bool is_named(const struct manifest *manifest, const struct id *unit)
{
    for (uint32_t i = 0; i < manifest->count; i++)
        if (id_equal(&manifest->at[i].unit, unit)) return true;
    return false;
}

static bool name_unit(struct batch_step *step, const struct id *unit, uint32_t at,
                      struct manifest *manifest)
{
    struct decision *decision = step->decision;
    if (is_named(manifest, unit))
        return refuse_at(decision, ERROR_CONFLICT, "units", at, "/unit: named_once");
    if (manifest->count == sizeof manifest->at / sizeof manifest->at[0]) {
        decision_refuse(decision, ERROR_TOO_LARGE, "units: 256 at once");
        return false;
    }
    return step->command->kind == COMMAND_BATCH_ADD ? put_unit(step, unit, at, manifest)
                                                    : take_unit(step, unit, at, manifest);
}

/* Units on a plate count on after those that were named. */
static bool name_plate(struct batch_step *step, const struct id *plate, uint32_t at,
                       struct manifest *manifest)
{
    struct plate_cargo cargo;
    struct plate_now now;
    const struct rows *rows = &step->desk->rows;
    if (!plate_load(rows, plate, &now))
        return refuse_at(step->decision, ERROR_NOT_FOUND, "plates", at, "/plate");
    if (now.row.state != PLATE_STANDING || !id_equal(&now.row.warehouse, &step->desk->warehouse))
        return refuse_at(step->decision, ERROR_CONFLICT, "plates", at, "/plate: stands_here");
    plate_cargo_load(rows, plate, PLATE_STANDING, &cargo);
    if (cargo.cut)
        return refuse_at(step->decision, ERROR_TOO_LARGE, "plates", at, "/plate: 40 plates in it");
    for (uint32_t i = 0; i < cargo.count; i++) {
        if (!plate_load(rows, &cargo.plates[i], &now)) continue;
        for (uint32_t k = 0; k < now.row.units_count; k++)
            if (!name_unit(step, &now.row.units[k].unit, manifest->count, manifest)) return false;
    }
    return true;
}

bool manifest_gather(struct batch_step *step, struct manifest *manifest)
{
    const struct batch_change *wish = &step->command->body->batch_change;
    manifest->count = 0;
    for (uint32_t i = 0; i < wish->units_count; i++)
        if (!name_unit(step, &wish->units[i].unit, i, manifest)) return false;
    for (uint32_t i = 0; i < wish->plates_count; i++)
        if (!name_plate(step, &wish->plates[i].plate, i, manifest)) return false;
    if (manifest->count > 0) return true;
    decision_refuse(step->decision, ERROR_MISSING_FIELD, "units: or plates with units on them");
    return false;
}
