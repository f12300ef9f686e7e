/* Parcels: what carriers say about a tracking number, kept as a set, and one row that is a pure
 * function of that set, of the returns that name the number and of the boxes that bear it. So late,
 * doubled and disordered messages end alike on every node. */
#include "overseas-warehouse/ahead.h"
#include "overseas-warehouse/label/label.h"
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/reducer.h"
#include "proto/bugs.h"

/* The latest of each carrier and parcel; older ones are kept, not weighed. */
#define SCANS_MAX    128
#define CARRIERS_MAX 4 /* adapters that may speak about one number */
#define NEWS_MAX     8 /* scans of one message that are weighed as they come */

/* --- observing -------------------------------------------------------------------------------- */

static struct scan_row scan_of_point(const struct tracking *tracking,
                                     const struct checkpoint *point)
{
    return (struct scan_row){.carrier = tracking->carrier,
                             .status = point->status,
                             .reason = point->reason,
                             .occurred_ms = point->occurred_ms,
                             .occurred_local = point->occurred_local,
                             .quality = point->quality,
                             .code = point->code,
                             .text = point->text,
                             .place = point->place,
                             .country = point->country,
                             .informational = point->informational,
                             .list_pos = point->list_pos,
                             .direction = tracking->direction,
                             .clock_ms = point->clock_ms,
                             .hint = tracking->hint};
}

static struct scan_row scan_of_summary(const struct tracking *tracking)
{
    struct track_summary summary = reducer_summary(tracking);
    return (struct scan_row){.carrier = tracking->carrier,
                             .message = 1,
                             .status = summary.status,
                             .reason = summary.reason,
                             .occurred_ms = summary.said_ms,
                             .quality = TIME_NONE,
                             .direction = summary.direction,
                             .covers_ms = summary.covers_ms,
                             .hint = tracking->hint};
}

static bool has_summary(const struct tracking *tracking)
{
    return tracking->summary != 0;
}

/* What is held as a hint only is news once somebody says it who may be believed. */
static bool is_held(const struct desk *desk, const struct id *parcel, const struct id *dedup,
                    bool hint)
{
    struct key key = pair_key(parcel, dedup);
    struct scan_row row;
    if (hint) return rows_has(&desk->rows, VIEW_SCAN, &key);
    return rows_load(&desk->rows, VIEW_SCAN, &key, &scan_row_shape, &row) && !row.hint;
}

/* A message whose every word is held already is no news: nothing is appended for it. */
static bool is_known(const struct desk *desk, const struct id *parcel,
                     const struct tracking *tracking)
{
    bool hint = tracking->hint != 0;
    if (has_summary(tracking) && !is_held(desk, parcel, &tracking->dedup, hint)) return false;
    for (uint32_t i = 0; i < tracking->points_count; i++)
        if (!is_held(desk, parcel, &tracking->points[i].dedup, hint)) return false;
    return true;
}

void tracking_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                     struct decision *decision)
{
    (void)moment;
    const struct tracking *tracking = &command->body->tracking;
    if (!has_summary(tracking) && tracking->points_count == 0) {
        decision_refuse(decision, ERROR_MISSING_FIELD, "points");
        return;
    }
    decision->entity = parcel_id(desk->crypto, tracking->number);
    if (!is_known(desk, &decision->entity, tracking))
        decision_add(decision, EVENT_TRACKING, &decision->entity, tracking);
}

/* --- the set ---------------------------------------------------------------------------------- */

/* What one message brings, while all of it is new: mostly it is the first that is heard of a
 * parcel, and then it is the whole set. */
struct news {
    bool whole;
    size_t count;
    struct {
        struct id dedup;
        struct scan_row scan;
    } item[NEWS_MAX]; /* by dedup, as a walk over the set would find them */
};

static void news_begin(struct news *news)
{
    news->whole = true;
    news->count = 0;
}

