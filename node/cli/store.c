/* verify, backup, restore, store: what is done to a node's store when no node runs on it, or to a
 * copy of one. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "node/cli/act.h"
#include "node/cli/home.h"
#include "node/cli/subcommands.h"
#include "node/core/meta.h"
#include "node/core/verify.h"
#include "node/engine.h"
#include "node/file.h"
#include "node/identity.h"
#include "node/store/files.h"

#define MIB (1024u * 1024)

static enum exit_code fail(enum error error, const char *what)
{
    if (error == ERROR_BUSY)
        cli_say("%s: a node runs on it; stop it first", what);
    else
        cli_say("%s: %s", what, error_text(error));
    return cli_exit_of(error);
}

static enum error open_store(const char *path, bool read_only, struct store_lmdb **store)
{
    const struct store_options options = {.directory = path, .read_only = read_only};
    return store_lmdb_open(&options, store);
}

/* Folds what the views lack; all of it after a restore. The writer is not started. */
static enum error mend(struct store_lmdb *store, const struct crypto *crypto)
{
    struct store_reading reading;
    struct meta_row meta;
    enum error error = store_reading_begin(store, &reading);
    if (error != OK) return error;
    bool made = meta_load(&reading.truth, &meta);
    store_reading_end(&reading);
    if (!made) return ERROR_NOT_FOUND;
    const struct core_self self = {.node = meta.node,
                                   .store = meta.store,
                                   .mesh = meta.mesh,
                                   .log = meta.log,
                                   .in_doubt = true};
    struct engine *engine = engine_open(store, crypto, &self, &error);
    engine_free(engine);
    return error;
}

/* Half a copy may read as an empty one: its last page, cut, as one without rows. */
static enum error check_copy(struct store_lmdb *copy, const char *path)
{
    enum { PAGE_BYTES = 4096 }; /* of LMDB, or a divisor of it */
    struct store_reading reading;
    struct meta_row meta;
    struct stat file;
    if (stat(path_join(path, "truth/data.mdb").text, &file) != 0) return ERROR_IO;
    if (file.st_size % PAGE_BYTES != 0) return ERROR_CORRUPT;
    enum error error = store_reading_begin(copy, &reading);
    if (error != OK) return error;
    bool held = meta_load(&reading.truth, &meta);
    store_reading_end(&reading);
    return held ? OK : ERROR_CORRUPT;
}

/* --- verify ---------------------------------------------------------------------------------- */

struct report {
    struct json_out findings;
    uint64_t printed;
    bool json, views_held;
};

static void key_print(struct span key, char text[2 * ROW_KEY_BYTES_MAX + 1])
{
    size_t size = key.size < ROW_KEY_BYTES_MAX ? key.size : ROW_KEY_BYTES_MAX;
    text[0] = '\0';
    for (size_t i = 0; i < size; i++) snprintf(text + 2 * i, 3, "%02x", key.at[i]);
}

static void on_found(void *world, const struct verify_found *found)
{
    static const char *const kinds[] = {"entry",       "seal",      "row differs",
                                        "row missing", "row extra", "digest"};
    struct report *report = world;
    char key[2 * ROW_KEY_BYTES_MAX + 1];
    bool view = found->kind >= VERIFY_ROW && strcmp(found->table, "log") != 0;
    if (view && !report->views_held) return; /* a copy without views */
    key_print(found->key, key);
    report->printed++;
    if (!report->json) {
        printf("%s: table %s, key %s: %s\n", kinds[found->kind], found->table, key,
               error_text(found->error));
        return;
    }
    json_open(&report->findings, NULL, '{');
    json_put_text(&report->findings, "kind", span_text(kinds[found->kind]));
    json_put_text(&report->findings, "table", span_text(found->table));
    json_put_text(&report->findings, "key", span_text(key));
    json_put_text(&report->findings, "code", span_text(error_name(found->error)));
    json_close(&report->findings, '}');
}

static void on_progress(void *world, const struct verify_report *at)
{
    (void)world;
    if (isatty(STDERR_FILENO) != 0)
        fprintf(stderr, "\r%llu entries", (unsigned long long)at->entries);
}

static void print_report(struct report *report, const struct verify_report *at)
{
    const struct {
        const char *name;
        uint64_t count;
    } counts[] = {{"logs", at->logs},
                  {"entries", at->entries},
                  {"seals", at->seals},
                  {"rows", report->views_held ? at->rows : 0},
                  {"findings", report->printed}};
    if (report->json) json_close(&report->findings, ']');
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        if (report->json)
            json_put_uint(&report->findings, counts[i].name, counts[i].count);
        else
            printf("%s%llu %s", i == 0 ? "" : ", ", (unsigned long long)counts[i].count,
                   counts[i].name);
    }
    if (report->json) {
        json_close(&report->findings, '}');
        printf("%.*s\n", (int)report->findings.used, report->findings.at);
    } else
        puts(report->views_held ? "" : "; it held no views, or none to be trusted");
}

