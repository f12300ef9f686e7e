/* By which product of which carrier a return's label is bought: a pure choice among the merchant's
 * lanes (a price table), the same at every node that holds the same entries, with a reason for each
 * that is left out. The table is data; nothing is asked of a carrier here. */
#ifndef OVERSEAS_WAREHOUSE_LABEL_LANE_H
#define OVERSEAS_WAREHOUSE_LABEL_LANE_H

#include "overseas-warehouse/label/label.h"
#include "proto/records_lanes.h"

/* VIEW_LANE: lane: the newest version. VIEW_LANE_BY_MERCHANT: merchant, country, lane. */
#define LANE_ROW_FIELDS(F, S)                                                                      \
    F(S, 1, REQUIRED, id, book, none, 0)                                                           \
    F(S, 2, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 3, REQUIRED, uint, version, none, UINT32_MAX)                                             \
    F(S, 4, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 5, REQUIRED, time, at_ms, none, 0)                                                        \
    LANE_FACT_FIELDS(F, S)
SHAPE_DECLARE(lane_row, LANE_ROW_FIELDS)
bool lane_load(const struct rows *rows, const struct id *lane, struct lane_row *row);

/* X(NAME, "word", what a person reads): why a product is not taken, in the order in which it is
 * looked at. */
#define LANE_WHY_LIST(X)                                                                           \
    X(LANE_OFF, "off", "it is offered no more")                                                    \
    X(LANE_EARLY, "not_yet", "it holds from a later day")                                          \
    X(LANE_OVER, "over", "it held until an earlier day")                                           \
    X(LANE_ELSEWHERE, "other_warehouse", "it goes to another warehouse")                           \
    X(LANE_POSTAL, "postal_code", "it begins elsewhere in that country")                           \
    X(LANE_HEAVY, "too_heavy", "the parcel weighs more")                                           \
    X(LANE_BATTERY, "battery", "it takes no batteries, and there is one in the goods")             \
    X(LANE_ACCOUNT, "no_account", "no such account sells labels where the book is led")            \
    X(LANE_FITS, "fits", "")
#define LANE_WHY_ENUM(NAME, word, text) NAME,
enum lane_why { LANE_WHY_LIST(LANE_WHY_ENUM) LANE_WHY_COUNT };
#undef LANE_WHY_ENUM
const char *lane_why_word(enum lane_why why);
const char *lane_why_text(enum lane_why why);

/* What is to be sent. Spans may be empty; country is two letters. */
struct lane_parcel {
    struct id merchant, warehouse;
    struct span country, postal_code;
    uint64_t weight_g;
    bool battery; /* the master data names one in the goods; what it does not know is none */
    uint64_t at_ms;
};

/* A product (carrier, account, service) by the one of its lanes that fits best: the longest postal
 * prefix before the shorter, one of this warehouse before one of all, the least weight that is
 * enough, the least price. Where none fits: the one that came furthest down the list of reasons. */
struct lane_offer {
    struct id lane;
    struct lane_row row;
    enum lane_why why;
    uint32_t slot; /* of its texts */
};
#define LANE_OFFERS_MAX 48
#define LANE_TEXT_BYTES                                                                            \
    (CARRIER_BYTES_MAX + LABEL_ACCOUNT_BYTES_MAX + LABEL_SERVICE_BYTES_MAX + COUNTRY_BYTES +       \
     POSTAL_PREFIX_BYTES_MAX)
struct lane_choice { /* not to be copied: its texts lie in it */
    struct lane_offer at[LANE_OFFERS_MAX];
    uint32_t count;
    uint32_t left_out; /* lanes of further products */
    uint8_t texts[LANE_OFFERS_MAX][LANE_TEXT_BYTES];
};
/* What fits first: by rank, price, days (unknown last), carrier, account, service; then the rest,
 * by carrier, account, service. accounts: NULL means that none sells. */
void lanes_choose(const struct rows *rows, const struct lane_parcel *parcel,
                  const struct label_accounts *accounts, struct lane_choice *choice);
/* Does one lane fit? The account is not looked at. */
enum lane_why lane_fits(const struct lane_row *row, const struct lane_parcel *parcel);

/* The parcel of a return: from where its person sends, and what is in it. false: no such return, or
 * its buyer's country is not known (any more); address holds its texts. */
bool lane_parcel_of(const struct desk *desk, const struct id *return_id, const struct id *warehouse,
                    uint64_t weight_g, uint64_t at_ms, struct label_address *address,
                    struct lane_parcel *parcel);

void lane_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                 struct decision *decision);
void lane_fold(const struct desk *desk, const struct place *place, const struct lane *lane);

#endif
