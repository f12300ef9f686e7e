/* Derived work: what the folds left to do for the authorities that this node is, and deadlines
 * whose time has come. Nothing is queued: rows stand in the views until the entry that does the
 * work folds, so a crash anywhere repeats the work, and its key makes the repeat harmless (law 2).
 */
#include <assert.h>

#include "node/core/core_inside.h"
#include "node/core/hearing.h"
#include "proto/bugs.h"

#define DUE_SCAN_MAX     4096
#define LANE_ENDS        2
#define BEAT_BYTES_MAX   64
#define ERASED_SCAN_MAX  4096
#define ERASED_BYTES_MAX 64

struct log *work_log(struct core *core, const struct id *authority)
{
    if (!id_is_zero(&core->desk.warehouse) && id_equal(authority, &core->desk.warehouse))
        return logs_find(&core->logs, &core->self.log);
    struct log *log = logs_find(&core->logs, authority);
    /* Nothing may follow a HANDOVER in its book: from then on others decide. */
    bool ours = log != NULL && log->own &&
                (id_equal(&log->row.writer_log, &core->self.log) || BUG(old_leader_writes_on));
    return ours ? log : NULL;
}

/* What became of the goods meanwhile stands in the end of the lost log, which others bring. Of a
 * forked one no more ever comes. */
bool work_awaits(struct core *core)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct succeeds succeeds;
    if (core->self.in_doubt) return true; /* it has not heard yet what it succeeds */
    while (walk_next(&core->desk.rows, VIEW_SUCCEEDS, &walk, &row)) {
        if (shape_decode(&succeeds_shape, row.value, &succeeds, NULL) != OK) continue;
        if (!id_equal(&succeeds.node, &core->self.node)) continue;
        const struct log *old = logs_find(&core->logs, &succeeds.old_log);
        uint64_t held = old != NULL ? old->folded : 0;
        bool comes = old == NULL || old->row.quarantined == 0;
        if (comes && held < succeeds.old_idx) return true;
    }
    return false;
}

/* A member answers for whom it let in; what no door of any node lets in, or says that it stood at
 * another one's, it made up. */
static enum error check_asker(struct core *core, const struct dep *asked,
                              const struct command *command)
{
    const struct command_row *row = command_by_kind(command->kind);
    const struct log *log = logs_find(&core->logs, &asked->log);
    unsigned role = role_of_actor(command->by.kind);
    bool own = row->roles == 0 && role == 0; /* no door's: a node asks by itself */
    bool bound = role == ROLE_PARTNER || role == ROLE_BUYER;
    if (!own && (role & row->roles) == 0) return ERROR_FORBIDDEN;
    if (bound && id_is_zero(&command->merchant)) return ERROR_FORBIDDEN;
    if (log == NULL || !id_equal(&log->row.writer, &command->by.node)) return ERROR_FORBIDDEN;
    return command_link_withdrawn(core, command) ? ERROR_FORBIDDEN : OK;
}

/* Whoever asks names an authority; whether it is the one that decides such a thing is judged here:
 * a book writes nothing of another merchant's, and a warehouse no decision of a book. */
static enum error check_asked(struct core *core, const struct log *log,
                              const struct command *command)
{
    const struct command_row *row = command_by_kind(command->kind);
    struct id meant;
    if (log->row.log_type == LOG_NODE)
        return row->authority == AUTHORITY_WAREHOUSE ? OK : ERROR_WRONG_LOG;
    if (row->authority != AUTHORITY_BOOK && row->authority != AUTHORITY_MEMBERSHIP)
        return ERROR_WRONG_LOG;
    enum error error = command_authority(core, command, &meant);
    if (error == OK && !id_equal(&meant, &log->id)) error = ERROR_WRONG_LOG;
    return error;
}

