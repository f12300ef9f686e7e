#include "node/hooks/hooks.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "node/hooks/lines.h"
#include "node/hooks/post.h"
#include "node/log.h"
#include "node/text.h"

#define CONNECT_MS 5000u
#define TOTAL_MS   20000u
#define LOOK_MS    1000u
#define LOOK_REST_MS                                                                               \
    20u                /* between two looks, however much is committed, and ten times as long      \
                          as the last one took */
#define DIRTY_MS 1000u /* what was not recorded is tried again */

struct hooks {
    struct hooks_options options;
    CURLM *multi;
    pthread_t thread;
    atomic_bool stopping, grew, lost; /* lost: a record was not committed */
    struct lines lines;
    struct post *calls[PLAN_CALLS_MAX];
    size_t first; /* whose turn it is */
    uint64_t looked_ms, recorded_ms, rest_ms;
    bool more;
    bool left_out; /* it was said */
    pthread_mutex_t lock;
    struct hooks_counts counts; /* under the lock, like what follows */
    struct hooks_waiting waiting[HOOKS_WAITING_MAX];
    size_t waiting_count;
};

static uint64_t ms_of(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* --- what the engine is told -------------------------------------------------------------------
 */

struct record_job {
    struct job job; /* first */
    struct hooks *hooks;
    struct hook_record record;
    char why[HOOK_WHY_BYTES_MAX + 1];
};

static void record_done(struct job *job, const struct answer_out *answer)
{
    struct record_job *record = (struct record_job *)job;
    if (answer == NULL || answer->error != OK) atomic_store(&record->hooks->lost, true);
    free(record);
}

/* Where the line is, with what an attempt brought; NULL: nothing new. What finds no room is tried
 * again: until then a restart would send again, and no more. */
static void record(struct hooks *hooks, struct hook_line *line,
                   const struct hook_delivery *delivery)
{
    struct record_job *job = calloc(1, sizeof *job);
    line->dirty = job == NULL;
    if (job == NULL) return;
    if (delivery != NULL) {
        line->plan.number++;
        job->record.delivery = *delivery;
        memcpy(job->why, delivery->why.at, delivery->why.size);
        job->record.delivery.why = span_of(job->why, delivery->why.size);
    }
    job->hooks = hooks;
    job->record.webhook = line->plan.webhook;
    plan_to_row(&line->plan, line->term, &job->record.progress);
    job->job.bytes = sizeof *job;
    job->job.done = record_done;
    job->job.input.kind = INPUT_HOOK;
    job->job.input.hook = &job->record;
    if (engine_submit(hooks->options.engine, &job->job)) return;
    line->dirty = true;
    free(job);
}

struct command_job {
    struct job job; /* first */
    union command_body body;
};

static void command_done(struct job *job, const struct answer_out *answer)
{
    if (answer != NULL && answer->error != OK)
        LOG(LOG_WARN, "hooks", "the book did not take it",
            LOG_TEXT("code", error_name(answer->error)), LOG_TEXT("rule", answer->rule));
    free(job);
}

/* A command of this node itself, to the book that it leads: no request, and so no answer entry. */
static bool command(struct hooks *hooks, enum command_kind kind, struct command_job *job)
{
    const struct core_self *self = engine_self(hooks->options.engine);
    job->job.bytes = sizeof *job;
    job->job.done = command_done;
    job->job.input.kind = INPUT_COMMAND;
    job->job.input.command = (struct command){
        .kind = kind, .by = {.kind = BY_POLICY, .node = self->node}, .body = &job->body};
    if (engine_submit(hooks->options.engine, &job->job)) return true;
    free(job);
    return false;
}

static void check_in(struct hooks *hooks, struct hook_line *line, uint64_t now_ms)
{
    struct command_job *job = calloc(1, sizeof *job);
    if (job == NULL) return;
    struct webhook_check *check = &job->body.webhook_check;
    const struct plan_line *plan = &line->plan;
    check->webhook = plan->webhook;
    check->through = plan->through;
    for (unsigned i = 0; i < plan->open_count; i++)
        if (!plan->open[i].replay)
            check->under_way[check->under_way_count++] = (struct hook_under_way){
                .idx = plan->open[i].idx, .type = (uint64_t)plan->open[i].type};
    if (!command(hooks, COMMAND_WEBHOOK_CHECK, job)) return;
    line->plan.ended = 0;
    line->plan.checked_ms = now_ms;
    line->plan.checked_through = plan->through;
}

/* reason: a text that lives for ever. */
static void disable(struct hooks *hooks, struct hook_line *line, const char *reason)
{
    char webhook[ID_TEXT_BYTES];
    struct command_job *job = line->disabling ? NULL : calloc(1, sizeof *job);
    line->plan.may_send = false;
    if (job == NULL) return;
    job->body.webhook_disable.webhook = line->plan.webhook;
    job->body.webhook_disable.reason = span_text(reason);
    id_print(&line->plan.webhook, webhook);
    LOG(LOG_WARN, "hooks", "an endpoint is disabled", LOG_TEXT("webhook", webhook),
        LOG_TEXT("reason", reason));
    line->disabling = command(hooks, COMMAND_WEBHOOK_DISABLE, job);
}

/* --- calls -------------------------------------------------------------------------------------
 */

static struct post **free_place(struct hooks *hooks)
{
    for (unsigned i = 0; i < PLAN_CALLS_MAX; i++)
        if (hooks->calls[i] == NULL) return &hooks->calls[i];
    return NULL;
}

static bool write_wish(struct hooks *hooks, const struct hook_line *line,
                       const struct plan_message *message, uint64_t now_ms, struct post_wish *wish)
{
    struct store_reading reading;
    struct span body;
    memset(wish, 0, sizeof *wish);
    wish->webhook = line->plan.webhook;
    wish->idx = message->idx;
    wish->type = message->type;
    wish->timestamp_s = now_ms / 1000;
    wish->loopback = hooks->options.loopback;
    wish->connect_ms = hooks->options.connect_ms;
    wish->total_ms = hooks->options.total_ms;
    (void)text_copy(wish->url, sizeof wish->url, line->url);
    hook_id_print(message->idx, &message->message, wish->id);
    if (store_reading_begin(hooks->options.store, &reading) != OK) return false;
    scan_look_at(hooks->lines.scan, &reading);
    bool told =
        scan_body(hooks->lines.scan, &line->book, message->idx, message->type, wish->body, &body);
    store_reading_end(&reading);
    if (!told) return false;
    wish->body_size = body.size;
    hook_sign(hooks->options.crypto, line->keys, line->keys_count, wish->id, wish->timestamp_s,
              body, wish->signature);
    return true;
}

static void begin_call(struct hooks *hooks, struct hook_line *line, unsigned place, uint64_t now_ms)
{
    struct post_wish wish;
    struct plan_message *message = &line->plan.open[place];
    struct post **room = free_place(hooks);
    bool begun = room != NULL && write_wish(hooks, line, message, now_ms, &wish) &&
                 (*room = post_begin(hooks->multi, &wish)) != NULL;
    if (!begun) { /* no memory, or no reading: no attempt was made, and others have their turn */
        message->next_ms = now_ms + DIRTY_MS;
        plan_forget_call(&line->plan, message->idx, message->type);
        return;
    }
    pthread_mutex_lock(&hooks->lock);
    hooks->counts.sent++;
    pthread_mutex_unlock(&hooks->lock);
}

static void begin_calls(struct hooks *hooks, uint64_t now_ms)
{
    struct plan_choice choice;
    while (plan_choose(hooks->lines.at, hooks->lines.count, hooks->first, now_ms, &choice)) {
        hooks->first = choice.line + 1 < hooks->lines.count ? choice.line + 1 : 0;
        begin_call(hooks, lines_at(&hooks->lines, choice.line), choice.place, now_ms);
    }
}

static void note(struct hooks *hooks, const struct post_wish *wish,
                 const struct post_result *result, const struct plan_end *end)
{
    char webhook[ID_TEXT_BYTES];
    bool taken = result->outcome == HOOK_DELIVERED;
    id_print(&wish->webhook, webhook);
    LOG(taken ? LOG_INFO : LOG_WARN, "hooks", taken ? "delivered" : "not delivered",
        LOG_TEXT("webhook", webhook), LOG_TEXT("message", wish->id),
        LOG_TEXT("outcome", word_of(&hook_outcome_words, result->outcome)),
        LOG_NUMBER("status", result->status), LOG_NUMBER("attempt", end->attempt),
        LOG_NUMBER("ms", result->took_ms), LOG_TEXT("why", result->why));
    pthread_mutex_lock(&hooks->lock);
    hooks->counts.delivered += taken ? 1 : 0;
    hooks->counts.failed += taken ? 0 : 1;
    hooks->counts.blocked += result->outcome == HOOK_BLOCKED ? 1 : 0;
    hooks->counts.given_up += end->verdict == PLAN_GIVEN_UP ? 1 : 0;
    pthread_mutex_unlock(&hooks->lock);
}

static uint64_t any_number(void)
{
    uint64_t number = 0;
    if (getrandom(&number, sizeof number, 0) != (ssize_t)sizeof number) abort();
    return number;
}

static void take_result(struct hooks *hooks, const struct post_wish *wish,
                        const struct post_result *result)
{
    uint64_t now_ms = ms_of(CLOCK_REALTIME);
    struct hook_line *line = lines_find(&hooks->lines, &wish->webhook);
    if (line == NULL) return;
    struct plan_end end =
        plan_answer(&line->plan, wish->idx, wish->type, result->outcome, now_ms, any_number());
    if (end.verdict == PLAN_UNKNOWN) return;
    note(hooks, wish, result, &end);
    const struct hook_delivery delivery = {.idx = wish->idx,
                                           .type = (uint64_t)wish->type,
                                           .message = end.message,
                                           .attempt = end.attempt,
                                           .at_ms = now_ms,
                                           .outcome = (uint64_t)result->outcome,
                                           .status = result->status,
                                           .took_ms = result->took_ms % 1000000,
                                           .why = span_text(result->why),
                                           .next_ms = end.next_ms,
                                           .replay = end.replay ? 1 : 0};
    record(hooks, line, &delivery);
    if (result->outcome == HOOK_GONE) disable(hooks, line, "the endpoint answered 410 Gone");
    if (end.disable) disable(hooks, line, "nothing was taken for more than three days");
}

static void end_call(struct hooks *hooks, struct post *call)
{
    for (unsigned i = 0; i < PLAN_CALLS_MAX; i++)
        if (hooks->calls[i] == call) hooks->calls[i] = NULL;
    post_free(call);
}

static void take_ended(struct hooks *hooks)
{
    int left = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(hooks->multi, &left)) != NULL) {
        struct post_result result;
        if (message->msg != CURLMSG_DONE) continue;
        struct post *call = post_of(message->easy_handle);
        post_result_of(call, message->data.result, &result);
        take_result(hooks, post_wish_of(call), &result);
        end_call(hooks, call);
    }
}