/* An empty store beside the one that is looked at, gone afterwards. */
static enum error open_scratch(char path[HOME_PATH_BYTES], struct store_lmdb **scratch)
{
    const char *parent = getenv("TMPDIR");
    snprintf(path, HOME_PATH_BYTES, "%s/entrepot-verify-XXXXXX",
             parent == NULL || parent[0] == '\0' ? P_tmpdir : parent);
    if (mkdtemp(path) == NULL) return ERROR_IO;
    const struct store_options options = {.directory = path, .create = true, .memory_backed = true};
    return store_lmdb_open(&options, scratch);
}

static void remove_scratch(const char *path, struct store_lmdb *scratch)
{
    static const char *const names[] = {
        "truth/data.mdb", "truth/lock.mdb", "truth", "views/data.mdb",
        "views/lock.mdb", "views/mark",     "views", "lock"};
    char inner[HOME_PATH_BYTES + 32];
    store_lmdb_close(scratch);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(inner, sizeof inner, "%s/%s", path, names[i]);
        (void)remove(inner);
    }
    (void)rmdir(path);
}

static enum exit_code run_verify(struct store_lmdb *store, struct report *report)
{
    struct store_lmdb *scratch = NULL;
    char path[HOME_PATH_BYTES];
    struct verify *verify = calloc(1, sizeof *verify);
    struct store *port = store_lmdb_port(store);
    enum error error = verify == NULL ? ERROR_FULL : open_scratch(path, &scratch);
    if (error == OK) error = port->port->begin_read(port->world);
    if (error == OK) {
        verify->world = report;
        verify->found = on_found;
        verify->progress = on_progress;
        error = verify_run(verify, port, store_lmdb_port(scratch), crypto_openssl());
        port->port->end_read(port->world);
        if (error == OK) print_report(report, &verify->report);
    }
    if (scratch != NULL) remove_scratch(path, scratch);
    free(verify);
    if (error != OK) return fail(error, "verify");
    return report->printed == 0 ? EXIT_DONE : EXIT_FAILED;
}

/* A copy is looked at as it lies there. In the node's own store the views may lag behind the logs
 * (a crash between the two commits) or never have been folded: that is no finding, and is mended
 * first as any start would. What cannot be mended is found afterwards. */
static enum error open_to_verify(const char *path, bool copy, struct store_lmdb **store)
{
    enum error error = open_store(path, copy, store);
    if (error == OK && copy) error = check_copy(*store, path);
    if (error == OK && !copy && mend(*store, crypto_openssl()) != OK)
        cli_say("the views could not be brought up to the logs");
    return error;
}

enum exit_code verify_store(struct cli *cli)
{
    struct home home;
    struct store_lmdb *store = NULL;
    char path[HOME_PATH_BYTES];
    struct report report = {.json = cli_has(cli, "json")};
    bool copy = cli->words_count > 0;
    enum exit_code code = copy ? EXIT_DONE : home_need(cli, &home);
    if (code != EXIT_DONE) return code;
    if (copy)
        snprintf(path, sizeof path, "%s", cli->words[0]);
    else
        home_path(&home, "store", path);
    enum error error = open_to_verify(path, copy, &store);
    if (error != OK) {
        store_lmdb_close(store);
        return fail(error, path);
    }
    report.views_held = !store_lmdb_port(store)->views_fresh;
    if (report.json) {
        json_open(&report.findings, NULL, '{');
        json_open(&report.findings, "found", '[');
    }
    code = run_verify(store, &report);
    json_out_free(&report.findings);
    store_lmdb_close(store);
    return code;
}

/* --- backup ---------------------------------------------------------------------------------- */

void backup_more(FILE *out)
{
    fputs(
        "\nDIR is made, and holds a copy of the truth: all logs, no views, no keys. While a node\n"
        "runs it makes the copy itself, below the folder that [store] backups names, and DIR is\n"
        "the name in it. Keep the keys (DIR/keys) apart: they are not in the copy.\n",
        out);
}

