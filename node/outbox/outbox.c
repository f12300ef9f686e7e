#include "node/outbox/outbox.h"

#include <assert.h>
#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "node/log.h"
#include "node/outbox/form.h"
#include "node/outside.h"

#define CONNECT_MS        10000u
#define TOTAL_MS          60000u
#define POLL_MS           1000
#define UNDELIVERED_MS    10
#define FIRST_ROOM        4096u
#define HEADERS_BYTES_MAX (64u * 1024)
#define TOKEN_MARGIN_S    60u
#define HTTP_UNAUTHORIZED 401

enum call_state { CALL_FREE, CALL_QUEUED, CALL_UNDER_WAY, CALL_ENDED };

struct call {
    /* Whoever finds it FREE (under the lock) fills it and makes it QUEUED; from there to FREE again
     * it is the thread's. */
    atomic_int state;
    uint64_t order; /* first come, first sent */
    uint64_t queued_ms, begun_ms;
    enum call_kind kind;
    struct refund_call wish;
    const struct outbox_provider *provider;
    CURL *easy;
    struct curl_slist *headers;
    struct form form;
    bool buys_token;               /* the request under way wants a token for the next one */
    unsigned asks;                 /* requests that this question has taken */
    char next[PAYMENT_PATH_BYTES]; /* where it goes on */
    uint8_t *answer;
    size_t answer_size, answer_room, headers_size;
    struct outbox_result result;
};

/* Bought from a provider and kept in memory until it has almost run out. */
struct token {
    char text[FORM_TOKEN_BYTES];
    uint64_t until_ms;
};

struct outbox {
    struct outbox_options options;
    struct outbox_provider providers[OUTBOX_PROVIDERS_MAX];
    struct token tokens[OUTBOX_PROVIDERS_MAX]; /* the thread's */
    CURLM *multi;
    pthread_t thread;
    pthread_mutex_t lock;
    bool stopping; /* under the lock, like the counts */
    uint64_t next_order;
    struct outbox_counts counts;
    unsigned under_way, under_way_of[OUTBOX_PROVIDERS_MAX];
    struct call calls[OUTBOX_CALLS_MAX];
};

static uint64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static uint64_t wall_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* --- the end of a call ----------------------------------------------------------------------- */

static void end(struct call *call, enum refund_outcome outcome, const char *reason)
{
    call->result.slot = call->wish.slot;
    call->result.kind = call->kind;
    call->result.outcome = outcome;
    snprintf(call->result.reason, sizeof call->result.reason, "%s", reason);
    call->state = CALL_ENDED;
}

static void note(const struct call *call, long status)
{
    static const char *const words[] = {
        [OUTCOME_PAID] = "paid",       [OUTCOME_PENDING] = "pending",
        [OUTCOME_FAILED] = "failed",   [OUTCOME_ABSENT] = "absent",
        [OUTCOME_NO_WORD] = "no word", [OUTCOME_CANNOT_ASK] = "cannot ask"};
    char slot[ID_TEXT_BYTES];
    id_print(&call->wish.slot, slot);
    bool plain = call->result.outcome == OUTCOME_PAID || call->result.outcome == OUTCOME_ABSENT;
    LOG(plain ? LOG_INFO : LOG_WARN, "outbox", call->kind == CALL_SEND ? "sent" : "asked",
        LOG_TEXT("provider", call->wish.provider), LOG_TEXT("slot", slot),
        LOG_TEXT("outcome", words[call->result.outcome]), LOG_NUMBER("status", status),
        LOG_NUMBER("ms", now_ms() - call->begun_ms), LOG_TEXT("reason", call->result.reason));
}

/* One request and its answer are over. */
static void clean(struct outbox *outbox, struct call *call)
{
    if (call->easy != NULL) {
        curl_multi_remove_handle(outbox->multi, call->easy);
        curl_easy_cleanup(call->easy);
        outbox->under_way--;
        outbox->under_way_of[call->provider - outbox->providers]--;
    }
    curl_slist_free_all(call->headers);
    if (call->answer != NULL) explicit_bzero(call->answer, call->answer_size);
    free(call->answer);
    explicit_bzero(&call->form, sizeof call->form);
    call->easy = NULL;
    call->headers = NULL;
    call->answer = NULL;
    call->answer_size = call->answer_room = call->headers_size = 0;
}

