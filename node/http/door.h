/* The inside of the HTTP door: one visit is one call with its route and its bearer; routes are rows
 * of one table (node/http/routes.c), and a handler is a function from a visit to an answer. */
#ifndef NODE_HTTP_DOOR_H
#define NODE_HTTP_DOOR_H

#include "node/http/body.h"
#include "node/http/http.h"
#include "node/http/problem.h"
#include "proto/link.h"

#define JSON_TYPE         "application/json"
#define NDJSON_TYPE       "application/x-ndjson"
#define ROUTE_VALUES_MAX  3
#define PATH_VALUE_BYTES  64
#define QUERY_MAX         12
#define PARAMETER_BYTES   24
#define QUERY_VALUE_BYTES 160
#define KEY_BYTES_MAX     255 /* of an Idempotency-Key */
#define BACKUP_NAME_BYTES 64

/* What strangers can bring about as often as they like: the log tells of each sort only so often.
 */
enum complaint { COMPLAINT_TROUBLE, COMPLAINT_TOKEN, COMPLAINT_PUSH, COMPLAINT_COUNT };

struct http {
    struct http_options options;
    struct engine *engine;
    struct store_lmdb *store;
    const struct crypto *crypto;
    const struct core_self *self;
    struct server *server;
    struct tokens *tokens;
    struct feed *feed;
    struct engine_status status; /* room for a copy; too large for a stack */
    bool backup_runs;
    struct counting *counting; /* numbers.c: what is being counted */
    uint64_t refreshed_ms;     /* when the tokens were looked at last */
    uint64_t answers[6];       /* by first digit of the status */
    uint64_t webhooks[3];      /* taken, refused, duplicates */
    struct {
        uint64_t told_ms, left_out;
    } complaints[COMPLAINT_COUNT];
};

/* --- routes --- */

struct visit;

enum route_flag {
    KEY_NEEDED = 1,   /* an Idempotency-Key */
    KEY_TAKEN = 2,    /* used when it is sent */
    MATCH_TAKEN = 4,  /* an If-Match is checked when it is sent */
    MATCH_NEEDED = 8, /* 428 without */
    QUERY_OWN = 16,   /* the handler reads the query; elsewhere there may be none */
};

#define ANYBODY 0u
/* Who reads records, as far as the token's scope goes; and who reads personal data besides. */
#define EVERY_ROLE  (ROLE_OPERATOR | ROLE_MERCHANT | ROLE_ADMIN | ROLE_PARTNER | ROLE_PLATFORM)
#define CLOSE_ROLES (ROLE_OPERATOR | ROLE_MERCHANT | ROLE_ADMIN | ROLE_PARTNER)

struct route {
    enum method method;
    const char
        *pattern;   /* a segment in braces takes any one segment; the last with a '?' may lack */
    unsigned roles; /* ANYBODY: no token; of a command: those of its row */
    void (*handle)(struct visit *visit);
    enum command_kind command; /* of submit_handle */
    const char *fill;          /* the field that the path's first value fills */
    unsigned flags;
    const struct list *list; /* of list_handle */
    unsigned record;         /* enum record_kind, of record_handle */
};
extern const struct route routes[];
extern const size_t routes_count;
unsigned route_roles(const struct route *route);

struct query {
    size_t count;
    struct {
        char name[PARAMETER_BYTES];
        char value[QUERY_VALUE_BYTES];
    } at[QUERY_MAX];
};

struct visit {
    struct http *http;
    struct call *call;
    const struct route *route;
    const struct token_row *token; /* NULL on routes for anybody */
    struct token_row link_row;     /* token of a buyer, who came by this link */
    struct link_card link;
    struct span values[ROUTE_VALUES_MAX];
    size_t values_count;
    char decoded[ROUTE_VALUES_MAX][PATH_VALUE_BYTES]; /* where values lie that bore percent signs */
};

/* Does the path fit the pattern? Fills the values. */
bool route_matches(const char *pattern, struct span path, struct span values[ROUTE_VALUES_MAX],
                   size_t *count);
/* Splits and decodes. allowed: the names that may stand there, NULL at the end. On an error the
 * call has been answered, by a problem that says what may stand there. */
