/* Lanes: what it costs to send a return home by one product of a carrier, from one part of the
 * world to one warehouse, up to one weight (a row of a price table). Each is a record in the
 * merchant's book, in versions; which of them a label is bought by is
 * overseas-warehouse/label/lane.h. */
#ifndef PROTO_RECORDS_LANES_H
#define PROTO_RECORDS_LANES_H

#include "proto/records_labels.h"

#define LANE_MINOR_MAX          100000000
#define LANE_RANK_MAX           1000
#define LANE_DAYS_MAX           365
#define POSTAL_PREFIX_BYTES_MAX 12

/* country: where the buyer sends from. postal_prefix: how postal codes there begin; none: all of
 * them. warehouse: where it goes; none: every one. weight_g: up to, and with. battery: parcels with
 * batteries are taken. rank: the merchant's own order, before the price; 0 is the first. days: how
 * long it takes; 0: nobody says. off: it is offered no more. */
#define LANE_NAME_FIELDS(F, S)                                                                     \
    F(S, 10, REQUIRED, text, carrier, none, CARRIER_BYTES_MAX)                                     \
    F(S, 11, OPTIONAL, text, account, none, LABEL_ACCOUNT_BYTES_MAX)                               \
    F(S, 12, OPTIONAL, text, service, none, LABEL_SERVICE_BYTES_MAX)                               \
    F(S, 13, REQUIRED, text, country, none, COUNTRY_BYTES)                                         \
    F(S, 14, OPTIONAL, text, postal_prefix, none, POSTAL_PREFIX_BYTES_MAX)                         \
    F(S, 15, OPTIONAL, id, warehouse, none, 0)                                                     \
    F(S, 16, REQUIRED, uint, weight_g, none, WEIGHT_G_MAX)
#define LANE_FACT_FIELDS(F, S)                                                                     \
    LANE_NAME_FIELDS(F, S)                                                                         \
    F(S, 20, REQUIRED, sint, price_minor, none, LANE_MINOR_MAX)                                    \
    F(S, 21, OPTIONAL, currency, currency, none, 999)                                              \
    F(S, 22, OPTIONAL, uint, battery, none, 1)                                                     \
    F(S, 23, OPTIONAL, uint, rank, none, LANE_RANK_MAX)                                            \
    F(S, 24, OPTIONAL, uint, days, none, LANE_DAYS_MAX)                                            \
    F(S, 25, OPTIONAL, time, from_ms, none, 0)                                                     \
    F(S, 26, OPTIONAL, time, until_ms, none, 0)                                                    \
    F(S, 27, OPTIONAL, uint, off, none, 1)

/* The entry of the book; the id is made of book, merchant and the fields that name a lane. */
#define LANE_FIELDS(F, S)                                                                          \
    F(S, 1, REQUIRED, id, lane, none, 0)                                                           \
    F(S, 2, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 3, REQUIRED, uint, version, none, UINT32_MAX)                                             \
    F(S, 4, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 5, REQUIRED, time, at_ms, none, 0)                                                        \
    LANE_FACT_FIELDS(F, S)
SHAPE_DECLARE(lane, LANE_FIELDS)

/* A lane as it is from now on; the same facts once more make no version. */
#define LANE_PUT_FIELDS(F, S)                                                                      \
    F(S, 1, REQUIRED, id, merchant, none, 0)                                                       \
    LANE_FACT_FIELDS(F, S)
SHAPE_DECLARE(lane_put, LANE_PUT_FIELDS)

#endif