static enum exit_code backup_online(struct cli *cli, const struct home *home, const char *target)
{
    struct client client;
    struct reply reply = {0};
    struct json_out body = {0};
    if (strchr(target, '/') != NULL)
        return cli_usage(cli,
                         "%s: a node runs, and makes the copy in a folder of its own: give a "
                         "plain name, and move the copy then",
                         target);
    enum exit_code code = client_open(cli, &client);
    if (code != EXIT_DONE) return code;
    json_open(&body, NULL, '{');
    json_put_text(&body, "name", span_text(target));
    json_close(&body, '}');
    code =
        client_call(&client, "POST", "/v1/backup", span_of(body.at, body.used), NULL, NULL, &reply);
    if (code == EXIT_DONE) code = reply_check(&reply);
    if (code == EXIT_DONE && home->config.store_backups[0] != '\0')
        printf("%s/%s\n", home->config.store_backups, target);
    else if (code == EXIT_DONE)
        printf("%s/backups/%s\n", home->directory, target);
    reply_free(&reply);
    json_out_free(&body);
    client_close(&client);
    return code;
}

enum exit_code backup_store(struct cli *cli)
{
    struct home home;
    struct store_lmdb *store = NULL;
    char path[HOME_PATH_BYTES];
    enum exit_code code = home_need(cli, &home);
    if (code != EXIT_DONE) return code;
    home_path(&home, "store", path);
    enum error error = open_store(path, true, &store);
    if (error == ERROR_BUSY) return backup_online(cli, &home, cli->words[0]);
    if (error != OK) return fail(error, path);
    error = store_lmdb_backup(store, cli->words[0]);
    store_lmdb_close(store);
    if (error != OK) return fail(error, cli->words[0]);
    printf("%s\n", cli->words[0]);
    return EXIT_DONE;
}

/* --- a new log ------------------------------------------------------------------------------- */

static void say_what_next(const char *directory, const struct id *old_log)
{
    char old[ID_TEXT_BYTES];
    id_print(old_log, old);
    cli_say("the store goes on with a new log, and is in doubt: it writes no book and calls no "
            "provider. What ends the doubt:");
    fprintf(stderr,
            "  entrepot membership admit %s/card               at a node of the mesh\n"
            "  entrepot membership succeeds %s/card --old %s\n"
            "and a restart once this node has heard of it. Books that it led:\n"
            "  entrepot book recover BOOK --yes\n"
            "If this node led the membership and no other can take it over, and the former store\n"
            "is gone for good: entrepot store vouch --dir %s --yes\n",
            directory, directory, old, directory);
}

static enum exit_code renew(const char *directory, const char *store_path)
{
    struct store_lmdb *store = NULL;
    struct keys *keys = NULL;
    struct id old_log, new_log;
    char why[IDENTITY_WHY_BYTES];
    enum error error = keys_open(directory, &keys, why);
    if (error != OK) {
        cli_say("%s", why);
        return cli_exit_of(error);
    }
    error = open_store(store_path, false, &store);
    if (error == OK) error = mend(store, keys_crypto(keys));
    if (error != OK) {
        fail(error, store_path);
    } else {
        error = identity_renew(directory, store, keys, &old_log, &new_log, why);
        if (error != OK) cli_say("%s", why);
    }
    store_lmdb_close(store);
    keys_free(keys);
    if (error == OK) say_what_next(directory, &old_log);
    return cli_exit_of(error);
}

void store_more(FILE *out)
{
    fputs(
        "\nA store that was put back, copied or cloned may hold an old state of its logs, which\n"
        "have gone on elsewhere; to write them would fork them. A node that sees it at its start\n"
        "(see DIR/guard) opens a new log by itself; `store renew` does so by hand, after a peer\n"
        "has told that it holds more. `store vouch` ends the doubt on your word that the former\n"
        "store is gone for good and runs nowhere.\n",
        out);
}

enum exit_code store_renew(struct cli *cli)
{
    struct home home;
    char path[HOME_PATH_BYTES];
    enum exit_code code = home_need(cli, &home);
    if (code != EXIT_DONE) return code;
    if (!cli_has(cli, "yes")) return cli_usage(cli, "its log ends and a new one begins: add --yes");
    home_path(&home, "store", path);
    return renew(home.directory, path);
}

enum exit_code store_vouch(struct cli *cli)
{
    struct home home;
    struct store_lmdb *store = NULL;
    char path[HOME_PATH_BYTES], why[IDENTITY_WHY_BYTES];
    enum exit_code code = home_need(cli, &home);
    if (code != EXIT_DONE) return code;
    if (!cli_has(cli, "yes"))
        return cli_usage(cli, "you say that the former store is gone for good: add --yes");
    home_path(&home, "store", path);
    enum error error = open_store(path, false, &store);
    if (error != OK) return fail(error, path);
    error = identity_vouch(store, why);
    store_lmdb_close(store);
    if (error == ERROR_CONFLICT)
        cli_say("the store is not in doubt; nothing was changed");
    else if (error != OK)
        cli_say("%s", why);
    return cli_exit_of(error);
}

