#include "node/core/core_inside.h"

#include <assert.h>

#include "node/core/meta.h"
#include "overseas-warehouse/rules.h"
#include "proto/bugs.h"

#define MEND_ENTRIES_PER_TURN 20000u /* while folding what the views missed */
#define TICK_MS               1000u
#define COUNT_MS              1000u

void core_mark(struct core *core, const char *name)
{
    core->port.mark(core->port.world, name);
}

/* --- appending ------------------------------------------------------------------------------ */

void core_append(struct core *core, struct log *log, struct event_header *header,
                 struct span payload)
{
    if (core->turn_error != OK) return;
    /* What was learnt in this very turn may have ended our right to write the log. */
    if (core->stopped || !log->own || log->row.quarantined || log->row.retired) {
        core->turn_error = ERROR_IN_DOUBT;
        return;
    }
    header->hlc = hlc_tick(&core->hlc, core->now.wall_ms);
    core->turn_error = log_append(&core->logs, log, header, payload);
    if (core->turn_error != OK) return;
    fold_event(&core->fold, log, header, payload);
    core->stats.appended++;
    core->appended = true;
    if (log->row.log_type != LOG_NODE) core->work.due = true;
}

/* Personal payloads begin with 16 random bytes, so that their hash gives nothing away. */
static struct span salted(struct core *core, struct span payload)
{
    uint8_t *buffer = core->personal;
    assert(payload.size + EVENT_SALT_BYTES <= sizeof core->personal);
    struct id salt = mint(&core->desk, &core->moment);
    struct hash hash;
    const struct span parts[] = {id_span(&salt), span_of(core->now.random, 32)};
    crypto_hash(core->crypto, "entrepot/salt/1", parts, 2, &hash);
    memcpy(buffer, hash.bytes, EVENT_SALT_BYTES);
    memcpy(buffer + EVENT_SALT_BYTES, payload.at, payload.size);
    return span_of(buffer, payload.size + EVENT_SALT_BYTES);
}

static void mark_rows(struct core *core, const struct decision *decision)
{
    for (uint32_t i = 0; i < decision->applied_count; i++) {
        static const char digits[] = "0123456789";
        unsigned table = decision->applied[i] >> 12, row = decision->applied[i] & 0xfff;
        char name[48] = "rule ";
        size_t at = 5;
        for (const char *c = rule_tables[table]->name; *c != '\0' && at < 40; c++) name[at++] = *c;
        name[at++] = ' ';
        if (row >= 100) name[at++] = digits[row / 100 % 10];
        if (row >= 10) name[at++] = digits[row / 10 % 10];
        name[at++] = digits[row % 10];
        name[at] = '\0';
        core_mark(core, name);
    }
}

static void append_draft(struct core *core, struct log *log, const struct decision *decision,
                         const struct draft *draft, const struct dep *extra)
{
    const struct event_row *row = event_by_kind(draft->kind);
    struct span payload = span_of(decision->bytes + draft->offset, draft->size);
    struct event_header header = {.kind = draft->kind,
                                  .kver = row->version,
                                  .entity = draft->entity,
                                  .flags = row->flags,
                                  .deps_count = draft->deps_count};
    for (uint32_t i = 0; i < draft->deps_count; i++) header.deps[i] = draft->deps[i];
    bool room = header.deps_count < EVENT_DEPS_MAX;
    if (extra != NULL && room && !id_equal(&extra->log, &log->id))
        header.deps[header.deps_count++] = *extra;
    if ((row->flags & EVENT_PERSONAL) != 0) payload = salted(core, payload);
    core_append(core, log, &header, payload);
}

/* What may leave with the commit of this very entry. */
static void note_intent(struct core *core, const struct log *log, const struct decision *decision,
                        const struct draft *draft)
{
    struct span bytes = span_of(decision->bytes + draft->offset, draft->size);
    struct refund_moved refund;
    struct label_moved label;
    if (draft->kind == EVENT_REFUND_MOVED &&
        shape_decode(&refund_moved_shape, bytes, &refund, NULL) == OK &&
        business_refund_begins(refund.verb))
        effects_intended(core, EFFECT_OF_REFUND, &log->id, &refund.slot);
    if (draft->kind == EVENT_LABEL_MOVED &&
        shape_decode(&label_moved_shape, bytes, &label, NULL) == OK && label_begins_call(&label))
        effects_intended(core, EFFECT_OF_LABEL, &log->id, &label.label);
}

