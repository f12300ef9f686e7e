/* Links for buyers: making one and withdrawing it are observations, so either is done at any node.
 * A link is made known by its id only; what opens the door is signed by the node that made it
 * (proto/link.h). Withdrawn is a set, whoever says it and whenever: in whatever order the two
 * entries come, the link is known and withdrawn. */
#include "proto/link.h"
#include "overseas-warehouse/parts.h"

/* The merchant of a return that is known here covers it; of others nothing is told. */
static bool return_is_covered(const struct desk *desk, const struct command *command,
                              const struct id *return_id)
{
    struct return_row row;
    return return_load(&desk->rows, return_id, &row) &&
           (id_is_zero(&command->merchant) || id_equal(&command->merchant, &row.merchant));
}

static void make(const struct desk *desk, const struct command *command, struct moment *moment,
                 struct decision *decision)
{
    const struct return_link *body = &command->body->return_link;
    uint64_t days = body->days != 0 ? body->days : LINK_DAYS;
    if (!return_is_covered(desk, command, &body->return_id)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "return_id");
        return;
    }
    struct link_made made = {.link = mint_of(desk, moment, &desk->node),
                             .return_id = body->return_id,
                             .expires_ms = moment->wall_ms + days * DAY_MS,
                             .by = command->by};
    decision->entity = made.link;
    decision_add(decision, EVENT_LINK_MADE, &made.link, &made);
}

static void revoke(const struct desk *desk, const struct command *command,
                   struct decision *decision)
{
    const struct link_revoke *body = &command->body->link_revoke;
    struct link_row row;
    struct key key = key_of(&body->link);
    decision->entity = body->link;
    if (!link_load(&desk->rows, &body->link, &row) ||
        !return_is_covered(desk, command, &row.return_id)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "link");
        return;
    }
    if (rows_has(&desk->rows, VIEW_LINK_REVOKED, &key)) return; /* it is so already */
    struct link_revoked revoked = {.link = body->link, .reason = body->reason, .by = command->by};
    decision_add(decision, EVENT_LINK_REVOKED, &body->link, &revoked);
}

void link_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                 struct decision *decision)
{
    if (command->kind == COMMAND_RETURN_LINK)
        make(desk, command, moment, decision);
    else
        revoke(desk, command, decision);
}

bool link_load(const struct rows *rows, const struct id *link, struct link_row *row)
{
    struct key key = key_of(link);
    return rows_load(rows, VIEW_LINK, &key, &link_row_shape, row);
}

void link_made_fold(const struct desk *desk, const struct place *place,
                    const struct link_made *made)
{
    struct link_row row = {
        .return_id = made->return_id, .expires_ms = made->expires_ms, .node = place->node};
    struct key key = key_of(&made->link);
    /* Its id says which node made it: no other one's entry stands in its place. */
    if (!id_is_of(desk->crypto, &made->link, &place->node)) return;
    if (rows_has(&desk->rows, VIEW_LINK, &key)) return;
    rows_store(&desk->rows, VIEW_LINK, &key, &link_row_shape, &row);
    key = pair_key(&made->return_id, &made->link);
    rows_mark(&desk->rows, VIEW_LINK_BY_RETURN, &key);
}

void link_revoked_fold(const struct desk *desk, const struct link_revoked *revoked)
{
    struct key key = key_of(&revoked->link);
    rows_mark(&desk->rows, VIEW_LINK_REVOKED, &key);
}
