#include "proto/records_master.h"

#include "proto/words.h"

/* clang-format off */
SHAPE_DEFINE(sku_alias, SKU_ALIAS_FIELDS)
SHAPE_DEFINE(sku_check, SKU_CHECK_FIELDS)
SHAPE_DEFINE(sku, SKU_FIELDS)
SHAPE_DEFINE(preset, PRESET_FIELDS)
/* clang-format on */
