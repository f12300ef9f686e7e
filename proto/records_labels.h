/* Payloads of return labels: a label or a pickup that the merchant's book buys of a carrier
 * (label_moved), and where a warehouse is reached by post, as its own node says (site_address).
 * Neither bears personal data: where the buyer lives is a person's record, and is read when the
 * carrier is called. */
#ifndef PROTO_RECORDS_LABELS_H
#define PROTO_RECORDS_LABELS_H

#include "proto/records_money.h"

#define LABEL_WHAT_LIST(X)                                                                         \
    X(LABEL_IS_LABEL, 1, "label")                                                                  \
    X(LABEL_IS_PICKUP, 2, "pickup") /* the carrier fetches the parcel of a label */

#define LABEL_STATE_LIST(X)                                                                        \
    X(LABEL_NONE, 0, "none")                                                                       \
    X(LABEL_INTENDED, 1, "intended")   /* decided; the first call leaves with this commit */       \
    X(LABEL_SUBMITTED, 2, "submitted") /* it may have been bought: the carrier is asked first */   \
    X(LABEL_BOUGHT, 3, "bought")                                                                   \
    X(LABEL_FAILED, 4, "failed")                                                                   \
    X(LABEL_UNKNOWN, 5, "unknown") /* nobody can say: a person looks, and nothing is sent */       \
    X(LABEL_VOIDING, 6, "voiding") /* the carrier is to take it back */                            \
    X(LABEL_VOIDED, 7, "voided")                                                                   \
    X(LABEL_VOID_UNKNOWN, 8, "void_unknown") /* it has not said whether it did */

#define LABEL_STEP_LIST(X)                                                                         \
    X(LABEL_INTEND, 1, "intend")                                                                   \
    X(LABEL_ATTEMPT, 2, "attempt") /* stands before whatever is asked or sent once more */         \
    X(LABEL_FIND_BOUGHT, 3, "find_bought")                                                         \
    X(LABEL_FIND_FAILED, 4, "find_failed")                                                         \
    X(LABEL_LOSE, 5, "lose")                                                                       \
    X(LABEL_SETTLE_BOUGHT, 6, "settle_bought")                                                     \
    X(LABEL_SETTLE_FAILED, 7, "settle_not_bought")                                                 \
    X(LABEL_BEGIN_VOID, 8, "void")                                                                 \
    X(LABEL_FIND_VOIDED, 9, "find_voided")                                                         \
    X(LABEL_KEEP, 10, "keep") /* the carrier does not take it back */                              \
    X(LABEL_SETTLE_VOIDED, 11, "settle_voided")

/* How an uncertain outcome is settled. */
#define LABEL_RECOVERY_LIST(X)                                                                     \
    X(LABEL_RECOVERY_HEADER, 1, "header") /* the same key once more is answered the same */        \
    X(LABEL_RECOVERY_LOOKUP, 2, "lookup") /* the carrier finds it by our reference */              \
    X(LABEL_RECOVERY_NONE, 3, "none")     /* by a person */

#define LABEL_FORM_LIST(X)                                                                         \
    X(LABEL_PDF, 1, "pdf")                                                                         \
    X(LABEL_PNG, 2, "png")                                                                         \
    X(LABEL_ZPL, 3, "zpl")                                                                         \
    X(LABEL_QR, 4, "qr") /* nothing to print: the counter scans it */

/* As what a person settles one of which nobody could say. */
#define LABEL_END_LIST(X)                                                                          \
    X(LABEL_WAS_BOUGHT, 1, "bought")                                                               \
    X(LABEL_WAS_NOT_BOUGHT, 2, "not_bought")                                                       \
    X(LABEL_WAS_VOIDED, 3, "voided")

#define LABEL_ENUM(name, number, word) name = number,
enum label_what { LABEL_WHAT_LIST(LABEL_ENUM) };
enum label_state { LABEL_STATE_LIST(LABEL_ENUM) LABEL_STATE_COUNT };
enum label_step { LABEL_STEP_LIST(LABEL_ENUM) LABEL_STEP_COUNT };
enum label_recovery { LABEL_RECOVERY_LIST(LABEL_ENUM) };
enum label_form { LABEL_FORM_LIST(LABEL_ENUM) };
enum label_end { LABEL_END_LIST(LABEL_ENUM) };
#undef LABEL_ENUM
extern const struct words label_what_words, label_state_words, label_step_words,
    label_recovery_words, label_form_words, label_end_words;

