#include "node/carriers/asker.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "node/carriers/asker_inside.h"
#include "node/file.h"
#include "node/log.h"
#include "overseas-warehouse/view_rows.h"

#define CONNECT_MS  10000u
#define TOTAL_MS    30000u
#define LOOK_MS     1000u
#define POLL_MS     1000
#define OUTAGE_MS   (10u * 60 * 1000) /* away for longer: what was pushed is asked for again */
#define OVERLAP_MS  (10u * 60 * 1000) /* a replay begins so much earlier */
#define REPLAY_DAYS 7u                /* where the carrier's row does not say */
#define NOTE_MS     60000u
#define DAY_MS      (UINT64_C(24) * 3600 * 1000)

static uint64_t ms_of(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

uint64_t asker_now_ms(void)
{
    return ms_of(CLOCK_BOOTTIME);
}

uint64_t asker_wall_ms(void)
{
    return ms_of(CLOCK_REALTIME);
}

uint64_t asker_chance(void)
{
    uint64_t number = 0;
    if (getrandom(&number, sizeof number, 0) != (ssize_t)sizeof number) abort();
    return number;
}

uint64_t asker_pause(const struct asker *asker, uint64_t ms)
{
    return ms / asker->options.hurry;
}

/* --- when it ran ------------------------------------------------------------------------------ */

static uint64_t ran_before(const char *file)
{
    char text[64], why[FILE_WHY_BYTES];
    uint64_t ms = 0;
    if (file_read(file, text, sizeof text, why) != OK) return 0;
    return file_number(text, "ran_ms", &ms) && ms < asker_wall_ms() ? ms : 0;
}

/* What is written is at most NOTE_MS old, and early is harmless: then more is asked. */
static void note_running(struct asker *asker, uint64_t now_ms)
{
    char text[64], why[FILE_WHY_BYTES];
    if (asker->ran_file[0] == '\0' || !asker->walk_done) return;
    if (asker->noted_ms != 0 && now_ms - asker->noted_ms < NOTE_MS) return;
    asker->noted_ms = now_ms;
    int size = snprintf(text, sizeof text, "ran_ms=%llu\n", (unsigned long long)asker_wall_ms());
    enum error error =
        file_write(asker->ran_file, span_of(text, (size_t)size), 0644, FILE_REPLACE, why);
    if (error != OK)
        LOG(LOG_WARN, "carriers", "when it last asked cannot be noted", LOG_TEXT("why", why));
}

/* --- replays ---------------------------------------------------------------------------------- */

static void begin_replay(struct asked *account, uint64_t since_ms)
{
    const struct replay *row = account->is.carrier->replay;
    uint64_t days = row->days != 0 ? row->days : REPLAY_DAYS, wall_ms = asker_wall_ms();
    uint64_t least = wall_ms > days * DAY_MS ? wall_ms - days * DAY_MS : 1;
    since_ms = since_ms > OVERLAP_MS ? since_ms - OVERLAP_MS : 1;
    account->replay.since_ms = since_ms > least ? since_ms : least;
    account->replay.after[0] = '\0';
    account->replay.pages = account->replay.failures = 0;
    account->replay.next_ms = 0;
}

static bool replays(const struct asked *account)
{
    for (unsigned i = 0; i < CALLS_MAX; i++)
        if (account->pending[i].wire != NULL && account->pending[i].kind == INQUIRY_REPLAY)
            return true;
    return false;
}

static void take_replays(struct asker *asker)
{
    uint64_t wanted[ASKER_ACCOUNTS_MAX];
    pthread_mutex_lock(&asker->lock);
    for (size_t i = 0; i < asker->accounts_count; i++) {
        /* What is under way ends first. */
        wanted[i] = replays(&asker->accounts[i]) ? 0 : asker->wanted_replay_ms[i];
        if (wanted[i] != 0) asker->wanted_replay_ms[i] = 0;
    }
    pthread_mutex_unlock(&asker->lock);
    for (size_t i = 0; i < asker->accounts_count; i++)
        if (wanted[i] != 0) begin_replay(&asker->accounts[i], wanted[i]);
}

/* --- the thread ------------------------------------------------------------------------------- */

static void tell(struct asker *asker, uint64_t now_ms)
{
    for (size_t i = 0; i < asker->accounts_count; i++) {
        struct asked *account = &asker->accounts[i];
        const struct number *next = numbers_next(asker->numbers, account->place);
        bool late = next != NULL && next->next_ms < now_ms;
        uint64_t ready_ms = budget_next_ms(&account->budget, now_ms, false);
        pthread_mutex_lock(&asker->lock);
        account->counts.numbers = numbers_at(asker->numbers, account->place);
        account->counts.late_ms = late ? now_ms - next->next_ms : 0;
        account->counts.failures = account->breaker.failures;
        account->counts.closed_for_ms =
            account->breaker.open_until_ms > now_ms ? account->breaker.open_until_ms - now_ms : 0;
        account->counts.wait_ms = ready_ms - now_ms;
        account->counts.token_held = account->token_until_ms > now_ms;
        account->counts.replaying = account->replay.since_ms != 0;
        pthread_mutex_unlock(&asker->lock);
    }
}

static void take_ended(struct asker *asker)
{
    int left = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(asker->multi, &left)) != NULL) {
        if (message->msg != CURLMSG_DONE) continue;
        struct wire *wire = wire_of(message->easy_handle);
        asker_answer(asker, wire_owner(wire), message->data.result);
    }
}

static void look(struct asker *asker, uint64_t now_ms)
{
    bool wanted = asker->looked_ms == 0 || now_ms - asker->looked_ms >= asker->options.look_ms;
    if (!wanted) return;
    asker->looked_ms = now_ms;
    asker_walk(asker, now_ms);
}