static struct token *token_of(struct outbox *outbox, const struct call *call)
{
    return &outbox->tokens[call->provider - outbox->providers];
}

static struct form_task task_of(struct outbox *outbox, const struct call *call)
{
    return (struct form_task){.provider = call->provider,
                              .kind = call->kind,
                              .call = &call->wish,
                              .token = token_of(outbox, call)->text,
                              .next = call->next,
                              .now_ms = wall_ms()};
}

static void request(struct outbox *outbox, struct call *call);

/* true: the call goes on with another request. */
static bool take_token(struct outbox *outbox, struct call *call, unsigned status)
{
    struct token *token = token_of(outbox, call);
    uint64_t seconds;
    struct span answer = span_of(call->answer, call->answer_size);
    if (!form_read_token(status, answer, token->text, &seconds)) {
        end(call, OUTCOME_NO_WORD, "no token: the provider does not take the secret");
        return false;
    }
    uint64_t lives_s = seconds > TOKEN_MARGIN_S ? seconds - TOKEN_MARGIN_S : seconds;
    token->until_ms = now_ms() + lives_s * 1000;
    return true;
}

static bool take_word(struct outbox *outbox, struct call *call, unsigned status)
{
    struct form_task task = task_of(outbox, call);
    char reason[sizeof call->result.reason], next[PAYMENT_PATH_BYTES];
    if (status == HTTP_UNAUTHORIZED) token_of(outbox, call)->until_ms = 0;
    form_read(&task, status, span_of(call->answer, call->answer_size), &call->result, next);
    if (next[0] != '\0' && call->kind == CALL_ASK && ++call->asks < PAYMENT_ASKS_MAX) {
        memcpy(call->next, next, sizeof next);
        return true;
    }
    memcpy(reason, call->result.reason, sizeof reason);
    end(call, call->result.outcome, reason);
    return false;
}

static void take_end(struct outbox *outbox, struct call *call, CURLcode code)
{
    long status = 0;
    bool goes_on = false;
    curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
    if (code != CURLE_OK)
        end(call, OUTCOME_NO_WORD, curl_easy_strerror(code));
    else if (call->buys_token)
        goes_on = take_token(outbox, call, (unsigned)status);
    else
        goes_on = take_word(outbox, call, (unsigned)status);
    clean(outbox, call);
    if (goes_on)
        request(outbox, call);
    else
        note(call, status);
}

/* --- the beginning of a call ----------------------------------------------------------------- */

static size_t take_answer(char *bytes, size_t one, size_t count, void *world)
{
    struct call *call = world;
    size_t size = one * count, needed = call->answer_size + size;
    if (needed > OUTBOX_ANSWER_BYTES_MAX) return 0; /* libcurl gives up: no word */
    if (needed > call->answer_room) {
        size_t room = call->answer_room == 0 ? FIRST_ROOM : call->answer_room;
        while (room < needed) room *= 2;
        uint8_t *grown = realloc(call->answer, room);
        if (grown == NULL) return 0;
        call->answer = grown;
        call->answer_room = room;
    }
    memcpy(call->answer + call->answer_size, bytes, size);
    call->answer_size = needed;
    return size;
}

static size_t take_header(const char *bytes, size_t one, size_t count, void *world)
{
    struct call *call = world;
    (void)bytes;
    call->headers_size += one * count;
    return call->headers_size > HEADERS_BYTES_MAX ? 0 : one * count;
}

static bool set_headers(struct call *call)
{
    for (unsigned i = 0; i < call->form.headers_count; i++) {
        struct curl_slist *grown = curl_slist_append(call->headers, call->form.headers[i]);
        if (grown == NULL) return false;
        call->headers = grown;
    }
    return true;
}

/* What is left of the call's time: 0 would be none at all for libcurl. */
static uint64_t left_ms(const struct outbox *outbox, const struct call *call)
{
    uint64_t used = now_ms() - call->begun_ms;
    return used < outbox->options.total_ms ? outbox->options.total_ms - used : 1;
}

static void set_options(struct outbox *outbox, struct call *call)
{
    CURL *easy = call->easy;
    const struct form *form = &call->form;
    curl_easy_setopt(easy, CURLOPT_URL, form->url);
    outside_guard(easy, true);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)outbox->options.connect_ms);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)left_ms(outbox, call));
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, call->headers);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_answer);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, call);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, call);
    if (form->login != NULL) {
        curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
        curl_easy_setopt(easy, CURLOPT_USERPWD, form->login);
    }
    if (!form->post) return;
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)form->body_size);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, form->body);
}

