/* The other filling of the core's ports: a world of hosts with their own clocks and disks, links
 * between them, a payment provider, and clients; all driven by one agenda from one seed.
 *
 *     chance    randomness, one stream for each purpose
 *     agenda    what happens when
 *     host      a node: core, store over real LMDB in memory, clocks, restart
 *     network   links, delays, cuts
 *     provider  a ledger that answers late, twice or never
 *     workload  what clients do          oracle  what must hold at all times
 *     faults    when what breaks         story   told scenarios with literal traces
 */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include <stdio.h>

#include "node/core/core.h"
#include "node/keys.h"
#include "node/store/store_lmdb.h"
#include "sim/agenda.h"
#include "sim/chance.h"

#define HOSTS_MAX       7
#define HOST_INPUTS_MAX 4096
#define WORLD_EPOCH_MS  1780000000000u /* 2026-05-28: when every world begins */
#define SECOND_US       ((uint64_t)1000000)
#define MINUTE_US       (60 * SECOND_US)
#define HOUR_US         (60 * MINUTE_US)
#define DAY_US          (24 * HOUR_US)

enum purpose {
    PURPOSE_SETUP,
    PURPOSE_NETWORK,
    PURPOSE_DISK,
    PURPOSE_FAULTS,
    PURPOSE_CLIENTS,
    PURPOSE_PROVIDER,
    PURPOSE_MINT,
    PURPOSE_CARRIER,
    PURPOSE_COUNT
};

/* --- the disk of a host: a wrapper around the store's port --- */

enum disk_fault {
    DISK_SOUND,
    DISK_FULL_AT_PUT, /* the n-th put finds no room: the turn is undone */
    DISK_FULL_AT_COMMIT,
    DISK_CRASH_BEFORE,  /* the commit begins and the machine dies: nothing was written */
    DISK_CRASH_BETWEEN, /* the truth is written, the views are not */
    DISK_CRASH_AFTER,   /* both are written, nobody was told */
    DISK_EIO            /* the commit fails and its outcome is unknown (a coin decides it) */
};

struct disk {
    struct store port; /* what the core sees */
    struct store_lmdb *lmdb;
    struct store *inner;
    enum disk_fault next; /* of the next commit (or put) */
    uint32_t puts_left;   /* DISK_FULL_AT_PUT */
    bool read_only;       /* the disk is full until it is mended: begin answers READ_ONLY */
    bool writing;         /* a write transaction is open: nothing may leave the host */
    bool crashed;         /* the process must end: the outcome of a commit is unknown */
    bool coin;
    uint64_t committed_us; /* the latest commit that was begun */
};

struct host {
    struct world *world;
    unsigned number;
    char name[16], code[4], directory[160];
    struct keys *keys; /* for their public halves */
    struct crypto crypto;
    struct core *core;
    struct disk disk;
    struct core_self self;
    struct member card;
    bool up, paused, lost; /* lost: this disk is gone */
    bool absent, late;     /* joins the mesh later; has joined it late */
    bool doubtful;         /* an old copy of its store was put back, or it was cloned */
    bool said_doubt;       /* it said that it is in doubt */
    unsigned twin;         /* of a cloned store: the other's number; 0: none */
    uint64_t lost_runs;    /* runs whose store was lost, later ones stand on a backup; 0: none */
    struct id old_log;     /* of a store that goes on under a new log */
    uint8_t seed[32];      /* of its keys */
    uint64_t runs;         /* process runs so far; events of an earlier run find nobody */
    /* wall = world + offset + drift; boot counts from the machine's start */
    int64_t wall_offset_ms;
    int64_t drift_ppm;
    uint64_t boot_us;
    struct {
        struct input input;
        void *parcel; /* bytes or body that input points to; freed after the turn */
    } inputs[HOST_INPUTS_MAX];
    uint32_t inputs_count;
    bool turn_planned;
    uint64_t wake_us;
    uint64_t turns;
    uint64_t fed; /* the feed is told of up to here, without this one */
};

/* --- links --- */

struct connection { /* `from` dials `to`; each end has a link number of its own */
    bool up;
    uint32_t link[2]; /* at from, at to */
    uint64_t generation;
    uint64_t up_us, pause_us;
    uint64_t last_us[2]; /* delivery time of the last message each way: order is kept */
};

struct network {
    struct connection connection[HOSTS_MAX][HOSTS_MAX];
    bool cut[HOSTS_MAX][HOSTS_MAX]; /* one way: what from says does not reach to */
    uint64_t delay_us[HOSTS_MAX][HOSTS_MAX];
    uint32_t next_link;
    uint32_t loss_ppm, duplicate_ppm, reorder_ppm, slow_ppm, alter_ppm, lag_ppm;
    uint64_t bytes, messages;
};

/* --- the provider --- */

#define PROVIDER_PAYMENTS_MAX 4096
struct provider_entry {
    char key[REFUND_KEY_BYTES];
    char payment_ref[REFERENCE_BYTES_MAX + 1];
    struct id slot;
    int64_t amount_minor;
    uint64_t paid_us;
    uint32_t times_called, times_paid;
    bool key_forgotten, failed;
    bool charge;    /* it took the money from the buyer, and gave none */
    bool came_back; /* the buyer's bank sent it back: the ledger shows it as failed */
};
struct provider {
    struct provider_entry entry[PROVIDER_PAYMENTS_MAX];
    uint32_t count;
    uint32_t timeout_after_paying_ppm, timeout_before_ppm, error_ppm, duplicate_ppm;
    uint32_t fail_ppm, decline_ppm; /* of refunds, and of charges */
    uint64_t key_ttl_us;
    uint64_t delay_us;
    bool can_ask;
    uint64_t down_until_us; /* nobody hears a word before */
    uint64_t done_at_us;    /* what it pays is pending before */
    uint32_t dead_accounts; /* by bit: their calls are never answered */
};

