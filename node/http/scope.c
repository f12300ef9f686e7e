#include "node/http/scope.h"

#include <assert.h>

bool scope_is_bound(const struct scope *scope)
{
    return scope->count > 0;
}

bool scope_covers(const struct scope *scope, const struct id *merchant)
{
    for (uint32_t i = 0; i < scope->count; i++)
        if (id_equal(&scope->merchants[i], merchant)) return true;
    return scope->count == 0;
}

struct id scope_only(const struct scope *scope)
{
    return scope->count == 1 ? scope->merchants[0] : (struct id){{0}};
}

void scope_add(struct scope *scope, const struct id *merchant)
{
    if (id_is_zero(merchant)) return;
    assert(scope->count < SCOPE_MERCHANTS_MAX);
    scope->merchants[scope->count++] = *merchant;
}
