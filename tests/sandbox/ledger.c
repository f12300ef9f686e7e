#include "tests/sandbox/ledger.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Room for one more of `count` things; doubles when a power of two is full. */
static void *grown(void *list, unsigned count, size_t size)
{
    if ((count & (count - 1)) != 0) return list;
    list = realloc(list, (count == 0 ? 1 : (size_t)count * 2) * size);
    if (list == NULL) abort();
    return list;
}

static char *copied(const char *text)
{
    char *copy = strdup(text);
    if (copy == NULL) abort();
    return copy;
}

void ledger_free(struct ledger *ledger)
{
    for (unsigned i = 0; i < ledger->keys_count; i++) {
        free(ledger->keys[i].request);
        free(ledger->keys[i].answer);
    }
    free(ledger->refunds);
    free(ledger->keys);
    free(ledger->calls);
}

const struct ledger_refund *ledger_pay(struct ledger *ledger, const struct ledger_refund *refund)
{
    if (ledger->refunds_count == LEDGER_ENTRIES_MAX) return NULL;
    ledger->refunds = grown(ledger->refunds, ledger->refunds_count, sizeof *ledger->refunds);
    struct ledger_refund *paid = &ledger->refunds[ledger->refunds_count++];
    *paid = *refund;
    paid->number = ledger->refunds_count;
    return paid;
}

const struct ledger_key *ledger_find_key(const struct ledger *ledger, const char *key)
{
    for (unsigned i = 0; i < ledger->keys_count; i++)
        if (!ledger->keys[i].forgotten && strcmp(ledger->keys[i].key, key) == 0)
            return &ledger->keys[i];
    return NULL;
}

void ledger_remember(struct ledger *ledger, const char *key, const char *request, int status,
                     const char *answer)
{
    if (key[0] == '\0' || ledger->keys_count == LEDGER_ENTRIES_MAX) return;
    ledger->keys = grown(ledger->keys, ledger->keys_count, sizeof *ledger->keys);
    struct ledger_key *known = &ledger->keys[ledger->keys_count++];
    *known = (struct ledger_key){.request = copied(request), .answer = copied(answer)};
    known->status = status;
    snprintf(known->key, sizeof known->key, "%s", key);
}

void ledger_finish(struct ledger *ledger)
{
    for (unsigned i = 0; i < ledger->refunds_count; i++) ledger->refunds[i].pending = false;
}

void ledger_forget_keys(struct ledger *ledger)
{
    for (unsigned i = 0; i < ledger->keys_count; i++) ledger->keys[i].forgotten = true;
}

unsigned ledger_note(struct ledger *ledger, const char *method, const char *path, const char *key,
                     const char *outcome)
{
    /* A log that is full keeps its beginning; the last place is used again and again. */
    if (ledger->calls_count == LEDGER_ENTRIES_MAX) ledger->calls_count--;
    ledger->calls = grown(ledger->calls, ledger->calls_count, sizeof *ledger->calls);
    struct ledger_call *call = &ledger->calls[ledger->calls_count];
    snprintf(call->method, sizeof call->method, "%s", method);
    snprintf(call->path, sizeof call->path, "%s", path);
    snprintf(call->key, sizeof call->key, "%s", key);
    snprintf(call->outcome, sizeof call->outcome, "%s", outcome);
    return ledger->calls_count++;
}

void ledger_outcome(struct ledger *ledger, unsigned call, const char *outcome)
{
    assert(call < ledger->calls_count);
    snprintf(ledger->calls[call].outcome, sizeof ledger->calls[call].outcome, "%s", outcome);
}

/* --- shown ----------------------------------------------------------------------------------- */

static void put(struct json_out *out, const char *key, const char *text)
{
    json_put_text(out, key, span_text(text));
}

