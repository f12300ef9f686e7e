/* From an entry of a book to the messages that it makes. No text that a person wrote is told: a
 * reason or a note may name somebody, and a webhook cannot be erased. */
#include "overseas-warehouse/business.h"
#include "overseas-warehouse/hook.h"
#include "proto/line.h"
#include "proto/money.h"
#include "proto/time.h"

/* --- which -------------------------------------------------------------------------------------
 */

static void add(struct hook_types *types, enum hook_type type)
{
    if (types->count < HOOK_TYPES_OF_ENTRY_MAX) types->at[types->count++] = type;
}

static bool is_answered_at_once(const struct return_moved *asked, const struct hook_entry *next)
{
    if (next == NULL || next->kind != EVENT_RETURN_MOVED) return false;
    const struct return_moved *moved = &next->body->return_moved;
    return id_equal(&moved->return_id, &asked->return_id) && moved->by.kind == BY_POLICY;
}

/* A dispute goes on, or ends against the buyer: by where it comes to. false: it is none. */
static bool add_dispute(struct hook_types *types, const struct return_moved *moved)
{
    bool steps = moved->verb == DO_ESCALATE || moved->verb == DO_DECLINE ||
                 moved->verb == DO_EXPIRE || moved->verb == DO_DISPUTE;
    if (steps && moved->to == RETURN_DISPUTED) {
        add(types, HOOK_RETURN_DISPUTED);
        add(types, HOOK_RETURN_AWAITING);
    } else if (steps && moved->to == RETURN_ESCALATED) {
        add(types, HOOK_RETURN_ESCALATED);
    } else if (steps && moved->to == RETURN_ARBITRATED) {
        add(types, HOOK_RETURN_ARBITRATED);
    } else {
        return false;
    }
    return true;
}

/* What became of the return, where the entry changed that. */
static void add_outcome(struct hook_types *types, const struct return_moved *moved)
{
    bool ends = moved->verb == DO_TAKE_UNIT || moved->verb == DO_PAY || moved->verb == DO_REPLACE;
    if (moved->verb == DO_REPLACE) add(types, HOOK_RETURN_REPLACED);
    if (add_dispute(types, moved)) return;
    if (moved->verb == DO_APPROVE || moved->verb == DO_REOPEN)
        add(types, HOOK_RETURN_APPROVED);
    else if (moved->verb == DO_DECLINE || moved->verb == DO_WITHDRAW)
        add(types, HOOK_RETURN_DECLINED);
    else if (moved->verb == DO_CANCEL)
        add(types, HOOK_RETURN_CANCELED);
    else if (moved->verb == DO_EXPIRE)
        add(types, HOOK_RETURN_EXPIRED);
    else if (moved->verb == DO_CLOSE || (ends && moved->to == RETURN_CLOSED && !moved->contest))
        add(types, HOOK_RETURN_CLOSED);
}

static void types_of_return(struct hook_types *types, const struct return_moved *moved,
                            const struct hook_entry *next)
{
    if (moved->verb == DO_REQUEST) {
        add(types, HOOK_RETURN_REQUESTED);
        if (!is_answered_at_once(moved, next)) add(types, HOOK_RETURN_AWAITING);
        return;
    }
    if (moved->by.kind == BY_CLOCK) add(types, HOOK_RETURN_OVERDUE);
    add_outcome(types, moved);
    /* Goods and decision disagree: the merchant is to look. */
    if (moved->contest != 0) add(types, HOOK_RETURN_AWAITING);
}

static void types_of_charge(struct hook_types *types, const struct refund_moved *moved)
{
    if (moved->to == REFUND_SETTLED) add(types, HOOK_CHARGE_SETTLED);
    if (moved->to == REFUND_FAILED) add(types, HOOK_CHARGE_FAILED);
    if (moved->to == REFUND_UNKNOWN || moved->to == REFUND_MANUAL)
        add(types, HOOK_CHARGE_NEEDS_PERSON);
}

static void types_of_refund(struct hook_types *types, const struct refund_moved *moved)
{
    if (moved->charge != 0) {
        types_of_charge(types, moved);
        return;
    }
    if (moved->to == REFUND_SETTLED)
        add(types, HOOK_REFUND_SETTLED);
    else if (moved->to == REFUND_FAILED)
        add(types, HOOK_REFUND_FAILED);
    if (moved->came_back != 0) add(types, HOOK_REFUND_NEEDS_PERSON);
    if (moved->to == REFUND_UNKNOWN || moved->to == REFUND_MANUAL)
        add(types, HOOK_REFUND_NEEDS_PERSON);
}