static bool wants_token(struct outbox *outbox, const struct call *call)
{
    return call->provider->speaks->can.access == ACCESS_TOKEN &&
           token_of(outbox, call)->until_ms <= now_ms();
}

/* The next request of a call whose provider is known. */
static void request(struct outbox *outbox, struct call *call)
{
    struct form_task task = task_of(outbox, call);
    call->buys_token = wants_token(outbox, call);
    enum error error = call->buys_token ? form_write_token(&call->form, call->provider)
                                        : form_write(&call->form, &task);
    if (error != OK) {
        end(call, OUTCOME_NO_WORD, "the request cannot be formed");
    } else {
        call->easy = curl_easy_init();
        bool ready = call->easy != NULL && set_headers(call);
        if (ready) set_options(outbox, call);
        if (call->easy != NULL) {
            outbox->under_way++;
            outbox->under_way_of[call->provider - outbox->providers]++;
        }
        if (ready && curl_multi_add_handle(outbox->multi, call->easy) == CURLM_OK) return;
        end(call, OUTCOME_NO_WORD, "no memory");
    }
    note(call, 0);
    clean(outbox, call);
}

static void begin(struct outbox *outbox, struct call *call)
{
    call->begun_ms = now_ms();
    call->state = CALL_UNDER_WAY;
    call->asks = 0;
    call->next[0] = '\0';
    if (call->begun_ms - call->queued_ms > outbox->options.total_ms) {
        end(call, OUTCOME_NO_WORD, "waited too long for its turn; nothing was sent");
    } else if (call->provider == NULL) {
        bool ask = call->kind == CALL_ASK;
        end(call, ask ? OUTCOME_CANNOT_ASK : OUTCOME_NO_WORD, "this provider is not configured");
    } else if (call->kind == CALL_ASK && !call->provider->can_query) {
        end(call, OUTCOME_CANNOT_ASK, "this provider cannot be asked");
    } else {
        request(outbox, call);
        return;
    }
    note(call, 0);
}

/* --- the thread ------------------------------------------------------------------------------ */

/* An account has no more under way than it leaves to the others: one that hangs takes half, a
 * second one half of the rest, and there is always room for those that answer. */
static bool has_share(const struct outbox *outbox, const struct call *call)
{
    if (call->provider == NULL || outbox->options.providers_count == 1) return true;
    return outbox->under_way_of[call->provider - outbox->providers] <
           OUTBOX_UNDER_WAY_MAX - outbox->under_way;
}

/* The eldest of those whose account has room. */
static struct call *next_queued(struct outbox *outbox)
{
    struct call *found = NULL;
    pthread_mutex_lock(&outbox->lock);
    for (unsigned i = 0; i < OUTBOX_CALLS_MAX; i++) {
        struct call *call = &outbox->calls[i];
        if (call->state == CALL_QUEUED && (found == NULL || call->order < found->order) &&
            has_share(outbox, call))
            found = call;
    }
    if (found != NULL) {
        outbox->counts.sent += found->kind == CALL_SEND ? 1 : 0;
        outbox->counts.asked += found->kind == CALL_ASK ? 1 : 0;
    }
    pthread_mutex_unlock(&outbox->lock);
    return found;
}

static void take_ended(struct outbox *outbox)
{
    int left = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(outbox->multi, &left)) != NULL) {
        struct call *call = NULL;
        if (message->msg != CURLMSG_DONE) continue;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &call);
        take_end(outbox, call, message->data.result);
    }
}

/* false: some results found no room above. */
static bool deliver(struct outbox *outbox)
{
    bool all = true;
    for (unsigned i = 0; i < OUTBOX_CALLS_MAX; i++) {
        struct call *call = &outbox->calls[i];
        if (call->state != CALL_ENDED) continue;
        if (!outbox->options.result(outbox->options.world, &call->result)) {
            all = false;
            continue;
        }
        pthread_mutex_lock(&outbox->lock);
        outbox->counts.no_word += call->result.outcome == OUTCOME_NO_WORD ? 1 : 0;
        outbox->counts.waiting--;
        call->state = CALL_FREE;
        pthread_mutex_unlock(&outbox->lock);
    }
    return all;
}

