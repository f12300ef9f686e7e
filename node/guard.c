#include "node/guard.h"

#include <stdio.h>
#include <sys/stat.h>

#include "node/file.h"

#define PATH_BYTES 4096
#define TEXT_BYTES 512

uint64_t guard_inode(const char *directory)
{
    char path[PATH_BYTES];
    struct stat status;
    snprintf(path, sizeof path, "%s/store/truth/data.mdb", directory);
    return stat(path, &status) == 0 ? (uint64_t)status.st_ino : 0;
}

static bool line_id(const char *text, const char *key, struct id *id)
{
    char value[ID_TEXT_BYTES + 1];
    return file_line(text, key, value, sizeof value) && id_parse(span_text(value), id) == OK;
}

bool guard_read(const char *directory, struct guard *guard)
{
    char path[PATH_BYTES], text[TEXT_BYTES], why[FILE_WHY_BYTES];
    uint64_t version = 0;
    snprintf(path, sizeof path, "%s/guard", directory);
    if (file_read(path, text, sizeof text, why) != OK) return false;
    return file_number(text, "version", &version) && version == 1 &&
           line_id(text, "node", &guard->node) && line_id(text, "store", &guard->store) &&
           line_id(text, "log", &guard->log) && file_number(text, "boots", &guard->boots) &&
           file_number(text, "inode", &guard->inode);
}

enum error guard_write(const char *directory, const struct guard *guard, char why[GUARD_WHY_BYTES])
{
    char path[PATH_BYTES], text[TEXT_BYTES], node[ID_TEXT_BYTES], store[ID_TEXT_BYTES],
        log[ID_TEXT_BYTES];
    id_print(&guard->node, node);
    id_print(&guard->store, store);
    id_print(&guard->log, log);
    snprintf(path, sizeof path, "%s/guard", directory);
    int size = snprintf(
        text, sizeof text, "version=1\nnode=%s\nstore=%s\nlog=%s\nboots=%llu\ninode=%llu\n", node,
        store, log, (unsigned long long)guard->boots, (unsigned long long)guard->inode);
    return file_write(path, span_of(text, (size_t)size), 0600, FILE_REPLACE, why);
}

enum guard_verdict guard_judge(const struct guard *held, const struct guard *now)
{
    if (held == NULL) return GUARD_ABSENT;
    if (!id_equal(&held->node, &now->node) || !id_equal(&held->store, &now->store) ||
        !id_equal(&held->log, &now->log))
        return GUARD_OTHER;
    if (now->boots != held->boots && now->boots != held->boots + 1) return GUARD_OLDER;
    return now->inode == held->inode ? GUARD_MATCHES : GUARD_COPY;
}

const char *guard_verdict_text(enum guard_verdict verdict)
{
    switch (verdict) {
    case GUARD_MATCHES: return "the store is the one of the last start";
    case GUARD_ABSENT: return "there is no guard for this store";
    case GUARD_OTHER: return "the guard knows another store";
    case GUARD_OLDER: return "the guard has seen more starts than this store: it was set back";
    case GUARD_COPY: return "the store's file is a copy of the one of the last start";
    }
    return "?";
}