static void types_of_grant(struct hook_types *types, const struct grant_moved *moved)
{
    if (moved->verb == DO_OFFER)
        add(types, HOOK_GRANT_OFFERED);
    else if (moved->verb == DO_GIVE)
        add(types, HOOK_GRANT_GIVEN);
    else if (moved->verb == DO_ACCEPT)
        add(types, HOOK_GRANT_ACCEPTED);
    else if (moved->verb == DO_REFUSE)
        add(types, HOOK_GRANT_REFUSED);
    else if (moved->verb == DO_LAPSE)
        add(types, HOOK_GRANT_LAPSED);
    else if (moved->verb == DO_WITHDRAW)
        add(types, HOOK_GRANT_WITHDRAWN);
    else if (moved->to == GRANT_PAID)
        add(types, HOOK_GRANT_PAID);
    else if (moved->to == GRANT_SHORT)
        add(types, HOOK_GRANT_SHORT);
}

static enum hook_type type_of_elsewhere(const struct refunded_elsewhere *told)
{
    if (told->how == ELSEWHERE_CHARGEBACK) return HOOK_CHARGEBACK_OPENED;
    return told->how == ELSEWHERE_CHARGEBACK_WON ? HOOK_CHARGEBACK_WON : HOOK_REFUND_ELSEWHERE;
}

struct hook_types hook_types_of(const struct hook_entry *entry, const struct hook_entry *next)
{
    struct hook_types types = {.count = 0};
    if (entry->kind == EVENT_RETURN_MOVED)
        types_of_return(&types, &entry->body->return_moved, next);
    else if (entry->kind == EVENT_REFUND_MOVED)
        types_of_refund(&types, &entry->body->refund_moved);
    else if (entry->kind == EVENT_GRANT_MOVED)
        types_of_grant(&types, &entry->body->grant_moved);
    else if (entry->kind == EVENT_REFUNDED_ELSEWHERE)
        add(&types, type_of_elsewhere(&entry->body->refunded_elsewhere));
    else if (entry->kind == EVENT_ORDER_AMENDED)
        add(&types, HOOK_ORDER_AMENDED);
    else if (entry->kind == EVENT_OVERDUE)
        add(&types, HOOK_DEADLINE_OVERDUE);
    else if (entry->kind == EVENT_FOLLOWUP && entry->body->followup_moved.verb == DO_FOLLOW_UP)
        add(&types, HOOK_FOLLOWUP_DUE);
    return types;
}

bool hook_wants(const struct webhook_row *row, enum hook_type type)
{
    if (row->types_count == 0 || type == HOOK_TEST) return true;
    for (uint32_t i = 0; i < row->types_count; i++)
        if (row->types[i].type == (uint64_t)type) return true;
    return false;
}

struct id hook_about(const struct rows *rows, const struct hook_entry *entry)
{
    struct refund_row refund;
    struct grant_row grant;
    if (entry->kind == EVENT_RETURN_MOVED) return entry->body->return_moved.return_id;
    if (entry->kind == EVENT_REFUNDED_ELSEWHERE) return entry->body->refunded_elsewhere.return_id;
    if (entry->kind == EVENT_ORDER_AMENDED) return entry->body->order_amended.order;
    if (entry->kind == EVENT_OVERDUE) return entry->body->overdue.return_id;
    if (entry->kind == EVENT_FOLLOWUP) return entry->body->followup_moved.return_id;
    if (entry->kind == EVENT_GRANT_MOVED &&
        grant_load(rows, &entry->body->grant_moved.grant, &grant))
        return grant.return_id;
    if (entry->kind == EVENT_REFUND_MOVED &&
        refund_load(rows, &entry->body->refund_moved.slot, &refund))
        return refund.return_id;
    return (struct id){{0}};
}

/* --- JSON --------------------------------------------------------------------------------------
 */

struct text {
    char *at;
    size_t size, used;
    bool cut, comma;
};

static void put(struct text *text, const char *bytes, size_t size)
{
    if (text->size - text->used < size) {
        text->cut = true;
        return;
    }
    memcpy(text->at + text->used, bytes, size);
    text->used += size;
}

static void put_plain(struct text *text, const char *plain)
{
    put(text, plain, span_text(plain).size);
}

static void put_quoted(struct text *text, struct span value)
{
    static const char digits[] = "0123456789abcdef";
    put_plain(text, "\"");
    for (size_t i = 0; i < value.size; i++) {
        char c = (char)value.at[i];
        if (c == '"' || c == '\\') {
            const char pair[2] = {'\\', c};
            put(text, pair, sizeof pair);
        } else if (value.at[i] < 0x20 || c == 0x7f) {
            const char six[6] = {
                '\\', 'u', '0', '0', digits[value.at[i] >> 4], digits[value.at[i] & 15]};
            put(text, six, sizeof six);
        } else
            put(text, &c, 1);
    }
    put_plain(text, "\"");
}

