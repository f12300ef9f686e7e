#include "node/carriers/buyer.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/carriers/asker_inside.h"
#include "node/carriers/buyer_inside.h"
#include "node/log.h"

#define CONNECT_MS     10000u
#define TOTAL_MS       60000u
#define POLL_MS        1000
#define UNDELIVERED_MS 10

/* --- the thread ------------------------------------------------------------------------------- */

static void note(const struct purchase *purchase)
{
    static const char *const words[] = {
        [OUTCOME_PAID] = "done",       [OUTCOME_PENDING] = "pending",
        [OUTCOME_FAILED] = "refused",  [OUTCOME_ABSENT] = "absent",
        [OUTCOME_NO_WORD] = "no word", [OUTCOME_CANNOT_ASK] = "cannot ask"};
    static const char *const acts[] = {
        [LABEL_BUY] = "buy", [LABEL_VOID] = "void", [LABEL_PICKUP] = "pickup"};
    const struct label_result *result = &purchase->result;
    char label[ID_TEXT_BYTES];
    bool plain = result->outcome == OUTCOME_PAID || result->outcome == OUTCOME_ABSENT;
    id_print(&purchase->wish.label, label);
    LOG(plain ? LOG_INFO : LOG_WARN, "labels", purchase->kind == CALL_SEND ? "sent" : "asked",
        LOG_TEXT("carrier", purchase->wish.carrier), LOG_TEXT("label", label),
        LOG_TEXT("act", acts[purchase->wish.act]), LOG_TEXT("outcome", words[result->outcome]),
        LOG_NUMBER("ms", asker_now_ms() - purchase->begun_ms), LOG_TEXT("reason", result->reason));
}

void purchase_end(struct purchase *purchase, enum refund_outcome outcome, const char *reason)
{
    purchase->result.label = purchase->wish.label;
    purchase->result.asked = purchase->kind == CALL_ASK;
    purchase->result.outcome = outcome;
    snprintf(purchase->result.reason, sizeof purchase->result.reason, "%.*s", REASON_BYTES_MAX,
             reason);
    purchase->state = PURCHASE_ENDED;
    note(purchase);
}

static void begin(struct buyer *buyer, struct purchase *purchase)
{
    purchase->begun_ms = asker_now_ms();
    purchase->state = PURCHASE_UNDER_WAY;
    if (purchase->begun_ms - purchase->queued_ms <= buyer->options.total_ms) {
        purchase_begin(buyer, purchase);
        return;
    }
    purchase_unsent(buyer, purchase);
    purchase_end(purchase, OUTCOME_NO_WORD, "waited too long for its turn; nothing was sent");
}

static struct purchase *next_queued(struct buyer *buyer)
{
    struct purchase *found = NULL;
    pthread_mutex_lock(&buyer->lock);
    for (unsigned i = 0; i < BUYER_CALLS_MAX; i++) {
        struct purchase *purchase = &buyer->purchases[i];
        bool sooner = found == NULL || purchase->order < found->order;
        if (purchase->state == PURCHASE_QUEUED && sooner) found = purchase;
    }
    pthread_mutex_unlock(&buyer->lock);
    return found;
}

static void take_ended(struct buyer *buyer)
{
    int left = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(buyer->multi, &left)) != NULL) {
        if (message->msg != CURLMSG_DONE) continue;
        struct wire *wire = wire_of(message->easy_handle);
        purchase_answer(buyer, wire_owner(wire), message->data.result);
    }
}

/* false: some results found no room above. */
static bool deliver(struct buyer *buyer)
{
    bool all = true;
    for (unsigned i = 0; i < BUYER_CALLS_MAX; i++) {
        struct purchase *purchase = &buyer->purchases[i];
        if (purchase->state != PURCHASE_ENDED) continue;
        if (buyer->options.result(buyer->options.world, &purchase->result)) {
            explicit_bzero(&purchase->wish, sizeof purchase->wish);
            purchase->state = PURCHASE_FREE;
        } else
            all = false;
    }
    return all;
}

