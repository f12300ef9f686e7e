#include "node/core/mesh_rows.h"

SHAPE_DEFINE(warehouse_row, WAREHOUSE_ROW_FIELDS)
SHAPE_DEFINE(book_row, BOOK_ROW_FIELDS)
SHAPE_DEFINE(beat_row, BEAT_ROW_FIELDS)
SHAPE_DEFINE(erasure_row, ERASURE_ROW_FIELDS)
SHAPE_DEFINE(erased_at_row, ERASED_AT_ROW_FIELDS)
SHAPE_DEFINE(ask_row, ASK_ROW_FIELDS)
SHAPE_DEFINE(request_row, REQUEST_ROW_FIELDS)
SHAPE_DEFINE(fault_row, FAULT_ROW_FIELDS)

static void copy_rule(struct span text, char rule[RULE_BYTES_MAX])
{
    size_t size = text.size < RULE_BYTES_MAX - 1 ? text.size : RULE_BYTES_MAX - 1;
    if (size > 0) memcpy(rule, text.at, size);
    rule[size] = '\0';
}

static bool answered(const struct rows *rows, const struct id *request, struct request_view *view)
{
    struct key prefix = key_of(request);
    struct walk walk = walk_over(&prefix);
    struct row row;
    bool found = false;
    while (walk_next(rows, VIEW_REQUEST, &walk, &row)) {
        struct request_row answer;
        if (shape_decode(&request_row_shape, row.value, &answer, NULL) != OK) continue;
        if (found && !(view->error != OK && answer.error == OK)) continue;
        found = true;
        view->body_hash = answer.body_hash;
        view->command = answer.command;
        view->error = (enum error)answer.error;
        view->entity = answer.entity;
        view->merchant = answer.merchant;
        view->at_ms = answer.answered_ms;
        copy_rule(answer.rule, view->rule);
    }
    return found;
}

void request_view(const struct rows *rows, const struct id *request, struct request_view *view)
{
    *view = (struct request_view){.state = REQUEST_UNKNOWN};
    if (answered(rows, request, view)) {
        view->state = REQUEST_ANSWERED;
        return;
    }
    struct key prefix = key_of(request);
    struct walk walk = walk_over(&prefix);
    struct row row;
    struct ask_row ask;
    if (!walk_next(rows, VIEW_ASK, &walk, &row)) return;
    if (shape_decode(&ask_row_shape, row.value, &ask, NULL) != OK) return;
    view->state = REQUEST_ASKED;
    view->body_hash = ask.body_hash;
    view->command = ask.command;
    view->merchant = ask.merchant;
    view->authority = ask.authority;
    view->at_ms = ask.asked_ms;
}