/* --- looking -----------------------------------------------------------------------------------
 */

static void count(struct hooks *hooks)
{
    struct hooks_counts *counts = &hooks->counts;
    pthread_mutex_lock(&hooks->lock);
    counts->endpoints = counts->open = counts->under_way = counts->waiting = 0;
    hooks->waiting_count = 0;
    for (size_t i = 0; i < hooks->lines.count; i++) {
        const struct hook_line *line = lines_at(&hooks->lines, i);
        counts->endpoints += line->disabled ? 0 : 1;
        counts->open += line->plan.open_count;
        counts->under_way += line->plan.calls;
        if (line->disabled || line->keys_count == line->keys_wanted) continue;
        counts->waiting += line->keys_count == 0 ? 1 : 0;
        if (hooks->waiting_count == HOOKS_WAITING_MAX) continue;
        hooks->waiting[hooks->waiting_count++] =
            (struct hooks_waiting){.webhook = line->plan.webhook,
                                   .merchant = line->plan.merchant,
                                   .secrets_missing = line->keys_wanted - line->keys_count};
    }
    pthread_mutex_unlock(&hooks->lock);
}

static void say_left_out(struct hooks *hooks)
{
    bool left_out = hooks->lines.left_out > 0;
    if (left_out && !hooks->left_out)
        LOG(LOG_ERROR, "hooks", "too many endpoints: some are not delivered to",
            LOG_NUMBER("left_out", hooks->lines.left_out), LOG_NUMBER("room", LINES_MAX));
    hooks->left_out = left_out;
}

