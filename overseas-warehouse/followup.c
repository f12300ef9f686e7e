/* Satisfaction follow-ups: whether a buyer may be asked how content they were, when that is, and
 * what they answered. Nobody is asked where the policy that the return was asked under names no
 * channel, or the buyer did not consent. This node asks nobody itself: when it is time it tells the
 * merchant's system, which owns mail and telephone. */
#include "overseas-warehouse/followup.h"
#include "overseas-warehouse/parts.h"
#include "proto/time.h"

#define FOLLOWUP_DAYS      3
#define FOLLOWUP_OPEN_DAYS 14
#define SCORE_LOW          2u /* up to here a buyer was not content */

#define WORD_AT(name, number, word) [number] = word,
static const char *const state_names[] = {FOLLOWUP_STATE_LIST(WORD_AT)};
const struct words followup_state_words = {state_names, sizeof state_names / sizeof state_names[0]};

struct key followup_state_key(const struct id *merchant, uint64_t state)
{
    return key_add_uint(key_of(merchant), state, 1);
}

bool followup_load(const struct rows *rows, const struct id *return_id, struct followup_row *row)
{
    struct key key = key_of(return_id);
    return rows_load(rows, VIEW_FOLLOWUP, &key, &followup_row_shape, row);
}

/* --- what is so now --------------------------------------------------------------------------- */

/* Whoever took the request back, or never went on with it, is left alone. */
static bool is_followed(const struct return_row *owner)
{
    return owner->state == RETURN_CLOSED || owner->state == RETURN_DECLINED ||
           owner->state == RETURN_ARBITRATED;
}

static bool is_erased(const struct rows *rows, const struct id *return_id)
{
    struct key subject = key_of(return_id);
    return rows_has(rows, VIEW_ERASED, &subject);
}

/* May the buyer be asked about the return as it is now? */
static bool may_ask(const struct rows *rows, const struct id *return_id,
                    const struct followup_row *row)
{
    struct return_row owner;
    return row->consent != 0 && return_load(rows, return_id, &owner) && is_followed(&owner) &&
           !is_erased(rows, return_id);
}

enum followup_state followup_state(const struct rows *rows, const struct id *return_id,
                                   const struct followup_row *row)
{
    if (row->score != 0) return FOLLOWUP_ANSWERED;
    if (row->due_ms == 0 || !may_ask(rows, return_id, row)) return FOLLOWUP_NONE;
    return row->asked_ms != 0 ? FOLLOWUP_DUE : FOLLOWUP_PLANNED;
}

/* Of the policy that the return was asked under; false: it has nobody asked. */
static bool policy_of(const struct rows *rows, const struct id *return_id,
                      struct policy_row *policy)
{
    struct return_row owner;
    if (!return_load(rows, return_id, &owner) || owner.policy_version == 0) return false;
    struct key key = policy_key(&owner.merchant, &owner.book, owner.policy_version);
    return rows_load(rows, VIEW_POLICY, &key, &policy_row_shape, policy) &&
           policy->policy.followup_channel != 0;
}

/* An answer is one for each return; so a later end of an answered one plans nothing more. */
static bool wants_plan(const struct rows *rows, const struct id *return_id,
                       const struct followup_row *row)
{
    struct return_row owner;
    struct policy_row policy;
    if (row->score != 0 || !may_ask(rows, return_id, row)) return false;
    if (!return_load(rows, return_id, &owner)) return false;
    bool planned = row->due_ms != 0 && row->ended_ms == owner.ended_ms;
    return !planned && policy_of(rows, return_id, &policy);
}

/* --- deciding --------------------------------------------------------------------------------- */

static void add(struct decision *decision, const struct followup_moved *moved)
{
    decision->entity = moved->return_id;
    decision_add(decision, EVENT_FOLLOWUP, &moved->return_id, moved);
}

void followup_of_request(const struct id *return_id, const struct actor *by, uint64_t at_ms,
                         struct decision *decision)
{
    const struct followup_moved moved = {
        .return_id = *return_id, .verb = DO_CONSENT, .by = *by, .at_ms = at_ms, .consent = 1};
    add(decision, &moved);
}

