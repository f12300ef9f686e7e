/* The configuration of a node: one plain file in the form of INI, declared as one table of rows.
 *
 *     [http]
 *     port = 7480
 *     [carrier easypost]             or [carrier easypost/shop2]: see the path of its webhook
 *     secret_file = /etc/entrepot/easypost.secret
 *     [provider stripe]              or [provider stripe/shop2]: one account for each merchant
 *     merchant = 01JH...
 *
 * An unknown section, an unknown key and a value out of its range are errors that name the file,
 * the line and what to do. The table is all there is: it reads the file, checks the values, prints
 * the help and the manual. Secrets stand in files of their own, and only their paths stand here; a
 * path that is not absolute is taken from the folder of the file that names it. */
#ifndef NODE_CONFIG_H
#define NODE_CONFIG_H

#include "proto/id.h"

#define CONFIG_FILE_BYTES_MAX (64u * 1024)
#define CONFIG_TEXT_BYTES     512
#define CONFIG_NAME_BYTES     25 /* of a carrier or a provider */
#define CONFIG_CARRIERS_MAX   16
#define CONFIG_PROVIDERS_MAX  32
#define CONFIG_PEERS_MAX      32
#define CONFIG_SECRETS_MAX    2 /* while a secret is being changed, the old one counts too */
#define CONFIG_ROWS_MAX       64
#define CONFIG_WHY_BYTES      900

/* Line by row of the table; 0: not given. */
struct config_seen {
    unsigned line[CONFIG_ROWS_MAX];
    unsigned times[CONFIG_ROWS_MAX];
};

struct config_carrier {
    char title[2 * CONFIG_NAME_BYTES]; /* "easypost", or "easypost/shop" of a second account */
    char name[CONFIG_NAME_BYTES];
    char account[CONFIG_NAME_BYTES]; /* "": the one without a name */
    unsigned line;
    struct config_seen seen;
    char secret_file[CONFIG_SECRETS_MAX][CONFIG_TEXT_BYTES]; /* "": not given */
    char adapter[CONFIG_TEXT_BYTES];                         /* "": it is one of the program's */
    /* How it is asked (node/carriers/README.md). */
    char key_file[CONFIG_TEXT_BYTES], login_file[CONFIG_TEXT_BYTES]; /* "": not given */
    char base_url[CONFIG_TEXT_BYTES];                                /* "": the carrier's own */
    char asks_account[CONFIG_TEXT_BYTES];                            /* as the carrier calls it */
    struct id merchant;                                              /* zero: everybody's parcels */
    uint64_t calls_per_hour;          /* 0: as the carrier's pages say */
    uint64_t poll;                    /* it is asked about parcels */
    uint64_t subscribe;               /* it is told to push what it knows of each number */
    char push_url[CONFIG_TEXT_BYTES]; /* to where; "": as its own pages have it */
};

/* One payment account: what it pays out is one merchant's money (node/outbox/README.md). */
struct config_provider {
    char title[2 * CONFIG_NAME_BYTES]; /* "stripe", or "stripe/shop" of a second account */
    char name[CONFIG_NAME_BYTES];      /* as payments name it */
    unsigned line;
    struct config_seen seen;
    uint64_t form;                   /* place in the list of translators: config_provider_form */
    struct id merchant;              /* zero: the mesh's only one */
    char account[CONFIG_TEXT_BYTES]; /* as the provider calls it */
    char base_url[CONFIG_TEXT_BYTES];
    char secret_file[CONFIG_TEXT_BYTES];
    char webhook_file[CONFIG_SECRETS_MAX][CONFIG_TEXT_BYTES]; /* "": not given */
    char webhook_id[CONFIG_TEXT_BYTES];
    uint64_t key_ttl_s; /* how long it remembers an idempotency key; 0: as its interface promises */
    uint64_t can_query; /* refunds can be asked for by reference */
};

/* Another member, where this site reaches it otherwise than the membership says. */
struct config_peer {
    char name[CONFIG_NAME_BYTES];
    unsigned line;
    struct config_seen seen;
    char address[CONFIG_TEXT_BYTES];
};

enum config_log_form { CONFIG_LOG_AUTO, CONFIG_LOG_TEXT, CONFIG_LOG_JSON };

