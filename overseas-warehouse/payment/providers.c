/* The table of payment providers, and what each of them can do. */
#include "overseas-warehouse/payment/payment.h"
#include "overseas-warehouse/payment/text.h"
#include "proto/line.h"

#define LINE_BYTES 512
#define HOUR_S     3600u
#define DAY_S      (24u * HOUR_S)

const struct payment_provider *const payment_providers[] = {&payment_stripe, &payment_paypal,
                                                            &payment_adyen, &payment_alipay};
const size_t payment_providers_count = sizeof payment_providers / sizeof payment_providers[0];

const struct payment_provider *payment_by_name(struct span name)
{
    for (size_t i = 0; i < payment_providers_count; i++)
        if (span_says(name, payment_providers[i]->name)) return payment_providers[i];
    return NULL;
}

const struct payment_calls *payment_calls_of(const struct payment_provider *provider,
                                             const struct refund_call *call)
{
    return call->charge ? provider->charging : &provider->refunds;
}

uint64_t payment_send_window_ms(const struct payment_capability *can, uint64_t key_ttl_s)
{
    uint64_t ttl_s = can->key_ttl_s;
    if (key_ttl_s != 0 && key_ttl_s < ttl_s) ttl_s = key_ttl_s;
    uint64_t window_s = ttl_s / 2;
    return (window_s < PAYMENT_SEND_WINDOW_S ? window_s : PAYMENT_SEND_WINDOW_S) * 1000;
}

/* --- printed ---------------------------------------------------------------------------------- */

static void put_span_of_time(struct line *line, uint32_t seconds)
{
    bool days = seconds % DAY_S == 0;
    line_uint(line, seconds / (days ? DAY_S : HOUR_S));
    line_text(line, days ? " d" : " h");
}

static void put_count(struct line *line, uint32_t count, const char *unit, const char *none)
{
    if (count == 0) {
        line_text(line, none);
        return;
    }
    line_uint(line, count);
    line_text(line, unit);
}

static const char *asked_word(const struct payment_capability *can)
{
    if (can->tells) return "no: it tells by webhook";
    return can->asked ? "yes" : "no";
}

static void put_row(struct line *line, const struct payment_provider *provider)
{
    static const char *const encodings[] = {
        [ENCODING_FORM] = "form", [ENCODING_JSON] = "JSON", [ENCODING_GATEWAY] = "signed form"};
    const struct payment_capability *can = &provider->can;
    line_text(line, "| ");
    line_text(line, provider->name);
    line_text(line, " | ");
    put_span_of_time(line, can->key_ttl_s);
    line_text(line, " | ");
    line_text(line, asked_word(can));
    line_text(line, can->keeps_errors ? " | yes | " : " | no | ");
    put_count(line, can->refunds_max, "", "not told");
    line_text(line, " | ");
    put_count(line, can->window_days, " d", "it depends");
    line_text(line, " | ");
    line_text(line, encodings[can->encoding]);
    line_text(line, " | ");
    line_text(line, can->key_header[0] == '\0' ? "in the body" : can->key_header);
    line_text(line, " | ");
    line_text(line, can->units);
    line_text(line, " |");
}

void payment_print(void *world, void (*put)(void *world, const char *line))
{
    char text[LINE_BYTES];
    put(world, "| provider | a key lives | can be asked | keeps errors | refunds of a payment | "
               "after the capture | body | key | counts in |");
    put(world, "|---|---|---|---|---|---|---|---|---|");
    for (size_t i = 0; i < payment_providers_count; i++) {
        struct line line = line_over(text, sizeof text);
        put_row(&line, payment_providers[i]);
        put(world, text);
    }
}