static bool stops(struct outbox *outbox)
{
    pthread_mutex_lock(&outbox->lock);
    bool stopping = outbox->stopping;
    pthread_mutex_unlock(&outbox->lock);
    return stopping;
}

static void *run(void *world)
{
    struct outbox *outbox = world;
    while (!stops(outbox)) {
        struct call *call = NULL;
        int running = 0;
        while (outbox->under_way < OUTBOX_UNDER_WAY_MAX && (call = next_queued(outbox)) != NULL)
            begin(outbox, call);
        curl_multi_perform(outbox->multi, &running);
        take_ended(outbox);
        bool all = deliver(outbox);
        curl_multi_poll(outbox->multi, NULL, 0, all ? POLL_MS : UNDELIVERED_MS, NULL);
    }
    return NULL;
}

/* --- the doors ------------------------------------------------------------------------------- */

struct outbox *outbox_start(const struct outbox_options *options, char why[OUTBOX_WHY_BYTES])
{
    assert(options->providers_count <= OUTBOX_PROVIDERS_MAX && options->result != NULL);
    snprintf(why, OUTBOX_WHY_BYTES, "the outbox cannot be started");
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return NULL;
    struct outbox *outbox = calloc(1, sizeof *outbox);
    if (outbox == NULL) return NULL;
    outbox->options = *options;
    if (outbox->options.connect_ms == 0) outbox->options.connect_ms = CONNECT_MS;
    if (outbox->options.total_ms == 0) outbox->options.total_ms = TOTAL_MS;
    for (size_t i = 0; i < options->providers_count; i++)
        outbox->providers[i] = options->providers[i];
    outbox->options.providers = outbox->providers;
    pthread_mutex_init(&outbox->lock, NULL);
    outbox->multi = curl_multi_init();
    if (outbox->multi != NULL && pthread_create(&outbox->thread, NULL, run, outbox) == 0)
        return outbox;
    curl_multi_cleanup(outbox->multi);
    free(outbox);
    return NULL;
}

/* The core has chosen by the merchant. An account that speaks for another provider than the payment
 * names is none. */
static const struct outbox_provider *provider_of(const struct outbox *outbox,
                                                 const struct refund_call *wish)
{
    if (wish->account >= outbox->options.providers_count) return NULL;
    const struct outbox_provider *provider = &outbox->providers[wish->account];
    return strcmp(provider->name, wish->provider) == 0 ? provider : NULL;
}

void outbox_call(struct outbox *outbox, enum call_kind kind, const struct refund_call *wish)
{
    struct call *call = NULL;
    pthread_mutex_lock(&outbox->lock);
    for (unsigned i = 0; i < OUTBOX_CALLS_MAX && call == NULL; i++)
        if (outbox->calls[i].state == CALL_FREE) call = &outbox->calls[i];
    /* The core has at most OUTBOX_MAX effects, and one call of each; half of the room is spare. */
    assert(call != NULL);
    call->kind = kind;
    call->wish = *wish;
    call->provider = provider_of(outbox, wish);
    call->queued_ms = now_ms();
    call->order = outbox->next_order++;
    memset(&call->result, 0, sizeof call->result);
    call->state = CALL_QUEUED;
    outbox->counts.waiting++;
    pthread_mutex_unlock(&outbox->lock);
    curl_multi_wakeup(outbox->multi);
}

void outbox_stop(struct outbox *outbox)
{
    if (outbox == NULL) return;
    pthread_mutex_lock(&outbox->lock);
    outbox->stopping = true;
    pthread_mutex_unlock(&outbox->lock);
    curl_multi_wakeup(outbox->multi);
    pthread_join(outbox->thread, NULL);
    for (unsigned i = 0; i < OUTBOX_CALLS_MAX; i++) clean(outbox, &outbox->calls[i]);
    curl_multi_cleanup(outbox->multi);
    explicit_bzero(outbox->providers, sizeof outbox->providers);
    explicit_bzero(outbox->tokens, sizeof outbox->tokens);
    free(outbox);
}

struct outbox_counts outbox_counts(struct outbox *outbox)
{
    pthread_mutex_lock(&outbox->lock);
    struct outbox_counts counts = outbox->counts;
    pthread_mutex_unlock(&outbox->lock);
    return counts;
}
