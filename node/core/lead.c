/* Leading a book: opening it, handing it over, and recovering it after its leader's disk was lost.
 * Every change of leader is an entry of the book itself. */
#include "node/core/core_inside.h"
#include "proto/bugs.h"

#define LEAD_BYTES_MAX 1024

static void outcome(struct answer_out *answer, enum error error, const char *rule)
{
    answer->error = error;
    answer->state = error == OK ? ANSWER_DONE : ANSWER_REFUSED;
    struct span text = span_text(rule);
    memcpy(answer->rule, text.at, text.size < RULE_BYTES_MAX ? text.size : RULE_BYTES_MAX - 1);
}

static void append_as(struct core *core, struct log *log, enum event_kind kind,
                      const struct shape *shape, const void *payload)
{
    uint8_t buffer[LEAD_BYTES_MAX];
    struct span bytes;
    if (shape_encode(shape, payload, buffer, sizeof buffer, &bytes) != OK) {
        core->turn_error = ERROR_OUT_OF_RANGE;
        return;
    }
    struct event_header header = {.kind = kind, .kver = 1, .entity = log->id};
    core_append(core, log, &header, bytes);
}

static void open_book(struct core *core, const struct input *input, struct answer_out *answer)
{
    struct key key = key_of(&input->book.merchant);
    struct merchant merchant;
    if (!rows_load(&core->desk.rows, VIEW_MERCHANT, &key, &merchant_shape, &merchant)) {
        outcome(answer, ERROR_NOT_FOUND, "merchant: the membership does not name it yet");
        return;
    }
    if (!id_equal(&merchant.opener, &core->self.node)) {
        outcome(answer, ERROR_FORBIDDEN, "opener: the membership names another node");
        return;
    }
    if (core->self.in_doubt) {
        outcome(answer, ERROR_IN_DOUBT, "a store in doubt writes no book");
        return;
    }
    answer->entity = merchant.book;
    if (logs_find(&core->logs, &merchant.book) != NULL) {
        outcome(answer, OK, ""); /* open already: asking twice is harmless */
        return;
    }
    struct log_row row = {.log_type = LOG_BOOK,
                          .writer = core->self.node,
                          .writer_log = core->self.log,
                          .merchant = merchant.merchant};
    memcpy(row.sign_key.bytes, core->self.sign_key, KEY_BYTES);
    struct genesis genesis = {.log_type = LOG_BOOK,
                              .node = core->self.node,
                              .store = core->self.store,
                              .sign_key = row.sign_key,
                              .merchant = merchant.merchant,
                              .leader = core->self.node,
                              .leader_log = core->self.log,
                              .voters_count = 1};
    genesis.voters[0].node = core->self.node;
    struct log *log = NULL;
    enum error error = logs_add(&core->logs, &merchant.book, &row, &log);
    if (error == OK) {
        log->own = true;
        append_as(core, log, EVENT_GENESIS, &genesis_shape, &genesis);
    }
    outcome(answer, error, "");
}

static bool member_of(struct core *core, const struct id *node, struct member *member)
{
    struct key key = key_of(node);
    return rows_load(&core->desk.rows, VIEW_MEMBER, &key, &member_shape, member) &&
           !member->revoked;
}

/* Why nobody would write the book any more, were it handed to this member; NULL: somebody would. */
static const char *why_dead(struct core *core, const struct member *member)
{
    struct key key = key_of(&member->log);
    const struct log *log = logs_find(&core->logs, &member->log);
    if (rows_has(&core->desk.rows, VIEW_SUCCEEDS, &key))
        return "leader: its log has ended, another succeeds it; admit its new card first";
    if (log == NULL) return "leader: nothing of its log is held here; is it up?";
    if (log->row.quarantined != 0) return "leader: its log is forked, and takes no more entries";
    return NULL;
}

