/* How requests come in: once for each reference of the system that sends them, by presets, for
 * several orders at a time; and what is added to a return later. None of it moves a return: that is
 * the rule table's. */
#include "overseas-warehouse/matching/matching.h"
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/return_index.h"
#include "proto/bugs.h"
#include "proto/line.h"

/* --- the same request again ------------------------------------------------------------------- */

static struct key upstream_key(const struct crypto *crypto, const struct id *merchant,
                               struct span upstream)
{
    struct id hash = crypto_id(crypto, "entrepot/upstream/1", &upstream, 1);
    return pair_key(merchant, &hash);
}

/* The return of the merchant's own book that bears the reference. */
static bool find_upstream(const struct desk *desk, const struct id *merchant, const struct id *book,
                          struct span upstream, struct id *return_id, struct return_row *row)
{
    struct key prefix = upstream_key(desk->crypto, merchant, upstream);
    struct walk walk = walk_over(&prefix);
    struct row at;
    if (BUG(upstream_forgotten)) return false;
    while (walk_next(&desk->rows, VIEW_RETURN_BY_UPSTREAM, &walk, &at)) {
        memcpy(return_id->bytes, walk.at.bytes + 2 * ID_BYTES, ID_BYTES);
        if (return_load(&desk->rows, return_id, row) && id_equal(&row->book, book)) return true;
    }
    return false;
}

static struct id hash_of(const struct desk *desk, const struct shape *shape, const void *body)
{
    uint8_t room[COMMAND_BYTES_MAX];
    struct span bytes;
    if (shape_encode(shape, body, room, sizeof room, &bytes) != OK) return (struct id){{0}};
    return crypto_id(desk->crypto, "entrepot/asked/1", &bytes, 1);
}

bool intake_admit(const struct desk *desk, const struct command *command, const struct id *merchant,
                  struct span upstream, struct intake *filing, struct decision *decision)
{
    struct merchant owner;
    struct return_row row;
    struct id known;
    *filing = (struct intake){.group = {{0}}};
    if (!merchant_load(&desk->rows, merchant, &owner)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "merchant");
        return false;
    }
    struct id book = owner.book;
    if (!command_covers(command, merchant, decision)) return false;
    if (upstream.size == 0) return true;
    filing->asked = hash_of(desk, command_by_kind(command->kind)->shape, command->body);
    if (!find_upstream(desk, merchant, &book, upstream, &known, &row)) return true;
    if (id_equal(&row.asked, &filing->asked))
        decision->entity = id_is_zero(&row.group) ? known : row.group;
    else
        decision_refuse(decision, ERROR_CONFLICT, "upstream: one_request_a_reference");
    return false;
}

/* --- presets ---------------------------------------------------------------------------------- */

static struct key preset_key(const struct crypto *crypto, const struct id *book,
                             const struct id *merchant, struct span name)
{
    struct span parts[] = {id_span(book), name};
    struct id hash = crypto_id(crypto, "entrepot/preset/1", parts, 2);
    return pair_key(merchant, &hash);
}

static bool preset_load(const struct desk *desk, const struct merchant *merchant, struct span name,
                        struct preset_row *row)
{
    struct key key = preset_key(desk->crypto, &merchant->book, &merchant->merchant, name);
    return rows_load(&desk->rows, VIEW_PRESET, &key, &preset_row_shape, row) && row->gone == 0;
}

/* All that is left of the order, as far as one return takes lines. */
static void name_all_lines(const struct order_row *order, uint64_t reason,
                           struct return_request *request)
{
    for (uint32_t i = 0; i < order->lines_count; i++) {
        const struct order_row_line *line = &order->lines[i];
        if (line->used >= line->quantity || request->lines_count == RETURN_LINES_MAX) continue;
        request->lines[request->lines_count++] = (struct return_line){
            .line = i, .quantity = line->quantity - line->used, .reason = reason};
    }
}

