#include "node/carriers/adapters.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "carriers/declared.h"
#include "node/config_inside.h"

struct adapter {
    struct declared declared;
    char path[CONFIG_TEXT_BYTES];
    char text[DECLARED_BYTES_MAX + 2]; /* one more than is taken, and the end */
};

struct adapters {
    struct adapter *at[CONFIG_CARRIERS_MAX];
    size_t count;
};

/* --- one file --------------------------------------------------------------------------------- */

/* O_NONBLOCK: a pipe laid out under this name must not make us wait. */
static bool slurp(struct adapter *adapter, size_t *used)
{
    struct stat status;
    int fd = open(adapter->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t got = 1;
    bool good = fd >= 0 && fstat(fd, &status) == 0;
    if (good && !S_ISREG(status.st_mode)) {
        good = false;
        errno = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
    }
    for (*used = 0; good && got > 0 && *used <= DECLARED_BYTES_MAX; *used += (size_t)got) {
        got = read(fd, adapter->text + *used, DECLARED_BYTES_MAX + 1 - *used);
        good = got >= 0;
        if (!good) break;
    }
    int number = errno;
    if (fd >= 0) close(fd);
    errno = number;
    return good;
}

struct adapter *adapter_read(const char *path, struct config_fault *fault)
{
    struct declared_fault wrong;
    struct adapter *adapter = calloc(1, sizeof *adapter);
    size_t used = 0;
    if (adapter == NULL || strlen(path) >= sizeof adapter->path) {
        snprintf(fault->why, CONFIG_WHY_BYTES, "%.400s: the path is too long, or no memory", path);
        free(adapter);
        return NULL;
    }
    snprintf(adapter->path, sizeof adapter->path, "%s", path);
    if (!slurp(adapter, &used))
        snprintf(fault->why, CONFIG_WHY_BYTES, "%.400s: %s", path, strerror(errno));
    else if (declared_load(&adapter->declared, adapter->text, used, &wrong) != OK)
        snprintf(fault->why, CONFIG_WHY_BYTES, "%.300s:%u:%u: %.560s", path, wrong.line,
                 wrong.column, wrong.why);
    else
        return adapter;
    free(adapter);
    return NULL;
}

void adapter_free(struct adapter *adapter)
{
    free(adapter);
}

const struct carrier *adapter_carrier(const struct adapter *adapter)
{
    return &adapter->declared.carrier;
}

/* --- those of a node -------------------------------------------------------------------------- */

static const struct adapter *own(const struct adapters *adapters, struct span name)
{
    for (size_t i = 0; adapters != NULL && i < adapters->count; i++)
        if (span_equal(span_text(adapters->at[i]->declared.carrier.name), name))
            return adapters->at[i];
    return NULL;
}

const struct carrier *adapters_find(const struct adapters *adapters, struct span name)
{
    const struct carrier *compiled = carrier_by_name(name);
    const struct adapter *found = compiled == NULL ? own(adapters, name) : NULL;
    return found == NULL ? compiled : adapter_carrier(found);
}

static enum error load(struct adapters *adapters, const struct config *config,
                       const struct config_carrier *it, struct config_fault *fault)
{
    struct config_fault inner;
    const struct adapter *before = own(adapters, span_text(it->name));
    if (before != NULL && strcmp(before->path, it->adapter) == 0) return OK;
    if (before != NULL)
        return config_complain(config, it->line, fault,
                               "[carrier %s] adapter: another section of %s names another file; "
                               "let them name one",
                               it->title, it->name);
    struct adapter *adapter = adapter_read(it->adapter, &inner);
    if (adapter == NULL)
        return config_complain(config, it->line, fault, "[carrier %s] adapter: %.600s", it->title,
                               inner.why);
    const char *name = adapter_carrier(adapter)->name;
    if (strcmp(name, it->name) == 0) {
        adapters->at[adapters->count++] = adapter;
        return OK;
    }
    enum error error = config_complain(config, it->line, fault,
                                       "[carrier %s] adapter: %.400s is of %s; write [carrier %s], "
                                       "or name = %s there",
                                       it->title, it->adapter, name, name, it->name);
    adapter_free(adapter);
    return error;
}

static enum error load_all(struct adapters *adapters, const struct config *config,
                           struct config_fault *fault)
{
    enum error error = OK;
    for (size_t i = 0; i < config->carriers_count && error == OK; i++)
        if (config->carriers[i].adapter[0] != '\0')
            error = load(adapters, config, &config->carriers[i], fault);
    for (size_t i = 0; i < config->carriers_count && error == OK; i++) {
        const struct config_carrier *it = &config->carriers[i];
        const struct adapter *found = own(adapters, span_text(it->name));
        if (found != NULL) error = config_check_able(config, it, adapter_carrier(found), fault);
    }
    return error;
}

enum error adapters_open(const struct config *config, struct adapters **adapters,
                         struct config_fault *fault)
{
    fault->why[0] = '\0';
    *adapters = calloc(1, sizeof **adapters);
    if (*adapters == NULL) return ERROR_FULL;
    enum error error = load_all(*adapters, config, fault);
    if (error == OK) return OK;
    adapters_free(*adapters);
    *adapters = NULL;
    return error;
}

void adapters_free(struct adapters *adapters)
{
    for (size_t i = 0; adapters != NULL && i < adapters->count; i++) adapter_free(adapters->at[i]);
    free(adapters);
}