static void *run(void *world)
{
    struct asker *asker = world;
    while (!atomic_load(&asker->stopping)) {
        int running = 0;
        uint64_t now_ms = asker_now_ms();
        look(asker, now_ms);
        asker_take_hints(asker, now_ms);
        take_replays(asker);
        for (size_t i = 0; i < asker->accounts_count && engine_may_act(asker->options.engine); i++)
            asker_ask(asker, &asker->accounts[i], now_ms);
        curl_multi_perform(asker->multi, &running);
        take_ended(asker);
        tell(asker, asker_now_ms());
        note_running(asker, now_ms);
        uint32_t rest_ms = asker->options.look_ms < POLL_MS ? asker->options.look_ms : POLL_MS;
        curl_multi_poll(asker->multi, NULL, 0, (int)rest_ms, NULL);
    }
    return NULL;
}

/* --- the doors -------------------------------------------------------------------------------- */

static void open_account(struct asker *asker, unsigned place, const struct asker_account *is)
{
    struct asked *account = &asker->accounts[place];
    const struct carrier *carrier = is->carrier;
    assert(carrier->poll != NULL);
    account->is = *is;
    account->asker = asker;
    account->place = place;
    account->wants_token = carrier->access != NULL;
    account->counts.carrier = carrier->name;
    account->counts.account = account->is.name;
    account->counts.token_wanted = account->wants_token;
    budget_begin(&account->budget, is->calls != 0 ? is->calls : carrier->poll->calls,
                 is->calls != 0 ? is->per_s : carrier->poll->per_s, asker_now_ms());
    uint64_t down_ms = asker->down_ms;
    bool was_away = down_ms != 0 && down_ms + OUTAGE_MS < asker_wall_ms();
    if (was_away && carrier->replay != NULL) begin_replay(account, down_ms);
}

static void free_asker(struct asker *asker)
{
    for (size_t i = 0; i < asker->accounts_count; i++)
        for (unsigned j = 0; j < CALLS_MAX; j++) wire_free(asker->accounts[i].pending[j].wire);
    if (asker->multi != NULL) curl_multi_cleanup(asker->multi);
    numbers_free(asker->numbers);
    explicit_bzero(asker->accounts, sizeof asker->accounts);
    pthread_mutex_destroy(&asker->lock);
    free(asker);
}

struct asker *asker_open(const struct asker_options *options, char why[ASKER_WHY_BYTES])
{
    assert(options->accounts_count <= ASKER_ACCOUNTS_MAX);
    snprintf(why, ASKER_WHY_BYTES, "no memory to ask carriers");
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return NULL;
    struct asker *asker = calloc(1, sizeof *asker);
    if (asker == NULL) return NULL;
    asker->options = *options;
    if (asker->options.connect_ms == 0) asker->options.connect_ms = CONNECT_MS;
    if (asker->options.total_ms == 0) asker->options.total_ms = TOTAL_MS;
    if (asker->options.look_ms == 0) asker->options.look_ms = LOOK_MS;
    if (asker->options.hurry == 0) asker->options.hurry = 1;
    if (options->ran_file != NULL) {
        snprintf(asker->ran_file, sizeof asker->ran_file, "%s", options->ran_file);
        asker->down_ms = ran_before(asker->ran_file);
    }
    pthread_mutex_init(&asker->lock, NULL);
    for (size_t i = 0; i < options->accounts_count; i++)
        open_account(asker, (unsigned)i, &options->accounts[i]);
    asker->accounts_count = options->accounts_count;
    asker->options.accounts = NULL;
    asker->numbers = numbers_new();
    asker->multi = curl_multi_init();
    if (asker->numbers != NULL && asker->multi != NULL) return asker;
    free_asker(asker);
    return NULL;
}

enum error asker_start(struct asker *asker)
{
    asker->started = pthread_create(&asker->thread, NULL, run, asker) == 0;
    return asker->started ? OK : ERROR_IO;
}

void asker_close(struct asker *asker)
{
    if (asker == NULL) return;
    atomic_store(&asker->stopping, true);
    curl_multi_wakeup(asker->multi);
    if (asker->started) pthread_join(asker->thread, NULL);
    free_asker(asker);
}

void asker_hint(struct asker *asker, struct span number)
{
    struct id parcel = parcel_id(asker->options.crypto, number);
    bool known = false;
    pthread_mutex_lock(&asker->lock);
    for (size_t i = 0; i < asker->hints_count && !known; i++)
        known = id_equal(&asker->hints[i], &parcel);
    if (!known && asker->hints_count < HINTS_MAX) asker->hints[asker->hints_count++] = parcel;
    pthread_mutex_unlock(&asker->lock);
    curl_multi_wakeup(asker->multi);
}

bool asker_replay(struct asker *asker, const char *carrier, const char *account, uint64_t since_ms)
{
    bool found = false;
    pthread_mutex_lock(&asker->lock);
    for (size_t i = 0; i < asker->accounts_count; i++) {
        const struct asked *at = &asker->accounts[i];
        bool meant = strcmp(at->is.carrier->name, carrier) == 0 &&
                     strcmp(at->is.name, account) == 0 && at->is.carrier->replay != NULL;
        if (!meant) continue;
        asker->wanted_replay_ms[i] = since_ms > 0 ? since_ms : 1;
        found = true;
    }
    pthread_mutex_unlock(&asker->lock);
    if (found) curl_multi_wakeup(asker->multi);
    return found;
}

size_t asker_look(struct asker *asker, struct asker_status status[ASKER_ACCOUNTS_MAX])
{
    pthread_mutex_lock(&asker->lock);
    for (size_t i = 0; i < asker->accounts_count; i++) status[i] = asker->accounts[i].counts;
    pthread_mutex_unlock(&asker->lock);
    return asker->accounts_count;
}
