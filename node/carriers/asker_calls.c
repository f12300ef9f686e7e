/* Questions to carriers, and what their answers mean for the numbers, the account and its breaker.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "carriers/body.h"
#include "node/carriers/asker_inside.h"
#include "node/carriers/values.h"
#include "node/log.h"
#include "node/tracking_copy.h"
#include "overseas-warehouse/view_rows.h"
#include "proto/json_path.h"

#define REPLAY_PAGES_MAX    1000u /* of one replay */
#define REPLAY_FAILURES_MAX 20u   /* in a row: some hours */
#define REFUSED_WAIT_MS     (UINT64_C(24) * 3600 * 1000)
#define BUSY_WAIT_MS        5000u

static void count(struct asked *account, uint64_t *figure, uint64_t more)
{
    pthread_mutex_lock(&account->asker->lock);
    *figure += more;
    pthread_mutex_unlock(&account->asker->lock);
}

/* --- what a template may ask for ---------------------------------------------------------------
 */

struct question {
    struct values values;
    const struct asked *account;
    const struct pending *pending;
};

static struct span value_of(void *world, struct span name, size_t item)
{
    struct question *question = world;
    const struct asked *account = question->account;
    struct values *values = &question->values;
    if (span_equal(name, span_text("number")))
        return span_text(question->pending->numbers[item == TEMPLATE_NO_ITEM ? 0 : item]);
    if (span_equal(name, span_text("subscription")))
        return span_text(question->pending->confirm.words.subscription);
    if (span_equal(name, span_text("challenge")))
        return span_text(question->pending->confirm.words.challenge);
    if (span_equal(name, span_text("after"))) return span_text(account->replay.after);
    if (span_equal(name, span_text("since_iso")))
        return values_print_time(values, account->replay.since_ms);
    return values_of(values, name);
}

static size_t count_of(void *world, struct span list)
{
    const struct question *question = world;
    return span_equal(list, span_text("numbers")) ? question->pending->count : 0;
}

/* --- putting a question ------------------------------------------------------------------------
 */

static const struct inquiry *inquiry_of(const struct pending *pending)
{
    const struct carrier *carrier = pending->account->is.carrier;
    switch (pending->kind) {
    case INQUIRY_TOKEN: return &carrier->access->ask;
    case INQUIRY_REPLAY: return &carrier->replay->ask;
    case INQUIRY_CONFIRM: return &carrier->subscription->handshake->answer;
    case INQUIRY_SUBSCRIBE: return &carrier->subscription->add;
    case INQUIRY_UNSUBSCRIBE: return &carrier->subscription->drop;
    case INQUIRY_POLL: break;
    }
    return &carrier->poll->ask;
}

static bool put_question(struct pending *pending)
{
    struct asked *account = pending->account;
    struct asker *asker = account->asker;
    struct question question = {.account = account, .pending = pending};
    const struct template_values values = {&question, value_of, count_of};
    struct writing memory = {asker->memory, sizeof asker->memory, 0, OK};
    struct carrier_call call;
    struct fault fault;
    values_begin(&question.values, &account->is, account->token);
    enum error error =
        inquiry_write(inquiry_of(pending), asker->options.crypto, &values, &memory, &call, &fault);
    const struct wire_wish wish = {.base_url = account->is.base_url,
                                   .call = &call,
                                   .connect_ms = asker->options.connect_ms,
                                   .total_ms = asker->options.total_ms,
                                   .owner = pending};
    if (error == OK) pending->wire = wire_begin(asker->multi, &wish);
    explicit_bzero(asker->memory, memory.used);
    explicit_bzero(&question.values, sizeof question.values);
    if (error != OK)
        LOG(LOG_ERROR, "carriers", "a question cannot be written: a value lacks in [carrier]",
            LOG_TEXT("carrier", account->is.carrier->name), LOG_TEXT("account", account->is.name),
            LOG_TEXT("value", fault.path), LOG_TEXT("code", error_name(error)));
    if (pending->wire == NULL) return false;
    account->under_way++;
    count(account, &account->counts.asked, 1);
    return true;
}

