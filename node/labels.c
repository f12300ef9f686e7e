#include "node/labels.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A stop is not to take longer than whoever stops it would wait (systemd: 90 s, most scripts 10).
 */
#define FINISH_MS 5000u

static void result_done(struct job *job, const struct answer_out *answer)
{
    (void)answer;
    free(job);
}

static bool on_result(void *world, const struct label_result *result)
{
    struct labels *labels = world;
    struct job *job = calloc(1, sizeof *job);
    if (job == NULL) return false;
    job->bytes = sizeof *job;
    job->done = result_done;
    job->input.kind = INPUT_LABEL_RESULT;
    job->input.label = *result;
    if (engine_submit(labels->engine, job)) return true;
    free(job);
    return false;
}

/* --- documents -------------------------------------------------------------------------------- */

/* The buyer's thread waits for the keeper's: a document is small, and rare. */
struct storing {
    struct keeper_job job; /* first */
    pthread_mutex_t lock;
    pthread_cond_t ended;
    bool done;
};

static void stored(struct keeper_job *job)
{
    struct storing *storing = (struct storing *)job;
    pthread_mutex_lock(&storing->lock);
    storing->done = true;
    pthread_cond_signal(&storing->ended);
    pthread_mutex_unlock(&storing->lock);
}

static bool on_store(void *world, struct span bytes, struct hash *hash)
{
    struct labels *labels = world;
    struct storing storing = {.job = {.task = KEEPER_STORE, .bytes = bytes, .done = stored},
                              .lock = PTHREAD_MUTEX_INITIALIZER,
                              .ended = PTHREAD_COND_INITIALIZER};
    labels->crypto->sha256(labels->crypto->world, &bytes, 1, &storing.job.hash);
    if (!keeper_submit(labels->keeper, &storing.job)) return false;
    pthread_mutex_lock(&storing.lock);
    while (!storing.done) pthread_cond_wait(&storing.ended, &storing.lock);
    pthread_mutex_unlock(&storing.lock);
    *hash = storing.job.hash;
    return storing.job.error == OK;
}

/* --- start and stop ----------------------------------------------------------------------------
 */

enum error labels_start(struct labels *labels, const struct config *config,
                        struct config_fault *fault)
{
    static struct asker_account accounts[ASKER_ACCOUNTS_MAX];
    char why[ASKER_WHY_BYTES];
    size_t count;
    enum error error = accounts_sellers(config, accounts, &count, fault);
    const struct buyer_options options = {.accounts = accounts,
                                          .accounts_count = count,
                                          .crypto = labels->crypto,
                                          .connect_ms = (uint32_t)config->carriers_connect_ms,
                                          .total_ms = (uint32_t)config->outbox_total_ms,
                                          .world = labels,
                                          .result = on_result,
                                          .store = on_store};
    if (error == OK && count > 0) {
        labels->buyer = buyer_start(&options, why);
        if (labels->buyer == NULL) {
            snprintf(fault->why, sizeof fault->why, "%s", why);
            error = ERROR_IO;
        }
    }
    explicit_bzero(accounts, sizeof accounts);
    return error;
}

void labels_buy(void *world, enum call_kind kind, const struct label_call *call)
{
    struct labels *labels = world;
    /* The core calls only where an account is, and then there is a buyer. */
    if (labels->buyer != NULL) buyer_call(labels->buyer, kind, call);
}

void labels_finish(struct labels *labels)
{
    buyer_finish(labels->buyer, FINISH_MS);
}

void labels_stop(struct labels *labels)
{
    buyer_stop(labels->buyer);
    labels->buyer = NULL;
}
