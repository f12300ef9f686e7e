#include "carriers/proof.h"

#include "carriers/carrier.h"
#include "carriers/form.h"
#include "carriers/unicode.h"
#include "proto/digits.h"
#include "proto/json_path.h"
#include "proto/when.h"

#define WORDS_MAX      8
#define NAME_BYTES_MAX 64
#define KEY_BYTES_MAX  (16u * CARRIER_SECRET_BYTES_MAX)
#define DIGEST_MAX     HASH_BYTES

/* One push while it is looked at. */
struct looking {
    const struct proof *proof;
    const struct crypto *crypto;
    const struct proof_push *push;
    struct span stamp; /* {t} of the header */
    struct json *root; /* of the body, when a place in it is asked for */
    bool unread;       /* it is no JSON */
    uint8_t form[FORM_BYTES_MAX];
    size_t form_used;
};

/* --- words of a push ---------------------------------------------------------------------------
 */

static struct span field_of_form(struct looking *looking, struct span name)
{
    uint8_t *room = looking->form + looking->form_used;
    struct span value =
        form_field(looking->push->body, name, room, FORM_BYTES_MAX - looking->form_used);
    looking->form_used += value.size;
    return value;
}

static struct span json_field(struct looking *looking, struct span path)
{
    char text[NAME_BYTES_MAX];
    struct json_fault fault;
    if (path.size >= sizeof text || looking->unread) return span_of(NULL, 0);
    memcpy(text, path.at, path.size);
    text[path.size] = '\0';
    if (looking->root == NULL) looking->root = json_parse(looking->push->body, &fault);
    looking->unread = looking->root == NULL;
    return json_find_word(looking->root, text);
}

static struct span header_named(const struct proof_push *push, struct span name)
{
    char text[NAME_BYTES_MAX];
    if (name.size >= sizeof text) return span_of(NULL, 0);
    memcpy(text, name.at, name.size);
    text[name.size] = '\0';
    return push->header(push->world, text);
}

/* What stands between braces. The secret is the one that is tried. */
static struct span word_of_push(struct looking *looking, struct span name, struct span secret)
{
    struct span rest;
    if (span_equal(name, span_text("body"))) return looking->push->body;
    if (span_equal(name, span_text("secret"))) return secret;
    if (span_equal(name, span_text("t"))) return looking->stamp;
    if (span_strip(name, "header:", &rest)) return header_named(looking->push, rest);
    if (span_strip(name, "form:", &rest)) return field_of_form(looking, rest);
    if (span_strip(name, "json:", &rest)) return json_field(looking, rest);
    return span_of(NULL, 0);
}

/* false: a word that is signed is not there. */
static bool words_signed(struct looking *looking, struct span secret, struct span *words,
                         size_t *count)
{
    const char *says = looking->proof->says == NULL ? "{body}" : looking->proof->says;
    struct span rest = span_text(says);
    *count = 0;
    while (rest.size > 0 && *count < WORDS_MAX) {
        bool braced = rest.at[0] == '{';
        const uint8_t *end = memchr(rest.at, braced ? '}' : '{', rest.size);
        size_t size = end == NULL ? rest.size : (size_t)(end - rest.at);
        struct span word = span_of(rest.at, size);
        if (braced) {
            word = word_of_push(looking, span_of(rest.at + 1, size - 1), secret);
            if (word.at == NULL) return false;
            size++;
        }
        words[(*count)++] = word;
        rest = span_of(rest.at + size, rest.size - size);
    }
    return rest.size == 0;
}

/* --- one secret, one proof ---------------------------------------------------------------------
 */

static size_t digest_size(const struct proof *proof)
{
    return proof->kind == PROOF_MD5 ? MD5_BYTES : HASH_BYTES;
}

static bool read_digits(const struct proof *proof, struct span text, uint8_t digest[DIGEST_MAX])
{
    size_t size = digest_size(proof);
    if (proof->digits == PROOF_HEX) return digits_hex(text, digest, size);
    return digits_base64_of(text, digest, size);
}

static bool key_of(const struct proof *proof, struct span secret, uint8_t room[KEY_BYTES_MAX],
                   struct span *key)
{
    *key = secret;
    return !proof->nfkd || unicode_nfkd(secret, room, KEY_BYTES_MAX, key);
}

static bool digest_matches(struct looking *looking, struct span key, struct span given)
{
    const struct proof *proof = looking->proof;
    const struct crypto *crypto = looking->crypto;
    uint8_t told[DIGEST_MAX], own[DIGEST_MAX];
    struct hash hash;
    struct span words[WORDS_MAX];
    size_t count;
    if (!read_digits(proof, given, told)) return false;
    if (!words_signed(looking, key, words, &count)) return false;
    if (proof->kind == PROOF_MD5) {
        crypto->md5(crypto->world, words, count, own);
    } else {
        if (proof->kind == PROOF_SHA256)
            crypto->sha256(crypto->world, words, count, &hash);
        else
            crypto->hmac_sha256(crypto->world, key, words, count, &hash);
        memcpy(own, hash.bytes, HASH_BYTES);
    }
    size_t size = digest_size(proof);
    return span_equal_secret(span_of(own, size), span_of(told, size));
}

static bool secret_proves(struct looking *looking, struct span secret, struct span given)
{
    uint8_t room[KEY_BYTES_MAX];
    struct span key;
    if (secret.size == 0 || secret.size > CARRIER_SECRET_BYTES_MAX) return false;
    if (looking->proof->kind == PROOF_TOKEN) return span_equal_secret(secret, given);
    looking->form_used = 0;
    return key_of(looking->proof, secret, room, &key) && key.size > 0 &&
           digest_matches(looking, key, given);
}