/* --- carriers that sell labels; they have the provider's faults --- */

#define CARRIER_LABELS_MAX    2048
#define CARRIER_OF_KEYS       "keeper" /* the same key once more is answered the same */
#define CARRIER_OF_REFERENCES "finder" /* it is looked up by our reference */
#define CARRIER_OF_NOTHING    "silent" /* it can be asked nothing */
#define CARRIER_REPEAT_MS     (UINT64_C(1) * 3600 * 1000)
struct carrier_entry {
    char reference[LABEL_REFERENCE_BYTES];
    struct id label;
    enum label_recovery recovery;
    uint64_t called_us, sold_us;
    uint32_t times_sold;
    bool refused, voided;
};
struct carrier {
    struct carrier_entry entry[CARRIER_LABELS_MAX];
    uint32_t count;
    uint64_t delay_us;
    enum disk_fault at_answer; /* of the commit that takes the next answer */
};

struct world {
    bool store_chosen; /* whose store is to be lost, put back or cloned is decided (sim/stores.h) */
    uint64_t seed, now_us, events;
    struct agenda agenda;
    struct chance chance[PURPOSE_COUNT];
    struct host host[HOSTS_MAX];
    unsigned hosts;
    struct network network;
    struct provider provider;
    struct carrier carrier;
    struct accounts accounts; /* of all hosts: each merchant's, as it is made */
    struct label_accounts labels;
    char directory[128]; /* under a memory-backed file system; removed at the end */
    struct id mesh;
    uint64_t next_ticket;
    struct hash trace;     /* running hash over everything that happened */
    FILE *trace_file;      /* a line for each thing, when asked for */
    struct faults *faults; /* NULL in told stories */
    struct watch *watch;   /* as the faults */
    struct counts *counts; /* what was met (sim/marks.h); may be NULL */
    void *watcher;         /* struct clients */
    void *oracle;          /* struct oracle */
    void (*on_answer)(struct world *world, struct host *host, const struct answer_out *answer);
    void (*on_commit)(struct world *world, struct host *host, enum error error);
    void (*on_send)(struct world *world, struct host *host, uint32_t link, struct span message);
    void (*on_call)(struct world *world, struct host *host, enum call_kind kind,
                    const struct refund_call *call);
    void (*on_buy)(struct world *world, struct host *host, enum call_kind kind,
                   const struct label_call *call);
    void (*on_mark)(struct world *world, struct host *host, const char *name);
    void (*on_crash)(struct world *world, struct host *host);
    void (*on_data)(struct world *world, struct host *host); /* entries of a peer are coming in */
};

/* Makes `hosts` machines: the first founds the mesh. Warehouses by code; NULL: a gateway. */
void world_open(struct world *world, uint64_t seed, const char *const codes[], unsigned hosts);
/* An absent host is admitted and starts; asked for again until the founder could write it. */
void world_join(struct world *world, unsigned number);
void world_close(struct world *world);
/* Runs until the moment, or until nothing is left to happen. */
void world_run(struct world *world, uint64_t until_us);
/* All machines are off for so long, and what was to happen happens so much later: only the clocks
 * notice, and the deadlines. */
void world_rest(struct world *world, uint64_t for_us);
void world_after(struct world *world, uint64_t in_us,
                 void (*happen)(struct world *world, const struct agenda_event *event), uint64_t a,
                 uint64_t b, uint64_t c, void *parcel);
/* Adds to the trace: what replays must repeat. */
void world_trace(struct world *world, const char *what, uint64_t a, uint64_t b);

/* Counts a place that was reached, as core_mark does for the core. */
void world_mark(struct world *world, const char *name);
/* Removes what a process that died has left; the name of its directory holds its number. */
void world_sweep(int process);

/* host.c */
void host_make(struct world *world, unsigned number, const char *code);
/* Another host with the same keys and the same identity; its store is the caller's to copy. */
struct host *host_clone(const struct host *host);
void host_start(struct host *host);
void host_crash(struct host *host); /* as kill -9: memory is gone, the disk is as it is */
void host_turn_soon(struct host *host);
/* Hands an input to the host's next turn; parcel is freed after it. false: the host is down. */
bool host_submit(struct host *host, const struct input *input, void *parcel);
/* The machine is switched on: its monotonic clock begins anew, and its wall clock is right. */
void host_boot(struct host *host);
uint64_t host_wall_ms(const struct host *host);
uint64_t host_boot_ms(const struct host *host);
struct host *host_by_node(struct world *world, const struct id *node);

/* crypto.c */
void crypto_make(struct host *host);
const struct crypto *crypto_of_nobody(void); /* hashes, and signs nothing */

/* network.c */
void network_open(struct world *world);
void network_join(struct world *world, unsigned number); /* delays to and from a new host */
void network_send(struct host *from, uint32_t link, struct span message);
void network_drop(struct host *host, uint32_t link);
void network_host_down(struct host *host);
void network_host_up(struct host *host);
void network_set_cut(struct world *world, unsigned from, unsigned to, bool cut);

/* disk.c */
enum error disk_open(struct host *host);
void disk_close(struct host *host, bool crash);

/* provider.c */
void world_account(struct world *world, const struct id *merchant); /* from now on it has one */
uint32_t provider_paid(const struct provider_entry *entry);         /* and not sent back since */
void provider_call(struct host *host, enum call_kind kind, const struct refund_call *call);

/* carrier.c */
void carrier_open(struct world *world);
void carrier_call(struct host *host, enum call_kind kind, const struct label_call *call);
const struct carrier_entry *carrier_entry(const struct world *world, const struct id *label);

#endif