bool intake_expand(const struct desk *desk, const struct merchant *merchant,
                   struct return_request *request, struct decision *decision)
{
    struct preset_row preset;
    struct order_row order;
    struct id id;
    if (request->preset.size == 0) return true;
    if (!preset_load(desk, merchant, request->preset, &preset)) {
        decision_refuse(decision, ERROR_OUT_OF_RANGE, "preset: there is none of this name");
        return false;
    }
    if (request->note.size == 0) request->note = preset.note;
    if (request->owner.size == 0) request->owner = preset.owner;
    if (request->channel == 0) request->channel = preset.channel;
    if (request->filed_by == 0) request->filed_by = preset.filed_by;
    if (request->kind == 0) {
        request->kind = preset.kind;
        if (request->outcome == 0) request->outcome = preset.outcome;
    }
    if (request->lines_count > 0) return true;
    if (preset.reason == 0) {
        decision_refuse(decision, ERROR_MISSING_FIELD, "lines: the preset names no reason");
        return false;
    }
    if (!return_find_order(desk, request, &id) || !order_load(&desk->rows, &id, &order))
        return true; /* the rule says that the order is not known */
    name_all_lines(&order, preset.reason, request);
    if (request->lines_count > 0) return true;
    decision_refuse(decision, ERROR_OVER_QUANTITY, "lines: nothing is left of the order");
    return false;
}

void preset_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                   struct decision *decision)
{
    const struct preset_put *put = &command->body->preset_put;
    struct preset preset = {.by = command->by, .at_ms = moment->wall_ms};
    struct merchant merchant;
    if (!merchant_load(&desk->rows, &put->merchant, &merchant)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "merchant");
        return;
    }
    if (!command_covers(command, &put->merchant, decision)) return;
    if (put->outcome != 0 && !kind_answers(put->kind, put->outcome)) {
        decision_refuse(decision, ERROR_OUT_OF_RANGE, "outcome: not of this kind");
        return;
    }
    shape_copy(&preset_shape, &preset, &preset_put_shape, put);
    decision->entity = put->merchant;
    decision_add(decision, EVENT_PRESET, &put->merchant, &preset);
}

/* The key names the log that writes it, so of two books neither touches the other's. */
void preset_fold(const struct desk *desk, const struct place *place, const struct preset *preset)
{
    struct key key = preset_key(desk->crypto, &place->log, &preset->merchant, preset->name);
    struct preset_row row = {.book = place->log};
    shape_copy(&preset_row_shape, &row, &preset_shape, preset);
    rows_store(&desk->rows, VIEW_PRESET, &key, &preset_row_shape, &row);
}

/* --- several orders --------------------------------------------------------------------------- */

static void request_of(const struct return_group *group, uint32_t at,
                       struct return_request *request)
{
    *request = (struct return_request){.merchant = group->merchant};
    shape_copy(&return_request_shape, request, &group_order_shape, &group->orders[at]);
    struct return_request filed = *request;
    shape_copy(&return_request_shape, &filed, &return_group_shape, group);
    *request = filed;
}

/* A return reads what is left of its order before the others of the group are written. */
static bool orders_differ(const struct desk *desk, const struct return_group *group,
                          struct decision *decision)
{
    struct id ids[GROUP_ORDERS_MAX];
    for (uint32_t i = 0; i < group->orders_count; i++) {
        struct return_request request;
        request_of(group, i, &request);
        if (!return_find_order(desk, &request, &ids[i]))
            return refuse_at(decision, ERROR_NOT_FOUND, "orders", i, ": no such order");
        for (uint32_t k = 0; k < i; k++)
            if (id_equal(&ids[k], &ids[i]))
                return refuse_at(decision, ERROR_OUT_OF_RANGE, "orders", i, ": named_once");
    }
    if (group->orders_count > 0) return true;
    decision_refuse(decision, ERROR_MISSING_FIELD, "orders");
    return false;
}

