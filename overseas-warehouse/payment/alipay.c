/* Alipay's open platform: one gateway for all calls, each a form whose parameters are signed with
 * the account's private key (RSA2: RSA with SHA-256), and answers whose body is signed with
 * Alipay's. alipay.trade.refund pays, alipay.trade.fastpay.refund.query asks. The slot's key goes
 * along as out_request_no: one number is refunded once, and the question names it. What is signed
 * is put together here, and whoever holds the keys signs and proves. */
#include "overseas-warehouse/payment/judge.h"
#include "overseas-warehouse/payment/text.h"
#include "overseas-warehouse/payment/webhook.h"
#include "proto/time.h"

#define SEND            "alipay.trade.refund"
#define ASK             "alipay.trade.fastpay.refund.query"
#define HTTP_OK         200u
#define YUAN            156u /* CNY */
#define CHINA_MS        (UINT64_C(8) * 3600 * 1000)
#define DAY_CHARS       10
#define CLOCK_AT        11
#define CLOCK_CHARS     8
#define PARAMETERS_MAX  64u
#define NAME_BYTES      64u
#define DEPTH_MAX       32u
#define RESPONSE_SUFFIX "_response"

/* --- requests -------------------------------------------------------------------------------- */

/* It refunds in yuan, as a decimal of two places. */
static bool amount_of(const struct refund_call *call, int64_t *amount)
{
    *amount = call->amount_minor;
    return call->currency == YUAN && *amount > 0;
}

static bool finish(struct payment_request *to, const struct text *body, const char *method)
{
    struct text name = text_in(to->method, sizeof to->method);
    text_put(&name, method);
    to->post = true;
    to->keyed = false;
    return !body->over && !name.over;
}

static bool write_send(const struct refund_call *call, const char *account,
                       struct payment_request *to)
{
    struct text body = text_in(to->body, sizeof to->body);
    int64_t amount;
    (void)account;
    if (!amount_of(call, &amount)) return false;
    text_put(&body, "{\"trade_no\":");
    text_put_quoted(&body, call->payment_ref);
    text_put(&body, ",\"refund_amount\":\"");
    text_put_decimal(&body, amount, 2);
    text_put(&body, "\",\"out_request_no\":");
    text_put_quoted(&body, call->key);
    text_put(&body, "}");
    return finish(to, &body, SEND);
}

static bool write_ask(const struct refund_call *call, const char *account,
                      struct payment_request *to)
{
    struct text body = text_in(to->body, sizeof to->body);
    (void)account;
    text_put(&body, "{\"trade_no\":");
    text_put_quoted(&body, call->payment_ref);
    text_put(&body, ",\"out_request_no\":");
    text_put_quoted(&body, call->key);
    text_put(&body, "}");
    return finish(to, &body, ASK);
}

/* "2026-11-02 18:00:00", by the clocks of China. */
static void put_time(struct text *text, uint64_t now_ms, bool escaped)
{
    char printed[TIME_TEXT_BYTES], part[DAY_CHARS + 1 + CLOCK_CHARS + 1];
    time_print(now_ms + CHINA_MS, printed);
    memcpy(part, printed, DAY_CHARS);
    part[DAY_CHARS] = ' ';
    memcpy(part + DAY_CHARS + 1, printed + CLOCK_AT, CLOCK_CHARS);
    part[sizeof part - 1] = '\0';
    if (escaped)
        text_put_escaped(text, part);
    else
        text_put(text, part);
}

static void put_value(struct text *text, const char *name, const char *value, bool escaped)
{
    text_put(text, name);
    if (escaped)
        text_put_escaped(text, value);
    else
        text_put(text, value);
}

/* The parameters in the order of their names, as they are signed; escaped they are the form. */
static bool write_signed(const struct payment_request *request, const char *account,
                         uint64_t now_ms, const char *signature, struct text *to)
{
    bool escaped = signature != NULL;
    put_value(to, "app_id=", account, escaped);
    put_value(to, "&biz_content=", request->body, escaped);
    text_put(to, "&charset=utf-8&format=JSON");
    put_value(to, "&method=", request->method, escaped);
    text_put(to, "&sign_type=RSA2&timestamp=");
    put_time(to, now_ms, escaped);
    text_put(to, "&version=1.0");
    if (escaped) put_value(to, "&sign=", signature, true);
    return !to->over;
}

