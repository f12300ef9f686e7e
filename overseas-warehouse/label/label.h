/* Return labels: what the merchant's book buys of a carrier so that the goods come back. README.md
 * tells it. The intent is committed before the call, and an ATTEMPT before whatever follows it; a
 * label of which nobody can say whether it was bought is never bought once more by itself. The
 * table is pure, and so is what goes to the carrier: the calls are the shell's. */
#ifndef OVERSEAS_WAREHOUSE_LABEL_LABEL_H
#define OVERSEAS_WAREHOUSE_LABEL_LABEL_H

#include "overseas-warehouse/business.h"
#include "overseas-warehouse/view_rows.h"

/* --- the table: pure -------------------------------------------------------------------------- */

/* X(name): what is known of a label before its book moves it. DONE to LATE: of the call, one of
 * them at most. */
#define LABEL_FACT_LIST(X)                                                                         \
    X(DONE)       /* the carrier has sold it, or taken it back */                                  \
    X(REFUSED)    /* it has not, and will not */                                                   \
    X(MUTE)       /* nobody can be asked what became of it */                                      \
    X(LATE)       /* there was no word, or it is not known whether a call left: once more */       \
    X(TRIES)      /* not too often */                                                              \
    X(OVER)       /* its return ended without the goods, and no scan has seen the parcel */        \
    X(TAKES_BACK) /* the carrier takes labels back, and did not refuse this one */
#define LABEL_FACT_ENUM(name) LABEL_FACT_##name,
enum label_fact { LABEL_FACT_LIST(LABEL_FACT_ENUM) LABEL_FACT_COUNT };
#undef LABEL_FACT_ENUM
#define LABEL_IF(name) (1u << LABEL_FACT_##name)

struct label_step_row {
    enum label_state from;
    enum label_step step;
    uint32_t need, bar;
    enum label_state to;
    bool person; /* somebody asks for it; else the book does it by itself */
};
extern const struct label_step_row label_steps[];
extern const size_t label_steps_count;
/* What the book does by itself; NULL: nothing now. */
const struct label_step_row *label_next(enum label_state from, uint32_t facts);
/* What a person's word does; NULL: refused there. */
const struct label_step_row *label_asked(enum label_state from, enum label_step step);
bool label_is_over(uint64_t state);
/* May a call leave that buys, or one that takes back? */
bool label_state_buys(uint64_t state);
bool label_state_voids(uint64_t state);

/* --- rows ------------------------------------------------------------------------------------- */

/* VIEW_LABEL: label; its book's. kept: the carrier refused to take it back. VIEW_LABEL_BY_RETURN:
 * return, label. VIEW_LABEL_BY_MERCHANT: merchant, label. */
#define LABEL_ROW_FIELDS(F, S)                                                                     \
    F(S, 1, REQUIRED, choice, state, label_state, 0)                                               \
    F(S, 2, REQUIRED, uint, version, none, VERSION_MAX)                                            \
    F(S, 3, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 4, REQUIRED, id, book, none, 0)                                                           \
    F(S, 5, OPTIONAL, uint, attempt, none, LABEL_ATTEMPTS_MAX)                                     \
    F(S, 6, OPTIONAL, text, reason, none, REASON_BYTES_MAX)                                        \
    F(S, 7, OPTIONAL, text, reference, none, LABEL_REF_BYTES_MAX)                                  \
    F(S, 8, OPTIONAL, uint, kept, none, 1)                                                         \
    LABEL_WANTED_FIELDS(F, S)                                                                      \
    LABEL_GOT_FIELDS(F, S)                                                                         \
    F(S, 50, REQUIRED, one, opened_by, actor, 0)                                                   \
    F(S, 51, REQUIRED, time, opened_ms, none, 0)                                                   \
    F(S, 52, REQUIRED, time, moved_ms, none, 0)                                                    \
    F(S, 53, REQUIRED, uint, idx, none, UINT64_MAX)
SHAPE_DECLARE(label_row, LABEL_ROW_FIELDS)

