#include "proto/words.h"

#define WORD_NAME(name, number, word) [number] = word,
#define WORDS_DEFINE(name, LIST)                                                                   \
    static const char *const name##_names[] = {LIST(WORD_NAME)};                                   \
    const struct words name##_words = {name##_names, sizeof name##_names / sizeof name##_names[0]};

/* clang-format off */
WORDS_DEFINE(actor, ACTOR_LIST)
WORDS_DEFINE(return_state, RETURN_STATE_LIST)
WORDS_DEFINE(unit_state, UNIT_STATE_LIST)
WORDS_DEFINE(refund_state, REFUND_STATE_LIST)
WORDS_DEFINE(verb, VERB_LIST)
WORDS_DEFINE(reason, REASON_LIST)
WORDS_DEFINE(grade, GRADE_LIST)
WORDS_DEFINE(disposition, DISPOSITION_LIST)
WORDS_DEFINE(liability, LIABILITY_LIST)
WORDS_DEFINE(track_status, TRACK_STATUS_LIST)
WORDS_DEFINE(track_reason, TRACK_REASON_LIST)
WORDS_DEFINE(time_quality, TIME_QUALITY_LIST)
WORDS_DEFINE(direction, DIRECTION_LIST)
WORDS_DEFINE(parcel_state, PARCEL_STATE_LIST)
WORDS_DEFINE(paid_for, PAID_FOR_LIST)
WORDS_DEFINE(grant_state, GRANT_STATE_LIST)
WORDS_DEFINE(compensation_state, COMPENSATION_STATE_LIST)
WORDS_DEFINE(compensation_kind, COMPENSATION_KIND_LIST)
WORDS_DEFINE(claim_verdict, CLAIM_VERDICT_LIST)
WORDS_DEFINE(return_kind, RETURN_KIND_LIST)
WORDS_DEFINE(outcome, OUTCOME_LIST)
WORDS_DEFINE(executor, EXECUTOR_LIST)
WORDS_DEFINE(elsewhere, ELSEWHERE_LIST)
WORDS_DEFINE(log_type, LOG_TYPE_LIST)
WORDS_DEFINE(deadline_state, DEADLINE_STATE_LIST)
WORDS_DEFINE(level, LEVEL_LIST)
WORDS_DEFINE(code_kind, CODE_KIND_LIST)
WORDS_DEFINE(battery, BATTERY_LIST)
WORDS_DEFINE(decline, DECLINE_LIST)
WORDS_DEFINE(channel, CHANNEL_LIST)
WORDS_DEFINE(stray, STRAY_LIST)
WORDS_DEFINE(evidence_kind, EVIDENCE_LIST)
/* clang-format on */

#define DEADLINE_NAME(name, number, word, owner, irreversible) [number] = word,
static const char *const deadline_names[] = {DEADLINE_LIST(DEADLINE_NAME)};
const struct words deadline_words = {deadline_names,
                                     sizeof deadline_names / sizeof deadline_names[0]};

const char *word_of(const struct words *words, uint64_t number)
{
    if (number >= words->count || words->name[number] == NULL) return "?";
    return words->name[number];
}

int64_t word_number(const struct words *words, struct span word)
{
    for (size_t i = 0; i < words->count; i++) {
        if (words->name[i] == NULL) continue;
        if (span_equal(span_text(words->name[i]), word)) return (int64_t)i;
    }
    return -1;
}