/* --- what is signed of an answer -------------------------------------------------------------- */

/* The end of the value that begins there, by its brackets; 0: it has none. */
static size_t value_end(struct span body, size_t from)
{
    unsigned depth = 0;
    bool quoted = false;
    if (from >= body.size || body.at[from] != '{') return 0;
    for (size_t i = from; i < body.size; i++) {
        uint8_t c = body.at[i];
        if (quoted && c == '\\')
            i++;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && c == '{' && ++depth > DEPTH_MAX)
            return 0;
        else if (!quoted && c == '}' && --depth == 0)
            return i + 1;
    }
    return 0;
}

static size_t find(struct span body, size_t from, struct span wanted)
{
    for (size_t i = from; i + wanted.size <= body.size; i++)
        if (memcmp(body.at + i, wanted.at, wanted.size) == 0) return i + wanted.size;
    return 0;
}

static void response_name(const char *method, char name[NAME_BYTES])
{
    struct text text = text_in(name, NAME_BYTES);
    text_put(&text, method);
    text_put(&text, RESPONSE_SUFFIX);
    for (size_t i = 0; i < text.used; i++)
        if (name[i] == '.') name[i] = '_';
}

/* The bytes of the response as they stand in the body, and the signature that stands behind or
 * before them: nothing is believed of a body that has not exactly this shape. */
static bool proved_part(const struct payment_request *request, struct span body,
                        struct span *message, struct span *signature)
{
    char name[NAME_BYTES], quoted[NAME_BYTES + 4];
    struct text text = text_in(quoted, sizeof quoted);
    response_name(request->method, name);
    text_put(&text, "{\"");
    text_put(&text, name);
    text_put(&text, "\":");
    struct span begin = span_of(quoted, text.used);
    if (body.size < begin.size || memcmp(body.at, begin.at, begin.size) != 0) return false;
    size_t end = value_end(body, begin.size);
    if (end == 0) return false;
    *message = span_of(body.at + begin.size, end - begin.size);
    size_t at = find(body, end, span_text("\"sign\":\""));
    size_t size = 0;
    while (at != 0 && at + size < body.size && body.at[at + size] != '"') size++;
    *signature = span_of(body.at + at, size);
    return at != 0 && size > 0 && at + size < body.size;
}

/* --- answers --------------------------------------------------------------------------------- */

/* "19.90" in hundredths; what is not exact makes the answer one that cannot be read. */
static bool take_amount(struct span value, int64_t *amount)
{
    return money_parse(value, currency_by_numeric(YUAN), amount) == OK;
}

static void take(const struct payment_tree *tree, const struct json *root, bool asked,
                 const struct refund_call *call, struct payment_answer *to)
{
    char name[NAME_BYTES];
    struct payment_refund *refund = &to->refunds[0];
    response_name(asked ? ASK : SEND, name);
    const struct json *said = tree->get(root, name);
    to->error_type = tree->text(tree->get(said, "code"));
    to->issue = tree->text(tree->get(said, "sub_code"));
    refund->id = tree->text(tree->get(said, asked ? "out_request_no" : "trade_no"));
    refund->status = tree->text(tree->get(said, asked ? "refund_status" : "fund_change"));
    refund->payment = tree->text(tree->get(said, "trade_no"));
    refund->slot = asked ? refund->id : span_text(call->key);
    refund->amount = call->amount_minor; /* a send is answered the sum of all refunds */
    to->readable = to->error_type.size > 0;
    if (!to->readable || refund->status.size == 0) return;
    if (asked && !take_amount(tree->text(tree->get(said, "refund_amount")), &refund->amount))
        to->readable = false;
    to->count = to->readable ? 1 : 0;
}