/* VIEW_SITE_ADDRESS: warehouse, log. node: who wrote it. */
#define SITE_ADDRESS_ROW_FIELDS(F, S)                                                              \
    F(S, 1, REQUIRED, id, node, none, 0)                                                           \
    F(S, 2, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 3, REQUIRED, time, at_ms, none, 0)                                                        \
    SITE_ADDRESS_FACT_FIELDS(F, S)
SHAPE_DECLARE(site_address_row, SITE_ADDRESS_ROW_FIELDS)

bool label_load(const struct rows *rows, const struct id *label, struct label_row *row);
/* Where parcels to the warehouse go, as a node that keeps it says; the latest word. */
bool site_address_load(const struct rows *rows, const struct id *warehouse,
                       struct site_address_row *row);
/* Is the file one of a label that is known, and is its buyer not erased? Else nobody needs it.
 * VIEW_LABEL_BY_BLOB: hash, label. */
bool label_names(const struct rows *rows, const struct hash *blob);
/* A scan has seen the parcel, or a box of its number came. */
bool label_has_left(const struct desk *desk, const struct label_row *row);

/* --- accounts --------------------------------------------------------------------------------- */

/* By which this node buys; fixed for a process run. */
#define LABEL_ACCOUNTS_MAX 32
struct label_account {
    char carrier[CARRIER_BYTES_MAX + 1];
    char account[LABEL_ACCOUNT_BYTES_MAX + 1]; /* "": the one without a name */
    enum label_recovery recovery;
    bool can_void, can_pickup, can_qr;
    /* Of pickups, which may be called off, and be asked for, in another way than labels. */
    enum label_recovery pickup_recovery;
    bool can_void_pickup;
    /* Blind calls at most so long after the intent; 0: as core_self says for all. */
    uint64_t send_window_ms;
    /* Of recovery by header: so long after the intent the same key is repeated, well within the
     * time for which the carrier remembers it; 0: a day. */
    uint64_t repeat_ms;
    /* It is asked only so long after a call, since it may be at work still: longer than any call to
     * it lasts. And who comes up again hears so from its peers whether its clock is right, before
     * it reckons a key's age by it. 0: LABEL_QUIET_MS. */
    uint64_t quiet_ms;
};
#define LABEL_QUIET_MS 60000u
struct label_accounts {
    struct label_account at[LABEL_ACCOUNTS_MAX];
    uint32_t count;
};
#define LABEL_REPEAT_MS (UINT64_C(24) * 60 * 60 * 1000)
/* Its place in accounts->at; false: there is none. accounts may be NULL. */
bool label_account_find(const struct label_accounts *accounts, struct span carrier,
                        struct span account, uint32_t *at);

/* --- the call --------------------------------------------------------------------------------- */

enum label_act { LABEL_BUY, LABEL_VOID, LABEL_PICKUP };

/* NUL-terminated UTF-8, cut at whole characters; "": not known. */
struct label_address {
    char name[PLACE_TEXT_BYTES_MAX + 1], company[PLACE_TEXT_BYTES_MAX + 1];
    char street1[PLACE_TEXT_BYTES_MAX + 1], street2[PLACE_TEXT_BYTES_MAX + 1];
    char city[PLACE_CITY_BYTES_MAX + 1], state[PLACE_STATE_BYTES_MAX + 1];
    char postal_code[POSTAL_CODE_BYTES_MAX + 1], country[COUNTRY_BYTES + 1];
    char phone[PLACE_STATE_BYTES_MAX + 1], email[PLACE_TEXT_BYTES_MAX + 1];
};

#define LABEL_ITEMS_MAX 8
struct label_item {
    char description[121], sku[SKU_BYTES_MAX + 1], hs_code[HS_CODE_BYTES_MAX + 1];
    char origin[COUNTRY_BYTES + 1];
    uint64_t quantity;
    int64_t value_minor; /* of one */
    uint64_t currency;
};

#define LABEL_REFERENCE_BYTES 27 /* 26 signs of [A-Z0-9], the digits of the label's id */