/* An ask is decided like a command that came in by the own door, and once. */
static void do_ask(struct core *core, struct log *log, const struct id *authority,
                   const struct id *request)
{
    struct request_view seen;
    request_view(&core->desk.rows, request, &seen);
    if (seen.state != REQUEST_ASKED) {
        todo_drop(&core->desk.rows, authority, TODO_ASK, request, NULL);
        return;
    }
    struct key prefix = key_of(request);
    struct walk walk = walk_over(&prefix);
    struct row row;
    if (!walk_next(&core->desk.rows, VIEW_ASK, &walk, &row)) return;
    struct dep asked = {.idx = be_get(walk.at.bytes + 2 * ID_BYTES, 8)};
    memcpy(asked.log.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
    struct event event;
    struct event_header header;
    union event_body body;
    enum error error = log_read(&core->logs, &asked.log, asked.idx, &event, NULL);
    if (error == OK) error = event_header_decode(event.header, &header);
    if (error == OK) error = event_body_decode(&header, event.payload, &body);
    if (error != OK) {
        core->turn_error = error;
        return;
    }
    const struct command_row *command_row = command_by_kind(body.ask.command);
    union command_body wish;
    struct command command = {.kind = (enum command_kind)body.ask.command,
                              .request = *request,
                              .body_hash = body.ask.body_hash,
                              .by = body.ask.by,
                              .merchant = body.ask.merchant,
                              .if_match = body.ask.if_match,
                              .body = &wish};
    struct answer_out answer = {.request = *request};
    error = command_row == NULL ? ERROR_UNSUPPORTED
                                : shape_decode(command_row->shape, body.ask.body, &wish, NULL);
    const char *rule = "body";
    if (error == OK) error = check_asked(core, log, &command);
    if (error == OK) {
        error = check_asker(core, &asked, &command);
        rule = error == OK ? rule : "by";
    }
    if (error == OK) {
        command_decide(core, log, &command, &asked, &answer);
        core_mark(core, answer.error == OK ? "ask granted" : "ask refused");
        return;
    }
    command_refuse_ask(core, log, &command, error, rule, &asked);
}

static void do_row(struct core *core, struct log *log, const struct id *authority,
                   enum todo_kind kind, const struct id *thing, const struct id *second)
{
    if (kind == TODO_ASK) {
        do_ask(core, log, authority, thing);
    } else if (kind == TODO_EFFECT) {
        if (!BUG(work_lost_after_crash)) effects_want(core, EFFECT_OF_REFUND, authority, thing);
    } else if (kind == TODO_LABEL && second == NULL) {
        effects_want(core, EFFECT_OF_LABEL, authority, thing);
    } else {
        decision_begin(&core->decision);
        business_react(&core->desk, authority, kind, thing, second, &core->moment, &core->decision);
        if (core->decision.error == OK) core_append_decision(core, log, &core->decision, NULL);
    }
}

/* A round begins where the last one ended, so that rows which must wait (a payment's one open slot,
 * a day's cap) never starve those behind them. Once the end was met twice all rows have been seen
 * since the lane was begun anew. */
static unsigned do_lane(struct core *core, const struct id *authority, struct work_lane *lane,
                        unsigned room)
{
    struct log *log = work_log(core, authority);
    struct key prefix = key_of(authority);
    struct walk walk = walk_over(&prefix);
    if (lane->after.size > 0) {
        walk.at = lane->after;
        walk.begun = true;
    } else if (lane->ends == 0)
        lane->ends = 1;
    struct row row;
    unsigned done = 0;
    while (done < room && lane->ends < LANE_ENDS && core->turn_error == OK && log != NULL) {
        if (!walk_next(&core->desk.rows, VIEW_TODO, &walk, &row)) {
            lane->ends++;
            walk = walk_over(&prefix);
            lane->after.size = 0;
            continue;
        }
        struct todo todo;
        lane->after = walk.at;
        if (!todo_read(key_span(&walk.at), &todo)) continue;
        bool paired = !id_is_zero(&todo.second);
        do_row(core, log, authority, todo.kind, &todo.thing, paired ? &todo.second : NULL);
        done++;
    }
    return done;
}

/* The lanes take turns at being first: one that is full of rows which must wait leaves the others
 * their share. A lane has its log's place; the warehouse's is the own node log's. */
static void do_lanes(struct core *core)
{
    unsigned left = TURN_WORK_MAX;
    uint32_t first = core->work.first_lane, count = core->logs.count;
    core->work.unfinished = false;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = (first + i) % count;
        struct log *log = &core->logs.log[at];
        struct work_lane *lane = &core->work.lane[at];
        bool floor = log->row.log_type == LOG_NODE;
        if (!log->own || (floor && id_is_zero(&core->desk.warehouse))) continue;
        left -= do_lane(core, floor ? &core->desk.warehouse : &log->id, lane, left);
        if (left == 0) core->work.first_lane = at + 1;
        if (lane->ends < LANE_ENDS) core->work.unfinished = true;
        if (left == 0) break;
    }
    if (left == 0) core->work.unfinished = true;
}