/* Says which of the orders it was that refuses all. */
static void name_order(struct decision *decision, uint32_t at)
{
    char rule[RULE_BYTES_MAX];
    struct line line = line_over(rule, sizeof rule);
    line_text(&line, "orders/");
    line_uint(&line, at);
    line_text(&line, ": ");
    line_text(&line, decision->rule);
    memcpy(decision->rule, rule, sizeof rule);
}

void return_group_decide(const struct desk *desk, const struct command *command,
                         struct moment *moment, struct decision *decision)
{
    const struct return_group *group = &command->body->return_group;
    struct merchant merchant;
    struct intake filing;
    if (!intake_admit(desk, command, &group->merchant, group->upstream, &filing, decision)) return;
    if (!orders_differ(desk, group, decision)) return;
    if (!merchant_load(&desk->rows, &group->merchant, &merchant)) return;
    struct id book = merchant.book;
    filing.group = mint_of(desk, moment, &book);
    for (uint32_t i = 0; i < group->orders_count; i++) {
        struct return_request request;
        uint32_t drafts = decision->drafts_count, bytes = decision->bytes_used;
        request_of(group, i, &request);
        return_begin(desk, command, &request, &filing, moment, decision);
        if (decision->error == OK) continue;
        if (BUG(group_half_admitted) && drafts > 0) {
            decision->error = OK;
            decision->drafts_count = drafts;
            decision->bytes_used = bytes;
            continue;
        }
        name_order(decision, i);
        return;
    }
    decision->entity = filing.group;
}

/* --- folding a request ------------------------------------------------------------------------ */

/* Entries of former versions say nothing of it: goods back, money back. */
void return_kind_copy(struct return_row *row, const struct return_moved *moved)
{
    row->kind = moved->kind != 0 ? moved->kind : KIND_RETURN;
    row->outcome = moved->outcome != 0 ? moved->outcome : OUTCOME_REFUND;
    row->keep = moved->keep;
    row->advance_percent = moved->advance_percent;
    row->wanted = moved->wanted;
}

void intake_fold(const struct desk *desk, const struct return_moved *moved, struct return_row *row)
{
    return_kind_copy(row, moved);
    row->upstream = moved->upstream;
    row->channel = moved->channel;
    row->filed_by = moved->filed_by;
    row->owner = moved->owner;
    row->evidence_count = moved->evidence_count;
    memcpy(row->evidence, moved->evidence, sizeof row->evidence);
    row->group = moved->group;
    row->asked = moved->asked;
    row->preset = moved->preset;
    row->outbound = moved->outbound;
    row->stray = moved->stray;
    row->stray_carrier = moved->stray_carrier;
    row->stray_ms = moved->stray_ms;
    if (moved->upstream.size > 0) {
        struct key key = upstream_key(desk->crypto, &row->merchant, moved->upstream);
        key = key_add_id(key, &moved->return_id);
        rows_mark(&desk->rows, VIEW_RETURN_BY_UPSTREAM, &key);
    }
    if (id_is_zero(&moved->group)) return;
    struct key key = pair_key(&moved->group, &moved->return_id);
    rows_mark(&desk->rows, VIEW_RETURN_BY_GROUP, &key);
}

/* --- notes ------------------------------------------------------------------------------------ */

static bool names_number(const struct return_row *row, struct span number)
{
    if (span_equal(row->number, number)) return true;
    for (uint32_t i = 0; i < row->parcels_count; i++)
        if (span_equal(row->parcels[i].number, number)) return true;
    return false;
}

static bool names_blob(const struct return_row *row, const struct hash *blob)
{
    for (uint32_t i = 0; i < row->evidence_count; i++)
        if (memcmp(&row->evidence[i].blob, blob, sizeof *blob) == 0) return true;
    return false;
}

/* Takes what is new into the row, and says how much that was. What a row has no room for is left
 * out: a decision refuses it, so only a faulty leader's entry comes to it. */
