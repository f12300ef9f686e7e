/* Asendia Sync, and Asendia USA with its milestones. */
#include "carriers/dialect.h"

/* clang-format off */
static const struct code_row sync_rows[] = {
    { "PU", TRACK_IN_TRANSIT, TRACK_REASON_PICKED_UP, SEEN },
    { "IT", TRACK_IN_TRANSIT, 0, SEEN },
    { "DL", TRACK_DELIVERED, 0, SEEN },
    { "OFD", TRACK_OUT_FOR_DELIVERY, 0, LISTED },
};
/* clang-format on */

/* clang-format off */
static const struct code_row usa_rows[] = {
    { "s1",        TRACK_PRE_TRANSIT,      0,                             SEEN }, /* Information received */
    { "s2a",       TRACK_IN_TRANSIT,       0,                             SEEN }, /* Processed by Asendia */
    { "s2b",       TRACK_IN_TRANSIT,       0,                             SEEN }, /* Sorted */
    { "s2c",       TRACK_IN_TRANSIT,       0,                             SEEN }, /* Dispatched */
    { "s2d",       TRACK_IN_TRANSIT,       0,                             SEEN }, /* Dispatched */
    { "s4",        TRACK_IN_TRANSIT,       0,                             SEEN }, /* Departed */
    { "s5",        TRACK_IN_TRANSIT,       0,                             SEEN }, /* Arrived in country */
    { "s7",        TRACK_IN_TRANSIT,       TRACK_REASON_CUSTOMS_RELEASED, SEEN }, /* Out of customs */
    { "s8",        TRACK_IN_TRANSIT,       0,                             SEEN }, /* Arrived at delivery office */
    { "s10",       TRACK_DELIVERED,        0,                             SEEN }, /* Delivered */
};
/* clang-format on */

static const struct dialect dialects[] = {
    {
        .parcels = ".[trackingEvents]",
        .number = "trackingNumber",
        .events = "trackingEvents",
        .at = {"time"},
        .codes = {"code"},
        .text = "carrierEventDescription|description",
        .places = {"locationName"},
        .country = "locationCountry",
        .meanings = CODE_TABLE(sync_rows),
        .verdicts = {{"status", "404", REPLY_NOT_FOUND, false},
                     {"status", "429", REPLY_LATER, false},
                     {"status", "500", REPLY_LATER, false},
                     {"title|message", NULL, REPLY_REFUSED, false}},
        .verdict_code = "status",
        .verdict_text = "detail|title|message",
    },
    {
        .parcels = "data[trackingMilestoneEvents]",
        .number = "trackingNumberVendor|customerReferenceNumber",
        .events = "trackingMilestoneEvents",
        .at = {"eventOn"},
        .codes = {"eventCode"},
        .text = "eventDescription",
        .places = {"eventLocation"},
        .meanings = CODE_TABLE(usa_rows),
    },
};

const struct carrier carrier_asendia = {
    .name = "asendia",
    .content_type = "application/json",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .captured = true,
    DIALECTS(dialects),
};
