/* Sections of carriers: compiled ones, and those whose adapter is a file. */
#include <stdio.h>
#include <string.h>

#include "carriers/carrier.h"
#include "node/config_inside.h"
#include "node/nearest.h"

void config_say(struct config_fault *fault, const char *file, unsigned line, const char *form,
                va_list arguments)
{
    size_t used = 0;
    if (file[0] != '\0')
        used = (size_t)snprintf(fault->why, CONFIG_WHY_BYTES, "%.400s:%u: ", file, line);
    if (used < CONFIG_WHY_BYTES)
        vsnprintf(fault->why + used, CONFIG_WHY_BYTES - used, form, arguments);
}

enum error config_complain(const struct config *config, unsigned line, struct config_fault *fault,
                           const char *form, ...)
{
    va_list arguments;
    va_start(arguments, form);
    config_say(fault, line == 0 ? "" : config->file, line, form, arguments);
    va_end(arguments);
    return ERROR_CONFIG;
}

/* A second account may leave the file to the first. */
static bool has_adapter(const struct config *config, const char *name)
{
    for (size_t i = 0; i < config->carriers_count; i++)
        if (strcmp(config->carriers[i].name, name) == 0 && config->carriers[i].adapter[0] != '\0')
            return true;
    return false;
}

static enum error no_such_carrier(const struct config *config, const struct config_carrier *it,
                                  struct config_fault *fault)
{
    struct nearest nearest = nearest_to(it->name);
    for (size_t i = 0; i < carriers_count; i++) nearest_offer(&nearest, carriers[i]->name);
    return config_complain(config, it->line, fault,
                           "[carrier %s]: no such carrier; %s%s; for one of your own add "
                           "adapter = PATH",
                           it->title,
                           nearest.found != NULL ? "did you mean "
                                                 : "`entrepot carrier list` "
                                                   "shows them",
                           nearest.found != NULL ? nearest.found : "");
}

enum error config_check_able(const struct config *config, const struct config_carrier *it,
                             const struct carrier *carrier, struct config_fault *fault)
{
    bool proves = it->secret_file[0][0] != '\0', asked = it->key_file[0] != '\0';
    if (carrier->proof == NULL && carrier->poll == NULL)
        return config_complain(config, it->line, fault,
                               "[carrier %s]: %s sends no webhooks and cannot be asked; leave the "
                               "section out",
                               it->title, it->name);
    if (proves && carrier->proof == NULL)
        return config_complain(config, it->line, fault,
                               "[carrier %s] secret_file: %s sends no webhooks; leave it out",
                               it->title, it->name);
    if (asked && it->poll != 0 && carrier->poll == NULL)
        return config_complain(config, it->line, fault,
                               "[carrier %s] key_file: %s cannot be asked; leave it out", it->title,
                               it->name);
    const struct subscription *subscription = carrier->subscription;
    bool told =
        it->subscribe != 0 && subscription != NULL && inquiry_wants(&subscription->add, "hook_url");
    if (it->subscribe != 0 && subscription == NULL)
        return config_complain(config, it->line, fault,
                               "[carrier %s] subscribe: %s has no subscriptions; leave it out",
                               it->title, it->name);
    if (told && (it->push_url[0] == '\0' || !proves))
        return config_complain(config, it->line, fault,
                               "[carrier %s] subscribe: add push_url and secret_file, which it is "
                               "told",
                               it->title);
    return OK;
}

enum error config_check_carrier(const struct config *config, const struct config_carrier *it,
                                struct config_fault *fault)
{
    const struct carrier *carrier = carrier_by_name(span_text(it->name));
    if (carrier != NULL && it->adapter[0] != '\0')
        return config_complain(config, it->line, fault,
                               "[carrier %s] adapter: the program reads %s itself; leave it out, "
                               "or name section and file otherwise",
                               it->title, it->name);
    if (carrier == NULL && !has_adapter(config, it->name))
        return no_such_carrier(config, it, fault);
    if (it->secret_file[0][0] == '\0' && it->key_file[0] == '\0')
        return config_complain(config, it->line, fault,
                               "[carrier %s]: add secret_file, which proves its webhooks, or "
                               "key_file",
                               it->title);
    return carrier == NULL ? OK : config_check_able(config, it, carrier, fault);
}