void core_append_decision(struct core *core, struct log *log, const struct decision *decision,
                          const struct dep *extra)
{
    for (uint32_t i = 0; i < decision->drafts_count; i++) {
        const struct draft *draft = &decision->drafts[i];
        append_draft(core, log, decision, draft, extra);
        if (core->turn_error == OK) note_intent(core, log, decision, draft);
    }
    mark_rows(core, decision);
}

/* --- the peers' port ------------------------------------------------------------------------ */

static void on_send(void *world, uint32_t link, struct span message)
{
    struct core *core = world;
    core->port.send(core->port.world, link, message);
}

static void on_drop(void *world, uint32_t link, enum error why)
{
    struct core *core = world;
    core->port.drop(core->port.world, link, why);
}

static bool find_member(struct core *core, const uint8_t key[KEY_BYTES], struct id *node)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct member member;
    bool joined_named = id_is_zero(&core->self.joined_node);
    while (walk_next(&core->desk.rows, VIEW_MEMBER, &walk, &row)) {
        if (shape_decode(&member_shape, row.value, &member, NULL) != OK) continue;
        if (id_equal(&member.node, &core->self.joined_node)) joined_named = true;
        if (member.revoked || memcmp(member.curve_key.bytes, key, KEY_BYTES) != 0) continue;
        *node = member.node;
        return true;
    }
    /* A joining node knows one peer's key before it holds the membership; once that names the peer,
     * it alone speaks, or one that was put out would stay a member here. */
    if (joined_named || memcmp(core->self.joined_key, key, KEY_BYTES) != 0) return false;
    *node = core->self.joined_node;
    return true;
}

/* Asked for every message, so what was found is kept; not in a turn that changes the membership. */
static bool node_of_key(void *world, const uint8_t key[KEY_BYTES], struct id *node)
{
    struct core *core = world;
    if (core->fold.members_changed) return find_member(core, key, node);
    for (uint32_t i = 0; i < core->known.count; i++) {
        if (memcmp(core->known.key[i], key, KEY_BYTES) != 0) continue;
        *node = core->known.node[i];
        return true;
    }
    if (!find_member(core, key, node)) return false;
    uint32_t place = core->known.count < PEERS_MAX ? core->known.count++ : 0;
    memcpy(core->known.key[place], key, KEY_BYTES);
    core->known.node[place] = *node;
    return true;
}

static const uint8_t *key_of_writer(const void *world, const struct id *node)
{
    const struct core *core = world;
    struct key key = key_of(node);
    struct member *member = core->writer;
    if (!rows_load(&core->desk.rows, VIEW_MEMBER, &key, &member_shape, member)) return NULL;
    return member->sign_key.bytes;
}

static void on_appended(void *world, struct log *log)
{
    struct core *core = world;
    core->appended = true;
    /* This log alone: another that was handed over in this turn stays ours until it is sealed. */
    if (BUG(handover_left_unsealed)) book_settle(&core->logs, &core->self.log, core->self.in_doubt);
    log->own = book_is_ours(log, &core->self.log, core->self.in_doubt);
    if (fold_log(&core->fold, log, UINT64_MAX)) core->more = true;
    if (log->row.log_type != LOG_NODE) core->work.due = true;
}

static void on_blob(void *world, const struct id *node, enum message_type type, struct span body)
{
    struct core *core = world;
    core->port.blob(core->port.world, node, type, body);
}

static void on_regressed(void *world, const struct id *log, uint64_t idx)
{
    struct core *core = world;
    struct log *ours = logs_find(&core->logs, log);
    (void)idx;
    /* What a former store wrote is read like any other's log from now on. */
    if (ours != NULL) ours->own = book_is_ours(ours, &core->self.log, core->self.in_doubt);
    core->stopped = true;
    core_mark(core, "store in doubt");
    core->port.note(core->port.world, ERROR_IN_DOUBT, "a peer holds more of our own log", log);
}