static void put_name(struct text *text, const char *name)
{
    if (text->comma) put_plain(text, ",");
    text->comma = true;
    put_quoted(text, span_text(name));
    put_plain(text, ":");
}

static void put_text(struct text *text, const char *name, struct span value)
{
    if (value.size == 0) return;
    put_name(text, name);
    put_quoted(text, value);
}

static void put_word(struct text *text, const char *name, const struct words *words, uint64_t value)
{
    put_text(text, name, span_text(word_of(words, value)));
}

static void put_id(struct text *text, const char *name, const struct id *id)
{
    char printed[ID_TEXT_BYTES];
    if (id_is_zero(id)) return;
    id_print(id, printed);
    put_text(text, name, span_text(printed));
}

static void put_time(struct text *text, const char *name, uint64_t unix_ms)
{
    char printed[TIME_TEXT_BYTES];
    if (unix_ms == 0) return;
    time_print(unix_ms, printed);
    put_text(text, name, span_text(printed));
}

static void put_int(struct text *text, const char *name, int64_t value)
{
    char printed[24];
    struct line line = line_over(printed, sizeof printed);
    line_int(&line, value);
    put_name(text, name);
    put_plain(text, printed);
}

/* --- bodies ------------------------------------------------------------------------------------
 */

static void put_currency(struct text *text, uint64_t numeric)
{
    const struct currency *currency = currency_by_numeric(numeric);
    if (currency != NULL) put_text(text, "currency", span_text(currency->letters));
}

static bool put_order(struct text *text, const struct rows *rows, const struct id *order_id)
{
    struct order_row order;
    if (!order_load(rows, order_id, &order)) return false;
    put_id(text, "merchant", &order.merchant);
    put_id(text, "order", order_id);
    put_text(text, "order_reference", order.reference);
    return true;
}

static bool put_return(struct text *text, const struct rows *rows, const struct return_moved *moved)
{
    struct return_row row;
    if (!return_load(rows, &moved->return_id, &row)) return false;
    struct id order = row.order;
    put_id(text, "return", &moved->return_id);
    if (!put_order(text, rows, &order)) return false;
    put_word(text, "state", &return_state_words, moved->to);
    put_word(text, "verb", &verb_words, moved->verb);
    put_word(text, "by", &actor_words, moved->by.kind);
    if (moved->due_ms != 0) {
        put_time(text, "due", moved->due_ms);
        put_word(text, "due_verb", &verb_words, moved->due_verb);
    }
    if (moved->contest != 0) put_int(text, "contest", 1);
    /* What the shop may tell its buyer before the buyer asks; a number is a person's text. */
    if (moved->stray != 0) put_word(text, "stray", &stray_words, moved->stray);
    put_time(text, "at", moved->at_ms);
    return true;
}

static bool put_refund(struct text *text, const struct rows *rows, const struct refund_moved *moved)
{
    struct refund_row row;
    if (!refund_load(rows, &moved->slot, &row)) return false;
    struct id return_id = row.return_id, order = row.order;
    put_id(text, "refund", &moved->slot);
    put_id(text, "return", &return_id);
    put_word(text, "paid_for", &paid_for_words, row.paid_for);
    put_int(text, "line", (int64_t)row.line);
    put_int(text, "amount_minor", row.amount_minor);
    put_currency(text, row.currency);
    if (row.sold_ms != 0) put_int(text, "tax_minor", row.tax_minor);
    if (row.tax_bp != 0) put_int(text, "tax_bp", (int64_t)row.tax_bp);
    put_time(text, "sold", row.sold_ms);
    if (!put_order(text, rows, &order)) return false;
    put_word(text, "state", &refund_state_words, moved->to);
    put_word(text, "verb", &verb_words, moved->verb);
    put_word(text, "by", &actor_words, moved->by.kind);
    put_text(text, "provider_ref", moved->provider_ref);
    put_time(text, "at", moved->at_ms);
    return true;
}

static bool put_grant(struct text *text, const struct rows *rows, const struct grant_moved *moved)
{
    struct grant_row row;
    if (!grant_load(rows, &moved->grant, &row)) return false;
    struct id return_id = row.return_id, order = row.order;
    put_id(text, "grant", &moved->grant);
    put_id(text, "return", &return_id);
    put_word(text, "paid_for", &paid_for_words, row.paid_for);
    put_int(text, "line", (int64_t)row.line);
    put_int(text, "amount_minor", row.amount_minor);
    put_currency(text, row.currency);
    if (!put_order(text, rows, &order)) return false;
    put_word(text, "state", &grant_state_words, moved->to);
    put_word(text, "verb", &verb_words, moved->verb);
    put_word(text, "by", &actor_words, moved->by.kind);
    put_time(text, "due", moved->due_ms);
    put_time(text, "at", moved->at_ms);
    return true;
}

