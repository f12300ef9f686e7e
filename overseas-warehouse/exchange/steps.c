/* The steps of an exchange as a table: "an exchange in FROM, when all that it NEEDs holds and
 * nothing BARs it, does ACT and is in TO". A step without a person is the book's own. */
#include "overseas-warehouse/exchange/exchange.h"

#define IF(name) EXCHANGE_IF(name)
#define STILL    (IF(FITS) | IF(LOST))
#define UNHEARD  (IF(KEEPS) | IF(LOST) | IF(LEFT))

/* clang-format off */
const struct exchange_step_row exchange_steps[] = {
    {EXCHANGE_NONE,      EXCHANGE_OPEN,      0, 0, EXCHANGE_WAITING, true},

    /* one warehouse after the other is asked; nobody has it: it waits, and not for ever */
    {EXCHANGE_WAITING,   EXCHANGE_END,       0,                         IF(FITS),   EXCHANGE_ENDED,   false},
    {EXCHANGE_WAITING,   EXCHANGE_ASK,       IF(FITS) | IF(OFFERS),     0,          EXCHANGE_ASKING,  false},
    {EXCHANGE_WAITING,   EXCHANGE_END,       IF(FITS) | IF(SILENT),     IF(OFFERS), EXCHANGE_ENDED,   false},

    {EXCHANGE_ASKING,    EXCHANGE_END,       0,                         IF(FITS),   EXCHANGE_ENDED,   false},
    {EXCHANGE_ASKING,    EXCHANGE_KEEP,      IF(FITS) | IF(KEEPS),      0,          EXCHANGE_KEPT,    false},
    {EXCHANGE_ASKING,    EXCHANGE_ASK,       STILL | IF(OFFERS),        0,          EXCHANGE_ASKING,  false},
    {EXCHANGE_ASKING,    EXCHANGE_WAIT,      STILL,                     IF(OFFERS), EXCHANGE_WAITING, false},
    {EXCHANGE_ASKING,    EXCHANGE_ASK,       IF(FITS) | IF(SILENT) | IF(OFFERS), UNHEARD, EXCHANGE_ASKING,  false},
    {EXCHANGE_ASKING,    EXCHANGE_WAIT,      IF(FITS) | IF(SILENT), UNHEARD | IF(OFFERS), EXCHANGE_WAITING, false},

    /* it is kept until it is owed and paid for: then it may leave */
    {EXCHANGE_KEPT,      EXCHANGE_END,       0,                         IF(FITS),   EXCHANGE_ENDED,   false},
    {EXCHANGE_KEPT,      EXCHANGE_ASK,       STILL | IF(OFFERS),        0,          EXCHANGE_ASKING,  false},
    {EXCHANGE_KEPT,      EXCHANGE_WAIT,      STILL,                     IF(OFFERS), EXCHANGE_WAITING, false},
    {EXCHANGE_KEPT,      EXCHANGE_LEAVE,     IF(FITS) | IF(KEEPS) | IF(OWED) | IF(PAID), 0, EXCHANGE_LEAVING, false},

    /* what may have left is called off by nobody but the warehouse itself */
    {EXCHANGE_LEAVING,   EXCHANGE_NOTE_SENT, IF(LEFT),                  0,                     EXCHANGE_SENT,      false},
    {EXCHANGE_LEAVING,   EXCHANGE_ASK,       STILL | IF(OFFERS),        IF(LEFT),              EXCHANGE_ASKING,    false},
    {EXCHANGE_LEAVING,   EXCHANGE_WAIT,      STILL,                     IF(LEFT) | IF(OFFERS), EXCHANGE_WAITING,   false},
    {EXCHANGE_LEAVING,   EXCHANGE_END,       IF(LOST),                  IF(LEFT) | IF(FITS),   EXCHANGE_ENDED,     false},
    {EXCHANGE_LEAVING,   EXCHANGE_RECALL,    0,              IF(LEFT) | IF(LOST) | IF(FITS),   EXCHANGE_RECALLING, false},
    {EXCHANGE_RECALLING, EXCHANGE_NOTE_SENT, IF(LEFT),                  0,                     EXCHANGE_SENT,      false},
    {EXCHANGE_RECALLING, EXCHANGE_END,       IF(LOST),                  IF(LEFT),              EXCHANGE_ENDED,     false},

    /* people: they call it off, or take the difference */
    {EXCHANGE_WAITING,   EXCHANGE_END,       0, 0, EXCHANGE_ENDED,     true},
    {EXCHANGE_ASKING,    EXCHANGE_END,       0, 0, EXCHANGE_ENDED,     true},
    {EXCHANGE_KEPT,      EXCHANGE_END,       0, 0, EXCHANGE_ENDED,     true},
    {EXCHANGE_LEAVING,   EXCHANGE_END,       0, 0, EXCHANGE_RECALLING, true},
    {EXCHANGE_WAITING,   EXCHANGE_PAY,       0, 0, EXCHANGE_WAITING,   true},
    {EXCHANGE_ASKING,    EXCHANGE_PAY,       0, 0, EXCHANGE_ASKING,    true},
    {EXCHANGE_KEPT,      EXCHANGE_PAY,       0, 0, EXCHANGE_KEPT,      true},
};
/* clang-format on */
const size_t exchange_steps_count = sizeof exchange_steps / sizeof exchange_steps[0];

const struct exchange_step_row *exchange_next(enum exchange_state from, uint32_t facts)
{
    for (size_t i = 0; i < exchange_steps_count; i++) {
        const struct exchange_step_row *step = &exchange_steps[i];
        bool allows = (facts & step->need) == step->need && (facts & step->bar) == 0;
        if (step->from == from && !step->person && allows) return step;
    }
    return NULL;
}

const struct exchange_step_row *exchange_asked(enum exchange_state from, enum exchange_act act)
{
    for (size_t i = 0; i < exchange_steps_count; i++) {
        const struct exchange_step_row *step = &exchange_steps[i];
        if (step->from == from && step->act == act && step->person) return step;
    }
    return NULL;
}

bool exchange_is_over(uint64_t state)
{
    return state == EXCHANGE_SENT || state == EXCHANGE_ENDED;
}