/* --- opening -------------------------------------------------------------------------------- */

static void attach(struct core *core)
{
    core->desk.rows = views_rows(&core->views);
    core->desk.crypto = core->crypto;
    core->desk.node = core->self.node;
    core->desk.labels = core->self.labels;
    core->fold.logs = &core->logs;
    core->fold.desk = core->desk;
    core->fold.erases = !BUG(erase_forgotten);
    core->writer = &core->writer_room;
}

static void load_warehouse(struct core *core)
{
    struct key key = key_of(&core->self.node);
    struct member member;
    core->desk.warehouse = (struct id){{0}};
    if (rows_load(&core->desk.rows, VIEW_MEMBER, &key, &member_shape, &member) && !member.revoked)
        core->desk.warehouse = member.warehouse;
    core->fold.desk = core->desk;
}

static enum error reload(struct core *core)
{
    enum error error = logs_load(&core->logs, core->store, core->crypto);
    if (error == OK) error = views_load(&core->views, core->store, core->crypto);
    if (error != OK) return error;
    core->logs.mesh = core->self.mesh;
    for (uint32_t i = 0; i < core->logs.count; i++)
        core->logs.log[i].folded_stored = core->logs.log[i].folded;
    book_settle(&core->logs, &core->self.log, core->self.in_doubt);
    load_warehouse(core);
    return core->desk.rows.port->error(core->desk.rows.world);
}

/* Folds what the views missed, in turns of bounded size: after a crash between the two commits a
 * few entries, after a rebuild all of them. */
static enum error mend(struct core *core)
{
    bool more = true;
    while (more) {
        enum error error = core->store->port->begin(core->store->world);
        if (error != OK) return error;
        error = reload(core);
        more = false;
        uint64_t before = core->fold.folded;
        for (uint32_t i = 0; i < core->logs.count && error == OK; i++)
            more = fold_log(&core->fold, &core->logs.log[i], MEND_ENTRIES_PER_TURN) || more;
        if (error == OK) {
            fold_flush(&core->fold);
            views_flush(&core->views);
            error = core->desk.rows.port->error(core->desk.rows.world);
        }
        if (error != OK || core->fold.folded == before) {
            core->store->port->abort(core->store->world);
            if (error != OK) return error;
            continue;
        }
        core_mark(core, "views mended");
        error = core->store->port->commit(core->store->world);
        if (error != OK) return error;
    }
    return OK;
}

static bool is_mended(const struct core *core)
{
    for (uint32_t i = 0; i < core->logs.count; i++)
        if (core->logs.log[i].folded < core->logs.log[i].row.committed) return false;
    return true;
}

/* A log of ours that was found to have gone on without us, or in two branches, stays so after a
 * restart: the store is in doubt, and writes no other log either. */
static bool is_doubtful(const struct core *core)
{
    for (uint32_t i = 0; i < core->logs.count; i++) {
        const struct log *log = &core->logs.log[i];
        const struct id *writer = log->row.log_type == LOG_NODE ? &log->id : &log->row.writer_log;
        bool ours = id_equal(writer, &core->self.log);
        if (ours && (log->row.quarantined != 0 || log->row.retired != 0)) return true;
    }
    return false;
}

static void see_own_stamps(struct core *core)
{
    for (uint32_t i = 0; i < core->logs.count; i++) {
        struct log *log = &core->logs.log[i];
        struct event event;
        struct event_header header;
        if (!log->own || log->row.last == 0) continue;
        if (log_read(&core->logs, &log->id, log->row.last, &event, NULL) != OK) continue;
        if (event_header_decode(event.header, &header) != OK) continue;
        if (header.hlc > core->hlc.last) core->hlc.last = header.hlc;
    }
}