static struct pending *free_place(struct asked *account)
{
    for (unsigned i = 0; i < CALLS_MAX; i++)
        if (account->pending[i].wire == NULL) return &account->pending[i];
    return NULL;
}

static void begin(struct asked *account, struct pending *pending, enum inquiry_kind kind)
{
    pending->account = account;
    pending->kind = kind;
    pending->again = false;
    pending->count = 0;
}

/* The breaker is asked last: what it lets through to see whether the carrier is back is sent. */
static bool may_ask(struct asked *account, uint64_t now_ms, bool hint)
{
    if (budget_next_ms(&account->budget, now_ms, hint) > now_ms) return false;
    return breaker_lets(&account->breaker, now_ms) && budget_take(&account->budget, now_ms, hint);
}

/* true: there is one to go with, or none is needed. */
static bool has_token(struct asked *account, uint64_t now_ms)
{
    struct pending *pending = free_place(account);
    if (!account->wants_token || account->token_until_ms > now_ms) return true;
    if (account->token_under_way || pending == NULL || !may_ask(account, now_ms, false))
        return false;
    begin(account, pending, INQUIRY_TOKEN);
    account->token_under_way = put_question(pending);
    if (!account->token_under_way) breaker_failed(&account->breaker, now_ms, REFUSED_WAIT_MS, 0);
    return false;
}

/* While the breaker is not closed only a question about a parcel shows whether the carrier is back.
 */
static bool is_on_trial(const struct asked *account)
{
    return account->breaker.open_until_ms != 0 &&
           numbers_at(account->asker->numbers, account->place) > 0;
}

static void ask_replay(struct asked *account, uint64_t now_ms)
{
    struct pending *pending = free_place(account);
    if (account->replay.since_ms == 0 || account->replay.next_ms > now_ms) return;
    if (pending == NULL || is_on_trial(account) || !has_token(account, now_ms)) return;
    for (unsigned i = 0; i < CALLS_MAX; i++)
        if (account->pending[i].wire != NULL && account->pending[i].kind == INQUIRY_REPLAY) return;
    if (!may_ask(account, now_ms, false)) return;
    begin(account, pending, INQUIRY_REPLAY);
    if (put_question(pending)) return;
    account->replay.since_ms = 0;
    breaker_failed(&account->breaker, now_ms, 0, asker_chance());
}

static void take_number(struct asker *asker, struct pending *pending, struct number *number)
{
    size_t at = pending->count++;
    pending->parcels[at] = number->parcel;
    memcpy(pending->numbers[at], number->text, sizeof number->text);
    numbers_take(asker->numbers, number);
}

/* What is due and may be asked. Hints for which the share is used up wait for it, and hold up
 * nobody. */
static struct number *next_due(struct asked *account, uint64_t now_ms)
{
    struct asker *asker = account->asker;
    uint64_t share_ms = budget_next_ms(&account->budget, now_ms, true);
    struct number *number = numbers_next(asker->numbers, account->place);
    while (number != NULL && number->next_ms <= now_ms && number->hinted && share_ms > now_ms) {
        number_wait(asker, number, share_ms);
        number = numbers_next(asker->numbers, account->place);
    }
    return number != NULL && number->next_ms <= now_ms ? number : NULL;
}

/* false: nothing is due, or nothing may be asked now. */
static bool ask_poll(struct asked *account, uint64_t now_ms)
{
    struct asker *asker = account->asker;
    const struct poll *poll = account->is.carrier->poll;
    struct pending *pending = free_place(account);
    struct number *number = next_due(account, now_ms);
    if (number == NULL || pending == NULL) return false;
    if (!has_token(account, now_ms) || !may_ask(account, now_ms, number->hinted)) return false;
    size_t most = poll->numbers_max < BATCH_MAX ? poll->numbers_max : BATCH_MAX;
    begin(account, pending, INQUIRY_POLL);
    while (pending->count < most && number != NULL && number->next_ms <= now_ms) {
        take_number(asker, pending, number);
        number = numbers_next(asker->numbers, account->place);
    }
    if (put_question(pending)) return true;
    for (size_t i = 0; i < pending->count; i++) {
        number = numbers_find(asker->numbers, &pending->parcels[i]);
        number_wait(asker, number, now_ms + asker_pause(asker, REFUSED_WAIT_MS));
    }
    breaker_failed(&account->breaker, now_ms, 0, asker_chance());
    return false;
}