static void consent_decide(const struct desk *desk, const struct command *command,
                           const struct moment *moment, struct decision *decision)
{
    const struct followup_consent *wish = &command->body->followup_consent;
    struct followup_row row = {.consent = 0};
    struct followup_moved moved = {.return_id = wish->return_id,
                                   .verb = DO_CONSENT,
                                   .by = command->by,
                                   .at_ms = moment->wall_ms,
                                   .consent = wish->consent};
    bool known = followup_load(&desk->rows, &wish->return_id, &row);
    if (!command_matches(command, known ? row.version : 0, decision)) return;
    if (row.consent == wish->consent) return; /* it is so already */
    if (wish->consent != 0 && is_erased(&desk->rows, &wish->return_id)) {
        decision_refuse(decision, ERROR_CONFLICT, "return_id: its personal data was erased");
        return;
    }
    add(decision, &moved);
}

/* NULL: it may be answered now, or once more. */
static const char *why_not(const struct desk *desk, const struct id *return_id,
                           const struct followup_row *row, uint64_t now_ms)
{
    struct return_row owner;
    if (row->consent == 0) return "return_id: its buyer consented to no follow-up";
    if (is_erased(&desk->rows, return_id)) return "return_id: its personal data was erased";
    if (!return_load(&desk->rows, return_id, &owner) || !is_followed(&owner))
        return "return_id: it has not ended, or nothing came of it";
    if (row->due_ms == 0) return "return_id: its policy asks for no follow-up";
    if (row->score != 0 && now_ms > row->closes_ms)
        return "score: what was answered is closed and changes no more";
    return NULL;
}

/* The desk of the first contact has it, and what it is about names no person. */
static struct id open_complaint(const struct desk *desk, struct moment *moment,
                                const struct followup_moved *moved, struct decision *decision)
{
    struct return_row owner;
    struct complaint_opened opened = {.return_id = moved->return_id,
                                      .by = moved->by,
                                      .at_ms = moved->at_ms,
                                      .due_ms = moved->at_ms + POST_MORTEM_DAYS * DAY_MS,
                                      .about = span_text("low score in the follow-up"),
                                      .score = moved->score,
                                      .owner = span_text("care")};
    if (!return_load(&desk->rows, &moved->return_id, &owner)) return (struct id){{0}};
    if (owner.owner.size > 0) opened.owner = owner.owner;
    struct id book = owner.book;
    opened.complaint = mint_of(desk, moment, &book);
    decision_add(decision, EVENT_COMPLAINT_OPENED, &opened.complaint, &opened);
    return opened.complaint;
}

static void answer_decide(const struct desk *desk, const struct command *command,
                          struct moment *moment, struct decision *decision)
{
    const struct followup_answer *wish = &command->body->followup_answer;
    struct followup_row row = {.consent = 0};
    struct policy_row policy;
    struct followup_moved moved = {.return_id = wish->return_id,
                                   .verb = DO_SCORE,
                                   .by = command->by,
                                   .at_ms = moment->wall_ms,
                                   .score = wish->score};
    bool known = followup_load(&desk->rows, &wish->return_id, &row);
    if (!command_matches(command, known ? row.version : 0, decision)) return;
    if (wish->score < SCORE_MIN) {
        decision_refuse(decision, ERROR_OUT_OF_RANGE, "score: 1 (not at all content) to 5");
        return;
    }
    if (row.score == wish->score) return; /* it is so already */
    const char *why = why_not(desk, &wish->return_id, &row, moment->wall_ms);
    if (why != NULL) {
        decision_refuse(decision, ERROR_CONFLICT, why);
        return;
    }
    bool complains = wish->score <= SCORE_LOW && id_is_zero(&row.complaint) &&
                     policy_of(&desk->rows, &wish->return_id, &policy) &&
                     policy.policy.followup_complaint != 0;
    if (complains) moved.complaint = open_complaint(desk, moment, &moved, decision);
    add(decision, &moved);
}

