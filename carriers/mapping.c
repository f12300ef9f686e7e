#include "carriers/mapping.h"

const struct code_row MAPPING_UNKNOWN = {"", TRACK_UNKNOWN, TRACK_REASON_UNMAPPED, DOCUMENTED};

const struct code_row *mapping_find(const struct code_table *table, struct span code)
{
    if (code.size == 0) return NULL;
    for (size_t i = 0; i < table->count; i++)
        if ((uint8_t)table->rows[i].code[0] == code.at[0] &&
            span_equal(span_text(table->rows[i].code), code))
            return &table->rows[i];
    return NULL;
}