/* false: none is wanted, or nothing may be asked now. */
static bool ask_subscription(struct asked *account, enum inquiry_kind kind, uint64_t now_ms)
{
    struct pending *pending = free_place(account);
    const struct wish_list *list =
        kind == INQUIRY_SUBSCRIBE ? &account->subscribe : &account->unsubscribe;
    if (list->count == 0 || pending == NULL || is_on_trial(account)) return false;
    if (!has_token(account, now_ms) || !may_ask(account, now_ms, false)) return false;
    begin(account, pending, kind);
    if (subscription_take(account, pending) > 0 && put_question(pending)) return true;
    subscription_end(pending, SUBSCRIPTION_REFUSED, now_ms);
    breaker_failed(&account->breaker, now_ms, 0, asker_chance());
    return false;
}

/* false: nobody waits for a word, or it may not be said now. */
static bool confirm_subscription(struct asked *account, uint64_t now_ms)
{
    struct pending *pending = free_place(account);
    struct confirm confirm;
    if (!subscription_confirm(account, &confirm)) return false;
    if (pending != NULL && has_token(account, now_ms) && may_ask(account, now_ms, false)) {
        begin(account, pending, INQUIRY_CONFIRM);
        pending->confirm = confirm;
        if (put_question(pending)) return true;
        breaker_failed(&account->breaker, now_ms, 0, asker_chance());
    }
    subscription_wait(account, &confirm);
    return false;
}

void asker_ask(struct asker *asker, struct asked *account, uint64_t now_ms)
{
    (void)asker;
    while (confirm_subscription(account, now_ms)) continue;
    ask_replay(account, now_ms);
    while (ask_subscription(account, INQUIRY_SUBSCRIBE, now_ms)) continue;
    while (ask_subscription(account, INQUIRY_UNSUBSCRIBE, now_ms)) continue;
    while (ask_poll(account, now_ms)) continue;
}

/* --- what an answer says -----------------------------------------------------------------------
 */

enum fate { FATE_NONE, FATE_HEARD, FATE_NOT_FOUND, FATE_LATER, FATE_REFUSED };

struct hearing {
    struct pending *pending;
    enum fate fate[BATCH_MAX];
    enum fate whole; /* said of the question as such */
    uint64_t trackings;
    bool busy; /* something found no room in the engine */
};

struct tracking_job {
    struct job job; /* first */
    union command_body body;
    uint8_t texts[];
};

static void job_done(struct job *job, const struct answer_out *answer)
{
    if (answer != NULL && answer->error != OK && answer->error != ERROR_BUSY)
        LOG(LOG_WARN, "carriers", "an observation was not taken",
            LOG_TEXT("code", error_name(answer->error)), LOG_TEXT("rule", answer->rule));
    free(job);
}

static bool submit(struct asker *asker, const struct tracking *tracking)
{
    size_t texts = tracking_copy_bytes(tracking);
    struct tracking_job *job = calloc(1, sizeof *job + texts);
    if (job == NULL) return false;
    tracking_copy(&job->body, tracking, job->texts);
    job->job.bytes = sizeof *job + texts;
    job->job.done = job_done;
    job->job.input.kind = INPUT_COMMAND;
    job->job.input.command = (struct command){
        .kind = COMMAND_TRACKING,
        .by = {.kind = BY_CARRIER, .node = engine_self(asker->options.engine)->node},
        .body = &job->body};
    if (engine_submit(asker->options.engine, &job->job)) return true;
    free(job);
    return false;
}