/* An answer that is here and not decided yet goes before silence. */
static bool has_asks(struct core *core, const struct id *authority)
{
    struct key prefix = todo_prefix_of(authority, TODO_ASK);
    struct walk walk = walk_over(&prefix);
    struct row row;
    return walk_next(&core->desk.rows, VIEW_TODO, &walk, &row);
}

/* What cannot be undone waits until everybody was heard up to the due time; the business judges by
 * the same figure, this only spares it the rows that it would leave alone. */
static bool must_wait(struct core *core, const struct due *due)
{
    core->moment.heard_ms = 0;
    if (!business_due_waits(due->verb)) return false;
    if (!core->work.heard_known)
        core->work.heard_ms = hearing_until(&core->desk.rows, &core->self.log);
    core->work.heard_known = true;
    if (!has_asks(core, &due->authority)) core->moment.heard_ms = core->work.heard_ms;
    if (due->due_ms <= core->moment.heard_ms) return false;
    return !business_due_overridden(&core->desk.rows, due);
}

static void do_due(struct core *core, const struct due *due)
{
    struct log *log = work_log(core, &due->authority);
    decision_begin(&core->decision);
    business_due(&core->desk, &due->authority, due->due_ms, due->verb, &due->thing, &core->moment,
                 &core->decision);
    if (core->decision.error == OK) core_append_decision(core, log, &core->decision, NULL);
    core_mark(core, "deadline fired");
}

/* Deadlines of others are walked past: they vanish when their owner's entry folds. So many may be
 * overdue that a round ends among them; the next goes on there. */
static void fire_dues(struct core *core)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    unsigned fired = 0;
    if (core->work.due_after.size > 0) {
        walk.at = core->work.due_after;
        walk.begun = true;
    } else
        core->stats.dues_held = core->stats.dues_awaiting = core->work.silence_ms = 0;
    core->work.due_after.size = 0;
    core->work.next_due_wall_ms = UINT64_MAX;
    for (unsigned i = 0; i < DUE_SCAN_MAX && fired < TURN_WORK_MAX; i++) {
        if (!walk_next(&core->desk.rows, VIEW_DUE, &walk, &row)) return;
        struct due due;
        if (!due_read(key_span(&walk.at), &due)) continue;
        if (due.due_ms > core->now.wall_ms) {
            core->work.next_due_wall_ms = due.due_ms;
            return;
        }
        if (work_log(core, &due.authority) == NULL) {
            if (business_due_waits(due.verb)) core->work.silence_ms = due.due_ms;
            continue;
        }
        if (core->clock.suspect && !BUG(fires_while_suspect)) {
            core->stats.dues_held++;
            continue;
        }
        if (must_wait(core, &due)) {
            core->stats.dues_awaiting++;
            core->stats.dues_awaiting_ms = due.due_ms;
            continue;
        }
        do_due(core, &due);
        fired++;
    }
    core->work.due_after = walk.at;
    core->work.unfinished = true;
}

static bool writes_own_log(struct core *core, struct log **log)
{
    *log = logs_find(&core->logs, &core->self.log);
    return *log != NULL && (*log)->own && !(*log)->row.quarantined && !(*log)->row.retired;
}

