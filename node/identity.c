#include "node/identity.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "node/core/mesh_rows.h"
#include "node/core/meta.h"
#include "node/file.h"

#define PATH_BYTES 4096

static enum error fault(char why[IDENTITY_WHY_BYTES], enum error error, const char *what)
{
    snprintf(why, IDENTITY_WHY_BYTES, "%.200s: %s", what,
             error == ERROR_BUSY ? "a node runs on it; stop it first" : error_text(error));
    return error;
}

static uint64_t wall_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

struct id identity_mint(void)
{
    uint8_t random[10];
    random_bytes(random, sizeof random);
    return id_make(wall_ms() & 0xffffffffffff, random);
}

/* --- making ---------------------------------------------------------------------------------- */

static void member_of(const struct identity_wish *wish, const struct keys *keys,
                      struct meta_new *made)
{
    struct member *member = &made->member;
    member->node = made->node;
    member->name = span_text(wish->name);
    member->log = made->log;
    memcpy(member->sign_key.bytes, keys_sign_public(keys), KEY_BYTES);
    memcpy(member->curve_key.bytes, keys_curve_public(keys), CURVE_KEY_BYTES);
    if (wish->code != NULL) {
        member->warehouse = identity_mint();
        member->code = span_text(wish->code);
    }
    if (wish->address != NULL) member->address = span_text(wish->address);
}

static enum error load_meta(struct store_lmdb *store, struct meta_row *meta,
                            char name[NAME_BYTES_MAX + 1])
{
    struct store_reading reading;
    enum error error = store_reading_begin(store, &reading);
    if (error != OK) return error;
    if (!meta_load(&reading.truth, meta)) {
        error = reading.truth.port->error(reading.truth.world);
        if (error == OK) error = ERROR_NOT_FOUND;
    } else {
        memcpy(name, meta->name.at, meta->name.size);
        name[meta->name.size] = '\0';
        meta->name.at = (const uint8_t *)name;
    }
    store_reading_end(&reading);
    return error;
}

static enum error write_card(const char *directory, const char *name, const struct card *card,
                             char why[IDENTITY_WHY_BYTES])
{
    char path[PATH_BYTES];
    struct json_out out = {0};
    snprintf(path, sizeof path, "%s/%s", directory, name);
    card_put(&out, &card->mesh, &card->member);
    enum error error = file_write(path, span_of(out.at, out.used), 0644, FILE_REPLACE, why);
    json_out_free(&out);
    return error;
}

/* --- the card -------------------------------------------------------------------------------- */

static struct span into(struct card *card, size_t *used, struct span text)
{
    uint8_t *at = (uint8_t *)card->room + *used;
    if (text.size > 0) memcpy(at, text.at, text.size);
    *used += text.size;
    return span_of(at, text.size);
}

/* What the membership says of the node; all that a copy of a store alone can tell. */
static void load_member(const struct store_reading *reading, const struct meta_row *meta,
                        struct card *card)
{
    size_t used = 0;
    struct key key = key_of(&meta->node);
    struct member *member = &card->member;
    if (!rows_load(&reading->views, VIEW_MEMBER, &key, &member_shape, member)) {
        memset(member, 0, sizeof *member);
        member->node = meta->node;
        member->name = meta->name;
    }
    member->name = into(card, &used, member->name);
    member->code = into(card, &used, member->code);
    member->address = into(card, &used, member->address);
    memset(&member->by, 0, sizeof member->by);
}

enum error identity_card(const char *directory, struct card *card, char why[IDENTITY_WHY_BYTES])
{
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/card", directory);
    return card_read(path, card, why);
}

enum error identity_card_write(const char *directory, struct store_lmdb *store,
                               const struct keys *keys, char why[IDENTITY_WHY_BYTES])
{
    struct card card;
    struct meta_row meta;
    char name[NAME_BYTES_MAX + 1];
    struct store_reading reading;
    enum error error = load_meta(store, &meta, name);
    if (error == OK) error = store_reading_begin(store, &reading);
    if (error != OK) return fault(why, error, directory);
    bool own =
        identity_card(directory, &card, why) == OK && id_equal(&card.member.node, &meta.node);
    if (!own) load_member(&reading, &meta, &card);
    store_reading_end(&reading);
    card.mesh = meta.mesh;
    card.member.log = meta.log;
    memcpy(card.member.sign_key.bytes, keys_sign_public(keys), KEY_BYTES);
    memcpy(card.member.curve_key.bytes, keys_curve_public(keys), CURVE_KEY_BYTES);
    return write_card(directory, "card", &card, why);
}

static enum error write_guard(const char *directory, const struct id *node, const struct id *store,
                              const struct id *log, uint64_t boots, char why[IDENTITY_WHY_BYTES])
{
    struct guard guard = {*node, *store, *log, boots, guard_inode(directory)};
    return guard_write(directory, &guard, why);
}

