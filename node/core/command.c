/* How a command becomes an answer: replayed, decided here, or asked of its authority. */
#include <assert.h>

#include "node/core/core_inside.h"
#include "proto/bugs.h"

#define ANSWER_BYTES_MAX 1024
#define ASK_FRAME_BYTES  512 /* what an ask adds to its command's body */

static struct answer_out *answer_new(struct core *core, uint64_t ticket)
{
    assert(core->answers_count < TURN_INPUTS_MAX);
    struct answer_out *answer = &core->answers[core->answers_count++];
    *answer = (struct answer_out){.ticket = ticket, .state = ANSWER_REFUSED};
    return answer;
}

static void refuse(struct answer_out *answer, enum error error, const char *rule)
{
    answer->state = ANSWER_REFUSED;
    answer->error = error;
    size_t size = span_text(rule).size;
    if (size > RULE_BYTES_MAX - 1) size = RULE_BYTES_MAX - 1;
    if (size > 0) memcpy(answer->rule, rule, size);
    answer->rule[size] = '\0';
}

/* A buyer's link that was withdrawn opens nothing any more: judged in the turn that decides, since
 * the door looked before it, and a repeat may knock where the first word was never heard. */
bool command_link_withdrawn(struct core *core, const struct command *command)
{
    struct key link = key_of(&command->by.token);
    bool buyer = role_of_actor(command->by.kind) == ROLE_BUYER;
    bool withdrawn = buyer && rows_has(&core->desk.rows, VIEW_LINK_REVOKED, &link);
    return withdrawn && !BUG(link_opens_for_ever);
}

/* A request that was seen before is never decided again; it gets the present state. */
static bool replayed(struct core *core, const struct command *command, struct answer_out *answer)
{
    if (id_is_zero(&command->request) || BUG(request_decided_twice)) return false;
    struct request_view seen;
    request_view(&core->desk.rows, &command->request, &seen);
    if (seen.state == REQUEST_UNKNOWN) return false;
    answer->replay = true;
    answer->entity = seen.entity;
    if (memcmp(&seen.body_hash, &command->body_hash, HASH_BYTES) != 0)
        refuse(answer, ERROR_KEY_REUSED, "Idempotency-Key");
    else if (seen.state == REQUEST_ASKED)
        answer->state = ANSWER_ASKED;
    else if (seen.error != OK)
        refuse(answer, seen.error, seen.rule);
    else
        answer->state = ANSWER_DONE;
    return true;
}

static void append_answer(struct core *core, struct log *log, const struct command *command,
                          const struct answer_out *out, const struct dep *asked)
{
    struct answer answer = {.request = command->request,
                            .body_hash = command->body_hash,
                            .command = command->kind,
                            .error = out->error,
                            .rule = span_text(out->rule),
                            .entity = out->entity,
                            .merchant = command->merchant,
                            .by = command->by};
    uint8_t buffer[ANSWER_BYTES_MAX];
    struct span payload;
    if (shape_encode(&answer_shape, &answer, buffer, sizeof buffer, &payload) != OK) {
        core->turn_error = ERROR_OUT_OF_RANGE;
        return;
    }
    struct event_header header = {.kind = EVENT_ANSWER, .kver = 1, .entity = out->entity};
    if (asked != NULL) header.deps[header.deps_count++] = *asked;
    core_append(core, log, &header, payload);
}

void command_decide(struct core *core, struct log *log, const struct command *command,
                    const struct dep *asked, struct answer_out *answer)
{
    struct decision *decision = &core->decision;
    const struct command_row *row = command_by_kind(command->kind);
    decision_begin(decision);
    core->desk.awaits = row->authority == AUTHORITY_WAREHOUSE && work_awaits(core);
    if (command->kind < COMMAND_ORDER_IMPORT || command->kind == COMMAND_PERSON ||
        command->kind == COMMAND_ERASE)
        mesh_decide(core, command, decision);
    else
        business_decide(&core->desk, command, &core->moment, decision);
    answer->entity = decision->entity;
    bool here = row->authority == AUTHORITY_HERE;
    if (decision->error != OK) {
        refuse(answer, decision->error, decision->rule);
        core->stats.refused++;
    } else {
        answer->state = here ? ANSWER_OBSERVED : ANSWER_DONE;
        answer->error = OK;
        answer->duplicate = decision->drafts_count == 0;
        core->stats.duplicates += answer->duplicate ? 1 : 0;
        core_append_decision(core, log, decision, asked);
    }
    /* A refusal is an entry too: the request is consumed, here and on every node that holds it. */
    if (!id_is_zero(&command->request)) append_answer(core, log, command, answer, asked);
}