/* --- restore --------------------------------------------------------------------------------- */

const struct cli_flag restore_flags[] = {
    {"join", "CARD", "card of a node of the mesh, when the backup is older than its admission"},
    {NULL, NULL, NULL},
};

void restore_more(FILE *out)
{
    fputs("\nBACKUP is what `entrepot backup` made. Keys in DIR/keys are kept; without them new\n"
          "ones are made, and the mesh must admit the new card. DIR/entrepot.conf and\n"
          "DIR/admin.token are made when they are not there; other tokens are yours to bring. A\n"
          "store that stands in DIR is moved aside, with --yes. What the node wrote after the\n"
          "backup is gone from here; what peers hold of it comes back from them.\n",
          out);
}

/* Without a look into it: a store that is damaged is the one that makes room most often. */
static enum error look_at_place(const char *path)
{
    int lock = -1;
    if (!files_exist(path_join(path, "truth/data.mdb").text)) return ERROR_NOT_FOUND;
    enum error error = files_lock(path, true, &lock);
    files_close(lock);
    return error == ERROR_BUSY ? ERROR_BUSY : OK;
}

/* A store that stands there makes room; none may run on it. */
static enum error move_aside(const char *path)
{
    char aside[HOME_PATH_BYTES + 32];
    enum error error = look_at_place(path);
    if (error != OK) return error == ERROR_NOT_FOUND ? OK : error;
    snprintf(aside, sizeof aside, "%s.before-%lld", path, (long long)time(NULL));
    if (rename(path, aside) != 0) return ERROR_IO;
    cli_say("the store that was there is now %s", aside);
    return OK;
}

/* All of the copy has been read, and lies beside, before the store makes room for it. */
static enum error put_back(struct store_lmdb *copy, const char *path)
{
    char beside[HOME_PATH_BYTES + 32];
    snprintf(beside, sizeof beside, "%s.restored", path);
    enum error error = store_lmdb_backup(copy, beside);
    if (error == OK) error = move_aside(path);
    if (error == OK && rename(beside, path) != 0) error = ERROR_IO;
    if (error == OK) error = files_flush_directory(path_join(path, "..").text);
    return error;
}

static enum exit_code copy_back(struct cli *cli, const char *backup, const char *path)
{
    struct store_lmdb *copy = NULL;
    enum error error = open_store(backup, true, &copy);
    if (error == OK) error = check_copy(copy, backup);
    if (error != OK) {
        store_lmdb_close(copy);
        return fail(error, backup);
    }
    error = look_at_place(path);
    if (error == OK && !cli_has(cli, "yes")) {
        store_lmdb_close(copy);
        cli_say("%s: a store stands there; add --yes to move it aside", path);
        return EXIT_CONFLICT;
    }
    if (error != ERROR_BUSY) error = put_back(copy, path);
    store_lmdb_close(copy);
    return error == OK ? EXIT_DONE : fail(error, path);
}

/* What stands in the directory beside the store. */
static enum exit_code complete(struct cli *cli, const struct home *home)
{
    char path[HOME_PATH_BYTES], why[IDENTITY_WHY_BYTES];
    static struct card peer;
    const char *join = cli_flag(cli, "join");
    home_path(home, "keys/sign.key", path);
    if (access(path, F_OK) != 0) cli_say("there were no keys here: new ones are made");
    enum error error = keys_create(home->directory, why);
    if (error == OK && join != NULL) error = card_read(join, &peer, why);
    if (error == OK && join != NULL) error = identity_join(home->directory, &peer, why);
    if (error == OK) error = init_fill(home->directory, why);
    if (error != OK) cli_say("%s", why);
    return cli_exit_of(error);
}

enum exit_code restore_store(struct cli *cli)
{
    struct home home;
    char path[HOME_PATH_BYTES], why[FILE_WHY_BYTES];
    enum exit_code code = home_need(cli, &home);
    if (code != EXIT_DONE) return code;
    home_path(&home, "store", path);
    enum error error = file_make_folder(home.directory, why);
    if (error != OK) {
        cli_say("%s", why);
        return cli_exit_of(error);
    }
    code = copy_back(cli, cli->words[0], path);
    if (code == EXIT_DONE) code = complete(cli, &home);
    return code == EXIT_DONE ? renew(home.directory, path) : code;
}
