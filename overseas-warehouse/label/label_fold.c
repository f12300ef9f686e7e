/* How entries of a label become rows, and the work that follows: a call that is wanted, a label to
 * be taken back, a thing for a person to look at. The book alone writes the row; what scans and the
 * return say is met in the refresh, which reads sets only. */
#include "overseas-warehouse/label/label.h"
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/reducer.h"
#include "overseas-warehouse/stock/stock.h"

/* clang-format off */
SHAPE_DEFINE(label_row, LABEL_ROW_FIELDS)
SHAPE_DEFINE(site_address_row, SITE_ADDRESS_ROW_FIELDS)
/* clang-format on */

bool label_load(const struct rows *rows, const struct id *label, struct label_row *row)
{
    struct key key = key_of(label);
    return rows_load(rows, VIEW_LABEL, &key, &label_row_shape, row);
}

/* --- what scans say --------------------------------------------------------------------------- */

/* A carrier that took a label back, or waited too long for its parcel, tells it as a scan; and that
 * is its last word, whatever it has seen of the parcel besides. */
static bool is_of_the_label(uint64_t status)
{
    return status == TRACK_CANCELLED || status == TRACK_EXPIRED || track_is_weak(status);
}

static bool was_seen(const struct desk *desk, const struct id *parcel)
{
    struct key prefix = key_of(parcel);
    struct walk walk = walk_over(&prefix);
    struct row at;
    while (walk_next(&desk->rows, VIEW_SCAN, &walk, &at)) {
        struct scan_row scan;
        if (shape_decode(&scan_row_shape, at.value, &scan, NULL) == OK &&
            !is_of_the_label(scan.status))
            return true;
    }
    return false;
}

static bool number_has_left(const struct desk *desk, struct span number)
{
    struct parcel_row parcel;
    if (number.size == 0) return false;
    struct id id = parcel_id(desk->crypto, number);
    if (!parcel_load(&desk->rows, &id, &parcel) || parcel.state == PARCEL_ANNOUNCED) return false;
    return !is_of_the_label(parcel.status) || parcel.state != PARCEL_IN_TRANSIT ||
           was_seen(desk, &id);
}

bool label_has_left(const struct desk *desk, const struct label_row *row)
{
    struct label_row sold;
    struct id of = row->of;
    if (row->what == LABEL_IS_PICKUP)
        return label_load(&desk->rows, &of, &sold) && number_has_left(desk, sold.number);
    return number_has_left(desk, row->number) || number_has_left(desk, row->other_number);
}

/* --- files ------------------------------------------------------------------------------------ */

static struct key blob_key(const struct hash *blob, const struct id *label)
{
    struct key key = {.size = HASH_BYTES};
    memcpy(key.bytes, blob->bytes, HASH_BYTES);
    return label != NULL ? key_add_id(key, label) : key;
}

bool label_names(const struct rows *rows, const struct hash *blob)
{
    struct key prefix = blob_key(blob, NULL);
    struct walk walk = walk_over(&prefix);
    struct row at;
    while (walk_next(rows, VIEW_LABEL_BY_BLOB, &walk, &at)) {
        struct id label;
        struct label_row row;
        memcpy(label.bytes, walk.at.bytes + HASH_BYTES, ID_BYTES);
        if (!label_load(rows, &label, &row)) continue;
        struct key subject = key_of(&row.return_id);
        if (!rows_has(rows, VIEW_ERASED, &subject)) return true;
    }
    return false;
}

static void index_files(const struct desk *desk, const struct label_moved *moved)
{
    struct key document = blob_key(&moved->document, &moved->label);
    struct key qr = blob_key(&moved->qr, &moved->label);
    if (moved->document_form != 0) rows_mark(&desk->rows, VIEW_LABEL_BY_BLOB, &document);
    if (!id_is_zero(&moved->keeper)) rows_mark(&desk->rows, VIEW_LABEL_BY_BLOB, &qr);
}

/* --- what follows ----------------------------------------------------------------------------- */

static bool wants_back(const struct desk *desk, const struct label_row *row)
{
    struct return_row owner;
    if (row->state != LABEL_BOUGHT || row->can_void == 0 || row->kept != 0) return false;
    if (!return_load(&desk->rows, &row->return_id, &owner)) return false;
    bool ended = owner.state == RETURN_CANCELED || owner.state == RETURN_EXPIRED;
    return ended && !label_has_left(desk, row);
}

static void work(const struct desk *desk, const struct id *book, const struct id *label,
                 const struct id *second, bool stands)
{
    if (stands)
        todo_put(&desk->rows, book, TODO_LABEL, label, second);
    else
        todo_drop(&desk->rows, book, TODO_LABEL, label, second);
}

static void conflict(const struct desk *desk, const struct id *return_id, const struct id *label,
                     enum conflict_kind kind, bool stands)
{
    struct conflict_row conflict = {.kind = kind, .thing = *label};
    struct key key = key_add_uint(pair_key(return_id, label), kind, 8);
    if (stands)
        rows_store(&desk->rows, VIEW_CONFLICT, &key, &conflict_row_shape, &conflict);
    else
        rows_drop(&desk->rows, VIEW_CONFLICT, &key);
}

static void refresh(const struct desk *desk, const struct id *label)
{
    struct label_row row;
    if (!label_load(&desk->rows, label, &row)) return;
    struct id book = row.book, return_id = row.return_id;
    uint64_t state = row.state;
    bool back = wants_back(desk, &row);
    work(desk, &book, label, NULL, label_state_buys(state) || label_state_voids(state));
    work(desk, &book, label, &return_id, back);
    conflict(desk, &return_id, label, CONFLICT_LABEL_UNKNOWN, state == LABEL_UNKNOWN);
    conflict(desk, &return_id, label, CONFLICT_LABEL_VOID, state == LABEL_VOID_UNKNOWN);
}

