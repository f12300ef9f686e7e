/* What the merchant's book does with a label by itself: it writes down what a call came to, and
 * takes back what nobody will use. */
#include "overseas-warehouse/label/label.h"
#include "overseas-warehouse/parts.h"
#include "proto/time.h"
#include "proto/utf8.h"

#define CURRENCY_MAX 999 /* ISO 4217 */
/* Calls without a word, by then over half a day, before a person must look. */
#define LABEL_TRIES_MAX 24

static uint32_t facts_of(const struct desk *desk, const struct label_row *row)
{
    struct return_row owner;
    uint32_t facts = row->attempt < LABEL_TRIES_MAX ? LABEL_IF(TRIES) : 0;
    if (row->can_void != 0 && row->kept == 0) facts |= LABEL_IF(TAKES_BACK);
    if (!return_load(&desk->rows, &row->return_id, &owner)) return facts;
    bool ended = owner.state == RETURN_CANCELED || owner.state == RETURN_EXPIRED;
    if (ended && !label_has_left(desk, row)) facts |= LABEL_IF(OVER);
    return facts;
}

/* A text that is none would be an entry that nobody can read. */
static struct span taken(const char *text, size_t bytes_max)
{
    struct span fits = utf8_cut(span_text(text), bytes_max);
    return utf8_plain(fits) ? fits : (struct span){0};
}

/* What a carrier says is bounded like what anybody says. number: room for its one form. */
static void note_sold(const struct desk *desk, const struct label_result *result,
                      uint8_t number[TRACKING_NUMBER_BYTES_MAX], struct label_moved *moved)
{
    moved->number = parcel_number(taken(result->number, TRACKING_NUMBER_BYTES_MAX), number);
    moved->other_number = taken(result->other_number, TRACKING_NUMBER_BYTES_MAX);
    moved->carrier_ref = taken(result->carrier_ref, PROVIDER_REF_BYTES_MAX);
    if (result->currency != 0 && result->currency <= CURRENCY_MAX && result->cost_minor >= 0 &&
        result->cost_minor <= LABEL_MINOR_MAX) {
        moved->cost_minor = result->cost_minor;
        moved->currency = result->currency;
    }
    if (result->has_document) {
        moved->document = result->document;
        moved->document_form = result->document_form;
    }
    if (result->has_qr) moved->qr = result->qr;
    if (result->has_document || result->has_qr) moved->keeper = desk->node;
    if (result->expires_ms <= TIME_MS_MAX) moved->expires_ms = result->expires_ms;
}

void label_said(const struct desk *desk, const struct id *label, uint32_t facts,
                const struct label_result *result, const char *reason, struct moment *moment,
                struct decision *decision)
{
    uint8_t number[TRACKING_NUMBER_BYTES_MAX];
    struct label_row row;
    if (!label_load(&desk->rows, label, &row)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "label");
        return;
    }
    bool called = label_state_buys(row.state) || label_state_voids(row.state);
    if (facts != 0 && !called) return; /* a word about a call that is over */
    facts |= facts_of(desk, &row);
    const struct label_step_row *step = label_next((enum label_state)row.state, facts);
    if (step == NULL) return;
    struct label_moved moved = {.label = *label,
                                .step = step->step,
                                .to = step->to,
                                .by = actor_self(desk, BY_BOOK),
                                .at_ms = moment->wall_ms};
    bool spoke = (facts & (LABEL_IF(DONE) | LABEL_IF(REFUSED))) != 0;
    if (spoke) moved.by = actor_self(desk, BY_CARRIER);
    if (result != NULL && result->reason[0] != '\0') reason = result->reason;
    if (reason != NULL) moved.reason = taken(reason, REASON_BYTES_MAX);
    if (step->step == LABEL_ATTEMPT) moved.attempt = row.attempt + 1;
    bool sold = step->step == LABEL_FIND_BOUGHT && result != NULL;
    if (sold) note_sold(desk, result, number, &moved);
    decision_add(decision, EVENT_LABEL_MOVED, label, &moved);
    if (sold && row.what == LABEL_IS_LABEL && moved.number.size > 0)
        return_note_number(desk, &row.return_id, moved.number, &moved.by, moment, decision);
    decision->entity = *label;
}

void label_react(const struct desk *desk, const struct id *label, struct moment *moment,
                 struct decision *decision)
{
    struct label_row row;
    if (!label_load(&desk->rows, label, &row) || row.state != LABEL_BOUGHT) return;
    label_said(desk, label, 0, NULL, "its return ended before a scan saw the parcel", moment,
               decision);
}

bool label_begins_call(const struct label_moved *moved)
{
    return moved->step == LABEL_INTEND || moved->step == LABEL_BEGIN_VOID;
}
