/* Attaching a photo, its rows, and whose it is. */
#include "overseas-warehouse/photos/photos.h"
#include "overseas-warehouse/billing/billing.h"
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/plates/plates.h"

#include <assert.h>

/* --- whose it is ------------------------------------------------------------------------------ */

static bool box_is_of(const struct rows *rows, const struct id *box, const struct id *merchant)
{
    struct key prefix = key_of(box);
    struct walk walk = walk_over(&prefix);
    struct row row;
    while (walk_next(rows, VIEW_BOX_CLAIM, &walk, &row)) {
        struct id return_id;
        struct return_row owner;
        memcpy(return_id.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (return_load(rows, &return_id, &owner) && id_equal(&owner.merchant, merchant))
            return true;
    }
    return false;
}

static bool is_of(const struct rows *rows, uint64_t of, const struct id *thing,
                  const struct id *merchant)
{
    struct unit_owner owner;
    struct return_row row;
    if (of == PHOTO_OF_UNIT)
        return unit_owner(rows, thing, &owner) && id_equal(&owner.merchant, merchant);
    if (of == PHOTO_OF_BOX) return box_is_of(rows, thing, merchant);
    return return_load(rows, thing, &row) && id_equal(&row.merchant, merchant);
}

bool photo_is_of(const struct rows *rows, const struct photo_attached *photo,
                 const struct id *merchant)
{
    return is_of(rows, photo->of, &photo->thing, merchant);
}

/* --- deciding --------------------------------------------------------------------------------- */

static bool is_known(const struct rows *rows, uint64_t of, const struct id *thing)
{
    struct unit_now unit;
    struct box_row box;
    struct return_row row;
    if (of == PHOTO_OF_UNIT) return unit_load(rows, thing, &unit);
    if (of == PHOTO_OF_BOX) return box_load(rows, thing, &box);
    return return_load(rows, thing, &row);
}

/* Did the warehouse do it, on goods that stand with it? What others send of a thing costs nobody.
 */
static bool is_work(const struct desk *desk, const struct command *command,
                    const struct photo_attach *wish, uint64_t *hop)
{
    struct unit_now unit;
    struct box_row box;
    *hop = 0;
    if (command->by.kind != BY_OPERATOR || id_is_zero(&desk->warehouse)) return false;
    if (wish->of == PHOTO_OF_BOX)
        return box_load(&desk->rows, &wish->thing, &box) &&
               id_equal(&box.warehouse, &desk->warehouse);
    if (wish->of != PHOTO_OF_UNIT || !unit_load(&desk->rows, &wish->thing, &unit)) return false;
    *hop = unit.hop;
    return id_equal(&unit.row.warehouse, &desk->warehouse);
}

static const char *why_not(const struct rows *rows, const struct command *command,
                           const struct photo_attach *wish)
{
    bool bound = !id_is_zero(&command->merchant);
    if (!is_known(rows, wish->of, &wish->thing)) return "thing";
    /* Another merchant's is like none, to the word. */
    return bound && !is_of(rows, wish->of, &wish->thing, &command->merchant) ? "thing" : NULL;
}

/* The same request at another node is the same photo: each writes it, under one id. */
static struct id photo_id(const struct desk *desk, const struct command *command,
                          struct moment *moment)
{
    struct span request = id_span(&command->request);
    if (id_is_zero(&command->request)) return mint(desk, moment);
    return crypto_id(desk->crypto, "entrepot/photo/1", &request, 1);
}

void photo_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                  struct decision *decision)
{
    const struct photo_attach *wish = &command->body->photo_attach;
    const char *why = why_not(&desk->rows, command, wish);
    struct key subject = key_of(&wish->thing);
    if (why != NULL) {
        decision_refuse(decision, ERROR_NOT_FOUND, why);
        return;
    }
    if (rows_has(&desk->rows, VIEW_ERASED, &subject)) {
        decision_refuse(decision, ERROR_CONFLICT, "thing: its personal data was erased");
        return;
    }
    struct photo_attached photo = {
        .photo = photo_id(desk, command, moment), .by = command->by, .at_ms = moment->wall_ms};
    struct photo_taken taken = {.photo = photo.photo,
                                .of = wish->of,
                                .thing = wish->thing,
                                .warehouse = desk->warehouse,
                                .by = command->by,
                                .at_ms = moment->wall_ms};
    shape_copy(&photo_attached_shape, &photo, &photo_attach_shape, wish);
    decision->entity = photo.photo;
    decision_add(decision, EVENT_PHOTO_ATTACHED, &wish->thing, &photo);
    if (is_work(desk, command, wish, &taken.hop))
        decision_add(decision, EVENT_PHOTO_TAKEN, &wish->thing, &taken);
}

