#include "node/outbox/form.h"

enum error form_write(struct form *form, const struct outbox_provider *provider,
                      enum call_kind kind, const struct refund_call *call)
{
    (void)form;
    (void)provider;
    (void)kind;
    (void)call;
    return ERROR_UNSUPPORTED;
}

void form_read(const struct form *form, const struct outbox_provider *provider, enum call_kind kind,
               const struct refund_call *call, unsigned status, struct span answer,
               struct outbox_result *result)
{
    (void)form;
    (void)provider;
    (void)kind;
    (void)call;
    (void)status;
    (void)answer;
    result->outcome = OUTCOME_NO_WORD;
}