bool query_read(struct visit *visit, const char *const *allowed, struct query *query);
const char *query_get(const struct query *query, const char *name); /* NULL: absent */
/* Is the body declared to be of this type? And: of JSON, or empty; on false the call has been
 * answered. */
bool visit_type_is(const struct visit *visit, const char *wanted);
bool visit_is_json(struct visit *visit);
/* An id of the path. On an error the call has been answered. */
bool visit_id(struct visit *visit, size_t place, struct id *id);

/* --- answers: each ends the call --- */

void visit_json(struct visit *visit, unsigned status, struct json_out *out);
void visit_refuse(struct visit *visit, enum error error, const char *detail);
void visit_problem(struct visit *visit, struct problem *problem);
/* For those who answer later and keep no visit. */
void call_problem(struct http *http, struct call *call, struct problem *problem);
void call_json(struct http *http, struct call *call, unsigned status, struct json_out *out);

/* A line for the log about what the caller must mend: name says what value is, a route or a
 * carrier. Left out when there are many. */
void call_complain(struct http *http, const struct call *call, enum complaint sort,
                   const char *what, const char *name, const char *value, enum error error);

/* The bearer of a call on a route for anybody; NULL: no valid token was sent. */
const struct token_row *visit_bearer(const struct visit *visit);
/* Who decides, as it is stored in every entry. */
struct actor visit_actor(const struct visit *visit);
/* Whose records the bearer may know of. */
struct scope visit_scope(const struct visit *visit);
/* Is the bearer bound to no merchant? For what tells of all of them, or concerns all; on false the
 * call has been answered. */
bool visit_is_whole(struct visit *visit);
uint64_t wall_now_ms(void);
/* A buyer's link as the bearer, on success; the error and what a person may do about it otherwise
 * (NULL: it is no link). */
enum error link_let_in(struct visit *visit, const char **why) MUST_USE;
/* Puts the text that opens the door, for whoever has made the link here. */
void link_put(const struct http *http, const struct id *link, struct json_out *out);

/* Hands an input to the engine for a call that is answered with `then`, on the loop thread, when
 * the turn has committed. answer is NULL for inputs without one. On false the call was answered. */
struct errand {
    struct job job;
    struct delivery delivery;
    struct http *http;
    struct call *call;
    bool answered;
    struct answer_out answer;
    void (*then)(struct errand *errand, const struct answer_out *answer); /* frees it */
};
bool errand_run(struct errand *errand, struct visit *visit, size_t bytes);
/* The same without a word to the client when the queue is full. */
bool errand_submit(struct errand *errand, struct http *http, struct call *call, size_t bytes);

/* --- handlers, by file --- */

void submit_handle(struct visit *visit);     /* submit.c: a command of the business */
void bulk_handle(struct visit *visit);       /* bulk.c: many of them, one a line */
void photo_take_handle(struct visit *visit); /* photos.c */
void photo_thumbnail_handle(struct visit *visit);
void photo_file_handle(struct visit *visit);
/* Answers with a file of this node's, or says that it is on its way here. elsewhere: who has it,
 * for when it is not; "": not known. */
#define FILE_ELSEWHERE_BYTES 120
void file_show(struct visit *visit, const struct hash *blob, const char *type,
               const char *elsewhere);
void label_choice_handle(struct visit *visit);   /* lanes.c */
void label_document_handle(struct visit *visit); /* labels.c */
void label_qr_handle(struct visit *visit);
void webhook_handle(struct visit *visit);        /* webhook.c */
void carrier_replay_handle(struct visit *visit); /* admin.c */
void inlet_handle(struct visit *visit);          /* inlet.c: a payment provider's */
void record_handle(struct visit *visit);         /* records.c: one record by its id */
void list_handle(struct visit *visit);           /* lists.c */
void request_handle(struct visit *visit);        /* records.c: what became of a request */
void buyer_handle(struct visit *visit);          /* the return that the bearer's link opens */
void savings_handle(struct visit *visit);
void origin_handle(struct visit *visit);
void persons_handle(struct visit *visit);
void erasure_handle(struct visit *visit);
void evidence_handle(struct visit *visit); /* evidence.c */
void presets_handle(struct visit *visit);
void policy_handle(struct visit *visit); /* policies.c */
/* ?at= a moment, ?version= a number; without either what holds now. On false the call has been
 * answered. */