static void set_fate(struct hearing *hearing, struct span number, enum fate fate)
{
    const struct pending *pending = hearing->pending;
    const struct crypto *crypto = pending->account->asker->options.crypto;
    struct id parcel = parcel_id(crypto, number);
    bool found = false;
    for (size_t i = 0; i < pending->count && number.size > 0; i++) {
        if (!id_equal(&pending->parcels[i], &parcel)) continue;
        if (hearing->fate[i] != FATE_HEARD) hearing->fate[i] = fate;
        found = true;
    }
    /* Of one number that was asked about the answer is, whatever it calls it. */
    if (!found && pending->count == 1 && hearing->fate[0] != FATE_HEARD) hearing->fate[0] = fate;
    if (!found && pending->count != 1 && fate != FATE_HEARD && number.size == 0)
        hearing->whole = fate;
}

static enum error take(void *world, const struct tracking *tracking)
{
    struct hearing *hearing = world;
    set_fate(hearing, tracking->number, FATE_HEARD);
    if (!submit(hearing->pending->account->asker, tracking)) hearing->busy = true;
    hearing->trackings++;
    return OK;
}

static void hear(void *world, const struct carrier_word *word)
{
    static const enum fate fates[] = {[REPLY_NOT_FOUND] = FATE_NOT_FOUND,
                                      [REPLY_REFUSED] = FATE_REFUSED,
                                      [REPLY_LATER] = FATE_LATER,
                                      [REPLY_NOTHING] = FATE_NOT_FOUND};
    set_fate(world, word->number, fates[word->reply]);
}

static enum error read_body(struct hearing *hearing, struct span body, struct fault *fault)
{
    struct pending *pending = hearing->pending;
    const struct carrier *carrier = pending->account->is.carrier;
    const struct carrier_sink sink = {.world = hearing,
                                      .take = take,
                                      .hear = hear,
                                      .asked = pending->count == 1 ? span_text(pending->numbers[0])
                                                                   : span_of("", 0)};
    return carrier->parse(carrier, pending->account->asker->options.crypto, body, &sink, fault);
}

/* --- what follows ------------------------------------------------------------------------------
 */

static void give_back(struct pending *pending, uint64_t next_ms)
{
    struct asker *asker = pending->account->asker;
    if (pending->kind == INQUIRY_SUBSCRIBE) {
        subscription_end(pending, SUBSCRIPTION_LATER, next_ms);
        return;
    }
    if (pending->kind == INQUIRY_CONFIRM) {
        pending->confirm.tries++;
        subscription_wait(pending->account, &pending->confirm);
    }
    if (pending->kind != INQUIRY_POLL) return;
    for (size_t i = 0; i < pending->count; i++) {
        struct number *number = numbers_find(asker->numbers, &pending->parcels[i]);
        if (number != NULL) number_wait(asker, number, next_ms);
    }
}

/* One number that always makes the carrier fail is not the one by which it is tried. */
static void give_back_later(struct pending *pending, uint64_t now_ms)
{
    struct asker *asker = pending->account->asker;
    for (size_t i = 0; i < pending->count; i++) {
        struct number *number = numbers_find(asker->numbers, &pending->parcels[i]);
        if (number == NULL) continue;
        if (number->failures < UINT16_MAX) number->failures++;
        uint64_t wait_ms = pace_backoff_ms(number->failures, 0, asker_chance());
        number_wait(asker, number, now_ms + asker_pause(asker, wait_ms));
    }
}

static void follow(struct asker *asker, struct asked *account, struct number *number,
                   enum fate fate, uint64_t now_ms)
{
    if (fate == FATE_HEARD) {
        number_heard(asker, number, now_ms);
    } else if (fate == FATE_LATER) {
        if (number->failures < UINT16_MAX) number->failures++;
        uint64_t wait = pace_backoff_ms(number->failures, 0, asker_chance());
        number_wait(asker, number, now_ms + asker_pause(asker, wait));
    } else if (fate == FATE_REFUSED) {
        count(account, &account->counts.refused, 1);
        number->hinted = false;
        number_wait(asker, number, now_ms + asker_pause(asker, REFUSED_WAIT_MS));
    } else {
        count(account, &account->counts.not_found, 1);
        number_missed(asker, number, now_ms);
    }
}