#define LABEL_SERVICE_BYTES_MAX 40
#define LABEL_ACCOUNT_BYTES_MAX 24
#define LABEL_REF_BYTES_MAX     80 /* by which a person settles it: a line of an invoice */
#define LABEL_ATTEMPTS_MAX      1000
#define LABELS_PER_RETURN_MAX   16 /* labels and pickups, whatever became of them */
#define LABEL_MINOR_MAX         1000000000000000

/* What is agreed, in the first entry, and never again: of is the label that a pickup fetches;
 * warehouse, where the parcel goes; recovery and can_void, as the account had them then; lane, by
 * which it was chosen where nobody named a carrier, and what that quotes in the merchant's
 * currency. */
#define LABEL_WANTED_FIELDS(F, S)                                                                  \
    F(S, 10, OPTIONAL, id, return_id, none, 0)                                                     \
    F(S, 11, OPTIONAL, choice, what, label_what, 0)                                                \
    F(S, 12, OPTIONAL, id, of, none, 0)                                                            \
    F(S, 13, OPTIONAL, text, carrier, none, CARRIER_BYTES_MAX)                                     \
    F(S, 14, OPTIONAL, text, account, none, LABEL_ACCOUNT_BYTES_MAX)                               \
    F(S, 15, OPTIONAL, text, service, none, LABEL_SERVICE_BYTES_MAX)                               \
    F(S, 16, OPTIONAL, choice, form, label_form, 0)                                                \
    F(S, 17, OPTIONAL, id, warehouse, none, 0)                                                     \
    F(S, 18, OPTIONAL, choice, recovery, label_recovery, 0)                                        \
    F(S, 19, OPTIONAL, uint, can_void, none, 1)                                                    \
    F(S, 20, OPTIONAL, uint, weight_g, none, WEIGHT_G_MAX)                                         \
    F(S, 21, OPTIONAL, time, pickup_ms, none, 0) /* from when, and until when it may come */       \
    F(S, 22, OPTIONAL, time, pickup_until_ms, none, 0)                                             \
    F(S, 23, OPTIONAL, id, lane, none, 0)                                                          \
    F(S, 24, OPTIONAL, sint, quoted_minor, none, LABEL_MINOR_MAX)

/* What the carrier sold: number is what the parcel bears on its way to us; carrier_ref, what it
 * wants to hear to take it back; document and qr, blobs by their hash, kept by the node that bought
 * it (keeper). */
#define LABEL_GOT_FIELDS(F, S)                                                                     \
    F(S, 30, OPTIONAL, text, number, none, TRACKING_NUMBER_BYTES_MAX)                              \
    F(S, 31, OPTIONAL, text, other_number, none, TRACKING_NUMBER_BYTES_MAX)                        \
    F(S, 32, OPTIONAL, text, carrier_ref, none, PROVIDER_REF_BYTES_MAX)                            \
    F(S, 33, OPTIONAL, sint, cost_minor, none, LABEL_MINOR_MAX)                                    \
    F(S, 34, OPTIONAL, currency, currency, none, 999)                                              \
    F(S, 35, OPTIONAL, hash, document, none, 0)                                                    \
    F(S, 36, OPTIONAL, choice, document_form, label_form, 0)                                       \
    F(S, 37, OPTIONAL, hash, qr, none, 0)                                                          \
    F(S, 38, OPTIONAL, time, expires_ms, none, 0)                                                  \
    F(S, 39, OPTIONAL, id, keeper, none, 0)

#define LABEL_MOVED_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, id, label, none, 0)                                                          \
    F(S, 2, REQUIRED, choice, step, label_step, 0)                                                 \
    F(S, 3, REQUIRED, choice, to, label_state, 0)                                                  \
    F(S, 4, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 5, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 6, OPTIONAL, uint, attempt, none, LABEL_ATTEMPTS_MAX)                                     \
    F(S, 7, OPTIONAL, text, reason, none, REASON_BYTES_MAX)                                        \
    F(S, 8, OPTIONAL, text, reference, none,                                                       \
      LABEL_REF_BYTES_MAX) /* a person's, of a settlement */                                       \
    LABEL_WANTED_FIELDS(F, S)                                                                      \
    LABEL_GOT_FIELDS(F, S)
SHAPE_DECLARE(label_moved, LABEL_MOVED_FIELDS)