/* What a refund and a charge say otherwise. */
static void put_direction(struct json_out *out, const struct ledger_refund *refund)
{
    const char *pending = refund->charge ? "processing" : "pending";
    if (refund->charge) put(out, "customer", refund->buyer);
    put(out, refund->charge ? "payment_method" : "payment_intent", refund->payment);
    put(out, "status", refund->pending ? pending : "succeeded");
}

void ledger_put_refund(struct json_out *out, const struct ledger_refund *refund)
{
    char id[40];
    snprintf(id, sizeof id, "%s_sandbox_%u", refund->charge ? "pi" : "re", refund->number);
    json_open(out, NULL, '{');
    put(out, "id", id);
    put(out, "object", refund->charge ? "payment_intent" : "refund");
    json_put_int(out, "amount", refund->amount_minor);
    json_put_uint(out, "created", refund->at_ms / 1000);
    if (refund->currency[0] != '\0') put(out, "currency", refund->currency);
    json_open(out, "metadata", '{');
    for (unsigned i = 0; i < refund->metadata_count; i++)
        put(out, refund->metadata[i].name, refund->metadata[i].value);
    json_close(out, '}');
    put_direction(out, refund);
    json_close(out, '}');
}

void ledger_put_all(struct json_out *out, const struct ledger *ledger)
{
    int64_t total_minor = 0;
    for (unsigned i = 0; i < ledger->refunds_count; i++)
        total_minor += ledger->refunds[i].charge ? -ledger->refunds[i].amount_minor
                                                 : ledger->refunds[i].amount_minor;
    json_open(out, NULL, '{');
    json_put_uint(out, "count", ledger->refunds_count);
    json_put_int(out, "total_minor", total_minor);
    json_open(out, "refunds", '[');
    for (unsigned i = 0; i < ledger->refunds_count; i++)
        ledger_put_refund(out, &ledger->refunds[i]);
    json_close(out, ']');
    json_close(out, '}');
}

void ledger_put_calls(struct json_out *out, const struct ledger *ledger)
{
    json_open(out, NULL, '{');
    json_open(out, "calls", '[');
    for (unsigned i = 0; i < ledger->calls_count; i++) {
        const struct ledger_call *call = &ledger->calls[i];
        json_open(out, NULL, '{');
        put(out, "method", call->method);
        put(out, "path", call->path);
        put(out, "key", call->key);
        put(out, "outcome", call->outcome);
        json_close(out, '}');
    }
    json_close(out, ']');
    json_close(out, '}');
}

static void print_line(FILE *to, const struct ledger_refund *refund)
{
    char created[32];
    const char *key = "";
    struct tm utc;
    time_t at = (time_t)(refund->at_ms / 1000);
    bool yen = strcmp(refund->currency, "jpy") == 0;
    for (unsigned i = 0; i < refund->metadata_count; i++)
        if (strcmp(refund->metadata[i].name, "entrepot_slot") == 0) key = refund->metadata[i].value;
    strftime(created, sizeof created, "%Y-%m-%d %H:%M:%S", gmtime_r(&at, &utc));
    fprintf(to, "txn_%u,%s,%s,", refund->number, created, yen ? "jpy" : "eur");
    if (yen)
        fprintf(to, "-%lld", (long long)refund->amount_minor);
    else
        fprintf(to, "-%lld.%02lld", (long long)refund->amount_minor / 100,
                (long long)refund->amount_minor % 100);
    fprintf(to, ",refund,re_sandbox_%u,\"REFUND, %u\",%s,%s\r\n", refund->number, refund->number,
            refund->payment, key);
}

char *ledger_report(const struct ledger *ledger)
{
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    if (to == NULL) abort();
    fputs("balance_transaction_id,created_utc,currency,gross,reporting_category,source_id,"
          "description,payment_intent_id,refund_metadata[entrepot_slot]\r\n",
          to);
    for (unsigned i = 0; i < ledger->refunds_count; i++)
        if (!ledger->refunds[i].charge) print_line(to, &ledger->refunds[i]);
    fclose(to);
    return text;
}
