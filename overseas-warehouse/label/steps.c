/* The steps of a label. A row reads: "a label in FROM, when all that is NEEDed holds and nothing
 * that BARs it, does STEP and is in TO". A step without a person is the book's own. */
#include "overseas-warehouse/label/label.h"

#define IF(name) LABEL_IF(name)

/* clang-format off */
const struct label_step_row label_steps[] = {
    {LABEL_NONE,         LABEL_INTEND,         0, 0, LABEL_INTENDED, true},

    /* The first call leaves with the intent; whatever follows it stands behind an ATTEMPT. */
    {LABEL_INTENDED,     LABEL_FIND_BOUGHT,    IF(DONE),             0,         LABEL_BOUGHT,       false},
    {LABEL_INTENDED,     LABEL_FIND_FAILED,    IF(REFUSED),          0,         LABEL_FAILED,       false},
    {LABEL_INTENDED,     LABEL_LOSE,           IF(MUTE),             0,         LABEL_UNKNOWN,      false},
    {LABEL_INTENDED,     LABEL_ATTEMPT,        IF(LATE),             0,         LABEL_SUBMITTED,    false},
    {LABEL_SUBMITTED,    LABEL_FIND_BOUGHT,    IF(DONE),             0,         LABEL_BOUGHT,       false},
    {LABEL_SUBMITTED,    LABEL_FIND_FAILED,    IF(REFUSED),          0,         LABEL_FAILED,       false},
    {LABEL_SUBMITTED,    LABEL_LOSE,           IF(MUTE),             0,         LABEL_UNKNOWN,      false},
    {LABEL_SUBMITTED,    LABEL_ATTEMPT,        IF(LATE) | IF(TRIES), 0,         LABEL_SUBMITTED,    false},
    {LABEL_SUBMITTED,    LABEL_LOSE,           IF(LATE),             IF(TRIES), LABEL_UNKNOWN,      false},

    /* What nobody will use is taken back, as often as it needs to be asked for: that buys nothing. */
    {LABEL_BOUGHT,       LABEL_BEGIN_VOID,     IF(OVER) | IF(TAKES_BACK), 0,    LABEL_VOIDING,      false},
    {LABEL_VOIDING,      LABEL_FIND_VOIDED,    IF(DONE),             0,         LABEL_VOIDED,       false},
    {LABEL_VOIDING,      LABEL_KEEP,           IF(REFUSED),          0,         LABEL_BOUGHT,       false},
    {LABEL_VOIDING,      LABEL_LOSE,           IF(MUTE),             0,         LABEL_VOID_UNKNOWN, false},
    {LABEL_VOIDING,      LABEL_ATTEMPT,        IF(LATE) | IF(TRIES), 0,         LABEL_VOIDING,      false},
    {LABEL_VOIDING,      LABEL_LOSE,           IF(LATE),             IF(TRIES), LABEL_VOID_UNKNOWN, false},

    /* people: they take one back, and say what nobody else can */
    {LABEL_BOUGHT,       LABEL_BEGIN_VOID,     0, 0, LABEL_VOIDING, true},
    {LABEL_UNKNOWN,      LABEL_SETTLE_BOUGHT,  0, 0, LABEL_BOUGHT,  true},
    {LABEL_UNKNOWN,      LABEL_SETTLE_FAILED,  0, 0, LABEL_FAILED,  true},
    {LABEL_VOID_UNKNOWN, LABEL_BEGIN_VOID,     0, 0, LABEL_VOIDING, true},
    {LABEL_VOID_UNKNOWN, LABEL_SETTLE_BOUGHT,  0, 0, LABEL_BOUGHT,  true},
    {LABEL_VOID_UNKNOWN, LABEL_SETTLE_VOIDED,  0, 0, LABEL_VOIDED,  true},
};
/* clang-format on */
const size_t label_steps_count = sizeof label_steps / sizeof label_steps[0];

const struct label_step_row *label_next(enum label_state from, uint32_t facts)
{
    for (size_t i = 0; i < label_steps_count; i++) {
        const struct label_step_row *row = &label_steps[i];
        bool allows = (facts & row->need) == row->need && (facts & row->bar) == 0;
        if (row->from == from && !row->person && allows) return row;
    }
    return NULL;
}

const struct label_step_row *label_asked(enum label_state from, enum label_step step)
{
    for (size_t i = 0; i < label_steps_count; i++) {
        const struct label_step_row *row = &label_steps[i];
        if (row->from == from && row->step == step && row->person) return row;
    }
    return NULL;
}

bool label_is_over(uint64_t state)
{
    return state == LABEL_FAILED || state == LABEL_VOIDED;
}

bool label_state_buys(uint64_t state)
{
    return state == LABEL_INTENDED || state == LABEL_SUBMITTED;
}

bool label_state_voids(uint64_t state)
{
    return state == LABEL_VOIDING;
}
