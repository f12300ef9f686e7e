#include "tests/fuzz/carrier_body.h"

#include "overseas-warehouse/reducer.h"
#include "tests/proto/crypto_port.h"

#include <assert.h>

#define RECORD_BYTES_MAX (16u * 1024)

/* All that it tells is information beside the way. */
static bool says_nothing(const struct tracking *tracking)
{
    for (uint32_t i = 0; i < tracking->points_count; i++)
        if (tracking->points[i].reason != TRACK_REASON_INFORMATIONAL &&
            tracking->points[i].reason != TRACK_REASON_ESTIMATE)
            return false;
    return true;
}

static enum error take(void *world, const struct tracking *tracking)
{
    static uint8_t bytes[RECORD_BYTES_MAX];
    static struct tracking again;
    struct span record;
    unsigned *taken = world;
    assert(shape_check(&tracking_shape, tracking, NULL) == OK);
    assert(shape_encode(&tracking_shape, tracking, bytes, sizeof bytes, &record) == OK);
    assert(shape_decode(&tracking_shape, record, &again, NULL) == OK);
    struct track_summary summary = reducer_summary(&again);
    struct track_state state =
        reducer_derive(again.points, again.points_count, &summary, 1, DIRECTION_RETURN);
    assert(state.status != 0 || (says_nothing(&again) && again.summary == 0));
    (*taken)++;
    return OK;
}

void carrier_body_fuzz(const struct carrier *carrier, struct span body)
{
    static struct crypto_port port;
    static const uint8_t seed[KEY_BYTES] = {7};
    unsigned taken = 0;
    struct carrier_sink sink = {.world = &taken, .take = take};
    struct fault fault = {.error = OK};
    if (port.pair == NULL) crypto_port_open(&port, seed);
    enum error error = carrier->parse(carrier, &port.crypto, body, &sink, &fault);
    assert(error == OK || (fault.error == error && fault.path[0] != '\0' && taken == 0));
}