static void news_add(struct news *news, const struct id *dedup, const struct scan_row *scan)
{
    size_t at = news->count;
    while (at > 0 && memcmp(news->item[at - 1].dedup.bytes, dedup->bytes, ID_BYTES) > 0) at--;
    bool twice = at > 0 && id_equal(&news->item[at - 1].dedup, dedup);
    if (!news->whole || twice || news->count == NEWS_MAX) {
        news->whole = false;
        return;
    }
    memmove(&news->item[at + 1], &news->item[at], (news->count - at) * sizeof news->item[0]);
    news->item[at].dedup = *dedup;
    news->item[at].scan = *scan;
    news->count++;
}

static void news_of(const struct tracking *tracking, struct news *news)
{
    struct scan_row scan;
    news_begin(news);
    for (uint32_t i = 0; i < tracking->points_count; i++) {
        scan = scan_of_point(tracking, &tracking->points[i]);
        news_add(news, &tracking->points[i].dedup, &scan);
    }
    if (!has_summary(tracking)) return;
    scan = scan_of_summary(tracking);
    news_add(news, &tracking->dedup, &scan);
}

/* Two messages may word one scan differently: one that is no hint stands before a hint, then the
 * smaller bytes, in any order of arrival. */
static bool stands_before(const struct scan_row *scan, struct span bytes, struct span held)
{
    struct scan_row other;
    bool read = shape_decode(&scan_row_shape, held, &other, NULL) == OK;
    if (read && other.hint != scan->hint) return other.hint != 0;
    if (held.size != bytes.size) return bytes.size < held.size;
    return memcmp(held.at, bytes.at, bytes.size) > 0;
}

static void put_scan(const struct desk *desk, const struct id *parcel, const struct id *dedup,
                     const struct scan_row *scan, struct news *news)
{
    uint8_t buffer[ROW_BYTES_MAX];
    struct span bytes, held;
    const struct rows *rows = &desk->rows;
    struct key key = pair_key(parcel, dedup);
    if (shape_encode(&scan_row_shape, scan, buffer, sizeof buffer, &bytes) != OK) return;
    if (rows->port->error(rows->world) != OK) return;
    if (rows->port->add(rows->world, VIEW_SCAN, key_span(&key), bytes, &held)) {
        news_add(news, dedup, scan);
        unknown_counted(desk, scan, true);
        return;
    }
    news->whole = false;
    struct scan_row former;
    if (!stands_before(scan, bytes, held)) return;
    if (shape_decode(&scan_row_shape, held, &former, NULL) == OK)
        unknown_counted(desk, &former, false);
    rows->port->put(rows->world, VIEW_SCAN, key_span(&key), bytes);
    unknown_counted(desk, scan, true);
}

static void refresh(const struct desk *desk, const struct id *parcel, struct span number,
                    const struct news *news);

void tracking_fold(const struct desk *desk, const struct place *place,
                   const struct tracking *tracking)
{
    uint8_t number[TRACKING_NUMBER_BYTES_MAX];
    struct span form = parcel_number(tracking->number, number);
    if (form.size == 0) return;
    struct id parcel = parcel_id(desk->crypto, form);
    struct news news;
    news_begin(&news);
    unknown_said(desk, place, tracking);
    for (uint32_t i = 0; i < tracking->points_count; i++) {
        struct scan_row scan = scan_of_point(tracking, &tracking->points[i]);
        struct id dedup = tracking->points[i].dedup;
        if (BUG(scan_counted_twice)) dedup.bytes[i] = (uint8_t)(dedup.bytes[i] + place->idx);
        put_scan(desk, &parcel, &dedup, &scan, &news);
    }
    if (has_summary(tracking)) {
        struct scan_row scan = scan_of_summary(tracking);
        put_scan(desk, &parcel, &tracking->dedup, &scan, &news);
    }
    refresh(desk, &parcel, form, &news);
}

/* --- the row ---------------------------------------------------------------------------------- */

/* The latest SCANS_MAX of a set, whatever the order in which they are offered. */
struct latest {
    size_t count;
    struct {
        uint64_t ms;
        struct id dedup;
    } held[SCANS_MAX];
};

static int later_of(const struct latest *latest, size_t at, uint64_t ms, const struct id *dedup)
{
    if (latest->held[at].ms != ms) return latest->held[at].ms < ms ? 1 : -1;
    return memcmp(dedup->bytes, latest->held[at].dedup.bytes, ID_BYTES);
}

