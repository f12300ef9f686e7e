#include "node/hooks/secrets.h"

#include <stdio.h>
#include <sys/stat.h>

#include "node/config.h"
#include "node/file.h"
#include "node/text.h"

#define PATH_BYTES 1024

static void print_path(const char *directory, const struct hash *fingerprint, char path[PATH_BYTES])
{
    int used = snprintf(path, PATH_BYTES, "%.900s/webhooks/", directory);
    for (size_t i = 0; i < HASH_BYTES && used > 0; i++)
        snprintf(path + (size_t)used + 2 * i, 3, "%02x", fingerprint->bytes[i]);
    snprintf(path + (size_t)used + 2 * HASH_BYTES, sizeof ".secret", "%s", ".secret");
}

enum error secrets_read_file(const char *path, struct hook_key *key, char why[SECRETS_WHY_BYTES])
{
    char text[HOOK_SECRET_TEXT_MAX + 1];
    struct config_fault fault;
    enum error error = config_read_secret(path, text, sizeof text, &fault);
    if (error != OK) {
        (void)text_copy(why, SECRETS_WHY_BYTES, fault.why);
        return error;
    }
    bool read = hook_key_read(span_text(text), key);
    explicit_bzero(text, sizeof text);
    if (read) return OK;
    snprintf(why, SECRETS_WHY_BYTES,
             "%.900s: no secret: write whsec_ and 24 to 64 random bytes in base64, as\n"
             "printf 'whsec_%%s\\n' \"$(openssl rand -base64 32)\" does",
             path);
    return ERROR_CONFIG;
}

enum error secrets_keep(const char *directory, const struct crypto *crypto, const char *path,
                        struct hash *fingerprint, char why[SECRETS_WHY_BYTES])
{
    struct hook_key key, held;
    char folder[PATH_BYTES], to[PATH_BYTES], text[HOOK_SECRET_TEXT_MAX + 2];
    char wrong[FILE_WHY_BYTES] = "";
    struct config_fault fault;
    enum error error = secrets_read_file(path, &key, why);
    if (error != OK) return error;
    *fingerprint = hook_fingerprint(crypto, &key);
    explicit_bzero(&key, sizeof key);
    bool known = secrets_find(directory, crypto, fingerprint, &held);
    explicit_bzero(&held, sizeof held);
    if (known) return OK;
    error = config_read_secret(path, text, sizeof text, &fault);
    snprintf(folder, sizeof folder, "%.900s/webhooks", directory);
    print_path(directory, fingerprint, to);
    if (error == OK) error = file_make_folder(folder, wrong);
    if (error == OK) error = file_write(to, span_text(text), 0600, FILE_REPLACE, wrong);
    explicit_bzero(text, sizeof text);
    if (error != OK) (void)text_copy(why, SECRETS_WHY_BYTES, wrong);
    return error;
}

bool secrets_find(const char *directory, const struct crypto *crypto,
                  const struct hash *fingerprint, struct hook_key *key)
{
    char path[PATH_BYTES], why[SECRETS_WHY_BYTES];
    struct stat there;
    print_path(directory, fingerprint, path);
    if (stat(path, &there) != 0 || secrets_read_file(path, key, why) != OK) return false;
    struct hash own = hook_fingerprint(crypto, key);
    if (memcmp(&own, fingerprint, sizeof own) == 0) return true;
    explicit_bzero(key, sizeof *key);
    return false;
}