/* An observation of any node's: what it knows of the consent is what has come to it. */
static void comment_decide(const struct desk *desk, const struct command *command,
                           struct decision *decision)
{
    const struct followup_comment *wish = &command->body->followup_comment;
    struct followup_row row = {.consent = 0};
    const char *why = NULL;
    if (!followup_load(&desk->rows, &wish->return_id, &row) || row.consent == 0)
        why = "return_id: its buyer consented to no follow-up";
    else if (is_erased(&desk->rows, &wish->return_id))
        why = "return_id: its personal data was erased";
    if (why != NULL) {
        decision_refuse(decision, ERROR_CONFLICT, why);
        return;
    }
    decision_add(decision, EVENT_FOLLOWUP_COMMENT, &wish->return_id, wish);
}

void followup_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                     struct decision *decision)
{
    struct return_row owner;
    const struct id *return_id = &command->body->followup_consent.return_id;
    if (command->kind == COMMAND_FOLLOWUP_ANSWER)
        return_id = &command->body->followup_answer.return_id;
    if (command->kind == COMMAND_FOLLOWUP_COMMENT)
        return_id = &command->body->followup_comment.return_id;
    decision->entity = *return_id;
    bool known = return_load(&desk->rows, return_id, &owner);
    /* Another merchant's is like none, to the word. */
    if (!known ||
        (!id_is_zero(&command->merchant) && !id_equal(&command->merchant, &owner.merchant))) {
        decision_refuse(decision, ERROR_NOT_FOUND, "return_id");
        return;
    }
    if (command->kind == COMMAND_FOLLOWUP_CONSENT)
        consent_decide(desk, command, moment, decision);
    else if (command->kind == COMMAND_FOLLOWUP_ANSWER)
        answer_decide(desk, command, moment, decision);
    else
        comment_decide(desk, command, decision);
}

/* --- reacting to the end of a return ---------------------------------------------------------- */

static uint64_t later(uint64_t from_ms, uint64_t days)
{
    return from_ms <= TIME_MS_MAX - days * DAY_MS ? from_ms + days * DAY_MS : TIME_MS_MAX;
}

/* Working days count where the policy says working hours, of the calendar that it names. */
static uint64_t due_of(const struct case_file *file, uint64_t from_ms, uint64_t days)
{
    struct reckoning reckoning;
    reckoning_of(file, &reckoning);
    if (!reckoning.by_calendar) return later(from_ms, days);
    uint64_t due_ms = calendar_due(&reckoning.calendar, from_ms, CALENDAR_WORKING_DAYS, days);
    return due_ms < TIME_MS_MAX ? due_ms : TIME_MS_MAX;
}

void followup_react(const struct desk *desk, const struct id *return_id, struct moment *moment,
                    struct decision *decision)
{
    struct followup_row row;
    struct policy_row policy;
    struct case_file file;
    if (!followup_load(&desk->rows, return_id, &row)) return;
    if (!wants_plan(&desk->rows, return_id, &row)) return;
    if (!policy_of(&desk->rows, return_id, &policy)) return;
    if (!case_open(desk, return_id, moment, decision, &file)) return;
    uint64_t days = policy.policy.followup_days, open_days = policy.policy.followup_open_days;
    uint64_t ended_ms = file.row.ended_ms, from_ms = ended_ms;
    if (row.consented_ms > from_ms) from_ms = row.consented_ms;
    struct followup_moved moved = {.return_id = *return_id,
                                   .verb = DO_PLAN_FOLLOWUP,
                                   .by = actor_self(desk, BY_POLICY),
                                   .at_ms = moment->wall_ms,
                                   .channel = policy.policy.followup_channel,
                                   .ended_ms = ended_ms};
    moved.due_ms = due_of(&file, from_ms, days != 0 ? days : FOLLOWUP_DAYS);
    moved.closes_ms = later(moved.due_ms, open_days != 0 ? open_days : FOLLOWUP_OPEN_DAYS);
    add(decision, &moved);
}

void followup_due(const struct desk *desk, uint64_t due_ms, const struct id *return_id,
                  const struct moment *moment, struct decision *decision)
{
    struct followup_row row;
    if (!followup_load(&desk->rows, return_id, &row)) return;
    if (row.due_ms != due_ms || due_ms > moment->wall_ms) return;
    if (followup_state(&desk->rows, return_id, &row) != FOLLOWUP_PLANNED) return;
    const struct followup_moved moved = {.return_id = *return_id,
                                         .verb = DO_FOLLOW_UP,
                                         .by = actor_self(desk, BY_CLOCK),
                                         .at_ms = moment->wall_ms,
                                         .channel = row.channel,
                                         .due_ms = row.due_ms,
                                         .closes_ms = row.closes_ms,
                                         .ended_ms = row.ended_ms};
    add(decision, &moved);
}