enum error core_open(struct core *core, struct store *store, const struct crypto *crypto,
                     const struct core_port *port, const struct core_self *self,
                     const struct core_moment *now)
{
    core->store = store;
    core->crypto = crypto;
    core->port = *port;
    core->self = *self;
    core->now = *now;
    core->fold.folded = 0;
    attach(core);
    enum error mended = mend(core);
    if (mended != OK && mended != ERROR_READ_ONLY) return mended;
    enum error error = store->port->begin_read(store->world);
    if (error != OK) return error;
    error = reload(core);
    if (error == OK) see_own_stamps(core);
    if (error == OK && is_doubtful(core)) core->stopped = true;
    store->port->end_read(store->world);
    if (error != OK) return error;
    /* A full disk leaves the reading, unless the views still lack what the logs hold. */
    if (mended != OK && !is_mended(core)) return mended;
    const struct peer_port peer_port = {
        core,          on_send,     on_drop,      node_of_key,
        key_of_writer, on_appended, on_regressed, core->port.blob == NULL ? NULL : on_blob};
    peers_init(&core->peers, &core->logs, &peer_port, &self->mesh, &self->node, &self->store,
               &self->boot, self->build);
    core->fold.members_changed = true;
    core->count_ms = COUNT_MS;
    core->work.due = true;
    core->fold.erased = true; /* a crash may have come before the word was given */
    core->more = true;
    return OK;
}

/* --- one turn ------------------------------------------------------------------------------- */

enum error core_begin(struct core *core, const struct core_moment *now)
{
    assert(!core->turn_open);
    core->now = *now;
    core->moment = (struct moment){.wall_ms = now->wall_ms};
    memcpy(core->moment.random, now->random, sizeof core->moment.random);
    core->answers_count = 0;
    core->appended = false;
    core->more = false;
    core->turn_open = true;
    peers_begin(&core->peers);
    core->turn_error = core->store->port->begin(core->store->world);
    core->turn_begun = core->turn_error == OK;
    clock_guard(core);
    return core->turn_error;
}

static void confirm_clock(struct core *core)
{
    core->clock.suspect = false;
    core->clock.peers_trusted = true;
    core->clock.wall_ms = core->now.wall_ms;
    core->clock.boot_ms = core->now.boot_ms;
}

static void take_link(struct core *core, const struct input *input)
{
    if (input->kind == INPUT_LINK_UP)
        peers_up(&core->peers, input->link.link, input->link.key, input->link.dialled,
                 core->now.boot_ms);
    else if (input->kind == INPUT_LINK_DOWN)
        peers_down(&core->peers, input->link.link);
    else if (core->turn_error == OK)
        peers_take(&core->peers, input->link.link, input->link.key, input->link.bytes,
                   &input->link.ahead, core->now.boot_ms, core->now.wall_ms);
    else /* nothing can be stored now: the session ends, and vectors resume it later */
        core->port.drop(core->port.world, input->link.link, core->turn_error);
}

void core_take(struct core *core, const struct input *input)
{
    assert(core->turn_open);
    struct answer_out *answer;
    switch (input->kind) {
    case INPUT_COMMAND: command_take(core, input->ticket, &input->command); break;
    case INPUT_LINK_UP:
    case INPUT_LINK_DOWN:
    case INPUT_MESSAGE: take_link(core, input); break;
    case INPUT_BLOB:
        peers_say_blob(&core->peers, &input->blob.node, input->blob.type, input->blob.body);
        break;
    case INPUT_RESULT:
    case INPUT_LABEL_RESULT:
        if (core->turn_error == OK)
            effects_result(core, input);
        else
            effects_lost(core, input);
        break;
    case INPUT_CONFIRM_CLOCK:
    case INPUT_OPEN_BOOK:
    case INPUT_HANDOVER:
    case INPUT_RECOVER:
    case INPUT_HOOK:
        assert(core->answers_count < TURN_INPUTS_MAX);
        answer = &core->answers[core->answers_count++];
        *answer = (struct answer_out){.ticket = input->ticket, .state = ANSWER_DONE};
        if (input->kind == INPUT_CONFIRM_CLOCK)
            confirm_clock(core);
        else if (input->kind == INPUT_HOOK)
            hooks_take(core, input, answer);
        else
            lead_take(core, input, answer);
        break;
    }
}

