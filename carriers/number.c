#include "carriers/number.h"

#include "carriers/unicode.h"
#include "proto/utf8.h"

/* Beyond this even a number written with a blank after every sign is too long. */
#define RAW_BYTES_MAX (4u * TRACKING_NUMBER_BYTES_MAX)

enum error number_normalize(struct span raw, uint8_t room[TRACKING_NUMBER_BYTES_MAX],
                            struct span *out)
{
    *out = span_of(room, 0);
    if (raw.size > RAW_BYTES_MAX) return ERROR_TOO_LARGE;
    if (!utf8_plain(raw)) return ERROR_BAD_TEXT;
    if (!unicode_code(raw, room, TRACKING_NUMBER_BYTES_MAX, out)) return ERROR_TOO_LARGE;
    return out->size > 0 ? OK : ERROR_MISSING_FIELD;
}
