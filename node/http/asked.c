/* Accounts at carriers, as /v1/status tells them. They are the site's, not a merchant's. */
#include "node/carriers/asker.h"
#include "node/http/door.h"

static void put_account(struct json_out *out, const struct asker_status *status)
{
    json_open(out, NULL, '{');
    json_put_text(out, "carrier", span_text(status->carrier));
    json_put_text(out, "account", span_text(status->account));
    json_put_uint(out, "numbers", status->numbers);
    json_put_uint(out, "late_ms", status->late_ms);
    json_put_uint(out, "asked", status->asked);
    json_put_uint(out, "answered", status->answered);
    json_put_uint(out, "trackings", status->trackings);
    json_put_uint(out, "not_found", status->not_found);
    json_put_uint(out, "refused", status->refused);
    json_put_uint(out, "failed", status->failed);
    json_put_uint(out, "failures", status->failures);
    json_put_text(out, "breaker", span_text(status->closed_for_ms > 0 ? "open" : "closed"));
    json_put_uint(out, "open_for_ms", status->closed_for_ms);
    json_put_uint(out, "budget_wait_ms", status->wait_ms);
    json_put_text(out, "token",
                  span_text(!status->token_wanted ? "none"
                            : status->token_held  ? "held"
                                                  : "wanted"));
    json_put_bool(out, "replaying", status->replaying);
    json_put_uint(out, "replayed", status->replayed);
    json_put_uint(out, "subscribed", status->subscribed);
    json_put_text(out, "why", span_text(status->failures > 0 ? status->why : ""));
    json_close(out, '}');
}

void put_carriers_asked(struct json_out *out, const struct http *http)
{
    struct asker_status status[ASKER_ACCOUNTS_MAX];
    size_t count = http->options.asker == NULL ? 0 : asker_look(http->options.asker, status);
    json_open(out, "carriers", '[');
    for (size_t i = 0; i < count; i++) put_account(out, &status[i]);
    json_close(out, ']');
}