static uint32_t take_note(struct return_row *row, const struct return_noted *noted, bool *fits)
{
    uint32_t news = 0;
    *fits = true;
    for (uint32_t i = 0; i < noted->parcels_count; i++) {
        if (names_number(row, noted->parcels[i].number)) continue;
        *fits = *fits && row->parcels_count < PARCELS_MAX;
        if (row->parcels_count == PARCELS_MAX) continue;
        row->parcels[row->parcels_count++] = noted->parcels[i];
        news++;
    }
    for (uint32_t i = 0; i < noted->evidence_count; i++) {
        if (names_blob(row, &noted->evidence[i].blob)) continue;
        *fits = *fits && row->evidence_count < EVIDENCE_MAX;
        if (row->evidence_count == EVIDENCE_MAX) continue;
        row->evidence[row->evidence_count++] = noted->evidence[i];
        news++;
    }
    if (noted->owner.size == 0 || span_equal(noted->owner, row->owner)) return news;
    row->owner = noted->owner;
    return news + 1;
}

void return_note_decide(const struct desk *desk, const struct command *command,
                        struct moment *moment, struct decision *decision)
{
    const struct return_note *note = &command->body->return_note;
    uint8_t numbers[PARCELS_MAX][TRACKING_NUMBER_BYTES_MAX];
    struct return_row row;
    bool fits;
    decision->entity = note->return_id;
    if (!return_load(&desk->rows, &note->return_id, &row)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "return_id");
        return;
    }
    if (!command_covers(command, &row.merchant, decision)) return;
    if (!command_matches(command, row.version, decision)) return;
    if (command->by.kind == BY_BUYER && note->owner.size > 0) {
        decision_refuse(decision, ERROR_FORBIDDEN, "owner: whose desk it is the shop says");
        return;
    }
    struct return_noted noted = {.by = command->by, .at_ms = moment->wall_ms};
    shape_copy(&return_noted_shape, &noted, &return_note_shape, note);
    for (uint32_t i = 0; i < noted.parcels_count; i++)
        noted.parcels[i].number = parcel_number(note->parcels[i].number, numbers[i]);
    if (take_note(&row, &noted, &fits) == 0 && fits) return;
    if (fits)
        decision_add(decision, EVENT_RETURN_NOTED, &note->return_id, &noted);
    else
        decision_refuse(decision, ERROR_OUT_OF_RANGE,
                        row.parcels_count == PARCELS_MAX ? "parcels: eight_a_return"
                                                         : "evidence: eight_a_return");
}

void return_note_number(const struct desk *desk, const struct id *return_id, struct span number,
                        const struct actor *by, const struct moment *moment,
                        struct decision *decision)
{
    struct return_noted noted = {.return_id = *return_id,
                                 .by = *by,
                                 .at_ms = moment->wall_ms,
                                 .parcels = {{.number = number}},
                                 .parcels_count = 1};
    struct return_row row;
    bool fits;
    if (return_load(&desk->rows, return_id, &row) && take_note(&row, &noted, &fits) > 0)
        decision_add(decision, EVENT_RETURN_NOTED, return_id, &noted);
}

void return_noted_fold(const struct desk *desk, const struct place *place,
                       const struct return_noted *noted)
{
    struct return_row row;
    bool fits;
    if (!return_load(&desk->rows, &noted->return_id, &row)) return;
    if (!id_equal(&row.book, &place->log)) return;
    take_note(&row, noted, &fits);
    row.version++;
    row.moved_ms = noted->at_ms;
    return_store(&desk->rows, &noted->return_id, &row);
    for (uint32_t i = 0; i < noted->parcels_count; i++)
        return_meet_number(desk, &noted->return_id, noted->parcels[i].number);
    if (noted->parcels_count > 0) clues_of_return_refresh(desk, &noted->return_id);
}