static void follow_all(const struct hearing *hearing, enum fate otherwise, uint64_t now_ms)
{
    const struct pending *pending = hearing->pending;
    struct asked *account = pending->account;
    struct asker *asker = account->asker;
    for (size_t i = 0; i < pending->count; i++) {
        struct number *number = numbers_find(asker->numbers, &pending->parcels[i]);
        enum fate fate = hearing->fate[i];
        if (number == NULL) continue;
        if (fate == FATE_NONE) fate = hearing->whole != FATE_NONE ? hearing->whole : otherwise;
        if (hearing->busy)
            number_wait(asker, number, now_ms + BUSY_WAIT_MS);
        else
            follow(asker, account, number, fate, now_ms);
    }
}

static void note_failure(struct asked *account, const struct wire_answer *answer, const char *why)
{
    pthread_mutex_lock(&account->asker->lock);
    account->counts.failed++;
    snprintf(account->counts.why, sizeof account->counts.why, "%s", why);
    pthread_mutex_unlock(&account->asker->lock);
    LOG(LOG_WARN, "carriers", "a question was not answered",
        LOG_TEXT("carrier", account->is.carrier->name), LOG_TEXT("account", account->is.name),
        LOG_NUMBER("status", answer->status), LOG_NUMBER("ms", answer->took_ms),
        LOG_TEXT("why", why));
}

/* Questions about parcels go before it. */
static void put_off_replay(struct asked *account, uint64_t now_ms)
{
    uint64_t wait_ms = pace_backoff_ms(++account->replay.failures, 0, asker_chance());
    account->replay.next_ms = now_ms + asker_pause(account->asker, wait_ms);
    if (account->replay.failures < REPLAY_FAILURES_MAX) return;
    LOG(LOG_ERROR, "carriers", "what was missed cannot be told again: a replay is given up",
        LOG_TEXT("carrier", account->is.carrier->name), LOG_TEXT("account", account->is.name));
    account->replay.since_ms = 0;
}

/* The account gets no answer: its numbers keep their turn, and wait for the breaker. */
static void fail(struct pending *pending, const struct wire_answer *answer, const char *why,
                 uint64_t now_ms)
{
    struct asked *account = pending->account;
    struct asker *asker = account->asker;
    note_failure(account, answer, why);
    if (pending->kind == INQUIRY_REPLAY) put_off_replay(account, now_ms);
    breaker_failed(&account->breaker, now_ms, answer->retry_after_ms, asker_chance());
    if (account->breaker.open_until_ms > now_ms)
        account->breaker.open_until_ms =
            now_ms + asker_pause(asker, account->breaker.open_until_ms - now_ms);
    if (pending->kind == INQUIRY_POLL && answer->retry_after_ms == 0)
        give_back_later(pending, now_ms);
    else
        give_back(pending, now_ms);
}

static void take_answer(struct pending *pending, const struct wire_answer *answer,
                        enum inquiry_answer meaning, uint64_t now_ms)
{
    static const enum fate otherwise[] = {[INQUIRY_READ] = FATE_NOT_FOUND,
                                          [INQUIRY_LATER] = FATE_LATER,
                                          [INQUIRY_STRANGE] = FATE_REFUSED,
                                          [INQUIRY_ABSENT] = FATE_NOT_FOUND,
                                          [INQUIRY_REFUSED] = FATE_REFUSED};
    struct asked *account = pending->account;
    struct hearing hearing = {.pending = pending};
    struct fault fault = {.error = OK};
    enum error error = read_body(&hearing, answer->body, &fault);
    count(account, &account->counts.trackings, hearing.trackings);
    if (error != OK && meaning == INQUIRY_READ && hearing.trackings == 0) {
        char why[FAULT_PATH_BYTES + 64];
        snprintf(why, sizeof why, "the answer cannot be read: %s", fault.path);
        fail(pending, answer, why, now_ms);
        return;
    }
    breaker_heard(&account->breaker);
    count(account, &account->counts.answered, 1);
    follow_all(&hearing, otherwise[meaning], now_ms);
}