static bool any_proves(struct looking *looking, const struct span *secrets, size_t count,
                       struct span given)
{
    bool proved = false;
    for (size_t i = 0; i < count; i++)
        if (secret_proves(looking, secrets[i], given)) proved = true;
    return proved;
}

/* --- where the proof stands --------------------------------------------------------------------
 */

/* The first of the headers that is there. */
static struct span header_of(const struct looking *looking)
{
    struct span names = span_text(looking->proof->header);
    while (names.size > 0) {
        const uint8_t *bar = memchr(names.at, '|', names.size);
        size_t size = bar == NULL ? names.size : (size_t)(bar - names.at);
        struct span value = header_named(looking->push, span_of(names.at, size));
        if (value.at != NULL || bar == NULL) return value;
        names = span_of(bar + 1, names.size - size - 1);
    }
    return span_of(NULL, 0);
}

static struct span next_part(struct span *list)
{
    const uint8_t *comma = memchr(list->at, ',', list->size);
    size_t size = comma == NULL ? list->size : (size_t)(comma - list->at);
    struct span part = span_of(list->at, size);
    size_t skip = comma == NULL ? size : size + 1;
    *list = span_of(list->at + skip, list->size - skip);
    while (part.size > 0 && part.at[0] == ' ') part = span_of(part.at + 1, part.size - 1);
    return part;
}

/* "t=..,v1=..,v1=..": any part of the name proves. */
static bool parts_prove(struct looking *looking, const struct span *secrets, size_t count,
                        struct span header)
{
    struct span list = header, value;
    bool proved = false;
    while (list.size > 0)
        if (span_strip(next_part(&list), "t=", &value)) looking->stamp = value;
    list = header;
    while (list.size > 0) {
        struct span part = next_part(&list), name = span_text(looking->proof->part);
        bool mine = part.size > name.size && memcmp(part.at, name.at, name.size) == 0 &&
                    part.at[name.size] == '=';
        if (!mine) continue;
        value = span_of(part.at + name.size + 1, part.size - name.size - 1);
        if (any_proves(looking, secrets, count, value)) proved = true;
    }
    return proved;
}

static bool header_proves(struct looking *looking, const struct span *secrets, size_t count)
{
    struct span value = header_of(looking);
    if (value.at == NULL) return false;
    if (looking->proof->part != NULL) return parts_prove(looking, secrets, count, value);
    if (looking->proof->prefix != NULL && !span_strip(value, looking->proof->prefix, &value))
        return false;
    return any_proves(looking, secrets, count, value);
}

static bool body_proves(struct looking *looking, const struct span *secrets, size_t count)
{
    uint8_t room[2 * NAME_BYTES_MAX];
    struct span value = word_of_push(looking, span_text(looking->proof->field), span_of(NULL, 0));
    if (value.at == NULL || value.size > sizeof room) return false;
    memcpy(room, value.at, value.size); /* its place is used again for what is signed */
    return any_proves(looking, secrets, count, span_of(room, value.size));
}

/* --- when it was signed ------------------------------------------------------------------------
 */

static uint64_t seconds_of(struct span text)
{
    uint64_t number = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.at[i] < '0' || text.at[i] > '9' || number > UINT64_MAX / 100) return 0;
        number = number * 10 + (uint64_t)(text.at[i] - '0');
    }
    return number;
}

static uint64_t stamp_ms(struct span text)
{
    uint64_t number = seconds_of(text);
    if (number > 100000000000u) return number; /* milliseconds already */
    return number != 0 ? number * 1000 : when_parse(text).ms;
}

static bool is_of_now(struct looking *looking)
{
    const struct proof *proof = looking->proof;
    uint64_t now = looking->push->now_ms;
    if (proof->when == NULL || now == 0) return true;
    struct span name = span_of(proof->when + 1, span_text(proof->when).size - 2);
    uint64_t then = stamp_ms(word_of_push(looking, name, span_of(NULL, 0)));
    uint64_t apart = then > now ? then - now : now - then;
    return then != 0 && apart <= (uint64_t)proof->window_s * 1000;
}

/* Not where the carrier signs: the weaker proof would be the one to forge. */
static bool path_proves(const struct proof *proof, const struct span *secrets, size_t count,
                        struct span given)
{
    bool proved = false;
    if (!proof->in_path || given.size == 0) return false;
    for (size_t i = 0; i < count; i++)
        if (secrets[i].size > 0 && span_equal_secret(secrets[i], given)) proved = true;
    return proved;
}

enum error proof_check(const struct proof *proof, const struct crypto *crypto,
                       const struct span *secrets, size_t count, const struct proof_push *push)
{
    struct looking looking;
    if (path_proves(proof, secrets, count, push->path)) return OK;
    looking.proof = proof;
    looking.crypto = crypto;
    looking.push = push;
    looking.stamp = span_of(NULL, 0);
    looking.root = NULL;
    looking.unread = false;
    looking.form_used = 0;
    bool proved = proof->header != NULL ? header_proves(&looking, secrets, count)
                                        : body_proves(&looking, secrets, count);
    bool good = proved && is_of_now(&looking);
    json_free(looking.root);
    return good ? OK : ERROR_BAD_SIGNATURE;
}

/* Does what is signed hold what is said: the whole body, or the field of it that is read? */
static bool covers(const char *says)
{
    static const char *const words[] = {"{body}", "{json:", "{form:"};
    for (const char *at = says; *at != '\0'; at++)
        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
            struct span rest;
            if (span_strip(span_text(at), words[i], &rest)) return true;
        }
    return false;
}

bool proof_signs(const struct proof *proof)
{
    return proof->kind != PROOF_TOKEN && (proof->says == NULL || covers(proof->says));
}