/* The guard stands before the store is made: were it cut between, the store is not there yet, and
 * making is begun anew. */
static enum error make_store(const struct identity_wish *wish, const struct keys *keys,
                             struct store_lmdb *store, struct card *card,
                             char why[IDENTITY_WHY_BYTES])
{
    struct logs *shelf = calloc(1, sizeof *shelf);
    if (shelf == NULL) return fault(why, ERROR_FULL, "memory");
    struct meta_new made = {.node = identity_mint(),
                            .store = identity_mint(),
                            .log = identity_mint(),
                            .found = wish->joins == NULL,
                            .membership = identity_mint(),
                            .wall_ms = wall_ms()};
    if (wish->joins != NULL) made.mesh = wish->joins->mesh;
    member_of(wish, keys, &made);
    enum error error = write_guard(wish->directory, &made.node, &made.store, &made.log, 0, why);
    if (error == OK) {
        error = meta_create(store_lmdb_port(store), keys_crypto(keys), &made, shelf);
        if (error != OK) fault(why, error, wish->directory);
    }
    card->mesh = made.mesh;
    card->member = made.member;
    free(shelf);
    return error;
}

enum error identity_join(const char *directory, const struct card *peer,
                         char why[IDENTITY_WHY_BYTES])
{
    return write_card(directory, "joined", peer, why);
}

static bool holds_node(struct store_lmdb *store)
{
    struct store_reading reading;
    struct meta_row meta;
    if (store_reading_begin(store, &reading) != OK) return false;
    bool holds = meta_load(&reading.truth, &meta);
    store_reading_end(&reading);
    return holds;
}

static enum error make_inside(const struct identity_wish *wish, struct store_lmdb *store,
                              struct card *card, char why[IDENTITY_WHY_BYTES])
{
    struct keys *keys = NULL;
    if (holds_node(store)) {
        snprintf(why, IDENTITY_WHY_BYTES, "%.200s: holds a node already; nothing was changed",
                 wish->directory);
        return ERROR_CONFLICT;
    }
    enum error error = keys_create(wish->directory, why);
    if (error == OK) error = keys_open(wish->directory, &keys, why);
    if (error == OK && wish->joins != NULL)
        error = identity_join(wish->directory, wish->joins, why);
    if (error == OK) error = make_store(wish, keys, store, card, why);
    if (error == OK) error = write_card(wish->directory, "card", card, why);
    keys_free(keys);
    return error;
}

enum error identity_make(const struct identity_wish *wish, struct card *card,
                         char why[IDENTITY_WHY_BYTES])
{
    char path[PATH_BYTES];
    struct store_lmdb *store = NULL;
    memset(card, 0, sizeof *card);
    enum error error = file_make_folder(wish->directory, why);
    if (error != OK) return error;
    snprintf(path, sizeof path, "%s/store", wish->directory);
    const struct store_options options = {.directory = path, .create = true};
    error = store_lmdb_open(&options, &store);
    if (error != OK) return fault(why, error, path);
    error = make_inside(wish, store, card, why);
    store_lmdb_close(store);
    return error;
}

/* --- finding again --------------------------------------------------------------------------- */

/* One field of the meta row, within a write transaction of its own. */
static enum error store_meta(struct store_lmdb *lmdb, const struct meta_row *meta)
{
    struct store *store = store_lmdb_port(lmdb);
    enum error error = store->port->begin(store->world);
    if (error != OK) return error;
    meta_store(&store->truth, meta);
    error = store->truth.port->error(store->truth.world);
    if (error == OK) return store->port->commit(store->world);
    store->port->abort(store->world);
    return error;
}

enum error identity_renew(const char *directory, struct store_lmdb *store, const struct keys *keys,
                          struct id *old_log, struct id *new_log, char why[IDENTITY_WHY_BYTES])
{
    struct logs *shelf = calloc(1, sizeof *shelf);
    if (shelf == NULL) return fault(why, ERROR_FULL, "memory");
    struct meta_new made = {.store = identity_mint(), .log = identity_mint(), .wall_ms = wall_ms()};
    memcpy(made.member.sign_key.bytes, keys_sign_public(keys), KEY_BYTES);
    enum error error = meta_renew(store_lmdb_port(store), keys_crypto(keys), &made, old_log, shelf);
    free(shelf);
    if (error != OK) return fault(why, error, directory);
    *new_log = made.log;
    error = identity_card_write(directory, store, keys, why);
    return error == OK ? write_guard(directory, &made.node, &made.store, &made.log, 0, why) : error;
}

enum error identity_vouch(struct store_lmdb *store, char why[IDENTITY_WHY_BYTES])
{
    struct meta_row meta;
    char name[NAME_BYTES_MAX + 1];
    enum error error = load_meta(store, &meta, name);
    if (error == OK && meta.in_doubt == 0) error = ERROR_CONFLICT;
    meta.in_doubt = 0;
    if (error == OK) error = store_meta(store, &meta);
    return error == OK ? OK : fault(why, error, "the store's own row");
}