/* --- the last words -----------------------------------------------------------------------------
 *
 * A number that only this process knows is lost with it, and then nobody can say what was sold. */

static void hang_up(struct buyer *buyer, struct purchase *purchase)
{
    if (purchase->wire == NULL) return;
    wire_free(purchase->wire);
    purchase->wire = NULL;
    buyer->under_way--;
}

/* Nothing that buys has left: neither now nor in an earlier call of it. */
static bool is_surely_unsent(const struct purchase *purchase)
{
    bool token = purchase->step == STEP_TOKEN || purchase->step == STEP_PAYMENT;
    bool early = purchase->state == PURCHASE_QUEUED || purchase->step == STEP_OFFERS ||
                 (token && purchase->after_token != STEP_LOOK_UP);
    return early && purchase->kind == CALL_SEND && purchase->wish.act != LABEL_VOID &&
           purchase->wish.attempt == 0;
}

static void finish(struct buyer *buyer, struct purchase *purchase, bool over)
{
    bool sold = STEP_HAS_SOLD(purchase->step);
    if (is_surely_unsent(purchase)) {
        hang_up(buyer, purchase);
        purchase_end(purchase, OUTCOME_FAILED, "the node was stopped before it was sent");
    } else if (purchase->state == PURCHASE_UNDER_WAY && sold && over) {
        hang_up(buyer, purchase);
        purchase_end(purchase, OUTCOME_PAID,
                     "bought; the node was stopped while its document was fetched");
    }
}

/* What was queued and is no first call waits for the next start, which asks. */
static bool is_open(const struct purchase *purchase)
{
    int state = purchase->state;
    return state == PURCHASE_UNDER_WAY || state == PURCHASE_ENDED;
}

static void finish_all(struct buyer *buyer)
{
    uint64_t by_ms = atomic_load(&buyer->finish_by_ms);
    bool over = asker_now_ms() >= by_ms, open = false;
    for (unsigned i = 0; i < BUYER_CALLS_MAX; i++) {
        struct purchase *purchase = &buyer->purchases[i];
        pthread_mutex_lock(&buyer->lock); /* whoever fills it is through */
        int state = purchase->state;
        pthread_mutex_unlock(&buyer->lock);
        if (state == PURCHASE_QUEUED || state == PURCHASE_UNDER_WAY) finish(buyer, purchase, over);
    }
    (void)deliver(buyer);
    for (unsigned i = 0; i < BUYER_CALLS_MAX; i++) open = open || is_open(&buyer->purchases[i]);
    if (open && !over) return;
    pthread_mutex_lock(&buyer->lock);
    buyer->has_finished = true;
    pthread_cond_broadcast(&buyer->finished);
    pthread_mutex_unlock(&buyer->lock);
}

static void *run(void *world)
{
    struct buyer *buyer = world;
    while (!atomic_load(&buyer->stopping)) {
        struct purchase *purchase = NULL;
        int running = 0;
        bool finishing = atomic_load(&buyer->finish_by_ms) > 0;
        while (!finishing && buyer->under_way < BUYER_UNDER_WAY_MAX &&
               (purchase = next_queued(buyer)) != NULL)
            begin(buyer, purchase);
        curl_multi_perform(buyer->multi, &running);
        take_ended(buyer);
        if (finishing) finish_all(buyer);
        bool all = deliver(buyer);
        curl_multi_poll(buyer->multi, NULL, 0, all && !finishing ? POLL_MS : UNDELIVERED_MS, NULL);
    }
    return NULL;
}

/* --- the doors -------------------------------------------------------------------------------- */

