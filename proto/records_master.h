/* Payloads of master data: what a merchant sells, as its book says. They stand in the merchant's
 * book, whole in each version, and bear no personal data. */
#ifndef PROTO_RECORDS_MASTER_H
#define PROTO_RECORDS_MASTER_H

#include "proto/records_money.h"

#define SKU_ALIASES_MAX   16
#define SKU_CHECKS_MAX    16
#define SKU_NAME_BYTES    120
#define CHECK_NAME_BYTES  60
#define HS_CODE_BYTES_MAX 12
#define CATEGORY_BYTES    48
#define SIZE_MM_MAX       20000u

/* A code that may stand on the goods beside the merchant's own one. */
#define SKU_ALIAS_FIELDS(F, S)                                                                     \
    F(S, 1, REQUIRED, choice, kind, code_kind, 0)                                                  \
    F(S, 2, REQUIRED, text, code, none, SKU_BYTES_MAX)
SHAPE_DECLARE(sku_alias, SKU_ALIAS_FIELDS)

/* What an inspector counts, or tries; in one language at least. */
#define SKU_CHECK_FIELDS(F, S)                                                                     \
    F(S, 1, OPTIONAL, text, name_en, none, CHECK_NAME_BYTES)                                       \
    F(S, 2, OPTIONAL, text, name_zh, none, CHECK_NAME_BYTES)
SHAPE_DECLARE(sku_check, SKU_CHECK_FIELDS)

/* All but the code is optional: a shop tells what it knows. value is of one unit. */
#define SKU_FACT_FIELDS(F, S)                                                                      \
    F(S, 10, OPTIONAL, list, aliases, sku_alias, SKU_ALIASES_MAX)                                  \
    F(S, 11, OPTIONAL, text, name_en, none, SKU_NAME_BYTES)                                        \
    F(S, 12, OPTIONAL, text, name_zh, none, SKU_NAME_BYTES)                                        \
    F(S, 13, OPTIONAL, hash, photo, none, 0)                                                       \
    F(S, 14, OPTIONAL, uint, length_mm, none, SIZE_MM_MAX)                                         \
    F(S, 15, OPTIONAL, uint, width_mm, none, SIZE_MM_MAX)                                          \
    F(S, 16, OPTIONAL, uint, height_mm, none, SIZE_MM_MAX)                                         \
    F(S, 17, OPTIONAL, uint, weight_g, none, WEIGHT_G_MAX)                                         \
    F(S, 18, OPTIONAL, text, hs_code, none, HS_CODE_BYTES_MAX)                                     \
    F(S, 19, OPTIONAL, text, category, none, CATEGORY_BYTES)                                       \
    F(S, 20, OPTIONAL, choice, battery, battery, 0)                                                \
    F(S, 21, OPTIONAL, uint, hygiene, none, 1)      /* opened, it is not sold again */             \
    F(S, 22, OPTIONAL, uint, data_bearing, none, 1) /* it may hold a person's data: wipe it */     \
    F(S, 23, OPTIONAL, sint, value_minor, none, 1000000000000000)                                  \
    F(S, 24, OPTIONAL, currency, currency, none, 999)                                              \
    F(S, 25, OPTIONAL, list, accessories, sku_check, SKU_CHECKS_MAX)                               \
    F(S, 26, OPTIONAL, list, functions, sku_check, SKU_CHECKS_MAX)

/* A version of a SKU, whole. The id follows from the book, the merchant and the code. */
#define SKU_FIELDS(F, S)                                                                           \
    F(S, 1, REQUIRED, id, sku, none, 0)                                                            \
    F(S, 2, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 3, REQUIRED, text, code, none, SKU_BYTES_MAX)                                             \
    F(S, 4, REQUIRED, uint, version, none, UINT32_MAX)                                             \
    F(S, 5, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 6, REQUIRED, time, at_ms, none, 0)                                                        \
    SKU_FACT_FIELDS(F, S)
SHAPE_DECLARE(sku, SKU_FIELDS)

/* What a request that names the preset leaves out. gone: it is no more. */
#define PRESET_FACT_FIELDS(F, S)                                                                   \
    F(S, 10, OPTIONAL, choice, reason, reason, 0) /* of every line, where none is named */         \
    F(S, 11, OPTIONAL, text, note, none, REASON_BYTES_MAX)                                         \
    F(S, 12, OPTIONAL, choice, channel, channel, 0)                                                \
    F(S, 13, OPTIONAL, choice, filed_by, actor, 0)                                                 \
    F(S, 14, OPTIONAL, text, owner, none, OWNER_BYTES_MAX)                                         \
    F(S, 15, OPTIONAL, uint, gone, none, 1)                                                        \
    F(S, 16, OPTIONAL, choice, kind, return_kind, 0)                                               \
    F(S, 17, OPTIONAL, choice, outcome, outcome, 0)

#define PRESET_FIELDS(F, S)                                                                        \
    F(S, 1, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 2, REQUIRED, text, name, none, PRESET_BYTES_MAX)                                          \
    F(S, 3, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 4, REQUIRED, time, at_ms, none, 0)                                                        \
    PRESET_FACT_FIELDS(F, S)
SHAPE_DECLARE(preset, PRESET_FIELDS)

#endif
