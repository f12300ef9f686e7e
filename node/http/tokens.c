#include "node/http/tokens.h"

#include "proto/json.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_BYTES     4096
#define LINE_BYTES_MAX 4096
#define ID_DIGITS      (ID_TEXT_BYTES - 2) /* without the check character */

#define ROLE_NAME(name, number, word) [number] = word,
static const char *const role_names[] = {TOKEN_ROLE_LIST(ROLE_NAME)};
const struct words role_words = {role_names, sizeof role_names / sizeof role_names[0]};

SHAPE_DEFINE(token_also, TOKEN_ALSO_FIELDS)
SHAPE_DEFINE(token_row, TOKEN_ROW_FIELDS)
SHAPE_DEFINE(token_wish, TOKEN_WISH_FIELDS)

struct entry {
    struct token_row row;
    char name[NAME_BYTES_MAX];
    char printed[ID_TEXT_BYTES]; /* the id */
};

struct tokens {
    char path[PATH_BYTES];
    const struct crypto *crypto;
    struct entry *entries;
    size_t count, room;
    uint64_t changes;
    struct stat seen; /* of the file when it was read last; st_ino 0: there was none */
};

static enum error complain(char why[TOKENS_WHY_BYTES], enum error error, const char *path,
                           const char *what)
{
    snprintf(why, TOKENS_WHY_BYTES, "%.80s: %.100s", path, what);
    return error;
}

/* --- reading ---------------------------------------------------------------------------------- */

static struct entry *add_entry(struct tokens *tokens)
{
    if (tokens->count == tokens->room) {
        tokens->room = tokens->room * 2 + 16;
        tokens->entries = realloc(tokens->entries, tokens->room * sizeof *tokens->entries);
        assert(tokens->entries != NULL);
        /* The names moved with their entries. */
        for (size_t i = 0; i < tokens->count; i++)
            tokens->entries[i].row.name.at = (const uint8_t *)tokens->entries[i].name;
    }
    return &tokens->entries[tokens->count++];
}

static void keep(struct tokens *tokens, const struct token_row *row)
{
    struct entry *entry = add_entry(tokens);
    entry->row = *row;
    if (row->name.size > 0) memcpy(entry->name, row->name.at, row->name.size);
    entry->row.name.at = (const uint8_t *)entry->name;
    id_print(&row->token, entry->printed);
}

static enum error read_line(struct tokens *tokens, struct span line)
{
    struct json_fault json_fault;
    struct fault fault;
    struct token_row row;
    if (tokens->count >= TOKENS_MAX) return ERROR_FULL;
    struct json *json = json_parse(line, &json_fault);
    if (json == NULL) return json_fault.error;
    enum error error = json_to_shape(json, &token_row_shape, &row, NULL, 0, &fault);
    if (error == OK) keep(tokens, &row);
    json_free(json);
    return error;
}

static enum error read_lines(struct tokens *tokens, FILE *file, char why[TOKENS_WHY_BYTES])
{
    char line[LINE_BYTES_MAX];
    unsigned number = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        number++;
        enum error error = read_line(tokens, span_text(line));
        if (error == OK) continue;
        char what[96];
        snprintf(what, sizeof what, "line %u: %s", number, error_text(error));
        return complain(why, ERROR_CORRUPT, tokens->path, what);
    }
    return ferror(file) ? complain(why, ERROR_IO, tokens->path, strerror(errno)) : OK;
}

static enum error read_file(struct tokens *tokens, char why[TOKENS_WHY_BYTES])
{
    int fd = open(tokens->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) return OK;
    if (fd < 0) return complain(why, ERROR_IO, tokens->path, strerror(errno));
    fstat(fd, &tokens->seen);
    bool ours = S_ISREG(tokens->seen.st_mode) && (tokens->seen.st_mode & 077) == 0;
    FILE *file = fdopen(fd, "r");
    assert(file != NULL);
    enum error error =
        ours ? read_lines(tokens, file, why)
             : complain(why, ERROR_CONFIG, tokens->path, "others may read it: chmod 600");
    fclose(file);
    return error;
}

