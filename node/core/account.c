#include "node/core/account.h"

static bool same_name(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) a++, b++;
    return *a == *b;
}

static bool is_only_merchant(const struct rows *rows, const struct id *merchant)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    if (!walk_next(rows, VIEW_MERCHANT, &walk, &row)) return false;
    if (memcmp(walk.at.bytes, merchant->bytes, ID_BYTES) != 0) return false;
    return !walk_next(rows, VIEW_MERCHANT, &walk, &row);
}

bool account_find(const struct rows *rows, const struct accounts *accounts,
                  const struct refund_call *call, uint32_t *account)
{
    for (uint32_t i = 0; accounts != NULL && i < accounts->count; i++) {
        const struct account *it = &accounts->at[i];
        if (!same_name(it->provider, call->provider)) continue;
        bool serves = id_equal(&it->merchant, &call->merchant) ||
                      (id_is_zero(&it->merchant) && is_only_merchant(rows, &call->merchant));
        *account = i;
        if (serves) return true;
    }
    return false;
}

bool unserved_add(struct unserved list[UNSERVED_MAX], uint32_t *count,
                  const struct refund_call *call)
{
    for (uint32_t i = 0; i < *count; i++)
        if (id_equal(&list[i].merchant, &call->merchant) &&
            same_name(list[i].provider, call->provider)) {
            list[i].refunds++;
            return false;
        }
    if (*count == UNSERVED_MAX) return false;
    struct unserved *fresh = &list[(*count)++];
    *fresh = (struct unserved){.merchant = call->merchant, .refunds = 1};
    memcpy(fresh->provider, call->provider, sizeof fresh->provider);
    return true;
}