/* --- folding ---------------------------------------------------------------------------------- */

void photo_taken_fold(const struct desk *desk, const struct place *place,
                      const struct photo_taken *taken)
{
    struct billed done = {.act = BILLED_PHOTO,
                          .thing = taken->thing,
                          .warehouse = taken->warehouse,
                          .hop = taken->hop,
                          .number = be_get(taken->photo.bytes + ID_BYTES - 4, 4),
                          .at_ms = taken->at_ms};
    bool goods = taken->of == PHOTO_OF_UNIT || taken->of == PHOTO_OF_BOX;
    if (goods) billing_note(desk, place, &done);
}

struct key photo_blob_prefix(const struct hash *blob)
{
    struct key key = {.size = PHOTO_BLOB_PREFIX_BYTES};
    memcpy(key.bytes, blob->bytes, PHOTO_BLOB_PREFIX_BYTES);
    return key;
}

static struct key behind(struct key prefix, const struct key *place)
{
    assert(prefix.size + place->size <= ROW_KEY_BYTES_MAX);
    memcpy(prefix.bytes + prefix.size, place->bytes, place->size);
    prefix.size += place->size;
    return prefix;
}

void photo_put(const struct rows *rows, const struct key *key, const struct photo_attached *photo)
{
    if (memcmp(photo->thing.bytes, key->bytes, ID_BYTES) != 0) return;
    struct key by_id = behind(key_of(&photo->photo), key);
    struct key by_blob = behind(photo_blob_prefix(&photo->blob), key);
    rows_store(rows, VIEW_PHOTO, key, &photo_attached_shape, photo);
    rows_mark(rows, VIEW_PHOTO_BY_ID, &by_id);
    rows_mark(rows, VIEW_PHOTO_BY_BLOB, &by_blob);
}

void photo_drop(const struct rows *rows, const struct key *key)
{
    struct photo_attached photo;
    if (!rows_load(rows, VIEW_PHOTO, key, &photo_attached_shape, &photo)) return;
    struct key by_id = behind(key_of(&photo.photo), key);
    struct key by_blob = behind(photo_blob_prefix(&photo.blob), key);
    rows_drop(rows, VIEW_PHOTO_BY_ID, &by_id);
    rows_drop(rows, VIEW_PHOTO_BY_BLOB, &by_blob);
    rows_drop(rows, VIEW_PHOTO, key);
}

/* --- reading ---------------------------------------------------------------------------------- */

static struct key after(const struct key *key, size_t prefix)
{
    struct key place = {.size = key->size - prefix};
    memcpy(place.bytes, key->bytes + prefix, place.size);
    return place;
}

bool photo_find(const struct rows *rows, const struct id *photo, struct photo_attached *found)
{
    struct key prefix = key_of(photo);
    struct walk walk = walk_over(&prefix);
    struct row row;
    if (!walk_next(rows, VIEW_PHOTO_BY_ID, &walk, &row)) return false;
    struct key place = after(&walk.at, ID_BYTES);
    return rows_load(rows, VIEW_PHOTO, &place, &photo_attached_shape, found);
}

bool photo_next_of(const struct rows *rows, const struct hash *blob, struct walk *walk,
                   struct photo_attached *found)
{
    struct row row;
    while (walk_next(rows, VIEW_PHOTO_BY_BLOB, walk, &row)) {
        struct key place = after(&walk->at, PHOTO_BLOB_PREFIX_BYTES);
        if (rows_load(rows, VIEW_PHOTO, &place, &photo_attached_shape, found) &&
            memcmp(found->blob.bytes, blob->bytes, sizeof found->blob.bytes) == 0)
            return true;
    }
    return false;
}

bool photo_names(const struct rows *rows, const struct hash *blob)
{
    struct photo_attached found;
    struct key prefix = photo_blob_prefix(blob);
    struct walk walk = walk_over(&prefix);
    return photo_next_of(rows, blob, &walk, &found);
}
