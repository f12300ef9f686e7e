#include "tests/carriers/cases.h"

#include "carriers/dialect.h"

#define BIT(number) (UINT64_C(1) << (number))

#define ON_ITS_WAY                                                                                 \
    (BIT(TRACK_PRE_TRANSIT) | BIT(TRACK_IN_TRANSIT) | BIT(TRACK_OUT_FOR_DELIVERY) |                \
     BIT(TRACK_AVAILABLE_FOR_PICKUP) | BIT(TRACK_DELIVERED))
#define GONE_WRONG (BIT(TRACK_EXCEPTION) | BIT(TRACK_DELIVERY_ATTEMPT) | BIT(TRACK_LOST))
#define GOING_BACK (BIT(TRACK_RETURNING) | BIT(TRACK_RETURNED))
#define NOT_MOVED  (BIT(TRACK_NOT_FOUND) | BIT(TRACK_PRE_TRANSIT) | BIT(TRACK_UNKNOWN))
#define HELD                                                                                       \
    (BIT(TRACK_REASON_CUSTOMS_HOLD) | BIT(TRACK_REASON_CUSTOMS_DOCS) |                             \
     BIT(TRACK_REASON_CUSTOMS_REFUSED) | BIT(TRACK_REASON_DUTIES_UNPAID))
#define AT_CUSTOMS (HELD | BIT(TRACK_REASON_CUSTOMS_PROCESSING))

#define CASE_WORD(name, word) word,
const char *const case_words[CASES_ALL] = {CASE_LIST(CASE_WORD)};
#undef CASE_WORD

enum fixture_case case_of(const char *word)
{
    enum fixture_case at = 0;
    while (at < CASES_ALL && strcmp(word, case_words[at]) != 0) at++;
    return at;
}

/* --- what an adapter's tables know ------------------------------------------------------------ */

/* The first code whose row bears one of these statuses or reasons; NULL: none does. */
static const char *code_with(const struct code_row *rows, size_t count, uint64_t statuses,
                             uint64_t reasons)
{
    for (size_t i = 0; i < count; i++)
        if (((BIT(rows[i].status) & statuses) | (BIT(rows[i].reason) & reasons)) != 0)
            return rows[i].code;
    return NULL;
}

static const char *known_with(const struct carrier *carrier, uint64_t statuses, uint64_t reasons)
{
    const char *code = NULL;
    for (size_t i = 0; i < carrier->dialects_count && code == NULL; i++) {
        const struct dialect *dialect = &carrier->dialects[i];
        code = code_with(dialect->meanings.rows, dialect->meanings.count, statuses, reasons);
        if (code == NULL)
            code = code_with(dialect->summaries.rows, dialect->summaries.count, statuses, reasons);
        if (code == NULL)
            code = code_with(dialect->wordings.rows, dialect->wordings.count, statuses, reasons);
    }
    return code;
}

static const char *return_place(const struct carrier *carrier)
{
    for (size_t i = 0; i < carrier->dialects_count; i++)
        if (carrier->dialects[i].is_return != NULL) return carrier->dialects[i].is_return;
    return NULL;
}

const char *case_known(enum fixture_case wanted, const struct carrier *carrier)
{
    if (wanted == CASE_EMPTY) return "an answer without a scan";
    if (wanted == CASE_ERROR) return "a body that cannot be read";
    if (wanted == CASE_NORMAL) return known_with(carrier, ON_ITS_WAY, 0);
    if (wanted == CASE_EXCEPTION) return known_with(carrier, GONE_WRONG, 0);
    if (wanted == CASE_CUSTOMS_HOLD) return known_with(carrier, 0, AT_CUSTOMS);
    const char *place = return_place(carrier);
    return place != NULL ? place : known_with(carrier, GOING_BACK, 0);
}

/* --- what a body says ------------------------------------------------------------------------- */

static const char *lacks_empty(const struct conform_said *said)
{
    bool refused = (said->replies & (BIT(REPLY_REFUSED) | BIT(REPLY_LATER))) != 0;
    if (said->error != OK || refused) return "it is refused";
    if (said->scans > 0) return "it tells scans";
    return (said->statuses & ~NOT_MOVED) != 0 ? "it tells a state" : NULL;
}

static const char *lacks_error(const struct conform_said *said)
{
    uint64_t heard = BIT(REPLY_NOT_FOUND) | BIT(REPLY_REFUSED) | BIT(REPLY_LATER);
    if (said->parcels > 0) return "it tells a parcel";
    if (said->error != OK) return said->placed ? NULL : "the fault names no place";
    return (said->replies & heard) == 0 ? "nothing is heard of it" : NULL;
}

static const char *lacks_customs(const struct carrier *carrier, const struct conform_said *said)
{
    const char *held = known_with(carrier, 0, HELD);
    if ((said->reasons & AT_CUSTOMS) == 0) return "no scan bears a customs reason";
    bool soft = held != NULL && (said->reasons & HELD) == 0;
    return soft ? "no scan is held by customs, and the carrier has a code for that" : NULL;
}

const char *case_lacks(enum fixture_case wanted, const struct carrier *carrier,
                       const struct conform_said *said)
{
    if (wanted == CASE_MORE) return NULL;
    if (wanted == CASE_EMPTY) return lacks_empty(said);
    if (wanted == CASE_ERROR) return lacks_error(said);
    if (said->parcels == 0) return "it tells no parcel";
    if (wanted == CASE_CUSTOMS_HOLD) return lacks_customs(carrier, said);
    if (wanted == CASE_EXCEPTION)
        return (said->statuses & GONE_WRONG) == 0 ? "nothing went wrong" : NULL;
    if (wanted == CASE_RETURN)
        return said->is_return || (said->statuses & GOING_BACK) != 0 ? NULL : "nothing comes back";
    return (said->states & ~ON_ITS_WAY) != 0 ? "a parcel is not on its way" : NULL;
}