/* Where it goes; SCANS_MAX: nowhere, later ones fill the room. */
static size_t latest_take(struct latest *latest, uint64_t ms, const struct id *dedup)
{
    size_t at = latest->count;
    if (at < SCANS_MAX) {
        latest->count++;
    } else {
        at = 0;
        for (size_t i = 1; i < SCANS_MAX; i++)
            if (later_of(latest, i, latest->held[at].ms, &latest->held[at].dedup) > 0) at = i;
        if (later_of(latest, at, ms, dedup) <= 0) return SCANS_MAX;
    }
    latest->held[at].ms = ms;
    latest->held[at].dedup = *dedup;
    return at;
}

/* What one adapter has said, as far as it is weighed. It is large, and most parcels have few scans:
 * only what the counts cover is ever written or read. */
struct testimony {
    struct span carrier;
    struct latest scans_latest, summaries_latest;
    struct checkpoint scans[SCANS_MAX];
    struct track_summary summaries[SCANS_MAX];
};

static void testimony_begin(struct testimony *testimony, struct span carrier)
{
    testimony->carrier = carrier;
    testimony->scans_latest.count = testimony->summaries_latest.count = 0;
}

static void hear_scan(struct testimony *testimony, const struct scan_row *row,
                      const struct id *dedup)
{
    size_t at = latest_take(&testimony->scans_latest, row->occurred_ms, dedup);
    if (at == SCANS_MAX) return;
    testimony->scans[at] = (struct checkpoint){.dedup = *dedup,
                                               .status = row->status,
                                               .reason = row->reason,
                                               .occurred_ms = row->occurred_ms,
                                               .occurred_local = row->occurred_local,
                                               .quality = row->quality,
                                               .informational = row->informational,
                                               .list_pos = row->list_pos,
                                               .clock_ms = row->clock_ms,
                                               .place = row->place,
                                               .country = row->country};
}

static void hear_summary(struct testimony *testimony, const struct scan_row *row,
                         const struct id *dedup)
{
    size_t at = latest_take(&testimony->summaries_latest, row->covers_ms, dedup);
    if (at == SCANS_MAX) return;
    testimony->summaries[at] = (struct track_summary){.status = row->status,
                                                      .reason = row->reason,
                                                      .direction = row->direction,
                                                      .said_ms = row->occurred_ms,
                                                      .covers_ms = row->covers_ms,
                                                      .dedup = *dedup};
}

/* What the scans of one parcel say, as they are heard one after the other. */
struct hearing {
    const struct desk *desk;
    const struct key *parcel;
    const struct news *whole; /* the set, when it is at hand; NULL: it is walked over */
    struct span carriers[CARRIERS_MAX];
    size_t carriers_count;
    uint64_t scans;
    uint64_t direction; /* of a return that names the number; 0: none does */
    bool hinted;        /* a hint is among them */
    bool moves;         /* somebody who may be believed says that the carrier has it */
    bool left_out;      /* a hint did not count */
};

struct listening {
    struct walk walk;
    size_t heard; /* of the news */
};

static bool next_scan(const struct hearing *hearing, struct listening *at, struct scan_row *scan,
                      struct id *dedup)
{
    struct row row;
    if (hearing->whole != NULL) {
        if (at->heard == hearing->whole->count) return false;
        *dedup = hearing->whole->item[at->heard].dedup;
        *scan = hearing->whole->item[at->heard++].scan;
        return true;
    }
    while (walk_next(&hearing->desk->rows, VIEW_SCAN, &at->walk, &row)) {
        memcpy(dedup->bytes, at->walk.at.bytes + ID_BYTES, ID_BYTES);
        if (shape_decode(&scan_row_shape, row.value, scan, NULL) == OK) return true;
    }
    return false;
}

/* Would it open money, or close a claim? That the carrier has a return does, and what ends it; of
 * what was sent to a buyer only that it is lost or comes back. */
static bool opens(const struct hearing *hearing, const struct scan_row *scan)
{
    bool is_return = hearing->direction == DIRECTION_RETURN || scan->direction == DIRECTION_RETURN;
    if (scan->status == TRACK_RETURNED || scan->status == TRACK_LOST) return true;
    if (!is_return || track_is_weak(scan->status)) return false;
    return scan->status == TRACK_DELIVERED || !hearing->moves;
}