static enum refund_outcome outcome_of(const struct payment_refund *refund)
{
    bool paid = span_says(refund->status, "Y") || span_says(refund->status, "REFUND_SUCCESS");
    return paid ? OUTCOME_PAID : OUTCOME_NO_WORD;
}

static const struct judge judge = {amount_of, outcome_of};

static bool is_done(const struct payment_answer *answer)
{
    return answer->status == HTTP_OK && span_says(answer->error_type, "10000");
}

/* Refusals that leave no doubt that nothing was paid under this number, now or before. Others (an
 * account without money, a trade that has ended, a sum that is too large) may stand behind a
 * payment of an earlier call: the question tells. */
static bool is_refusal(const struct payment_answer *answer)
{
    return answer->status == HTTP_OK && span_says(answer->error_type, "40004") &&
           (span_says(answer->issue, "ACQ.INVALID_PARAMETER") ||
            span_says(answer->issue, "ACQ.TRADE_NOT_EXIST"));
}

static void read_sent(const struct refund_call *call, const struct payment_answer *answer,
                      struct payment_result *result)
{
    bool taken = is_done(answer);
    judge_answered(&judge, is_refusal(answer), taken, call, answer, result);
    /* A refund has no number of its own there: it is found by ours. */
    if (result->outcome == OUTCOME_PAID) result->provider_ref = span_text(call->key);
}

/* One question is about one number, so that an earlier try cannot be seen in its answer. */
static void read_absent(const struct refund_call *call, struct payment_result *result)
{
    if (call->former_count > 0)
        judge_conclude(result, OUTCOME_CANNOT_ASK, "an earlier try of it has another number");
    else
        judge_conclude(result, OUTCOME_ABSENT, "");
}

static void read_asked(const struct refund_call *call, const struct payment_answer *answer,
                       struct payment_result *result)
{
    *result = (struct payment_result){.outcome = OUTCOME_NO_WORD, .reason = ""};
    bool unknown = answer->status == HTTP_OK && span_says(answer->error_type, "40004") &&
                   span_says(answer->issue, "ACQ.TRADE_NOT_EXIST");
    if (unknown)
        judge_conclude(result, OUTCOME_CANNOT_ASK, "the provider does not know the payment");
    else if (!is_done(answer) || !answer->readable)
        judge_conclude(result, OUTCOME_NO_WORD, "no answer that lists the refunds");
    else if (answer->count == 0)
        read_absent(call, result);
    else
        judge_listed(&judge, call, answer, result);
}

/* --- what it tells of its own accord -----------------------------------------------------------
 */

/* One parameter of a form, decoded into the room of whoever proves. */
struct parameter {
    struct span name, value;
};

static uint8_t digit_of(uint8_t c)
{
    if (c >= '0' && c <= '9') return (uint8_t)(c - '0');
    uint8_t small = c | 0x20;
    return small >= 'a' && small <= 'f' ? (uint8_t)(small - 'a' + 10) : 0xff;
}

/* %XX and + as what they stand for; false: it is no form. Never longer than what it is read from.
 */
static bool decode(struct span text, uint8_t **room, struct span *decoded)
{
    uint8_t *at = *room;
    for (size_t i = 0; i < text.size; i++) {
        uint8_t c = text.at[i];
        if (c == '%') {
            if (i + 2 >= text.size) return false;
            uint8_t high = digit_of(text.at[i + 1]), low = digit_of(text.at[i + 2]);
            if (high > 15 || low > 15) return false;
            c = (uint8_t)(high << 4 | low);
            i += 2;
        } else if (c == '+')
            c = ' ';
        *at++ = c;
    }
    *decoded = span_of(*room, (size_t)(at - *room));
    *room = at;
    return true;
}

static bool comes_before(const struct parameter *a, const struct parameter *b)
{
    size_t size = a->name.size < b->name.size ? a->name.size : b->name.size;
    int order = size == 0 ? 0 : memcmp(a->name.at, b->name.at, size);
    return order != 0 ? order < 0 : a->name.size < b->name.size;
}

