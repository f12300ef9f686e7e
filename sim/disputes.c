/* What buyers do with an answer that they do not take, what merchants and platforms say then, and
 * what is sent or paid where a thing was promised. */
#include "sim/wishes.h"

static bool pick(struct world *world, unsigned states, struct seen_return *seen, unsigned *host)
{
    *host = any_host(world);
    return look_return(world, *host, states, seen);
}

static void say(struct world *world, unsigned states, enum command_kind kind, enum actor_kind by)
{
    struct seen_return seen;
    unsigned host;
    union command_body body = {0};
    if (!pick(world, states, &seen, &host)) return;
    body.return_decide.return_id = seen.id;
    clients_wish_for(world, host, kind, by, &seen.merchant, &body);
}

void dispute(struct world *world)
{
    static const enum actor_kind buyers[] = {BY_BUYER, BY_OPERATOR, BY_ADMIN, BY_PLATFORM};
    static const enum return_state ended[] = {RETURN_DECLINED, RETURN_EXPIRED, RETURN_CLOSED};
    say(world, 1u << ended[draw_below(world, 3)], COMMAND_RETURN_DISPUTE,
        buyers[draw_below(world, 4)]);
}

void end_dispute(struct world *world)
{
    static const enum actor_kind buyers[] = {BY_BUYER, BY_OPERATOR, BY_ADMIN, BY_PLATFORM};
    static const enum actor_kind judges[] = {BY_MERCHANT, BY_ADMIN, BY_PLATFORM};
    static const enum return_state open[] = {RETURN_DISPUTED, RETURN_ESCALATED, RETURN_ARBITRATED};
    unsigned where = 1u << open[draw_below(world, 3)];
    switch (draw_below(world, 4)) {
    case 0:
        say(world, 1u << RETURN_DISPUTED, COMMAND_RETURN_ESCALATE, buyers[draw_below(world, 4)]);
        return;
    case 1: say(world, where, COMMAND_RETURN_WITHDRAW, buyers[draw_below(world, 3)]); return;
    case 2: say(world, where, COMMAND_RETURN_DECLINE, judges[draw_below(world, 3)]); return;
    default: say(world, where, COMMAND_RETURN_APPROVE, judges[draw_below(world, 3)]); return;
    }
}

/* Mostly of a return to which a thing is owed: others are told so. */
void send_instead(struct world *world)
{
    static const enum actor_kind who[] = {BY_OPERATOR, BY_MERCHANT, BY_ADMIN};
    struct seen_return seen;
    unsigned host = any_host(world);
    union command_body body = {0};
    if (!look_owed(world, host, &seen)) return;
    if (draw_below(world, 5) == 0) {
        body.return_decide.return_id = seen.id;
        clients_wish_for(world, host, COMMAND_RETURN_REFUND_INSTEAD,
                         draw_below(world, 2) == 0 ? BY_MERCHANT : BY_ADMIN, &seen.merchant, &body);
        return;
    }
    body.return_replace = (struct return_replace){.return_id = seen.id,
                                                  .line = seen.line,
                                                  .quantity = draw_below(world, 3),
                                                  .number = span_text("1ZSENT")};
    clients_wish_for(world, host, COMMAND_RETURN_REPLACE, who[draw_below(world, 3)], &seen.merchant,
                     &body);
}

/* Nothing is asked back, whatever was asked for. */
void let_keep(struct world *world)
{
    struct seen_return seen;
    unsigned host;
    union command_body body = {0};
    if (!pick(world, 1u << RETURN_REQUESTED, &seen, &host)) return;
    body.return_decide = (struct return_decide){.return_id = seen.id, .keep = 1};
    clients_wish_for(world, host, COMMAND_RETURN_APPROVE, BY_MERCHANT, &seen.merchant, &body);
}