/* --- tokens ----------------------------------------------------------------------------------- */

static void take_token(struct pending *pending, const struct wire_answer *answer, uint64_t now_ms)
{
    struct asked *account = pending->account;
    struct fault fault;
    uint64_t seconds = 0;
    account->token_under_way = false;
    struct json *root = body_open(answer->body, &fault);
    struct span token =
        root == NULL ? span_of(NULL, 0)
                     : access_token(account->is.carrier->access, answer->status, root, &seconds);
    if (token.size == 0 || token.size >= sizeof account->token) {
        fail(pending, answer,
             answer->status == 401 || answer->status == 400 || answer->status == 403
                 ? "no token: the carrier does not take the key in key_file"
                 : "no token in the answer",
             now_ms);
    } else {
        memcpy(account->token, token.at, token.size);
        account->token[token.size] = '\0';
        uint64_t lives_s = seconds > 2 * TOKEN_MARGIN_S ? seconds - TOKEN_MARGIN_S : seconds / 2;
        account->token_until_ms = now_ms + lives_s * 1000;
        breaker_heard(&account->breaker);
        count(account, &account->counts.answered, 1);
    }
    json_free(root);
}

/* --- replays ---------------------------------------------------------------------------------- */

static bool keep_last(void *world, const struct json *found)
{
    struct span *last = world;
    struct span word = json_word(found);
    if (word.size > 0) *last = word;
    return true;
}

/* true: there is another page. */
static bool turn_page(struct asked *account, struct span body)
{
    const struct replay *row = account->is.carrier->replay;
    struct fault fault;
    struct span after = span_of(NULL, 0);
    struct json *root = row->more == NULL ? NULL : body_open(body, &fault);
    if (root == NULL) return false;
    struct span more = json_find_word(root, row->more);
    json_each(root, row->after, keep_last, &after);
    bool goes_on = span_equal(more, span_text("true")) && after.size > 0 &&
                   after.size < sizeof account->replay.after &&
                   ++account->replay.pages < REPLAY_PAGES_MAX &&
                   !span_equal(after, span_text(account->replay.after));
    if (goes_on) {
        memcpy(account->replay.after, after.at, after.size);
        account->replay.after[after.size] = '\0';
    }
    json_free(root);
    return goes_on;
}

static void take_page(struct pending *pending, const struct wire_answer *answer, uint64_t now_ms)
{
    struct asked *account = pending->account;
    const struct replay *row = account->is.carrier->replay;
    struct hearing hearing = {.pending = pending};
    struct fault fault = {.error = OK};
    enum error error = row->pushes ? OK : read_body(&hearing, answer->body, &fault);
    if (error != OK && hearing.trackings == 0) {
        fail(pending, answer, "a page of the replay cannot be read", now_ms);
        return;
    }
    breaker_heard(&account->breaker);
    count(account, &account->counts.answered, 1);
    count(account, &account->counts.trackings, hearing.trackings);
    count(account, &account->counts.replayed, hearing.trackings);
    if (hearing.busy) { /* this page once more */
        account->replay.next_ms = now_ms + BUSY_WAIT_MS;
        return;
    }
    account->replay.failures = 0;
    if (!row->pushes && turn_page(account, answer->body)) return;
    LOG(LOG_INFO, "carriers", "what was missed has been told again",
        LOG_TEXT("carrier", account->is.carrier->name), LOG_TEXT("account", account->is.name),
        LOG_NUMBER("pages", account->replay.pages + 1));
    account->replay.since_ms = 0;
}

/* --- subscriptions ------------------------------------------------------------------------------
 */

