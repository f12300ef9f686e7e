/* Subscriptions: at which numbers a carrier is to push what it knows. Nothing is kept of them: one
 * that lasts as long as its parcel was made when the number was new; one that runs out is made
 * again at a moment that chance chose, as questions are (carriers/pace.h). "I have that already" is
 * success; of a carrier where a second one would be another one, a parcel that it has spoken about
 * is left alone. What was never subscribed to is asked about all the same. */
#include <string.h>

#include "node/carriers/asker_inside.h"

#define DAY_MS       (UINT64_C(24) * 3600 * 1000)
#define RENEW_EARLY  8 /* an eighth of its time before it runs out */
#define REFUSED_WAIT DAY_MS

static const struct subscription *row_of(const struct asked *account)
{
    return account->is.subscribes ? account->is.carrier->subscription : NULL;
}

static uint64_t lives_ms(const struct asked *account, const struct subscription *row)
{
    uint64_t whole_ms = row->days * DAY_MS;
    return asker_pause(account->asker, whole_ms - whole_ms / RENEW_EARLY);
}

uint64_t subscription_first_ms(const struct asked *account, bool fresh, uint64_t now_ms)
{
    const struct subscription *row = row_of(account);
    if (row == NULL) return NUMBERS_NEVER;
    if (fresh) return now_ms;
    if (row->days == 0) return NUMBERS_NEVER;
    uint64_t first = pace_first_ms(lives_ms(account, row), account->asker->down_ms, asker_chance());
    uint64_t wall_ms = asker_wall_ms();
    return first > wall_ms ? now_ms + first - wall_ms : now_ms;
}

static bool push(struct wish_list *list, const struct number *number)
{
    if (list->count == WISHES_MAX) return false;
    size_t at = (list->first + list->count++) % WISHES_MAX;
    list->at[at].parcel = number->parcel;
    memcpy(list->at[at].text, number->text, sizeof number->text);
    return true;
}

void subscription_want(struct asker *asker, struct number *number, uint64_t now_ms)
{
    if (number->account == NUMBERS_NOBODY || number->queued || number->subscribe_ms > now_ms)
        return;
    number->queued = push(&asker->accounts[number->account].subscribe, number);
}

void subscription_drop(struct asker *asker, const struct number *number)
{
    if (number->account == NUMBERS_NOBODY) return;
    struct asked *account = &asker->accounts[number->account];
    const struct subscription *row = row_of(account);
    /* What finds no room ends by itself. */
    if (row != NULL && row->drop.path != NULL) (void)push(&account->unsubscribe, number);
}

static size_t take(struct wish_list *list, struct pending *pending, size_t most)
{
    size_t count = 0;
    while (count < most && list->count > 0) {
        pending->parcels[count] = list->at[list->first].parcel;
        memcpy(pending->numbers[count], list->at[list->first].text, sizeof pending->numbers[count]);
        list->first = (list->first + 1) % WISHES_MAX;
        list->count--;
        count++;
    }
    return pending->count = count;
}

size_t subscription_take(struct asked *account, struct pending *pending)
{
    const struct subscription *row = row_of(account);
    if (row == NULL) return 0;
    size_t most = row->numbers_max < BATCH_MAX ? row->numbers_max : BATCH_MAX;
    struct wish_list *list =
        pending->kind == INQUIRY_SUBSCRIBE ? &account->subscribe : &account->unsubscribe;
    return take(list, pending, most);
}

void subscription_end(struct pending *pending, enum subscription_end end, uint64_t now_ms)
{
    struct asked *account = pending->account;
    struct asker *asker = account->asker;
    const struct subscription *row = row_of(account);
    if (row == NULL || pending->kind != INQUIRY_SUBSCRIBE) return;
    for (size_t i = 0; i < pending->count; i++) {
        struct number *number = numbers_find(asker->numbers, &pending->parcels[i]);
        if (number == NULL) continue;
        number->queued = false;
        if (end == SUBSCRIPTION_HELD)
            number->subscribe_ms = row->days == 0 ? NUMBERS_NEVER : now_ms + lives_ms(account, row);
        else if (end == SUBSCRIPTION_REFUSED)
            number->subscribe_ms = now_ms + asker_pause(asker, REFUSED_WAIT);
    }
}

/* --- words that carriers ask for before one holds -----------------------------------------------
 */

static void add_confirm(struct asked *account, const struct confirm *confirm)
{
    for (size_t i = 0; i < account->confirms_count; i++)
        if (strcmp(account->confirms[i].words.subscription, confirm->words.subscription) == 0) {
            account->confirms[i] = *confirm;
            return;
        }
    if (account->confirms_count < CONFIRMS_MAX)
        account->confirms[account->confirms_count++] = *confirm;
}

void asker_confirm(struct asker *asker, const struct carrier *carrier,
                   const struct handshake_words *words)
{
    const struct confirm confirm = {.words = *words};
    pthread_mutex_lock(&asker->lock);
    for (size_t i = 0; i < asker->accounts_count; i++)
        if (asker->accounts[i].is.carrier == carrier && asker->accounts[i].is.subscribes)
            add_confirm(&asker->accounts[i], &confirm);
    pthread_mutex_unlock(&asker->lock);
    curl_multi_wakeup(asker->multi);
}

bool subscription_confirm(struct asked *account, struct confirm *confirm)
{
    pthread_mutex_lock(&account->asker->lock);
    bool any = account->confirms_count > 0;
    if (any) {
        *confirm = account->confirms[0];
        memmove(&account->confirms[0], &account->confirms[1],
                --account->confirms_count * sizeof account->confirms[0]);
    }
    pthread_mutex_unlock(&account->asker->lock);
    return any;
}

void subscription_wait(struct asked *account, const struct confirm *confirm)
{
    if (confirm->tries >= CONFIRM_TRIES) return;
    pthread_mutex_lock(&account->asker->lock);
    add_confirm(account, confirm);
    pthread_mutex_unlock(&account->asker->lock);
}