/* What is asked of a carrier. Neutral: each carrier's translator words it. */
struct label_call {
    struct id label, book, merchant, return_id;
    enum label_act act;
    enum label_what what; /* of a void: what is taken back */
    char carrier[CARRIER_BYTES_MAX + 1], account[LABEL_ACCOUNT_BYTES_MAX + 1];
    char service[LABEL_SERVICE_BYTES_MAX + 1];
    /* The same for every call about this label: idempotency key, and what is looked up. */
    char reference[LABEL_REFERENCE_BYTES];
    enum label_form form;
    enum label_recovery recovery;
    struct label_address from, to; /* the buyer, and the warehouse */
    /* false: the buyer's address is not here (any more), or the warehouse's; from or to lacks it.
     * Such a call only asks, or takes back. */
    bool complete;
    uint64_t weight_g;
    struct label_item item[LABEL_ITEMS_MAX];
    uint32_t items;
    char rma[ID_TEXT_BYTES]; /* the return's id as people read it */
    /* Of what is to be taken back, or of the label whose parcel is to be fetched. */
    char carrier_ref[PROVIDER_REF_BYTES_MAX + 1], number[TRACKING_NUMBER_BYTES_MAX + 1];
    uint64_t pickup_ms, pickup_until_ms;
    uint64_t intended_ms; /* when the intent was decided, by its leader's clock */
    uint32_t attempt;
    uint32_t account_at; /* place in the site's label accounts; the core's to fill */
};

/* What came of it. OUTCOME_PAID: bought, or taken back; OUTCOME_FAILED: it is not, and never will
 * be; OUTCOME_ABSENT: looked up by our reference, the carrier does not know it. */
struct label_result {
    struct id label;
    bool asked; /* result of a CALL_ASK, else of a CALL_SEND */
    enum refund_outcome outcome;
    char number[TRACKING_NUMBER_BYTES_MAX + 1], other_number[TRACKING_NUMBER_BYTES_MAX + 1];
    char carrier_ref[PROVIDER_REF_BYTES_MAX + 1];
    int64_t cost_minor;
    uint64_t currency; /* ISO 4217, numeric; 0: no cost was said */
    bool has_document, has_qr;
    struct hash document, qr; /* blobs of this node */
    enum label_form document_form;
    uint64_t expires_ms;
    char reason[REASON_BYTES_MAX + 1];
};

/* The call that the label wants now; false: none. */
bool label_call_of(const struct desk *desk, const struct id *label, struct label_call *call);
/* The field that an address lacks before a carrier takes it; NULL: none. */
const char *label_address_lacks(const struct label_address *address);
/* What the return's person and the warehouse's node say. */
void label_buyer(const struct rows *rows, const struct id *return_id, struct label_address *from);
void label_site(const struct rows *rows, const struct id *warehouse, struct label_address *to);
/* Of all that the return sends, by the merchant's master data; 0: it does not say. */
uint64_t label_weight(const struct desk *desk, const struct id *return_id);
/* Two capital letters. */
bool label_is_country(struct span text);

/* --- deciding, reacting, folding -------------------------------------------------------------- */

void label_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                  struct decision *decision);
void site_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                 struct decision *decision);
/* What a call came to, as facts of it; result: NULL where there is none. reason: where the result
 * gives none. */
void label_said(const struct desk *desk, const struct id *label, uint32_t facts,
                const struct label_result *result, const char *reason, struct moment *moment,
                struct decision *decision);
/* Does the entry begin something that a call may leave for with its commit? */
bool label_begins_call(const struct label_moved *moved);
/* What the book does by itself: it takes back what nobody will use. */
void label_react(const struct desk *desk, const struct id *label, struct moment *moment,
                 struct decision *decision);
void label_fold(const struct desk *desk, const struct place *place,
                const struct label_moved *moved);
void site_fold(const struct desk *desk, const struct place *place,
               const struct site_address *address);
/* What follows of a return's labels, its state and its parcels' scans: called by every fold that
 * touches one of them. */
void labels_refresh(const struct desk *desk, const struct id *return_id);

#endif