/* Planted faults: what must wait for the commit leaves before it. */
static void tell_early(struct core *core)
{
    for (uint32_t i = 0; i < core->logs.count; i++)
        core->logs.log[i].durable = core->logs.log[i].row.last;
    if (BUG(ack_before_commit))
        peers_after_commit(&core->peers, core->now.boot_ms, core->now.wall_ms);
    else
        (void)peers_pump(&core->peers, core->now.boot_ms, core->now.wall_ms);
}

static void answer_all(struct core *core)
{
    for (uint32_t i = 0; i < core->answers_count; i++)
        if (core->answers[i].ticket != 0) core->port.answer(core->port.world, &core->answers[i]);
}

static enum error write_out(struct core *core)
{
    enum error error = core->turn_error;
    if (error == OK) error = logs_seal(&core->logs);
    if (error == OK) lead_after_seal(core);
    if (error == OK) {
        logs_flush(&core->logs);
        fold_flush(&core->fold);
        views_flush(&core->views);
        error = core->store->truth.port->error(core->store->truth.world);
    }
    if (error == OK) error = core->desk.rows.port->error(core->desk.rows.world);
    if ((BUG(push_before_commit) || BUG(ack_before_commit)) && error == OK) tell_early(core);
    if (error == OK) return core->store->port->commit(core->store->world);
    core->store->port->abort(core->store->world);
    return error;
}

static void refuse_all(struct core *core, enum error error)
{
    core->stats.commits_failed++;
    if (BUG(full_disk_answers_ok) && error == ERROR_FULL) return;
    for (uint32_t i = 0; i < core->answers_count; i++) {
        struct answer_out *answer = &core->answers[i];
        answer->state = ANSWER_REFUSED;
        answer->error = error;
        answer->replay = false;
    }
}

/* The turn left no trace in the store; none may stay in memory. Logs may have changed their places
 * on the shelf, which the peers' vectors are indexed by, and messages taken are not stored: the
 * sessions end, and vectors resume them. */
static void undo(struct core *core, enum error error)
{
    core_mark(core, "turn undone");
    for (unsigned i = 0; i < PEERS_MAX; i++) {
        if (core->peers.peer[i].state == PEER_FREE) continue;
        uint32_t link = core->peers.peer[i].link;
        peers_down(&core->peers, link);
        core->port.drop(core->port.world, link, error);
    }
    if (core->store->port->begin_read(core->store->world) == OK) {
        if (reload(core) != OK) core->stopped = true;
        core->store->port->end_read(core->store->world);
    }
    /* After the reading: a log that the turn had added is off the shelf again. */
    peers_after_abort(&core->peers);
    effects_abort(core);
    core->work.due = true;
    core->fold.erased = true;
    core->work.overdue_again_boot_ms = 0;
}

static void release(struct core *core)
{
    for (uint32_t i = 0; i < core->logs.count; i++)
        core->logs.log[i].folded_stored = core->logs.log[i].folded;
    if (core->store->port->begin_read(core->store->world) != OK) return;
    if (core->fold.members_changed) {
        load_warehouse(core);
        peers_recheck(&core->peers);
        core->port.members(core->port.world);
        core->fold.members_changed = false;
        core->known.count = 0;
        core->work.due = core->more = true;
    }
    peers_after_commit(&core->peers, core->now.boot_ms, core->now.wall_ms);
    effects_release(core);
    if (peers_pump(&core->peers, core->now.boot_ms, core->now.wall_ms)) core->more = true;
    if (core->now.boot_ms - core->stats_boot_ms >= core->count_ms) {
        core_count(core);
        core->stats_boot_ms = core->now.boot_ms;
    }
    core->store->port->end_read(core->store->world);
}