void labels_refresh(const struct desk *desk, const struct id *return_id)
{
    struct key prefix = key_of(return_id);
    struct walk walk = walk_over(&prefix);
    struct row at;
    while (walk_next(&desk->rows, VIEW_LABEL_BY_RETURN, &walk, &at)) {
        struct id label;
        memcpy(label.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        refresh(desk, &label);
    }
}

/* --- entries ---------------------------------------------------------------------------------- */

/* The return was begun earlier in this very book, or the label is none of its leader's. */
static bool begin(const struct desk *desk, const struct place *place,
                  const struct label_moved *moved, struct label_row *row)
{
    struct return_row owner;
    if (!id_is_of(desk->crypto, &moved->label, &place->log)) return false;
    if (!return_load(&desk->rows, &moved->return_id, &owner)) return false;
    if (!id_equal(&owner.book, &place->log) || moved->carrier.size == 0) return false;
    if (moved->what == 0 || moved->form == 0 || moved->recovery == 0) return false;
    *row = (struct label_row){.merchant = owner.merchant,
                              .book = place->log,
                              .opened_by = moved->by,
                              .opened_ms = moved->at_ms};
    shape_copy(&label_row_shape, row, &label_moved_shape, moved);
    struct key key = pair_key(&row->merchant, &moved->label);
    rows_mark(&desk->rows, VIEW_LABEL_BY_MERCHANT, &key);
    key = pair_key(&row->return_id, &moved->label);
    rows_mark(&desk->rows, VIEW_LABEL_BY_RETURN, &key);
    return true;
}

/* What ended has ended, and what was never bought, or taken back, is bought by no later entry. */
static bool may_move(const struct label_row *row, const struct label_moved *moved)
{
    for (size_t i = 0; i < label_steps_count; i++) {
        const struct label_step_row *step = &label_steps[i];
        if (step->from == row->state && step->step == moved->step && step->to == moved->to)
            return true;
    }
    return false;
}

static void note_sold(const struct label_moved *moved, struct label_row *row)
{
    if (moved->number.size > 0) row->number = moved->number;
    if (moved->other_number.size > 0) row->other_number = moved->other_number;
    if (moved->carrier_ref.size > 0) row->carrier_ref = moved->carrier_ref;
    if (moved->currency != 0) {
        row->cost_minor = moved->cost_minor;
        row->currency = moved->currency;
    }
    if (moved->document_form != 0) {
        row->document = moved->document;
        row->document_form = moved->document_form;
    }
    if (!id_is_zero(&moved->keeper)) {
        row->qr = moved->qr;
        row->keeper = moved->keeper;
    }
    if (moved->expires_ms != 0) row->expires_ms = moved->expires_ms;
}

static void note(const struct label_moved *moved, struct label_row *row)
{
    row->state = moved->to;
    if (row->version < VERSION_MAX) row->version++;
    row->moved_ms = moved->at_ms;
    if (moved->reason.size > 0) row->reason = moved->reason;
    if (moved->reference.size > 0) row->reference = moved->reference;
    if (moved->step == LABEL_ATTEMPT) row->attempt = moved->attempt;
    if (moved->step == LABEL_BEGIN_VOID) row->attempt = 0; /* of another call, counted anew */
    if (moved->step == LABEL_KEEP) row->kept = 1;
    if (moved->step == LABEL_FIND_BOUGHT || moved->step == LABEL_SETTLE_BOUGHT)
        note_sold(moved, row);
}

void label_fold(const struct desk *desk, const struct place *place, const struct label_moved *moved)
{
    struct label_row row;
    struct key key = key_of(&moved->label);
    bool begins = moved->step == LABEL_INTEND;
    bool known = label_load(&desk->rows, &moved->label, &row);
    if (known == begins) return; /* no rule of ours writes such an entry */
    /* Nor does another book: its entry may come before this one's or after it (law 3). */
    if (known && (!id_equal(&row.book, &place->log) || !may_move(&row, moved))) return;
    if (begins && (moved->to != LABEL_INTENDED || !begin(desk, place, moved, &row))) return;
    note(moved, &row);
    row.idx = place->idx;
    rows_store(&desk->rows, VIEW_LABEL, &key, &label_row_shape, &row);
    if (moved->step == LABEL_FIND_BOUGHT) index_files(desk, moved);
    refresh(desk, &moved->label);
}

/* --- where a warehouse is reached --------------------------------------------------------------
 */

void site_fold(const struct desk *desk, const struct place *place,
               const struct site_address *address)
{
    struct site_address_row row = {.node = place->node};
    struct key key = pair_key(&address->warehouse, &place->log);
    shape_copy(&site_address_row_shape, &row, &site_address_shape, address);
    rows_store(&desk->rows, VIEW_SITE_ADDRESS, &key, &site_address_row_shape, &row);
}

/* A node speaks of its own warehouse: what another says of it sends no parcel anywhere. */
bool site_address_load(const struct rows *rows, const struct id *warehouse,
                       struct site_address_row *row)
{
    struct key prefix = key_of(warehouse);
    struct walk walk = walk_over(&prefix);
    struct row at;
    bool found = false;
    while (walk_next(rows, VIEW_SITE_ADDRESS, &walk, &at)) {
        struct site_address_row said;
        if (shape_decode(&site_address_row_shape, at.value, &said, NULL) != OK) continue;
        if (!stock_is_kept_by(rows, warehouse, &said.node)) continue;
        if (found && said.at_ms < row->at_ms) continue;
        *row = said;
        found = true;
    }
    return found;
}