static void hear_row(struct hearing *hearing, struct testimony *testimony,
                     const struct scan_row *scan, const struct id *dedup)
{
    if (!span_equal(scan->carrier, testimony->carrier)) return;
    if (scan->hint && opens(hearing, scan)) {
        hearing->left_out = true;
        return;
    }
    if (scan->message)
        hear_summary(testimony, scan, dedup);
    else
        hear_scan(testimony, scan, dedup);
}

static void name_carrier(struct hearing *hearing, struct span carrier)
{
    size_t at = 0;
    while (at < hearing->carriers_count && !span_equal(hearing->carriers[at], carrier)) at++;
    if (at == hearing->carriers_count && at < CARRIERS_MAX)
        hearing->carriers[hearing->carriers_count++] = carrier;
}

/* What is cancelled or has expired never left. */
static bool tells_of_move(uint64_t status)
{
    return !track_is_weak(status) && status != TRACK_CANCELLED && status != TRACK_EXPIRED;
}

/* Names the carriers, and hears the first of them on the same walk: mostly it is the only one. */
static void hear_first(struct hearing *hearing, struct testimony *testimony)
{
    struct listening at = {.walk = walk_over(hearing->parcel)};
    struct scan_row scan;
    struct id dedup;
    while (next_scan(hearing, &at, &scan, &dedup)) {
        if (!scan.message) hearing->scans++;
        if (hearing->carriers_count == 0) testimony_begin(testimony, scan.carrier);
        name_carrier(hearing, scan.carrier);
        hearing->hinted = hearing->hinted || scan.hint;
        hearing->moves = hearing->moves || (!scan.hint && tells_of_move(scan.status));
        hear_row(hearing, testimony, &scan, &dedup);
    }
}

static void hear(struct hearing *hearing, struct span carrier, struct testimony *testimony)
{
    struct listening at = {.walk = walk_over(hearing->parcel)};
    struct scan_row scan;
    struct id dedup;
    testimony_begin(testimony, carrier);
    while (next_scan(hearing, &at, &scan, &dedup)) hear_row(hearing, testimony, &scan, &dedup);
}

bool track_is_weak(uint64_t status)
{
    return status == 0 || status == TRACK_NOT_FOUND || status == TRACK_UNKNOWN ||
           status == TRACK_PRE_TRANSIT;
}

/* Two adapters speak of one parcel: what is said beats what is not known, then the later word. */
static bool says_more(const struct track_state *state, const struct parcel_row *row)
{
    if (state->status == 0) return false;
    if (track_is_weak(state->status) != track_is_weak(row->status))
        return track_is_weak(row->status);
    if (state->occurred_ms != row->occurred_ms) return state->occurred_ms > row->occurred_ms;
    return state->status > row->status;
}

/* The latest place that a scan of the status names. */
static void place_of(const struct testimony *testimony, const struct track_state *state,
                     struct parcel_row *row)
{
    row->place = row->country = (struct span){0};
    for (size_t i = 0; i < testimony->scans_latest.count; i++) {
        const struct checkpoint *scan = &testimony->scans[i];
        if (scan->status != state->status || scan->occurred_ms != state->occurred_ms) continue;
        if (scan->place.size == 0 && scan->country.size == 0) continue;
        row->place = scan->place;
        row->country = scan->country;
    }
}

static void weigh(struct hearing *hearing, struct parcel_row *row)
{
    struct testimony testimony;
    hearing->direction = row->direction;
    hear_first(hearing, &testimony);
    row->scans = hearing->scans;
    hearing->left_out = false;
    for (size_t i = 0; i < hearing->carriers_count; i++) {
        /* Of hints it is known only now whether anybody else has said that it moves. */
        if (i > 0 || hearing->hinted) hear(hearing, hearing->carriers[i], &testimony);
        struct track_state state =
            reducer_derive(testimony.scans, testimony.scans_latest.count, testimony.summaries,
                           testimony.summaries_latest.count, (unsigned)row->direction);
        row->after_final = row->after_final || state.after_final;
        if (!says_more(&state, row)) continue;
        row->status = state.status;
        row->reason = state.reason;
        row->occurred_ms = state.occurred_ms;
        row->carrier = testimony.carrier;
        place_of(&testimony, &state, row);
    }
    row->unconfirmed = hearing->left_out ? 1 : 0;
}