/* Reads into a fresh list, so that an error keeps what was known. */
static enum error read_again(struct tokens *tokens, char why[TOKENS_WHY_BYTES])
{
    struct tokens fresh = {.crypto = tokens->crypto, .changes = tokens->changes + 1};
    memcpy(fresh.path, tokens->path, sizeof fresh.path);
    enum error error = read_file(&fresh, why);
    if (error != OK) {
        tokens->seen = fresh.seen; /* complained about once, not at every look */
        free(fresh.entries);
        return error;
    }
    free(tokens->entries);
    *tokens = fresh;
    return OK;
}

static bool is_same_file(const struct stat *a, const struct stat *b)
{
    return a->st_ino == b->st_ino && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

enum error tokens_refresh(struct tokens *tokens, char why[TOKENS_WHY_BYTES])
{
    struct stat now;
    memset(&now, 0, sizeof now);
    if (stat(tokens->path, &now) != 0) memset(&now, 0, sizeof now);
    return is_same_file(&now, &tokens->seen) ? OK : read_again(tokens, why);
}

enum error tokens_open(const char *file, const struct crypto *crypto, struct tokens **opened,
                       char why[TOKENS_WHY_BYTES])
{
    *opened = NULL;
    if (strlen(file) + sizeof ".lock" > PATH_BYTES)
        return complain(why, ERROR_CONFIG, file, "the path is too long");
    struct tokens *tokens = calloc(1, sizeof *tokens);
    assert(tokens != NULL);
    memcpy(tokens->path, file, strlen(file) + 1);
    tokens->crypto = crypto;
    enum error error = read_file(tokens, why);
    if (error == OK)
        *opened = tokens;
    else
        tokens_free(tokens);
    return error;
}

void tokens_free(struct tokens *tokens)
{
    if (tokens == NULL) return;
    free(tokens->entries);
    free(tokens);
}

size_t tokens_count(const struct tokens *tokens)
{
    return tokens->count;
}

const struct token_row *tokens_at(const struct tokens *tokens, size_t place)
{
    assert(place < tokens->count);
    return &tokens->entries[place].row;
}

bool tokens_hold(const struct tokens *tokens, const struct id *token)
{
    for (size_t i = 0; i < tokens->count; i++)
        if (id_equal(&tokens->entries[i].row.token, token))
            return tokens->entries[i].row.revoked_ms == 0;
    return false;
}

struct scope token_scope(const struct token_row *row)
{
    struct scope scope = {0};
    scope_add(&scope, &row->merchant);
    for (uint32_t i = 0; i < row->also_count; i++) scope_add(&scope, &row->also[i].merchant);
    return scope;
}

uint64_t tokens_changes(const struct tokens *tokens)
{
    return tokens->changes;
}

/* --- printed tokens --------------------------------------------------------------------------- */

static void hash_secret(const struct crypto *crypto, const uint8_t secret[TOKEN_SECRET_BYTES],
                        struct hash *out)
{
    struct span part = span_of(secret, TOKEN_SECRET_BYTES);
    crypto_hash(crypto, "entrepot/token/1", &part, 1, out);
}

static int digit_of(uint8_t c)
{
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_secret(struct span hex, uint8_t secret[TOKEN_SECRET_BYTES])
{
    if (hex.size != 2 * TOKEN_SECRET_BYTES) return false;
    for (size_t i = 0; i < TOKEN_SECRET_BYTES; i++) {
        int high = digit_of(hex.at[2 * i]), low = digit_of(hex.at[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        secret[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static const struct token_row *row_of(const struct tokens *tokens, struct span digits)
{
    for (size_t i = 0; i < tokens->count; i++)
        if (memcmp(tokens->entries[i].printed, digits.at, ID_DIGITS) == 0)
            return &tokens->entries[i].row;
    return NULL;
}

static bool is_equal_slowly(const struct hash *a, const struct hash *b)
{
    unsigned difference = 0;
    for (size_t i = 0; i < HASH_BYTES; i++) difference |= (unsigned)(a->bytes[i] ^ b->bytes[i]);
    return difference == 0;
}

/* The last mark is that before the secret, the last but one that before the id: roles bear none. */
const struct token_row *tokens_find(const struct tokens *tokens, struct span printed)
{
    static const struct hash nothing = {{0}};
    const size_t tail = 1 + ID_DIGITS + 1 + 2 * (size_t)TOKEN_SECRET_BYTES;
    uint8_t secret[TOKEN_SECRET_BYTES];
    struct hash hash;
    if (printed.size < 4 + tail || memcmp(printed.at, "ep_", 3) != 0) return NULL;
    struct span role = span_of(printed.at + 3, printed.size - 3 - tail);
    struct span digits = span_of(role.at + role.size + 1, ID_DIGITS);
    struct span hex = span_of(digits.at + ID_DIGITS + 1, 2 * (size_t)TOKEN_SECRET_BYTES);
    if (digits.at[-1] != '_' || hex.at[-1] != '_' || !read_secret(hex, secret)) return NULL;
    const struct token_row *row = row_of(tokens, digits);
    hash_secret(tokens->crypto, secret, &hash);
    bool right = is_equal_slowly(row != NULL ? &row->secret : &nothing, &hash);
    if (row == NULL || !right || row->revoked_ms != 0) return NULL;
    return span_equal(role, span_text(word_of(&role_words, row->role))) ? row : NULL;
}

static void print_token(const struct token_row *row, const uint8_t secret[TOKEN_SECRET_BYTES],
                        char printed[TOKEN_TEXT_BYTES])
{
    char id[ID_TEXT_BYTES];
    id_print(&row->token, id);
    int used = snprintf(printed, TOKEN_TEXT_BYTES, "ep_%s_%.*s_", word_of(&role_words, row->role),
                        (int)ID_DIGITS, id);
    assert(used > 0 && used + 2 * TOKEN_SECRET_BYTES < TOKEN_TEXT_BYTES);
    for (size_t i = 0; i < TOKEN_SECRET_BYTES; i++)
        snprintf(printed + used + 2 * i, 3, "%02x", secret[i]);
}

/* --- writing ---------------------------------------------------------------------------------- */

static enum error flush_folder(const char *path)
{
    char folder[PATH_BYTES];
    const char *slash = strrchr(path, '/');
    size_t size = slash == NULL ? 0 : (size_t)(slash - path) + 1; /* with its slash */
    snprintf(folder, sizeof folder, "%.*s.", (int)size, path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return ERROR_IO;
    enum error error = fsync(fd) == 0 ? OK : ERROR_IO;
    close(fd);
    return error;
}

static bool write_lines(const struct tokens *tokens, int fd)
{
    FILE *file = fdopen(fd, "w");
    assert(file != NULL);
    for (size_t i = 0; i < tokens->count; i++) {
        struct json_out out = {0};
        json_open(&out, NULL, '{');
        json_put_shape(&out, NULL, &token_row_shape, &tokens->entries[i].row);
        json_close(&out, '}');
        fwrite(out.at, 1, out.used, file);
        fputc('\n', file);
        json_out_free(&out);
    }
    bool good = fflush(file) == 0 && fsync(fd) == 0;
    return (fclose(file) == 0) && good;
}

static enum error write_file(struct tokens *tokens, char why[TOKENS_WHY_BYTES])
{
    char fresh[PATH_BYTES + 8];
    snprintf(fresh, sizeof fresh, "%s.new", tokens->path);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) return complain(why, ERROR_IO, fresh, strerror(errno));
    if (!write_lines(tokens, fd) || rename(fresh, tokens->path) != 0)
        return complain(why, ERROR_IO, fresh, strerror(errno));
    if (flush_folder(tokens->path) != OK)
        return complain(why, ERROR_IO, tokens->path, strerror(errno));
    return stat(tokens->path, &tokens->seen) == 0 ? OK : ERROR_IO;
}

/* Another program may have written since we read: whoever writes holds the lock and reads first. */
static enum error begin_write(struct tokens *tokens, int *lock, char why[TOKENS_WHY_BYTES])
{
    char path[PATH_BYTES + 8];
    snprintf(path, sizeof path, "%s.lock", tokens->path);
    *lock = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (*lock < 0 || flock(*lock, LOCK_EX) != 0) {
        if (*lock >= 0) close(*lock);
        return complain(why, ERROR_IO, path, strerror(errno));
    }
    enum error error = read_again(tokens, why);
    if (error != OK) close(*lock);
    return error;
}

static enum error check_wish(const struct tokens *tokens, const struct token_wish *wish,
                             char why[TOKENS_WHY_BYTES])
{
    bool scoped = !id_is_zero(&wish->merchant);
    if (wish->role == ROLE_MERCHANT && !scoped)
        return complain(why, ERROR_OUT_OF_RANGE, "merchant",
                        "a merchant's token names its merchant");
    if (wish->role == ROLE_PARTNER && !scoped)
        return complain(why, ERROR_OUT_OF_RANGE, "merchant",
                        "a partner's token names its merchant");
    if (wish->also_count > 0 && (wish->role != ROLE_PLATFORM || !scoped))
        return complain(why, ERROR_OUT_OF_RANGE, "also",
                        "further merchants go with a platform's first one only");
    if (wish->role == ROLE_ADMIN && scoped)
        return complain(why, ERROR_OUT_OF_RANGE, "merchant", "an admin's token has no merchant");
    if (wish->role != ROLE_OPERATOR && !id_is_zero(&wish->warehouse))
        return complain(why, ERROR_OUT_OF_RANGE, "warehouse",
                        "only operators stand in a warehouse");
    return tokens->count < TOKENS_MAX ? OK : complain(why, ERROR_FULL, "tokens", "too many");
}

enum error tokens_create(struct tokens *tokens, const struct token_wish *wish, uint64_t wall_ms,
                         struct token_row *row, char printed[TOKEN_TEXT_BYTES],
                         char why[TOKENS_WHY_BYTES])
{
    int lock;
    uint8_t random[10], secret[TOKEN_SECRET_BYTES];
    enum error error = begin_write(tokens, &lock, why);
    if (error != OK) return error;
    error = check_wish(tokens, wish, why);
    if (error == OK) {
        bool got = getrandom(random, sizeof random, 0) == (ssize_t)sizeof random &&
                   getrandom(secret, sizeof secret, 0) == (ssize_t)sizeof secret;
        assert(got);
        *row = (struct token_row){.token = id_make(wall_ms, random),
                                  .role = wish->role,
                                  .merchant = wish->merchant,
                                  .warehouse = wish->warehouse,
                                  .name = wish->name,
                                  .created_ms = wall_ms,
                                  .also_count = wish->also_count};
        for (uint32_t i = 0; i < wish->also_count; i++) row->also[i] = wish->also[i];
        hash_secret(tokens->crypto, secret, &row->secret);
        print_token(row, secret, printed);
        keep(tokens, row);
        error = write_file(tokens, why);
        if (error != OK) tokens->count--;
    }
    explicit_bzero(secret, sizeof secret);
    close(lock);
    return error;
}

enum error tokens_revoke(struct tokens *tokens, const struct id *token, uint64_t wall_ms,
                         char why[TOKENS_WHY_BYTES])
{
    int lock;
    enum error error = begin_write(tokens, &lock, why);
    if (error != OK) return error;
    size_t i = 0;
    while (i < tokens->count && !id_equal(&tokens->entries[i].row.token, token)) i++;
    if (i == tokens->count) {
        error = complain(why, ERROR_NOT_FOUND, tokens->path, "no such token");
    } else if (tokens->entries[i].row.revoked_ms == 0) {
        tokens->entries[i].row.revoked_ms = wall_ms;
        tokens->changes++;
        error = write_file(tokens, why);
        /* Revoked here at least, and again from the file once it can be written. */
    }
    close(lock);
    return error;
}