static void look(struct hooks *hooks, uint64_t boot_ms)
{
    struct store_reading reading;
    uint64_t since_ms = boot_ms - hooks->looked_ms;
    bool grew = atomic_load(&hooks->grew);
    bool wanted = since_ms >= hooks->options.look_ms || (grew && since_ms >= hooks->rest_ms);
    if (!wanted && !hooks->more) return;
    atomic_store(&hooks->grew, false);
    hooks->looked_ms = boot_ms;
    if (store_reading_begin(hooks->options.store, &reading) != OK) return;
    hooks->more = lines_look(&hooks->lines, &reading, engine_may_act(hooks->options.engine),
                             ms_of(CLOCK_REALTIME));
    store_reading_end(&reading);
    uint64_t took_ms = ms_of(CLOCK_BOOTTIME) - boot_ms;
    hooks->rest_ms = took_ms * 10 > LOOK_REST_MS ? took_ms * 10 : LOOK_REST_MS;
    say_left_out(hooks);
    count(hooks);
}

/* What could not be recorded, and what the books are to be told. */
static void keep_up(struct hooks *hooks, uint64_t boot_ms, uint64_t now_ms)
{
    bool again = boot_ms - hooks->recorded_ms >= DIRTY_MS;
    bool lost = again && atomic_exchange(&hooks->lost, false);
    if (again) hooks->recorded_ms = boot_ms;
    for (size_t i = 0; i < hooks->lines.count; i++) {
        struct hook_line *line = lines_at(&hooks->lines, i);
        if (lost || (again && line->dirty)) record(hooks, line, NULL);
        if (line->seen && !line->disabled && plan_check_is_due(&line->plan, now_ms))
            check_in(hooks, line, now_ms);
    }
}