struct policy_wish;
bool version_wish_read(struct visit *visit, struct policy_wish *wish);
void cost_table_handle(struct visit *visit);         /* worth.c */
void numbers_inspectors_handle(struct visit *visit); /* numbers.c */
void proposal_handle(struct visit *visit);
void candidates_handle(struct visit *visit); /* matching.c */
void livez_handle(struct visit *visit);      /* status.c */
void readyz_handle(struct visit *visit);
void metrics_handle(struct visit *visit);
void deadlines_handle(struct visit *visit);
void numbers_handle(struct visit *visit); /* numbers.c */
void numbers_carriers_handle(struct visit *visit);
void numbers_defects_handle(struct visit *visit);
void numbers_floor_handle(struct visit *visit);
void corrective_effect_handle(struct visit *visit);
void articles_handle(struct visit *visit);     /* care.c */
void availability_handle(struct visit *visit); /* availability.c */
void contents_handle(struct visit *visit);     /* plates.c */
/* Counting stops where it stands, and is answered. Then, with the door closed: free. */
struct counting *counting_open(void);
void counting_stop(struct counting *counting);
void counting_free(struct counting *counting);
void calendars_handle(struct visit *visit); /* calendars.c */
void calendar_handle(struct visit *visit);
void due_handle(struct visit *visit);
void status_handle(struct visit *visit);
void digests_handle(struct visit *visit);
void carriers_handle(struct visit *visit);
void epcis_handle(struct visit *visit);
void reasons_handle(struct visit *visit);
void openapi_handle(struct visit *visit);
void token_list_handle(struct visit *visit); /* admin.c */
void token_create_handle(struct visit *visit);
void token_revoke_handle(struct visit *visit);
void backup_handle(struct visit *visit);
void clock_confirm_handle(struct visit *visit);
void open_book_handle(struct visit *visit);
void book_handover_handle(struct visit *visit);
void book_recover_handle(struct visit *visit);
void events_handle(struct visit *visit);     /* feed.c */
void deliveries_handle(struct visit *visit); /* deliveries.c */
/* Endpoints for webhooks that messages wait for, and those that wait for a secret, of those whom
 * the scope covers. */
void put_hooks_open(struct json_out *out, const struct http *http, const struct scope *scope);
/* The accounts at carriers that are asked about parcels. */
void put_carriers_asked(struct json_out *out, const struct http *http);
void put_hooks_waiting(struct json_out *out, const struct http *http, const struct scope *scope);

/* --- pieces that several files use --- */

/* H(tenant, key): the same wherever the mesh is asked. The tenant is the token's merchant, or the
 * mesh for those bound to none. */
struct id request_of(const struct http *http, const struct id *merchant, struct span key);
bool key_is_valid(struct span key);
/* Of the call's Idempotency-Key, as the route's flags want it; zero: none. On false the call has
 * been answered. */
bool visit_key(struct visit *visit, struct id *request);
/* The merchant that the body of a command names as its own; NULL: it names none. */
const struct id *body_merchant(const struct command_row *row, const union command_body *body);
/* "3" in quotes, as ETag and If-Match carry it; 0 for one that is not ours. */
uint64_t etag_read(const char *text);
void etag_print(uint64_t version, char text[24]);

struct feed *feed_open(struct http *http);
void feed_free(struct feed *feed);
void feed_tick(struct feed *feed, uint64_t now_ms);
/* An entry of a log, from a snapshot's truth; hash_or_null: its own. */
enum error feed_read_entry(struct feed *feed, const struct rows *truth, const struct id *log,
                           uint64_t idx, struct event *event, struct hash *hash_or_null) MUST_USE;
/* Where the event of that number stands. false: nowhere that can be read. And: the number of the
 * one that is to come; an event's id, and the number that follows it, 0 for an id that this store
 * never gave. "0" is before all. */
bool feed_find(struct feed *feed, const struct rows *truth, uint64_t number, struct id *log,
               uint64_t *idx);
uint64_t feed_end(const struct feed *feed);
#define FEED_ID_BYTES 56
void feed_print(const struct feed *feed, uint64_t number, char text[FEED_ID_BYTES]);
uint64_t feed_after(const struct feed *feed, const char *id);
void feed_grew(struct feed *feed, uint64_t next_number);

#endif