static void hand_over(struct core *core, const struct input *input, struct answer_out *answer)
{
    struct log *log = logs_find(&core->logs, &input->book.book);
    struct member member;
    answer->entity = input->book.book;
    if (log == NULL || log->row.log_type == LOG_NODE) {
        outcome(answer, ERROR_UNKNOWN_LOG, "book");
    } else if (work_log(core, &log->id) == NULL) {
        outcome(answer, ERROR_FORBIDDEN, "book: only its leader can hand it over");
    } else if (id_equal(&input->book.leader, &core->self.node)) {
        /* Its peers would await the new term, and it would go on in the old one. */
        outcome(answer, ERROR_CONFLICT, "leader: this node leads the book already");
    } else if (!member_of(core, &input->book.leader, &member)) {
        outcome(answer, ERROR_NOT_FOUND, "leader: no such member");
    } else if (why_dead(core, &member) != NULL) {
        outcome(answer, ERROR_CONFLICT, why_dead(core, &member));
    } else {
        struct handover handover = {.leader = member.node,
                                    .term = log->row.term + 1,
                                    .leader_log = member.log,
                                    .by = input->book.by,
                                    .voters_count = 1};
        handover.voters[0].node = member.node;
        append_as(core, log, EVENT_HANDOVER, &handover_shape, &handover);
        log->row.writer_log = member.log; /* takes effect once this turn's seal stands */
        outcome(answer, OK, "");
    }
}

/* A leader that goes on would write what nobody takes, and has answered for it with 200. So it is
 * given up by name, unless it is put out, or the membership knows that its store was replaced. */
static bool is_given_up(struct core *core, const struct log *log, const struct input *input)
{
    struct member member;
    if (id_equal(&log->row.writer, &core->self.node)) return true;
    for (uint32_t i = 0; i < input->book.lost_count; i++)
        if (id_equal(&input->book.lost[i], &log->row.writer)) return true;
    return !member_of(core, &log->row.writer, &member) ||
           !id_equal(&member.log, &log->row.writer_log);
}

/* The longest prefix is the one this store holds: the operator's tool has compared (index, hash) of
 * every reachable node first, and fetched what was longer. Nodes that could not be asked are named.
 */
static void recover(struct core *core, const struct input *input, struct answer_out *answer)
{
    struct log *log = logs_find(&core->logs, &input->book.book);
    struct member self;
    answer->entity = input->book.book;
    if (log == NULL || log->row.log_type == LOG_NODE) {
        outcome(answer, ERROR_UNKNOWN_LOG, "book");
        return;
    }
    if (log->own || log->row.quarantined || core->self.in_doubt ||
        !member_of(core, &core->self.node, &self)) {
        outcome(answer, ERROR_CONFLICT, "book: led here, quarantined, or this store is in doubt");
        return;
    }
    if (!is_given_up(core, log, input)) {
        outcome(answer, ERROR_CONFLICT, "lost: its leader is a member; hand over, or name it");
        return;
    }
    struct recovered recovered = {.leader = core->self.node,
                                  .term = log->row.term + 1,
                                  .prefix_idx = log->row.last,
                                  .prefix_hash = log->row.last_hash,
                                  .leader_log = core->self.log,
                                  .voters_count = 1,
                                  .by = input->book.by,
                                  .lost_count = input->book.lost_count};
    recovered.voters[0].node = core->self.node;
    for (uint32_t i = 0; i < input->book.lost_count; i++)
        recovered.lost[i].node = input->book.lost[i];
    log->row.writer = core->self.node;
    log->row.writer_log = core->self.log;
    log->row.sign_key = self.sign_key;
    log->row.term++;
    log->own = true;
    log->dirty = true;
    /* What the old leader had not committed is now: no other prefix will be adopted. */
    (void)fold_log(&core->fold, log, UINT64_MAX);
    append_as(core, log, EVENT_RECOVERED, &recovered_shape, &recovered);
    core_mark(core, "book recovered");
    outcome(answer, OK, "");
}

void lead_take(struct core *core, const struct input *input, struct answer_out *answer)
{
    if (core->turn_error != OK)
        outcome(answer, core->turn_error, "");
    else if (input->kind == INPUT_OPEN_BOOK)
        open_book(core, input, answer);
    else if (input->kind == INPUT_HANDOVER)
        hand_over(core, input, answer);
    else
        recover(core, input, answer);
}

void lead_after_seal(struct core *core)
{
    for (uint32_t i = 0; i < core->logs.count; i++) {
        struct log *log = &core->logs.log[i];
        if (!log->own || log->row.log_type == LOG_NODE) continue;
        if (id_equal(&log->row.writer_log, &core->self.log)) continue;
        struct key key = key_of(&log->id);
        struct book_row book;
        struct member member;
        if (!rows_load(&core->desk.rows, VIEW_BOOK, &key, &book_row_shape, &book)) continue;
        if (!member_of(core, &book.leader, &member)) continue;
        log->row.committed = log->row.last;
        log->row.writer = member.node;
        log->row.sign_key = member.sign_key;
        log->row.term = book.term;
        log->own = BUG(old_leader_writes_on);
        log->dirty = true;
        core_mark(core, "book handed over");
    }
}
