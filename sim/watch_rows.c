#include "sim/watch_rows.h"

#include <string.h>

#include "overseas-warehouse/rules.h"
#include "overseas-warehouse/view_rows.h"
#include "sim/oracle.h"
#include "sim/stores.h"
#include "sim/watch.h"

/* --- rows: each entry goes on from where the one before left its record ----------------------- */

static bool find_number(const struct shape *shape, const char *name, const union event_body *body,
                        uint64_t *value, const struct words **words)
{
    for (size_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        bool number = field->type == FIELD_uint || field->type == FIELD_choice;
        if (!number || strcmp(field->name, name) != 0) continue;
        memcpy(value, (const uint8_t *)body + field->offset, sizeof *value);
        *words = field->words;
        return true;
    }
    return false;
}

static struct watch_state *state_of(struct watch *watch, const struct id *thing, unsigned table)
{
    for (unsigned i = watch->states; i > 0; i--) /* mostly the newest ones are moved */
        if (watch->state[i - 1].table == table && id_equal(&watch->state[i - 1].thing, thing))
            return &watch->state[i - 1];
    if (watch->states == WATCH_STATES_MAX) return NULL;
    struct watch_state *state = &watch->state[watch->states++];
    *state = (struct watch_state){.thing = *thing, .table = table};
    return state;
}

static void check_row(struct host *host, const struct event_header *header,
                      const union event_body *body)
{
    const struct shape *shape = event_by_kind(header->kind)->shape;
    const struct words *none, *states = NULL;
    uint64_t row, to, verb;
    if (!find_number(shape, "rule", body, &row, &none) ||
        !find_number(shape, "verb", body, &verb, &none) ||
        !find_number(shape, "to", body, &to, &states))
        return;
    for (unsigned t = 0; t < TABLE_COUNT; t++) {
        const struct rule_table *table = rule_tables[t];
        if (table->states != states) continue;
        struct watch_state *known = state_of(host->world->watch, &header->entity, t);
        if (known == NULL) return;
        const struct rule *rule = row < table->count ? &table->rules[row] : NULL;
        if (rule == NULL || rule->from != known->state || rule->to != to || rule->verb != verb)
            oracle_fail(host->world, "rows: %s row %llu does not move what stands in %s",
                        table->name, (unsigned long long)row, word_of(states, known->state));
        known->state = to;
    }
}

/* --- lines: no more comes back than was sold, and none is refunded above its price ------------ */

static void check_line(struct host *host, const struct order_row_line *line)
{
    int64_t sold = line->price_minor * (int64_t)line->quantity;
    if (line->used > line->quantity)
        oracle_fail(host->world, "lines: %llu of a line are returned, %llu were sold",
                    (unsigned long long)line->used, (unsigned long long)line->quantity);
    int64_t refunded = line->refunded_minor - line->recharged_minor;
    if (refunded > sold)
        oracle_fail(host->world, "lines: %lld of a line are refunded, it was sold for %lld",
                    (long long)refunded, (long long)sold);
}

static void check_order(struct host *host, const struct id *order)
{
    struct order_row row;
    if (!order_load(&host->disk.inner->views, order, &row)) return;
    for (uint32_t i = 0; i < row.lines_count; i++) check_line(host, &row.lines[i]);
}

/* One slot pays for one unit at most. */
static void check_intent(struct host *host, const struct refund_moved *moved)
{
    struct order_row row;
    if (moved->verb != DO_INTEND) return;
    check_order(host, &moved->order);
    if (moved->paid_for != PAID_FOR_LINE) return;
    if (!order_load(&host->disk.inner->views, &moved->order, &row)) return;
    if (row.version > 1) return; /* its price may have been another one */
    int64_t price = row.lines[moved->line].price_minor;
    if (moved->amount_minor > price)
        oracle_fail(host->world, "lines: %lld are refunded for a unit that cost %lld",
                    (long long)moved->amount_minor, (long long)price);
}

/* --- which entries ---------------------------------------------------------------------------- */

static bool is_read(const struct host *host, const struct event_header *header, struct span payload,
                    union event_body *body)
{
    const struct event_row *kind = event_by_kind(header->kind);
    return kind != NULL && kind->logs == IN_BOOK && !stores_are_other(host->world) &&
           event_body_decode(header, payload, body) == OK;
}

void watch_rows(struct host *host, const struct event_header *header, struct span payload)
{
    static union event_body body;
    if (is_read(host, header, payload, &body)) check_row(host, header, &body);
}

void watch_lines(struct host *host, const struct event_header *header, struct span payload)
{
    static union event_body body;
    if (!is_read(host, header, payload, &body)) return;
    if (header->kind == EVENT_RETURN_MOVED && body.return_moved.verb == DO_REQUEST)
        check_order(host, &body.return_moved.order);
    if (header->kind == EVENT_REFUND_MOVED) check_intent(host, &body.refund_moved);
}
