/* The endpoints whose books this node leads, as they were at the latest look into the store. */
#ifndef NODE_HOOKS_LINES_H
#define NODE_HOOKS_LINES_H

#include "node/hooks/scan.h"

#define LINES_MAX         4096
#define LINES_SECRETS_MS  5000u /* how often a missing secret is looked for */
#define LINES_ENTRIES_MAX 512u  /* of one endpoint read in one look */

struct hook_line {
    struct plan_line plan; /* first */
    struct id book;
    uint64_t term;
    uint64_t version; /* of the endpoint's record */
    char url[HOOK_URL_BYTES_MAX + 1];
    struct hook_key keys[HOOK_SECRETS_MAX]; /* those that are here, in the record's order */
    unsigned keys_count;
    unsigned keys_wanted;
    uint64_t keys_ms; /* when they were looked for last */
    bool disabled, seen;
    bool disabling; /* that was asked for under `version` */
    bool dirty;     /* differs from what was recorded last */
};

struct lines {
    const char *directory; /* of the node */
    const struct crypto *crypto;
    struct id own_log; /* the log of this node: whose books it leads */
    struct scan *scan;
    struct plan_line *at[LINES_MAX]; /* struct hook_line, in the order of their ids */
    size_t count;
    size_t left_out; /* there was no room for them */
};

/* Brings the lines to what the store holds, and reads on in the books. may_act: this store is not
 * in doubt. now_ms: wall clock. true: there is more to read at once. */
bool lines_look(struct lines *lines, const struct store_reading *reading, bool may_act,
                uint64_t now_ms);
struct hook_line *lines_at(const struct lines *lines, size_t place);
struct hook_line *lines_find(const struct lines *lines, const struct id *webhook); /* or NULL */
void lines_free(struct lines *lines);

#endif
