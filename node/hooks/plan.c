#include "node/hooks/plan.h"

#include <assert.h>

/* --- the window --------------------------------------------------------------------------------
 */

static unsigned find(const struct plan_line *line, uint64_t idx, enum hook_type type)
{
    unsigned place = 0;
    while (place < line->open_count &&
           (line->open[place].idx != idx || line->open[place].type != type))
        place++;
    return place;
}

bool plan_has_room(const struct plan_line *line, unsigned messages)
{
    return line->open_count + messages <= HOOK_OPEN_MAX;
}

bool plan_is_open(const struct plan_line *line, uint64_t idx, enum hook_type type)
{
    return find(line, idx, type) < line->open_count;
}

void plan_add(struct plan_line *line, const struct plan_message *message)
{
    assert(plan_has_room(line, 1));
    if (plan_is_open(line, message->idx, message->type)) return;
    line->open[line->open_count++] = *message;
}

static void take_out(struct plan_line *line, unsigned place)
{
    line->open_count--;
    for (unsigned i = place; i < line->open_count; i++) line->open[i] = line->open[i + 1];
    line->ended++;
}

/* --- whose turn it is --------------------------------------------------------------------------
 */

/* In order for each return: an earlier message about it holds this one back. */
static bool is_held_back(const struct plan_line *line, unsigned place)
{
    const struct plan_message *message = &line->open[place];
    if (id_is_zero(&message->about)) return false;
    for (unsigned i = 0; i < place; i++)
        if (id_equal(&line->open[i].about, &message->about)) return true;
    return false;
}

static bool choose_of(const struct plan_line *line, uint64_t now_ms, unsigned *place)
{
    if (!line->may_send || line->calls >= PLAN_CALLS_OF_LINE_MAX) return false;
    for (unsigned i = 0; i < line->open_count; i++) {
        const struct plan_message *message = &line->open[i];
        if (message->called || message->next_ms > now_ms || is_held_back(line, i)) continue;
        *place = i;
        return true;
    }
    return false;
}

/* A merchant has no more calls out than it leaves free: however many of its endpoints hang, there
 * is room for those of others. */
static bool has_share(struct plan_line *const *lines, size_t count, const struct plan_line *line)
{
    unsigned all = 0, own = 0;
    for (size_t i = 0; i < count; i++) {
        all += lines[i]->calls;
        own += id_equal(&lines[i]->merchant, &line->merchant) ? lines[i]->calls : 0;
    }
    return all < PLAN_CALLS_MAX && own < PLAN_CALLS_MAX - all;
}

bool plan_choose(struct plan_line *const *lines, size_t count, size_t first, uint64_t now_ms,
                 struct plan_choice *choice)
{
    for (size_t i = 0; i < count; i++) {
        size_t at = (first + i) % count;
        unsigned place;
        if (!choose_of(lines[at], now_ms, &place) || !has_share(lines, count, lines[at])) continue;
        lines[at]->open[place].called = true;
        lines[at]->calls++;
        *choice = (struct plan_choice){.line = at, .place = place};
        return true;
    }
    return false;
}

void plan_forget_call(struct plan_line *line, uint64_t idx, enum hook_type type)
{
    unsigned place = find(line, idx, type);
    if (place == line->open_count || !line->open[place].called) return;
    line->open[place].called = false;
    line->calls--;
}

/* --- answers -----------------------------------------------------------------------------------
 */

struct plan_end plan_answer(struct plan_line *line, uint64_t idx, enum hook_type type,
                            enum hook_outcome outcome, uint64_t now_ms, uint64_t jitter)
{
    unsigned place = find(line, idx, type);
    struct plan_end end = {.verdict = PLAN_UNKNOWN};
    if (place == line->open_count || !line->open[place].called) return end;
    struct plan_message *message = &line->open[place];
    message->called = false;
    line->calls--;
    if (message->attempts == 0) message->first_ms = now_ms;
    message->attempts++;
    end.attempt = message->attempts;
    end.replay = message->replay;
    end.message = message->message;
    if (outcome == HOOK_DELIVERED) {
        line->taken_ms = now_ms;
        end.verdict = PLAN_TAKEN;
        take_out(line, place);
        return end;
    }
    uint64_t pause_ms = hook_pause_ms(message->attempts, jitter);
    if (pause_ms == 0) {
        end.verdict = PLAN_GIVEN_UP;
        end.disable = line->taken_ms < message->first_ms;
        take_out(line, place);
        return end;
    }
    end.verdict = PLAN_AGAIN;
    end.next_ms = message->next_ms = now_ms + pause_ms;
    return end;
}

uint64_t plan_wake_ms(const struct plan_line *line)
{
    uint64_t wake_ms = UINT64_MAX;
    if (!line->may_send) return wake_ms;
    for (unsigned i = 0; i < line->open_count; i++)
        if (!line->open[i].called && line->open[i].next_ms < wake_ms && !is_held_back(line, i))
            wake_ms = line->open[i].next_ms;
    return wake_ms;
}

bool plan_check_is_due(const struct plan_line *line, uint64_t now_ms)
{
    if (line->through - line->checked_through >= PLAN_CHECK_ENTRIES_MAX) return true;
    if (line->ended >= PLAN_CHECK_MESSAGES_MAX) return true;
    return line->ended > 0 && now_ms >= line->checked_ms + PLAN_CHECK_MS;
}

/* --- rows --------------------------------------------------------------------------------------
 */

void plan_to_row(const struct plan_line *line, uint64_t term, struct hook_progress *row)
{
    *row = (struct hook_progress){.term = term,
                                  .through = line->through,
                                  .open_count = line->open_count,
                                  .replay_at = line->replay_at,
                                  .replay_next = line->replay_next,
                                  .number = line->number,
                                  .taken_ms = line->taken_ms};
    for (unsigned i = 0; i < line->open_count; i++) {
        const struct plan_message *from = &line->open[i];
        row->open[i] = (struct hook_message_row){.idx = from->idx,
                                                 .type = (uint64_t)from->type,
                                                 .about = from->about,
                                                 .message = from->message,
                                                 .attempts = from->attempts,
                                                 .first_ms = from->first_ms,
                                                 .next_ms = from->next_ms,
                                                 .replay = from->replay ? 1 : 0};
    }
}

void plan_from_row(struct plan_line *line, const struct hook_progress *row)
{
    line->through = row->through;
    line->replay_at = row->replay_at;
    line->replay_next = row->replay_next;
    line->number = row->number;
    line->taken_ms = row->taken_ms;
    line->open_count = line->calls = 0;
    for (uint32_t i = 0; i < row->open_count; i++) {
        const struct hook_message_row *from = &row->open[i];
        line->open[line->open_count++] = (struct plan_message){.idx = from->idx,
                                                               .type = (enum hook_type)from->type,
                                                               .about = from->about,
                                                               .message = from->message,
                                                               .attempts = (unsigned)from->attempts,
                                                               .first_ms = from->first_ms,
                                                               .next_ms = from->next_ms,
                                                               .replay = from->replay != 0};
    }
}