static bool is_held(const struct asked *account, struct span body)
{
    const struct subscription *row = account->is.carrier->subscription;
    struct fault fault;
    struct json *root = row->held_code == NULL ? NULL : body_open(body, &fault);
    struct span code = root == NULL ? span_of(NULL, 0) : json_find_word(root, row->held_code);
    bool held = false;
    for (size_t i = 0; i < sizeof row->held_codes / sizeof row->held_codes[0]; i++)
        held =
            held || (row->held_codes[i] != NULL && span_equal(code, span_text(row->held_codes[i])));
    json_free(root);
    return held;
}

static void take_subscription(struct pending *pending, const struct wire_answer *answer,
                              enum inquiry_answer meaning, uint64_t now_ms)
{
    struct asked *account = pending->account;
    bool confirms = pending->kind == INQUIRY_CONFIRM;
    bool held = meaning == INQUIRY_READ || (!confirms && is_held(account, answer->body));
    breaker_heard(&account->breaker);
    count(account, &account->counts.answered, 1);
    if (held && pending->kind == INQUIRY_SUBSCRIBE)
        count(account, &account->counts.subscribed, pending->count);
    if (!held)
        note_failure(account, answer,
                     confirms ? "a subscription is not confirmed" : "a subscription is refused");
    subscription_end(pending, held ? SUBSCRIPTION_HELD : SUBSCRIPTION_REFUSED, now_ms);
}

/* Asked again it would be refused again, and the account's parcels are not to wait for it. */
static void give_up_replay(struct asked *account, const struct wire_answer *answer)
{
    note_failure(account, answer, "the replay is refused");
    count(account, &account->counts.refused, 1);
    breaker_heard(&account->breaker);
    account->replay.since_ms = 0;
}

/* --- the answer ------------------------------------------------------------------------------- */

/* A token that ran out early, or was taken back: once with a new one. */
static bool tries_again(struct pending *pending, uint64_t now_ms)
{
    struct asked *account = pending->account;
    if (!account->wants_token || pending->kind == INQUIRY_TOKEN) return false;
    bool was_held = account->token_until_ms > now_ms;
    account->token_until_ms = 0;
    account->breaker.trying = false; /* a token is bought first, and then one question goes again */
    if (!was_held) return true;      /* another of its answers has said so already */
    count(account, &account->counts.failed, 1);
    return ++account->breaker.failures < BREAKER_FAILURES;
}

void asker_answer(struct asker *asker, struct pending *pending, CURLcode code)
{
    struct asked *account = pending->account;
    struct wire_answer answer;
    uint64_t now_ms = asker_now_ms();
    wire_answer_of(pending->wire, code, &answer);
    enum inquiry_answer meaning = inquiry_answer_of(answer.status);
    (void)asker;
    account->under_way--;
    if (pending->kind == INQUIRY_TOKEN && answer.came && meaning != INQUIRY_LATER)
        take_token(pending, &answer, now_ms);
    else if (!answer.came)
        fail(pending, &answer, answer.why, now_ms);
    else if (meaning == INQUIRY_LATER)
        fail(pending, &answer, "the carrier asks to wait, or has a fault", now_ms);
    else if (meaning == INQUIRY_STRANGE && tries_again(pending, now_ms))
        give_back(pending, now_ms);
    else if (meaning == INQUIRY_STRANGE)
        fail(pending, &answer, "the carrier does not take the credentials", now_ms);
    else if (pending->kind == INQUIRY_POLL)
        take_answer(pending, &answer, meaning, now_ms);
    else if (pending->kind == INQUIRY_SUBSCRIBE || pending->kind == INQUIRY_UNSUBSCRIBE ||
             pending->kind == INQUIRY_CONFIRM)
        take_subscription(pending, &answer, meaning, now_ms);
    else if (meaning == INQUIRY_READ)
        take_page(pending, &answer, now_ms);
    else
        give_up_replay(account, &answer);
    if (pending->kind == INQUIRY_TOKEN) account->token_under_way = false;
    wire_free(pending->wire);
    pending->wire = NULL;
}