/* Does the membership say that this store's log goes on where another ended? */
static bool is_successor(struct store_lmdb *store, const struct id *log)
{
    struct store_reading reading;
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct succeeds succeeds;
    bool found = false;
    if (store_reading_begin(store, &reading) != OK) return false;
    while (!found && walk_next(&reading.views, VIEW_SUCCEEDS, &walk, &row))
        found = shape_decode(&succeeds_shape, row.value, &succeeds, NULL) == OK &&
                id_equal(&succeeds.new_log, log);
    store_reading_end(&reading);
    return found;
}

static void fill_self(struct identity *identity, const struct meta_row *meta,
                      const struct keys *keys)
{
    struct core_self *self = &identity->self;
    self->node = meta->node;
    self->store = meta->store;
    self->mesh = meta->mesh;
    self->log = meta->log;
    self->boot = identity_mint();
    self->in_doubt = meta->in_doubt != 0;
    memcpy(self->sign_key, keys_sign_public(keys), KEY_BYTES);
    if (!identity->joined_known) return;
    memcpy(self->joined_key, identity->joined.member.curve_key.bytes, KEY_BYTES);
    self->joined_node = identity->joined.member.node;
}

static enum error read_joined(const char *directory, struct identity *identity,
                              char why[IDENTITY_WHY_BYTES])
{
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/joined", directory);
    enum error error = card_read(path, &identity->joined, why);
    identity->joined_known = error == OK;
    return error == ERROR_NOT_FOUND ? OK : error;
}

static enum error judge(const char *directory, struct store_lmdb *store, const struct keys *keys,
                        struct identity *identity, struct meta_row *meta,
                        char why[IDENTITY_WHY_BYTES])
{
    struct guard held;
    const struct guard now = {meta->node, meta->store, meta->log, meta->boot_count,
                              guard_inode(directory)};
    identity->verdict = guard_judge(guard_read(directory, &held) ? &held : NULL, &now);
    if (identity->verdict == GUARD_MATCHES) {
        identity->lifted = meta->in_doubt != 0 && is_successor(store, &meta->log);
        if (identity->lifted) meta->in_doubt = 0;
        return OK;
    }
    struct id new_log;
    enum error error = identity_renew(directory, store, keys, &identity->old_log, &new_log, why);
    identity->renewed = error == OK;
    return error == OK ? load_meta(store, meta, identity->name) : error;
}

/* A log is sealed under the key that its first entry names. Under another one, what this node
 * answers for would be taken by no peer. */
static bool signs_as_before(struct store_lmdb *store, const struct id *log, const struct keys *keys)
{
    struct store_reading reading;
    struct span value;
    struct log_row row;
    if (store_reading_begin(store, &reading) != OK) return true; /* the next step says why */
    bool known = reading.truth.port->get(reading.truth.world, TRUTH_LOG, id_span(log), &value) &&
                 shape_decode(&log_row_shape, value, &row, NULL) == OK;
    bool same = !known || memcmp(row.sign_key.bytes, keys_sign_public(keys), KEY_BYTES) == 0;
    store_reading_end(&reading);
    return same;
}

enum error identity_open(const char *directory, struct store_lmdb *store, const struct keys *keys,
                         struct identity *identity, char why[IDENTITY_WHY_BYTES])
{
    struct meta_row meta;
    memset(identity, 0, sizeof *identity);
    enum error error = load_meta(store, &meta, identity->name);
    if (error != OK) return fault(why, error, directory);
    error = read_joined(directory, identity, why);
    if (error == OK) error = judge(directory, store, keys, identity, &meta, why);
    if (error != OK) return error;
    if (!signs_as_before(store, &meta.log, keys)) {
        snprintf(why, IDENTITY_WHY_BYTES,
                 "%.200s/keys/sign.key: is not the key of this node's log; put the right one back, "
                 "or go on with a new log: entrepot store renew",
                 directory);
        return ERROR_CONFIG;
    }
    /* The start is counted in the store first, in the guard after it: see guard_judge. On a full
     * disk neither is, and the node serves reads. */
    meta.boot_count++;
    error = store_meta(store, &meta);
    if (error == OK)
        error = write_guard(directory, &meta.node, &meta.store, &meta.log, meta.boot_count, why);
    else if (error == ERROR_READ_ONLY || error == ERROR_FULL)
        error = OK;
    else
        fault(why, error, directory);
    fill_self(identity, &meta, keys);
    struct card card;
    if (error == OK && identity_card(directory, &card, why) == ERROR_NOT_FOUND)
        error = identity_card_write(directory, store, keys, why);
    return error;
}