bool parcel_has_arrived(const struct parcel_row *row)
{
    return row->status == TRACK_DELIVERED || row->status == TRACK_RETURNED;
}

static uint64_t state_of(const struct parcel_row *row, bool boxed, bool announced)
{
    if (boxed) return announced ? PARCEL_RECEIVED : PARCEL_UNANNOUNCED;
    if (parcel_has_arrived(row)) return PARCEL_ARRIVED;
    return track_is_weak(row->status) ? PARCEL_ANNOUNCED : PARCEL_IN_TRANSIT;
}

static bool has_any(const struct desk *desk, enum view_table table, const struct key *prefix)
{
    struct walk walk = walk_over(prefix);
    struct row row;
    return walk_next(&desk->rows, table, &walk, &row);
}

/* What is known of a parcel beside its scans. */
struct outlook {
    bool named, boxed, announced;
    uint64_t boxed_ms; /* when the first of the boxes was received */
};

/* The boxes that bear the number, and whether the slip of one names a return that is known. The
 * index holds boxes under what their slips say as well, and that may be any id. */
static void look_at_boxes(const struct desk *desk, const struct id *parcel, struct outlook *outlook)
{
    struct key prefix = key_of(parcel);
    struct walk walk = walk_over(&prefix);
    struct row row;
    while (walk_next(&desk->rows, VIEW_BOX_BY_PARCEL, &walk, &row)) {
        struct id box_id;
        struct box_row box;
        struct return_row owner;
        memcpy(box_id.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (!box_load(&desk->rows, &box_id, &box) || box.number.size == 0) continue;
        struct id bears = parcel_id(desk->crypto, box.number);
        if (!id_equal(&bears, parcel)) continue;
        if (!outlook->boxed || box.at_ms < outlook->boxed_ms) outlook->boxed_ms = box.at_ms;
        outlook->boxed = true;
        outlook->announced = outlook->announced || return_load(&desk->rows, &box.return_id, &owner);
    }
}

static void refresh_arrivals(const struct desk *desk, const struct key *parcel_at,
                             const struct id *parcel)
{
    struct walk walk = walk_over(parcel_at);
    struct row row;
    while (walk_next(&desk->rows, VIEW_RETURN_BY_PARCEL, &walk, &row)) {
        struct id return_id;
        memcpy(return_id.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        arrival_todo_refresh(desk, parcel, &return_id);
    }
}

/* false: nobody has said anything of the parcel, and it has no row. */
static bool row_of(struct hearing *hearing, const struct outlook *outlook, struct span number,
                   struct parcel_row *row)
{
    *row =
        (struct parcel_row){.number = number, .direction = outlook->named ? DIRECTION_RETURN : 0};
    weigh(hearing, row);
    row->state = state_of(row, outlook->boxed, outlook->announced);
    return outlook->named || outlook->boxed || hearing->carriers_count > 0;
}

/* A parcel without a row has no scans either: then the news are all there is to weigh, and need not
 * be read back. false: it has one. */
static bool add_row(const struct desk *desk, const struct key *key, const struct news *news,
                    const struct outlook *outlook, struct span number)
{
    struct hearing hearing = {.desk = desk, .parcel = key, .whole = news};
    struct parcel_row row;
    return news->whole && row_of(&hearing, outlook, number, &row) &&
           rows_store_new(&desk->rows, VIEW_PARCEL, key, &parcel_row_shape, &row);
}

static void set_row(const struct desk *desk, const struct key *key, const struct outlook *outlook,
                    struct span number)
{
    struct hearing hearing = {.desk = desk, .parcel = key};
    struct parcel_row row;
    if (row_of(&hearing, outlook, number, &row))
        rows_store(&desk->rows, VIEW_PARCEL, key, &parcel_row_shape, &row);
    else
        rows_drop(&desk->rows, VIEW_PARCEL, key);
}

/* news: what has just been put into the set; NULL: nothing. */
static void refresh(const struct desk *desk, const struct id *parcel, struct span number,
                    const struct news *news)
{
    struct key key = key_of(parcel);
    struct outlook outlook = {.named = has_any(desk, VIEW_RETURN_BY_PARCEL, &key)};
    outlook.announced = outlook.named;
    look_at_boxes(desk, parcel, &outlook);
    if (news == NULL || !add_row(desk, &key, news, &outlook, number))
        set_row(desk, &key, &outlook, number);
    outbound_refresh_all(desk, parcel);
    if (!outlook.named) return;
    refresh_arrivals(desk, &key, parcel);
    deadlines_of_parcel(desk, parcel, outlook.boxed_ms);
}

/* --- ahead of its turn ------------------------------------------------------------------------ */

struct span tracking_ahead(const struct crypto *crypto, const struct tracking *tracking,
                           uint8_t *buffer, size_t size)
{
    uint8_t number[TRACKING_NUMBER_BYTES_MAX];
    struct span form = parcel_number(tracking->number, number);
    struct id parcel = parcel_id(crypto, form);
    struct key key = key_of(&parcel);
    struct news news;
    struct outlook none = {false};
    struct hearing hearing = {.parcel = &key, .whole = &news};
    struct parcel_row row;
    struct ahead_writer rows;
    if (unknown_is_in(tracking)) return (struct span){0};
    news_of(tracking, &news);
    if (form.size == 0 || !news.whole || !row_of(&hearing, &none, form, &row))
        return (struct span){0};
    ahead_begin(&rows, buffer, size, &parcel);
    ahead_row(&rows, VIEW_PARCEL, &key, &parcel_row_shape, &row);
    for (size_t i = 0; i < news.count; i++) {
        key = pair_key(&parcel, &news.item[i].dedup);
        ahead_row(&rows, VIEW_SCAN, &key, &scan_row_shape, &news.item[i].scan);
    }
    return ahead_end(&rows);
}

/* The parcel's row goes first: where it is held, nothing has been put. */
bool tracking_fold_ahead(const struct desk *desk, struct span ahead)
{
    struct ahead_reader reader;
    struct id parcel = ahead_open(&reader, ahead);
    struct key key = key_of(&parcel);
    enum view_table table;
    struct row row;
    struct span held;
    if (BUG(scan_counted_twice)) return false;
    if (has_any(desk, VIEW_RETURN_BY_PARCEL, &key)) return false;
    if (has_any(desk, VIEW_BOX_BY_PARCEL, &key)) return false;
    if (has_any(desk, VIEW_ORDER_BY_PARCEL, &key)) return false;
    if (desk->rows.port->error(desk->rows.world) != OK) return true;
    while (ahead_next(&reader, &table, &row))
        if (!desk->rows.port->add(desk->rows.world, table, row.key, row.value, &held)) return false;
    return true;
}

void parcel_refresh(const struct desk *desk, struct span number)
{
    struct id parcel = parcel_id(desk->crypto, number);
    refresh(desk, &parcel, number, NULL);
}

/* The book notes once that the carrier reports an arrival. */
bool arrival_is_news(const struct desk *desk, const struct id *parcel, const struct id *return_id)
{
    struct parcel_row row;
    struct key named = pair_key(parcel, return_id);
    struct key seen = seen_key(return_id, parcel, DO_NOTE_ARRIVAL);
    return rows_has(&desk->rows, VIEW_RETURN_BY_PARCEL, &named) &&
           !rows_has(&desk->rows, VIEW_RETURN_SEEN, &seen) &&
           parcel_load(&desk->rows, parcel, &row) && parcel_has_arrived(&row);
}

void arrival_todo_refresh(const struct desk *desk, const struct id *parcel,
                          const struct id *return_id)
{
    struct return_row owner;
    if (!return_load(&desk->rows, return_id, &owner)) return;
    struct id book = owner.book;
    return_todo_refresh(desk, &book, return_id, parcel);
    pay_todo_refresh(desk, return_id);
    labels_refresh(desk, return_id);
}