static int pause_ms(const struct hooks *hooks, uint64_t now_ms)
{
    uint64_t pause = hooks->more ? 1 : hooks->options.look_ms;
    if (pause > 250) pause = 250;
    if (atomic_load(&hooks->grew) && pause > LOOK_REST_MS) pause = LOOK_REST_MS;
    for (size_t i = 0; i < hooks->lines.count; i++) {
        uint64_t wake_ms = plan_wake_ms(hooks->lines.at[i]);
        /* What is due and was not begun waits for a place, which an answer frees. */
        if (wake_ms > now_ms && wake_ms - now_ms < pause) pause = wake_ms - now_ms;
    }
    return (int)pause;
}

static void *run(void *world)
{
    struct hooks *hooks = world;
    while (!atomic_load(&hooks->stopping)) {
        int running = 0;
        uint64_t boot_ms = ms_of(CLOCK_BOOTTIME), now_ms = ms_of(CLOCK_REALTIME);
        look(hooks, boot_ms);
        begin_calls(hooks, now_ms);
        curl_multi_perform(hooks->multi, &running);
        take_ended(hooks);
        keep_up(hooks, boot_ms, now_ms);
        curl_multi_poll(hooks->multi, NULL, 0, pause_ms(hooks, now_ms), NULL);
    }
    return NULL;
}

/* --- the doors ---------------------------------------------------------------------------------
 */

static void free_all(struct hooks *hooks)
{
    for (unsigned i = 0; i < PLAN_CALLS_MAX; i++) post_free(hooks->calls[i]);
    curl_multi_cleanup(hooks->multi);
    lines_free(&hooks->lines);
    scan_free(hooks->lines.scan);
    pthread_mutex_destroy(&hooks->lock);
    free(hooks);
}

struct hooks *hooks_start(const struct hooks_options *options, char why[HOOKS_WHY_BYTES])
{
    snprintf(why, HOOKS_WHY_BYTES, "webhooks cannot be delivered: no memory, or no thread");
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return NULL;
    struct hooks *hooks = calloc(1, sizeof *hooks);
    if (hooks == NULL) return NULL;
    hooks->options = *options;
    if (options->connect_ms == 0) hooks->options.connect_ms = CONNECT_MS;
    if (options->total_ms == 0) hooks->options.total_ms = TOTAL_MS;
    if (options->look_ms == 0) hooks->options.look_ms = LOOK_MS;
    hooks->lines.directory = options->directory;
    hooks->lines.crypto = options->crypto;
    hooks->lines.own_log = engine_self(options->engine)->log;
    hooks->lines.scan = scan_new(options->crypto);
    pthread_mutex_init(&hooks->lock, NULL);
    hooks->multi = curl_multi_init();
    atomic_store(&hooks->grew, true);
    if (hooks->multi != NULL && hooks->lines.scan != NULL &&
        pthread_create(&hooks->thread, NULL, run, hooks) == 0)
        return hooks;
    free_all(hooks);
    return NULL;
}

void hooks_wake(struct hooks *hooks)
{
    if (!atomic_exchange(&hooks->grew, true)) curl_multi_wakeup(hooks->multi);
}

size_t hooks_counts(struct hooks *hooks, struct hooks_counts *counts,
                    struct hooks_waiting waiting[HOOKS_WAITING_MAX])
{
    pthread_mutex_lock(&hooks->lock);
    *counts = hooks->counts;
    size_t waiting_count = hooks->waiting_count;
    memcpy(waiting, hooks->waiting, waiting_count * sizeof waiting[0]);
    pthread_mutex_unlock(&hooks->lock);
    return waiting_count;
}

void hooks_stop(struct hooks *hooks)
{
    if (hooks == NULL) return;
    atomic_store(&hooks->stopping, true);
    curl_multi_wakeup(hooks->multi);
    pthread_join(hooks->thread, NULL);
    free_all(hooks);
}