/* Where parcels to the warehouse go, whole in each entry. */
#define SITE_ADDRESS_FACT_FIELDS(F, S)                                                             \
    F(S, 10, OPTIONAL, text, name, none, PLACE_TEXT_BYTES_MAX)                                     \
    F(S, 11, OPTIONAL, text, company, none, PLACE_TEXT_BYTES_MAX)                                  \
    F(S, 12, OPTIONAL, text, street1, none, PLACE_TEXT_BYTES_MAX)                                  \
    F(S, 13, OPTIONAL, text, street2, none, PLACE_TEXT_BYTES_MAX)                                  \
    F(S, 14, OPTIONAL, text, city, none, PLACE_CITY_BYTES_MAX)                                     \
    F(S, 15, OPTIONAL, text, state, none, PLACE_STATE_BYTES_MAX)                                   \
    F(S, 16, OPTIONAL, text, postal_code, none, POSTAL_CODE_BYTES_MAX)                             \
    F(S, 17, OPTIONAL, text, country, none, COUNTRY_BYTES)                                         \
    F(S, 18, OPTIONAL, text, phone, none, PLACE_STATE_BYTES_MAX)                                   \
    F(S, 19, OPTIONAL, text, email, none, PLACE_TEXT_BYTES_MAX)

#define SITE_ADDRESS_FIELDS(F, S)                                                                  \
    F(S, 1, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 2, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 3, REQUIRED, time, at_ms, none, 0)                                                        \
    SITE_ADDRESS_FACT_FIELDS(F, S)
SHAPE_DECLARE(site_address, SITE_ADDRESS_FIELDS)

/* --- commands --------------------------------------------------------------------------------- */

/* what: a label, where nothing is said. A pickup names its label and takes carrier, account and
 * warehouse from it. weight_g 0: as the master data of its goods has it. again: there is one
 * already, and another one is wanted. */
#define LABEL_BEGIN_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, id, return_id, none, 0)                                                      \
    F(S, 2, OPTIONAL, choice, what, label_what, 0)                                                 \
    F(S, 3, OPTIONAL, id, of, none, 0)                                                             \
    F(S, 4, OPTIONAL, text, carrier, none, CARRIER_BYTES_MAX)                                      \
    F(S, 5, OPTIONAL, text, account, none, LABEL_ACCOUNT_BYTES_MAX)                                \
    F(S, 6, OPTIONAL, text, service, none, LABEL_SERVICE_BYTES_MAX)                                \
    F(S, 7, OPTIONAL, choice, form, label_form, 0)                                                 \
    F(S, 8, OPTIONAL, id, warehouse, none, 0)                                                      \
    F(S, 9, OPTIONAL, uint, weight_g, none, WEIGHT_G_MAX)                                          \
    F(S, 10, OPTIONAL, uint, again, none, 1)                                                       \
    F(S, 11, OPTIONAL, time, pickup_ms, none, 0)                                                   \
    F(S, 12, OPTIONAL, time, pickup_until_ms, none, 0)                                             \
    F(S, 13, OPTIONAL, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(label_begin, LABEL_BEGIN_FIELDS)

#define LABEL_RETRACT_FIELDS(F, S)                                                                 \
    F(S, 1, REQUIRED, id, label, none, 0)                                                          \
    F(S, 2, OPTIONAL, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(label_retract, LABEL_RETRACT_FIELDS)

/* reference: what shows it, the carrier's invoice line, say. */
#define LABEL_SETTLE_FIELDS(F, S)                                                                  \
    F(S, 1, REQUIRED, id, label, none, 0)                                                          \
    F(S, 2, REQUIRED, choice, end, label_end, 0)                                                   \
    F(S, 3, REQUIRED, text, reference, none, LABEL_REF_BYTES_MAX)                                  \
    F(S, 4, OPTIONAL, text, number, none, TRACKING_NUMBER_BYTES_MAX)                               \
    F(S, 5, OPTIONAL, text, carrier_ref, none, PROVIDER_REF_BYTES_MAX)                             \
    F(S, 6, OPTIONAL, sint, cost_minor, none, LABEL_MINOR_MAX)                                     \
    F(S, 7, OPTIONAL, currency, currency, none, 999)                                               \
    F(S, 8, OPTIONAL, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(label_settle, LABEL_SETTLE_FIELDS)

#define SITE_ADDRESS_PUT_FIELDS(F, S)                                                              \
    F(S, 1, REQUIRED, id, warehouse, none, 0)                                                      \
    SITE_ADDRESS_FACT_FIELDS(F, S)
SHAPE_DECLARE(site_address_put, SITE_ADDRESS_PUT_FIELDS)

#endif