static bool add(struct parameter list[PARAMETERS_MAX], size_t *count, struct parameter one)
{
    size_t at = *count;
    if (at == PARAMETERS_MAX) return false;
    for (; at > 0 && comes_before(&one, &list[at - 1]); at--) list[at] = list[at - 1];
    if (at > 0 && span_equal(list[at - 1].name, one.name)) return false; /* said twice */
    list[at] = one;
    ++*count;
    return true;
}

static bool read_pair(struct span pair, uint8_t **room, struct parameter *one)
{
    size_t mark = 0;
    while (mark < pair.size && pair.at[mark] != '=') mark++;
    if (mark == 0 || mark == pair.size) return false;
    return decode(span_of(pair.at, mark), room, &one->name) &&
           decode(span_of(pair.at + mark + 1, pair.size - mark - 1), room, &one->value);
}

/* 0: it is no form of this size. */
static size_t read_form(struct span body, uint8_t **room, struct parameter list[PARAMETERS_MAX])
{
    size_t count = 0, from = 0;
    while (from < body.size) {
        struct parameter one;
        size_t end = from;
        while (end < body.size && body.at[end] != '&') end++;
        if (!read_pair(span_of(body.at + from, end - from), room, &one)) return 0;
        if (!add(list, &count, one)) return 0;
        from = end + 1;
    }
    return count;
}

static const struct span *value_of(const struct parameter list[PARAMETERS_MAX], size_t count,
                                   const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (span_says(list[i].name, name)) return &list[i].value;
    return NULL;
}

static uint8_t *put_bytes(uint8_t *at, struct span part)
{
    if (part.size > 0) memcpy(at, part.at, part.size);
    return at + part.size;
}

/* All parameters but the signature and its kind, in the order of their names; empty ones are not
 * signed. Decoded they are never longer than the body, and stand behind one another once more. */
static bool prove(const struct payment_push *push)
{
    struct parameter list[PARAMETERS_MAX];
    uint8_t *room = push->room;
    size_t count = read_form(push->body, &room, list);
    const struct span *sign = value_of(list, count, "sign");
    const struct span *kind = value_of(list, count, "sign_type");
    const struct span *app = value_of(list, count, "app_id");
    uint8_t *begin = room, *at = room;
    if (sign == NULL || kind == NULL || !span_says(*kind, "RSA2")) return false;
    if (app == NULL || !span_says(*app, push->account)) return false;
    for (size_t i = 0; i < count; i++) {
        bool left_out = span_says(list[i].name, "sign") || span_says(list[i].name, "sign_type");
        if (left_out || list[i].value.size == 0) continue;
        if (at != begin) *at++ = '&';
        at = put_bytes(at, list[i].name);
        *at++ = '=';
        at = put_bytes(at, list[i].value);
    }
    return at != begin && push->is_signed(push->world, span_of(begin, (size_t)(at - begin)), *sign);
}

/* It names the sum of all refunds of the trade and not this one's: what became of a slot the
 * question tells. The notice is only taken, so that it is not sent again for a day. */
static bool read_notice(const struct payment_push *push)
{
    (void)push;
    return true;
}

const struct payment_webhook webhook_alipay = {
    .by = PROOF_PUBLIC_KEY, .form = true, .taken = "success", .prove = prove, .read = read_notice};

const struct payment_provider payment_alipay = {
    .name = "alipay",
    .can = {.key_ttl_s = 24 * 3600,
            .asked = true,
            .named = true,
            .encoding = ENCODING_GATEWAY,
            .access = ACCESS_SIGNED,
            .key_header = "",
            .extra_header = "",
            .token_path = "",
            .units = "decimals of the yuan; no other currency"},
    .refunds = {.write_send = write_send,
                .write_ask = write_ask,
                .take = take,
                .read_sent = read_sent,
                .read_asked = read_asked},
    .write_signed = write_signed,
    .proved_part = proved_part,
    .webhook = &webhook_alipay,
};