/* --- folding ---------------------------------------------------------------------------------- */

/* By when a follow-up is listed in that state. */
static uint64_t listed_ms(const struct followup_row *row, enum followup_state state)
{
    if (state == FOLLOWUP_ANSWERED) return row->scored_ms;
    return row->due_ms;
}

static void list(const struct rows *rows, const struct id *return_id,
                 const struct followup_row *row, enum followup_state state)
{
    static const enum followup_state states[] = {FOLLOWUP_PLANNED, FOLLOWUP_DUE, FOLLOWUP_ANSWERED};
    for (unsigned i = 0; i < sizeof states / sizeof states[0]; i++) {
        struct key key = followup_state_key(&row->merchant, states[i]);
        key = key_add_id(key_add_uint(key, listed_ms(row, states[i]), 8), return_id);
        (states[i] == state ? rows_mark : rows_drop)(rows, VIEW_FOLLOWUP_BY_STATE, &key);
    }
    if (row->due_ms == 0) return;
    if (state == FOLLOWUP_PLANNED)
        due_put(rows, row->due_ms, &row->book, DO_FOLLOW_UP, return_id);
    else
        due_drop(rows, row->due_ms, &row->book, DO_FOLLOW_UP, return_id);
}

void followup_refresh(const struct desk *desk, const struct id *return_id)
{
    const struct rows *rows = &desk->rows;
    struct followup_row row;
    if (!followup_load(rows, return_id, &row)) return;
    list(rows, return_id, &row, followup_state(rows, return_id, &row));
    if (wants_plan(rows, return_id, &row))
        todo_put(rows, &row.book, TODO_FOLLOWUP, return_id, NULL);
    else
        todo_drop(rows, &row.book, TODO_FOLLOWUP, return_id, NULL);
}

/* false: no rule of ours writes such an entry. */
static bool advance(struct followup_row *row, const struct followup_moved *moved)
{
    if (moved->verb == DO_CONSENT) {
        row->consent = moved->consent;
        row->consented_ms = moved->at_ms;
    } else if (moved->verb == DO_PLAN_FOLLOWUP && moved->due_ms != 0) {
        row->channel = moved->channel;
        row->due_ms = moved->due_ms;
        row->closes_ms = moved->closes_ms;
        row->ended_ms = moved->ended_ms;
        row->asked_ms = 0;
    } else if (moved->verb == DO_FOLLOW_UP) {
        row->asked_ms = moved->at_ms;
    } else if (moved->verb == DO_SCORE && moved->score >= SCORE_MIN) {
        row->score = moved->score;
        row->scored_ms = moved->at_ms;
        row->scored_by = moved->by.kind;
        row->answers++;
        if (!id_is_zero(&moved->complaint)) row->complaint = moved->complaint;
    } else
        return false;
    row->version++;
    return true;
}

/* The return was begun earlier in this very book, or the entry is none of its leader's. */
void followup_fold(const struct desk *desk, const struct place *place,
                   const struct followup_moved *moved)
{
    struct return_row owner;
    struct followup_row row = {.version = 0};
    if (!return_load(&desk->rows, &moved->return_id, &owner)) return;
    if (!id_equal(&owner.book, &place->log)) return;
    bool known = followup_load(&desk->rows, &moved->return_id, &row);
    if (!known && moved->verb != DO_CONSENT) return;
    if (known) list(&desk->rows, &moved->return_id, &row, FOLLOWUP_NONE);
    row.book = owner.book;
    row.merchant = owner.merchant;
    if (advance(&row, moved)) {
        struct key key = key_of(&moved->return_id);
        rows_store(&desk->rows, VIEW_FOLLOWUP, &key, &followup_row_shape, &row);
    }
    followup_refresh(desk, &moved->return_id);
}