void command_refuse_ask(struct core *core, struct log *log, const struct command *command,
                        enum error error, const char *rule, const struct dep *asked)
{
    struct answer_out answer = {.request = command->request};
    refuse(&answer, error, rule);
    append_answer(core, log, command, &answer, asked);
    core_mark(core, "ask unreadable");
}

static void ask(struct core *core, const struct command *command, const struct command_row *row,
                const struct id *authority, struct answer_out *answer)
{
    uint8_t body[COMMAND_BYTES_MAX], buffer[COMMAND_BYTES_MAX + ASK_FRAME_BYTES];
    struct span body_bytes, payload;
    struct ask wish = {.request = command->request,
                       .authority = *authority,
                       .command = command->kind,
                       .body_hash = command->body_hash,
                       .by = command->by,
                       .if_match = command->if_match,
                       .merchant = command->merchant};
    enum error error = shape_encode(row->shape, command->body, body, sizeof body, &body_bytes);
    wish.body = body_bytes;
    if (error == OK) error = shape_encode(&ask_shape, &wish, buffer, sizeof buffer, &payload);
    if (error == OK && id_is_zero(&command->request)) error = ERROR_KEY_MISSING;
    if (error != OK) {
        refuse(answer, error, "body");
        return;
    }
    struct log *own = logs_find(&core->logs, &core->self.log);
    struct event_header header = {.kind = EVENT_ASK, .kver = 1, .entity = command->request};
    core_append(core, own, &header, payload);
    answer->state = ANSWER_ASKED;
    core_mark(core, "asked");
}

enum error command_authority(struct core *core, const struct command *command, struct id *authority)
{
    const struct command_row *row = command_by_kind(command->kind);
    if (row->authority == AUTHORITY_HERE) {
        *authority = core->self.log;
        return OK;
    }
    if (row->authority != AUTHORITY_MEMBERSHIP)
        return business_authority(&core->desk, command, authority);
    for (uint32_t i = 0; i < core->logs.count; i++)
        if (core->logs.log[i].row.log_type == LOG_MEMBERSHIP) {
            *authority = core->logs.log[i].id;
            return OK;
        }
    return ERROR_UNKNOWN_LOG;
}

void command_take(struct core *core, uint64_t ticket, const struct command *command)
{
    struct answer_out *answer = answer_new(core, ticket);
    answer->request = command->request;
    core->stats.commands++;
    const struct command_row *row = command_by_kind(command->kind);
    if (row == NULL || core->turn_error != OK || core->stopped) {
        enum error error = core->stopped ? ERROR_IN_DOUBT : core->turn_error;
        refuse(answer, row == NULL ? ERROR_UNSUPPORTED : error, "");
        return;
    }
    if (replayed(core, command, answer)) {
        core_mark(core, "replayed");
        return;
    }
    if (command_link_withdrawn(core, command)) {
        refuse(answer, ERROR_FORBIDDEN, "by");
        core_mark(core, "withdrawn link at the door");
        return;
    }
    struct id authority;
    enum error error = command_authority(core, command, &authority);
    if (error != OK) {
        const char *field = business_authority_field(command->kind);
        refuse(answer, error, field != NULL ? field : row->word);
        return;
    }
    struct log *log = row->authority == AUTHORITY_HERE ? logs_find(&core->logs, &core->self.log)
                                                       : work_log(core, &authority);
    if (log != NULL)
        command_decide(core, log, command, NULL, answer);
    else
        ask(core, command, row, &authority, answer);
}