static void append_beat(struct core *core, struct log *log)
{
    /* Whatever is asked from now on bears this millisecond or a later one. */
    struct beat beat = {.through_ms = core->now.wall_ms - 1};
    const struct event_row *row = event_by_kind(EVENT_BEAT);
    uint8_t buffer[BEAT_BYTES_MAX];
    struct span payload;
    struct event_header header = {.kind = EVENT_BEAT, .kver = row->version, .flags = row->flags};
    core->turn_error = shape_encode(row->shape, &beat, buffer, sizeof buffer, &payload);
    core_append(core, log, &header, payload);
    core_mark(core, "silence told");
}

/* Others wait for this node's word: it says that it was asked nothing more. One beat answers all
 * deadlines that have come, and the next may come a minute later. */
static void tell_silence(struct core *core)
{
    struct log *log;
    uint64_t told_ms = hearing_of(&core->desk.rows, &core->self.log);
    uint64_t silence_ms = core->work.silence_ms;
    if (core->turn_error != OK || core->clock.suspect || silence_ms <= told_ms) return;
    if (!writes_own_log(core, &log)) return;
    uint64_t from_ms = told_ms + BEAT_MS > silence_ms ? told_ms + BEAT_MS : silence_ms + 1;
    if (core->now.wall_ms >= from_ms)
        append_beat(core, log);
    else if (from_ms < core->work.next_due_wall_ms)
        core->work.next_due_wall_ms = from_ms;
}

static void append_erased(struct core *core, struct log *log, const struct id *subject)
{
    const struct erased erased = {.subject = *subject};
    const struct event_row *row = event_by_kind(EVENT_ERASED);
    uint8_t buffer[ERASED_BYTES_MAX];
    struct span payload;
    struct event_header header = {
        .kind = EVENT_ERASED, .kver = row->version, .entity = *subject, .flags = row->flags};
    core->turn_error = shape_encode(row->shape, &erased, buffer, sizeof buffer, &payload);
    core_append(core, log, &header, payload);
    core_mark(core, "erasure told");
}

/* Folding a tombstone has dropped the payloads in this very transaction, and what comes later is
 * dropped when it folds: so the word may be given at once, and whoever asks where an erasure still
 * waits reads it in every log. */
static void tell_erased(struct core *core)
{
    struct log *log;
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    unsigned told = 0;
    if (core->fold.erased) {
        core->work.erased_after.size = 0;
        core->work.tells_erased = true;
        core->fold.erased = false;
    }
    if (core->turn_error != OK || !core->work.tells_erased || !writes_own_log(core, &log)) return;
    if (core->work.erased_after.size > 0) {
        walk.at = core->work.erased_after;
        walk.begun = true;
    }
    for (unsigned i = 0; i < ERASED_SCAN_MAX && told < TURN_WORK_MAX; i++) {
        struct id subject;
        core->work.tells_erased = walk_next(&core->desk.rows, VIEW_ERASED, &walk, &row);
        if (!core->work.tells_erased) return;
        memcpy(subject.bytes, walk.at.bytes, ID_BYTES);
        core->work.erased_after = walk.at;
        struct key key = key_add_id(walk.at, &core->self.log);
        if (rows_has(&core->desk.rows, VIEW_ERASED_AT, &key)) continue;
        append_erased(core, log, &subject);
        told++;
    }
    core->work.unfinished = true;
}

static void do_dues(struct core *core)
{
    core->work.heard_known = false;
    fire_dues(core);
    core->moment.heard_ms = 0;
    tell_silence(core);
}

void work_round(struct core *core)
{
    bool again = core->now.boot_ms >= core->work.again_boot_ms;
    bool anew = core->work.due || core->views.work_put || core->fold.erased || again;
    if (core->stopped || (!anew && !core->work.unfinished)) return;
    if (anew) {
        for (uint32_t i = 0; i < core->logs.count; i++) core->work.lane[i].ends = 0;
        core->work.again_boot_ms = core->now.boot_ms + WORK_AGAIN_MS;
    }
    core->work.due = false;
    core->views.work_put = false;
    uint64_t folded = core->fold.folded;
    do_lanes(core);
    do_dues(core);
    overdue_round(core);
    tell_erased(core);
    /* A round that wrote may have made more to do; one that only looked has made nothing. */
    if (core->fold.folded != folded) core->work.due = true;
    core->more = core->more || core->work.due || core->work.unfinished;
}
