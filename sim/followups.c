/* Buyers who may be asked how content they were: they consent and think better of it, answer, twice
 * and late too, and say something in own words, wherever they are heard. */
#include <string.h>

#include "sim/wishes.h"

static const enum actor_kind speakers[] = {BY_OPERATOR, BY_ADMIN, BY_PARTNER};

/* The return's number among the clients', whose erasure the oracle looks for; -1: it is none. */
static int number_of(const struct clients *clients, const struct seen_return *seen)
{
    for (uint32_t i = 0; i < clients->returns; i++)
        if (strcmp(clients->ret[i].number, seen->number) == 0) return (int)i;
    return -1;
}

static void comment(struct world *world, unsigned host, const struct seen_return *seen)
{
    struct clients *clients = world->watcher;
    char text[64];
    int number = number_of(clients, seen);
    if (number < 0) return;
    snprintf(text, sizeof text, "PERSONAL-%d-PERSONAL said so", number);
    union command_body body = {
        .followup_comment = {.return_id = seen->id, .comment = span_text(text)}};
    clients->ret[number].person = true;
    clients_wish(world, host, COMMAND_FOLLOWUP_COMMENT, BY_OPERATOR, &body);
}

void follow_up(struct world *world)
{
    struct seen_return seen;
    unsigned host = any_host(world);
    enum actor_kind by = speakers[draw_below(world, 3)];
    if (!look_return(world, host, any_return_state(world), &seen)) return;
    uint64_t drawn = draw_below(world, 4);
    union command_body body = {0};
    if (drawn == 0) {
        comment(world, host, &seen);
    } else if (drawn == 1) {
        body.followup_consent =
            (struct followup_consent){.return_id = seen.id, .consent = draw_below(world, 4) != 0};
        clients_wish_for(world, host, COMMAND_FOLLOWUP_CONSENT, by, &seen.merchant, &body);
    } else {
        body.followup_answer = (struct followup_answer){.return_id = seen.id,
                                                        .score = draw_below(world, SCORE_MAX + 1)};
        clients_wish_for(world, host, COMMAND_FOLLOWUP_ANSWER, by, &seen.merchant, &body);
    }
}