static bool put_elsewhere(struct text *text, const struct rows *rows,
                          const struct refunded_elsewhere *told)
{
    put_id(text, "return", &told->return_id);
    if (!put_order(text, rows, &told->order)) return false;
    put_int(text, "payment", (int64_t)told->payment);
    put_word(text, "how", &elsewhere_words, told->how);
    put_text(text, "reference", told->reference);
    put_int(text, "amount_minor", told->amount_minor);
    put_currency(text, told->currency);
    put_id(text, "refund", &told->slot);
    put_word(text, "by", &actor_words, told->by.kind);
    put_time(text, "made", told->made_ms);
    put_time(text, "at", told->at_ms);
    return true;
}

static bool put_amended(struct text *text, const struct rows *rows,
                        const struct order_amended *amended)
{
    if (!put_order(text, rows, &amended->order)) return false;
    put_int(text, "version", (int64_t)amended->version);
    put_word(text, "by", &actor_words, amended->by.kind);
    put_time(text, "at", amended->at_ms);
    return true;
}

static bool put_overdue(struct text *text, const struct rows *rows, const struct overdue *overdue)
{
    struct return_row row;
    if (!return_load(rows, &overdue->return_id, &row)) return false;
    struct id order = row.order;
    put_id(text, "return", &overdue->return_id);
    if (!put_order(text, rows, &order)) return false;
    put_word(text, "deadline", &deadline_words, overdue->kind);
    put_word(text, "owner", &actor_words, overdue->owner);
    if (!id_equal(&overdue->thing, &overdue->return_id)) put_id(text, "thing", &overdue->thing);
    put_time(text, "due", overdue->due_ms);
    if (overdue->level != LEVEL_NONE) {
        put_int(text, "level", (int64_t)overdue->level);
        put_word(text, "concerns", &level_words, overdue->level);
    }
    put_time(text, "at", overdue->at_ms);
    return true;
}

static bool put_followup(struct text *text, const struct rows *rows,
                         const struct followup_moved *moved)
{
    struct return_row row;
    if (!return_load(rows, &moved->return_id, &row)) return false;
    struct id order = row.order;
    put_id(text, "return", &moved->return_id);
    if (!put_order(text, rows, &order)) return false;
    put_word(text, "channel", &channel_words, moved->channel);
    put_time(text, "due", moved->due_ms);
    put_time(text, "closes", moved->closes_ms);
    put_time(text, "at", moved->at_ms);
    return true;
}

static bool put_data(struct text *text, const struct rows *rows, const struct hook_entry *entry)
{
    if (entry->kind == EVENT_RETURN_MOVED)
        return put_return(text, rows, &entry->body->return_moved);
    if (entry->kind == EVENT_REFUND_MOVED)
        return put_refund(text, rows, &entry->body->refund_moved);
    if (entry->kind == EVENT_GRANT_MOVED) return put_grant(text, rows, &entry->body->grant_moved);
    if (entry->kind == EVENT_REFUNDED_ELSEWHERE)
        return put_elsewhere(text, rows, &entry->body->refunded_elsewhere);
    if (entry->kind == EVENT_ORDER_AMENDED)
        return put_amended(text, rows, &entry->body->order_amended);
    if (entry->kind == EVENT_OVERDUE) return put_overdue(text, rows, &entry->body->overdue);
    if (entry->kind == EVENT_FOLLOWUP)
        return put_followup(text, rows, &entry->body->followup_moved);
    if (entry->kind != EVENT_WEBHOOK_ASKED) return false;
    put_id(text, "webhook", &entry->body->webhook_asked.webhook);
    return true;
}

bool hook_body(const struct rows *rows, const struct hook_entry *entry, enum hook_type type,
               uint64_t at_ms, char body[HOOK_BODY_BYTES_MAX], struct span *out)
{
    struct text text = {.at = body, .size = HOOK_BODY_BYTES_MAX};
    put_plain(&text, "{");
    put_word(&text, "type", &hook_type_words, (uint64_t)type);
    put_time(&text, "timestamp", at_ms);
    put_name(&text, "data");
    put_plain(&text, "{");
    text.comma = false;
    bool known = put_data(&text, rows, entry);
    put_int(&text, "entry", (int64_t)entry->idx);
    put_plain(&text, "}}");
    *out = span_of(body, text.used);
    return known && !text.cut;
}
