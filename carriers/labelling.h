/* How a carrier sells return labels, as a row: what is asked in which order, and where its answer
 * says what was sold. Pure, like carriers/inquiry.h, whose templates it uses.
 *
 * Names that these templates may use beside those of an inquiry: reference, rma, service, form,
 * weight_g, weight_kg, weight_oz, weight_lb, from.name company street1 street2 city state
 * postal_code country phone email, and from.name in two, first_name and last_name ("" where it is
 * one word), and the postal_code up to its hyphen, zip5; to. likewise, today, wants_qr, sold_ref,
 * pickup.from and pickup.until, currency and value (of all), carrier_ref, prepared, rate,
 * rate_seller, rate_service, and inside ${*items:,} description sku hs_code origin quantity value
 * (of one). A country in three small letters is from.country3 and to.country3, in capitals
 * from.iso3. */
#ifndef CARRIERS_LABELLING_H
#define CARRIERS_LABELLING_H

#include "carriers/inquiry.h"
#include "proto/records_labels.h"

#define LABELLING_WORDS 4

/* What is made before anything is bought, and offers of what it would cost. */
struct offers {
    struct inquiry ask;   /* path NULL: there is no such step */
    const char *prepared; /* where the answer names what it made: ${prepared} */
    const char *rates;    /* each offer, and from there: */
    const char *rate, *price, *service;
    const char *seller; /* who is behind the offer: ${rate_seller}; NULL: nobody asks */
};

struct labelling {
    enum label_recovery recovery;
    const char *base_url;        /* NULL: the carrier's */
    const struct access *access; /* NULL: the carrier's, if it has one */
    /* Who pays, proved by a second token, ${payment}; bought with the first. NULL: no such thing.
     */
    const struct access *payment;
    struct offers offers;
    struct inquiry buy;
    struct inquiry look_up; /* by ${reference}; of recovery lookup */
    /* Of what was just bought, ${sold_ref}, when a code is wanted; path NULL: it comes with the
     * label, or not at all. Its answer has qr_url. */
    struct inquiry ask_qr;
    struct inquiry take_back; /* path NULL: labels are not taken back */
    /* A pickup is sold like a label, by a row of its own: number is what the carrier calls it by,
     * carrier_ref in a question is the label's whose parcel is fetched. NULL: nothing is fetched.
     */
    const struct labelling *pickup;
    /* In the answer of buy and of look_up. */
    const char *number; /* of the parcel on its way to us: without it nothing was sold (yet) */
    const char *other_number, *carrier_ref;
    const char *cost, *currency; /* a decimal, and a code of ISO 4217 */
    const char *currency_is;     /* of a carrier that does not say it */
    const char *document;        /* in base64 */
    const char *document_url;    /* or where it is fetched, once more with the credentials ... */
    bool document_open;          /* ... or without any */
    enum label_form document_form;
    const char *qr, *qr_url;
    const char *why; /* of a refusal, the carrier's words */
    /* A code, and those of them that mean that it had been taken back before. */
    const char *gone_code, *gone_codes[3];
    /* A refusal inside a 2xx; and the words that say that it was taken back (NULL: any 2xx does).
     */
    const char *refused, *refused_words[LABELLING_WORDS];
    const char *taken_back, *taken_back_words[LABELLING_WORDS];
    uint32_t days; /* an unused label is good for so many; 0: not stated */
};

#endif