static void free_buyer(struct buyer *buyer)
{
    for (unsigned i = 0; i < BUYER_CALLS_MAX; i++) wire_free(buyer->purchases[i].wire);
    if (buyer->multi != NULL) curl_multi_cleanup(buyer->multi);
    pthread_cond_destroy(&buyer->finished);
    pthread_mutex_destroy(&buyer->lock);
    explicit_bzero(buyer->sellers, sizeof buyer->sellers);
    explicit_bzero(buyer->purchases, sizeof buyer->purchases);
    free(buyer);
}

struct buyer *buyer_start(const struct buyer_options *options, char why[ASKER_WHY_BYTES])
{
    assert(options->accounts_count <= ASKER_ACCOUNTS_MAX && options->result != NULL);
    snprintf(why, ASKER_WHY_BYTES, "the buyer of labels cannot be started");
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return NULL;
    struct buyer *buyer = calloc(1, sizeof *buyer);
    if (buyer == NULL) return NULL;
    buyer->options = *options;
    if (buyer->options.connect_ms == 0) buyer->options.connect_ms = CONNECT_MS;
    if (buyer->options.total_ms == 0) buyer->options.total_ms = TOTAL_MS;
    for (size_t i = 0; i < options->accounts_count; i++)
        buyer->sellers[i].is = options->accounts[i];
    buyer->sellers_count = options->accounts_count;
    buyer->options.accounts = NULL;
    pthread_mutex_init(&buyer->lock, NULL);
    pthread_cond_init(&buyer->finished, NULL);
    buyer->multi = curl_multi_init();
    if (buyer->multi != NULL && pthread_create(&buyer->thread, NULL, run, buyer) == 0) return buyer;
    free_buyer(buyer);
    return NULL;
}

/* The core has chosen by carrier and account; a place that is another's is none. */
static struct seller *seller_of(struct buyer *buyer, const struct label_call *wish)
{
    if (wish->account_at >= buyer->sellers_count) return NULL;
    struct seller *seller = &buyer->sellers[wish->account_at];
    bool theirs = strcmp(seller->is.carrier->name, wish->carrier) == 0 &&
                  strcmp(seller->is.name, wish->account) == 0;
    return theirs ? seller : NULL;
}

void buyer_call(struct buyer *buyer, enum call_kind kind, const struct label_call *wish)
{
    struct purchase *purchase = NULL;
    pthread_mutex_lock(&buyer->lock);
    for (unsigned i = 0; i < BUYER_CALLS_MAX && purchase == NULL; i++)
        if (buyer->purchases[i].state == PURCHASE_FREE) purchase = &buyer->purchases[i];
    /* The core has at most OUTBOX_MAX effects, and one call of each; half of the room is spare. */
    assert(purchase != NULL);
    purchase->kind = kind;
    purchase->wish = *wish;
    purchase->seller = seller_of(buyer, wish);
    purchase->queued_ms = asker_now_ms();
    purchase->order = buyer->next_order++;
    purchase->token_again = false;
    purchase->prepared[0] = purchase->rate[0] = '\0';
    purchase->rate_seller[0] = purchase->rate_service[0] = '\0';
    purchase->document_url[0] = purchase->qr_url[0] = '\0';
    memset(&purchase->result, 0, sizeof purchase->result);
    purchase->state = PURCHASE_QUEUED;
    pthread_mutex_unlock(&buyer->lock);
    curl_multi_wakeup(buyer->multi);
}

void buyer_finish(struct buyer *buyer, uint32_t ms)
{
    if (buyer == NULL) return;
    atomic_store(&buyer->finish_by_ms, asker_now_ms() + ms);
    curl_multi_wakeup(buyer->multi);
    pthread_mutex_lock(&buyer->lock);
    while (!buyer->has_finished) pthread_cond_wait(&buyer->finished, &buyer->lock);
    pthread_mutex_unlock(&buyer->lock);
}

void buyer_stop(struct buyer *buyer)
{
    if (buyer == NULL) return;
    atomic_store(&buyer->stopping, true);
    curl_multi_wakeup(buyer->multi);
    pthread_join(buyer->thread, NULL);
    free_buyer(buyer);
}