enum error core_end(struct core *core)
{
    assert(core->turn_open);
    core->stats.turns++;
    if (core->turn_error == OK) work_round(core);
    if (core->turn_error == OK) effects_round(core);
    enum error error = core->turn_error;
    bool wrote = core->appended || core->peers.ack_put;
    if (BUG(answer_before_commit)) answer_all(core);
    if (core->turn_begun && (wrote || error != OK))
        error = write_out(core);
    else if (core->turn_begun)
        core->store->port->abort(core->store->world);
    core->turn_open = false;
    if (error == ERROR_OUTCOME_UNKNOWN) return error; /* nothing leaves: the process must end */
    if (error == OK && wrote) logs_committed(&core->logs);
    core->turn_error = error;
    if (error != OK) refuse_all(core, error);
    if (error != OK && core->turn_begun) undo(core, error);
    /* Who was answered and then asks for the feed finds in it what the answer spoke of. */
    if (error == OK && wrote) core->port.feed(core->port.world, core->logs.feed_next);
    if (!BUG(answer_before_commit)) answer_all(core);
    if (error == OK) release(core);
    return error;
}

uint64_t core_wake_ms(const struct core *core, uint64_t boot_ms)
{
    /* A turn that failed is not tried again at once: the disk needs time, or a person. */
    if (core->turn_error != OK || core->stopped) return boot_ms + TICK_MS;
    if (core->more) return boot_ms;
    uint64_t wake = peers_wake_ms(&core->peers, boot_ms);
    uint64_t effects = effects_wake_ms(core);
    if (effects < wake) wake = effects;
    uint64_t due = core->work.next_due_wall_ms;
    if (due != UINT64_MAX && !core->clock.suspect) {
        uint64_t in = due > core->now.wall_ms ? due - core->now.wall_ms : TICK_MS;
        if (core->now.boot_ms + in < wake) wake = core->now.boot_ms + in;
    }
    return wake > boot_ms ? wake : boot_ms;
}

void core_close(struct core *core)
{
    peers_bye(&core->peers);
}

void core_digest(const struct core *core, struct hash *all, struct hash table[VIEW_TABLE_COUNT])
{
    views_digest(&core->views, all);
    for (unsigned i = 0; i < VIEW_TABLE_COUNT; i++) table[i] = core->views.digest[i];
}

/* --- figures -------------------------------------------------------------------------------- */

static void count_unreplicated(struct core *core)
{
    core->stats.unreplicated = 0;
    core->stats.unreplicated_oldest_ms = 0;
    for (uint32_t i = 0; i < core->logs.count; i++) {
        const struct log *log = &core->logs.log[i];
        uint64_t acked = peers_acked(&core->peers, i);
        struct event event;
        struct event_header header;
        if (!log->own || acked >= log->row.last) continue;
        core->stats.unreplicated += log->row.last - acked;
        if (log_read(&core->logs, &log->id, acked + 1, &event, NULL) != OK) continue;
        if (event_header_decode(event.header, &header) != OK) continue;
        uint64_t born_ms = hlc_ms(header.hlc);
        uint64_t age_ms = core->now.wall_ms > born_ms ? core->now.wall_ms - born_ms : 0;
        if (age_ms > core->stats.unreplicated_oldest_ms)
            core->stats.unreplicated_oldest_ms = age_ms;
    }
}

static void count_asks(struct core *core)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    core->stats.asks_open = 0;
    core->stats.asks_oldest_ms = 0;
    for (unsigned i = 0; i < 1024 && walk_next(&core->desk.rows, VIEW_TODO, &walk, &row); i++) {
        if (walk.at.bytes[ID_BYTES] != TODO_ASK) continue;
        struct id request;
        struct request_view view;
        memcpy(request.bytes, walk.at.bytes + ID_BYTES + 1, ID_BYTES);
        request_view(&core->desk.rows, &request, &view);
        core->stats.asks_open++;
        uint64_t age = core->now.wall_ms > view.at_ms ? core->now.wall_ms - view.at_ms : 0;
        if (age > core->stats.asks_oldest_ms) core->stats.asks_oldest_ms = age;
    }
}

void core_count(struct core *core)
{
    count_unreplicated(core);
    count_asks(core);
    effects_count(core);
    core->stats.folded = core->fold.folded;
}
