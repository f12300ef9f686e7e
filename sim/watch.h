/* What is looked at on the spot: at every word that leaves a host, and after every commit, entry by
 * entry. What a bug does in the first hour is so found in the first hour, and named by the rule it
 * breaks; the oracle's look at the end would see only what came of it. Stores that are not what
 * they were (lost, put back, in doubt) are left to the oracle. */
#ifndef SIM_WATCH_H
#define SIM_WATCH_H

#include "sim/world.h"

#define WATCH_LOGS_MAX    64
#define WATCH_PERSONS_MAX 1024
#define WATCH_ASKS_MAX    4096
#define WATCH_FIRED_MAX   4096
#define WATCH_GRANTS_MAX  1024
#define WATCH_LINKS_MAX   256
#define WATCH_POLICY_MAX  1024
#define WATCH_STATES_MAX  8192
#define WATCH_BOXES_MAX   2048
#define WATCH_BATCHES_MAX 1024
#define WATCH_LEAVES_MAX  1024
#define WATCH_LABELS_MAX  2048

struct watch_ask { /* for a decision about a return */
    struct id request, return_id, book;
    uint64_t asked_ms;
    unsigned host;
    bool answered;
};

struct watch_fired { /* a deadline, and the entry in which silence acted */
    struct id return_id, book;
    uint64_t idx, due_ms;
};

struct watch_grant {
    struct id grant;
    uint64_t ended_idx; /* of the first entry that ended it; 0: none */
};

struct watch_policy { /* a version, and the entry that set it */
    struct id book, merchant;
    uint64_t version, idx;
};

struct watch_link { /* of a buyer */
    struct id link;
    uint64_t revoked_us[HOSTS_MAX]; /* when each host folded its withdrawal; 0: never */
};

struct watch_use { /* of a link, asked for elsewhere */
    struct id request, link;
};

struct watch_state { /* of a record that a book decides, after its latest entry */
    struct id thing;
    unsigned table;
    uint64_t state;
};

struct watch_box { /* by whom it was received, and when by the stamp of its entry */
    struct id box, return_id, parcel;
    uint64_t received_ms;
    unsigned host;
};

struct watch_batch {
    struct id batch;
    uint64_t ended_idx; /* of the entry that closed it or called it off; 0: none */
};

struct watch_leave { /* to send what was kept at that attempt */
    struct id exchange;
    uint64_t attempt;
};

struct watch_log {
    struct id id;
    struct hash *hash; /* of entry i + 1, as the first sound store that held it had it */
    uint64_t known, room;
    uint64_t seen[HOSTS_MAX]; /* how far each host's entries, folds and seals were looked at */
    uint64_t folded[HOSTS_MAX];
    uint64_t sealed[HOSTS_MAX];
};

struct watch_tail { /* of a log at the last look: nothing changed, nothing to look at */
    uint64_t last, sealed, folded;
};

struct watch {
    struct watch_log log[WATCH_LOGS_MAX];
    unsigned logs;
    struct {
        uint64_t runs;
        struct watch_tail tail[WATCH_LOGS_MAX]; /* as the logs stand on that run's shelf */
    } host[HOSTS_MAX];
    struct { /* entries with a personal payload, whoever wrote them */
        struct id log, subject;
        uint64_t idx;
    } person[WATCH_PERSONS_MAX];
    unsigned persons;
    struct watch_ask ask[WATCH_ASKS_MAX];
    struct watch_fired fired[WATCH_FIRED_MAX];
    unsigned asks, fired_count;
    struct watch_grant grant[WATCH_GRANTS_MAX];
    struct watch_link link[WATCH_LINKS_MAX];
    struct watch_use use[WATCH_LINKS_MAX];
    unsigned grants, links, uses;
    struct watch_policy policy[WATCH_POLICY_MAX];
    unsigned policies;
    struct watch_state state[WATCH_STATES_MAX];
    unsigned states;
    struct watch_box box[WATCH_BOXES_MAX];
    unsigned boxes;
    struct watch_batch batch[WATCH_BATCHES_MAX];
    unsigned batches;
    struct watch_leave leave[WATCH_LEAVES_MAX];
    unsigned leaves;
    struct id unknown[WATCH_LABELS_MAX]; /* labels that were, whatever became of them */
    unsigned unknowns;
    uint64_t entries, seals; /* looked at */
};

void watch_open(struct world *world);
void watch_close(struct world *world);
/* Something is leaving the host (law 2). */
void watch_leaving(struct host *host, const char *what);
/* A turn has ended. */
void watch_turn(struct host *host, enum error error);
/* Is it the host's own decision, looked at in the very turn that wrote it? What others hold may be
 * of another time, or the first entries of a decision before those about its money, and a book that
 * was handed over holds what its former leader decided. */
bool watch_decided_here(const struct host *host, const struct event_header *header);

#endif