struct config {
    char file[CONFIG_TEXT_BYTES]; /* the last one read; "": none */
    struct config_seen seen;
    char directory[CONFIG_TEXT_BYTES];
    char name[CONFIG_TEXT_BYTES];
    char mesh_bind[CONFIG_TEXT_BYTES];
    uint64_t mesh_reconnect_ms, mesh_reconnect_max_ms;
    char http_address[CONFIG_TEXT_BYTES];
    uint64_t http_port;
    char http_certificate[CONFIG_TEXT_BYTES], http_key[CONFIG_TEXT_BYTES];
    uint64_t http_trust_forwarded;
    uint64_t http_connections_max, http_streams_max, http_body_kib_max, http_read_s, http_idle_s;
    uint64_t log_level; /* enum log_level */
    uint64_t log_form;  /* enum config_log_form */
    uint64_t store_reserve_mib, store_ballast_mib, store_map_gib;
    char store_backups[CONFIG_TEXT_BYTES];
    uint64_t outbox_connect_ms, outbox_total_ms;
    uint64_t webhooks_connect_ms, webhooks_total_ms, webhooks_loopback;
    uint64_t carriers_connect_ms, carriers_total_ms, carriers_hurry;
    struct config_carrier carriers[CONFIG_CARRIERS_MAX];
    size_t carriers_count;
    struct config_provider providers[CONFIG_PROVIDERS_MAX];
    size_t providers_count;
    struct config_peer peers[CONFIG_PEERS_MAX];
    size_t peers_count;
};

enum config_type {
    CONFIG_TEXT, /* min..max bytes */
    CONFIG_PATH, /* of a file or folder */
    CONFIG_UINT, /* min..max */
    CONFIG_YES_NO,
    CONFIG_CHOICE,   /* one of the words in unit, separated by | */
    CONFIG_URL,      /* http://... or https://..., no slash at the end */
    CONFIG_ENDPOINT, /* tcp://host:port, port * for the kernel's choice; empty: none */
    CONFIG_DIAL,     /* tcp://host:port, at most max bytes */
    CONFIG_ADDRESS,  /* a numeric IP address */
    CONFIG_ID        /* of a record */
};

struct config_row {
    const char *section;
    bool named; /* the section bears a name: [carrier easypost] */
    const char *key;
    enum config_type type;
    size_t offset;        /* in struct config, or in the named section's struct */
    unsigned times_max;   /* how often it may be given; each time is one more text */
    const char *standard; /* the value when it is not given; NULL: it must be */
    uint64_t min, max;
    const char *unit;
    const char *help;
};
extern const struct config_row config_rows[];
extern const size_t config_rows_count;

struct config_fault {
    char why[CONFIG_WHY_BYTES]; /* "FILE:LINE: [http] port: ..." */
};

/* What holds when nothing is given. */
void config_begin(struct config *config);
/* Reads a whole file's text; `file` is its name, for the messages and for relative paths. Stops at
 * the first error. All errors are ERROR_CONFIG, except ERROR_NOT_FOUND and ERROR_IO of a file. */
enum error config_read(struct config *config, const char *file, struct span text,
                       struct config_fault *fault) MUST_USE;
enum error config_read_file(struct config *config, const char *file,
                            struct config_fault *fault) MUST_USE;
/* One value from the command line, over what the file says: "http.port=0",
 * "carrier.easypost.secret_file=PATH". */
enum error config_set(struct config *config, const char *assignment,
                      struct config_fault *fault) MUST_USE;
/* What no single line can tell: keys that need each other, keys that were never given. */
enum error config_check(const struct config *config, struct config_fault *fault) MUST_USE;

/* The name of the translator by which a provider is spoken to. */
const char *config_provider_form(const struct config_provider *provider);

/* Is it a place that can be dialled: tcp://host:port, with a host and a port that is a number? */
bool config_is_dialable(const char *text);

/* Which of the peers a member is: the one named as its warehouse's code or, when none is, as its
 * name, both as a plain word ("Los Angeles" is los-angeles). The place in peers, or peers_count. */
size_t config_peer_of(const struct config *config, struct span code, struct span name);

/* The table as text for --help, as Markdown for the manual, or as a file to begin with. */
enum config_print { CONFIG_PRINT_TEXT, CONFIG_PRINT_MARKDOWN, CONFIG_PRINT_FILE };
void config_print(enum config_print form, void *world, void (*line)(void *world, const char *text));

/* Are the files that it names there, and of use? To be asked by whoever is to run the node: others
 * may not read them. */
enum error config_check_files(const struct config *config, struct config_fault *fault) MUST_USE;

/* Reads a secret from its file: one line, at most size - 1 bytes; its end of line is left out. A
 * file that others may read, or an empty one, is ERROR_CONFIG. */
enum error config_read_secret(const char *file, char *secret, size_t size,
                              struct config_fault *fault) MUST_USE;
/* A private key is longer than a secret, and read by whoever signs with it: is it there, and
 * nobody else's to read? */
enum error config_check_private(const char *file, struct config_fault *fault) MUST_USE;

#endif
