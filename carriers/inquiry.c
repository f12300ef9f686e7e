#include "carriers/inquiry.h"

#include "carriers/body.h"
#include "proto/digits.h"
#include "proto/json_path.h"

#define SIGN_TEXT_BYTES   1024 /* of a text that is not digested */
#define SIGN_BYTES        DIGITS_HEX_CHARS(SIGN_TEXT_BYTES)
#define TOKEN_SECONDS     3600
#define TOKEN_SECONDS_MAX (365u * 24 * 3600)

/* --- values of the row itself ------------------------------------------------------------------
 */

struct inside {
    const struct template_values *outer;
    struct span inner, sign;
};

static struct span value_of(void *world, struct span name, size_t item)
{
    const struct inside *inside = world;
    if (span_equal(name, span_text("inner"))) return inside->inner;
    if (span_equal(name, span_text("sign"))) return inside->sign;
    return inside->outer->value(inside->outer->world, name, item);
}

static size_t count_of(void *world, struct span list)
{
    const struct inside *inside = world;
    return inside->outer->count == NULL ? 0 : inside->outer->count(inside->outer->world, list);
}

/* --- writing ---------------------------------------------------------------------------------- */

struct work {
    struct writing *memory;
    struct template_values values;
    struct fault *fault;
};

static enum error write_text(struct work *work, const char *text, enum template_form form,
                             struct span *out)
{
    size_t from = work->memory->used;
    enum error error = template_fill(work->memory, text, form, &work->values, work->fault);
    *out = span_of(work->memory->at + from, work->memory->used - from);
    return error;
}

/* What is signed needs no place beside the signature: its memory is taken back. */
static enum error write_sign(struct work *work, const struct crypto *crypto,
                             const struct inquiry_sign *sign, char digits[SIGN_BYTES + 1])
{
    struct span says, key = span_of("", 0);
    struct hash hash;
    struct span bytes = span_of(hash.bytes, HASH_BYTES);
    size_t from = work->memory->used;
    enum error error = write_text(work, sign->says, sign->form, &says);
    if (error == OK && sign->key != NULL) error = write_text(work, sign->key, TEMPLATE_RAW, &key);
    if (error != OK) return error;
    if (sign->kind == PROOF_HMAC_SHA256)
        crypto->hmac_sha256(crypto->world, key, &says, 1, &hash);
    else if (sign->kind == PROOF_SHA256)
        crypto->sha256(crypto->world, &says, 1, &hash);
    else if (sign->kind == PROOF_MD5) {
        crypto->md5(crypto->world, &says, 1, hash.bytes);
        bytes.size = MD5_BYTES;
    } else
        bytes = says;
    if (bytes.size > SIGN_TEXT_BYTES) return ERROR_TOO_LARGE;
    if (sign->digits == PROOF_HEX)
        digits_hex_print(bytes, digits);
    else
        digits_base64_print(bytes, digits);
    memset(work->memory->at + from, 0, work->memory->used - from);
    work->memory->used = from;
    return OK;
}

static enum error write_ended(struct work *work, const char *text, enum template_form form,
                              const char **out)
{
    struct span written;
    size_t from = work->memory->used;
    enum error error = write_text(work, text, form, &written);
    if (error != OK) return error;
    *out = writing_end(work->memory, from);
    return *out == NULL ? work->memory->error : OK;
}

static enum error write_type(struct work *work, const char *type, struct carrier_call *call)
{
    size_t from = work->memory->used;
    writing_add(work->memory, span_text("Content-Type: "));
    writing_add(work->memory, span_text(type));
    call->headers[call->headers_count++] = writing_end(work->memory, from);
    return work->memory->error;
}

static enum error write_parts(struct work *work, const struct inquiry *inquiry,
                              struct carrier_call *call)
{
    enum error error = write_ended(work, inquiry->path, TEMPLATE_URL, &call->path);
    for (size_t i = 0; i < INQUIRY_HEADERS_MAX && inquiry->headers[i] != NULL && error == OK; i++)
        error = write_ended(work, inquiry->headers[i], TEMPLATE_PLAIN,
                            &call->headers[call->headers_count++]);
    if (error == OK && inquiry->type != NULL) error = write_type(work, inquiry->type, call);
    if (error == OK && inquiry->type != NULL)
        error = write_text(work, inquiry->body, inquiry->form, &call->body);
    return error;
}

enum error inquiry_write(const struct inquiry *inquiry, const struct crypto *crypto,
                         const struct template_values *values, struct writing *memory,
                         struct carrier_call *call, struct fault *fault)
{
    char sign[SIGN_BYTES + 1];
    struct inside inside = {.outer = values};
    struct work work = {memory, {&inside, value_of, count_of}, fault};
    enum error error = OK;
    *call = (struct carrier_call){.method = inquiry->method};
    if (call->method == NULL) call->method = inquiry->type == NULL ? "GET" : "POST";
    if (inquiry->inner != NULL)
        error = write_text(&work, inquiry->inner, inquiry->inner_form, &inside.inner);
    if (error == OK && inquiry->sign != NULL) {
        error = write_sign(&work, crypto, inquiry->sign, sign);
        inside.sign = error == OK ? span_text(sign) : span_of(NULL, 0);
    }
    return error == OK ? write_parts(&work, inquiry, call) : error;
}

/* --- looking at a row --------------------------------------------------------------------------
 */

struct looking {
    const char *name;
    bool found;
};

static void look(void *world, struct span name, bool list)
{
    struct looking *looking = world;
    (void)list;
    looking->found = looking->found || span_equal(name, span_text(looking->name));
}

static size_t texts_of(const struct inquiry *inquiry, const char *texts[INQUIRY_HEADERS_MAX + 5])
{
    const struct inquiry_sign *sign = inquiry->sign;
    size_t count = 0;
    const char *all[] = {inquiry->path, inquiry->body, inquiry->inner,
                         sign == NULL ? NULL : sign->says, sign == NULL ? NULL : sign->key};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (all[i] != NULL) texts[count++] = all[i];
    for (size_t i = 0; i < INQUIRY_HEADERS_MAX && inquiry->headers[i] != NULL; i++)
        texts[count++] = inquiry->headers[i];
    return count;
}

bool inquiry_wants(const struct inquiry *inquiry, const char *name)
{
    const char *texts[INQUIRY_HEADERS_MAX + 5];
    struct looking looking = {name, false};
    size_t count = texts_of(inquiry, texts);
    for (size_t i = 0; i < count; i++)
        if (template_fault(texts[i], &looking, look) != NULL) return false;
    return looking.found;
}

const char *inquiry_fault(const struct inquiry *inquiry)
{
    const char *texts[INQUIRY_HEADERS_MAX + 5];
    size_t count = texts_of(inquiry, texts);
    if (inquiry->path == NULL || inquiry->path[0] != '/') return "a path begins with a slash";
    if ((inquiry->body == NULL) != (inquiry->type == NULL))
        return "a body has a type, and a type a body";
    if (inquiry->sign != NULL &&
        (inquiry->sign->key != NULL) != (inquiry->sign->kind == PROOF_HMAC_SHA256))
        return "an HMAC has a key, and nothing else has";
    for (size_t i = 0; i < count; i++) {
        const char *fault = template_fault(texts[i], NULL, NULL);
        if (fault != NULL) return fault;
    }
    return NULL;
}

/* --- answers ---------------------------------------------------------------------------------- */

static uint64_t number_of(struct span digits)
{
    uint64_t number = 0;
    for (size_t i = 0; i < digits.size; i++) {
        if (digits.at[i] < '0' || digits.at[i] > '9' || number > TOKEN_SECONDS_MAX) break;
        number = number * 10 + (uint64_t)(digits.at[i] - '0');
    }
    return number > TOKEN_SECONDS_MAX ? TOKEN_SECONDS_MAX : number;
}

struct span access_token(const struct access *access, unsigned http_status,
                         const struct json *answer, uint64_t *seconds)
{
    *seconds = 0;
    if (http_status < 200 || http_status > 299) return span_of(NULL, 0);
    struct span token = json_find_word(answer, access->token);
    if (access->seconds != NULL) *seconds = number_of(json_find_word(answer, access->seconds));
    if (*seconds == 0) *seconds = TOKEN_SECONDS;
    return token.size > 0 ? token : span_of(NULL, 0);
}

enum inquiry_answer inquiry_answer_of(unsigned http_status)
{
    if (http_status >= 200 && http_status <= 299) return INQUIRY_READ;
    if (http_status == 408 || http_status == 425 || http_status == 429 || http_status >= 500)
        return INQUIRY_LATER;
    if (http_status == 401 || http_status == 403) return INQUIRY_STRANGE;
    return http_status == 404 || http_status == 410 ? INQUIRY_ABSENT : INQUIRY_REFUSED;
}

/* --- handshakes ------------------------------------------------------------------------------- */

/* A name goes into a path of ours, and of the address that a stranger wrote nothing else does. */
static bool copy_name(struct span address, char to[SUBSCRIPTION_BYTES])
{
    size_t from = address.size;
    while (from > 0 && address.at[from - 1] != '/') from--;
    struct span name = span_of(address.at + from, address.size - from);
    bool good = name.size > 0 && name.size < SUBSCRIPTION_BYTES && name.at[0] != '.';
    for (size_t i = 0; i < name.size && good; i++) {
        uint8_t sign = name.at[i], letter = sign | 0x20;
        good = (letter >= 'a' && letter <= 'z') || (sign >= '0' && sign <= '9') || sign == '-' ||
               sign == '_' || sign == '.';
    }
    if (!good) return false;
    memcpy(to, name.at, name.size);
    to[name.size] = '\0';
    return true;
}

static bool copy_challenge(struct span word, char to[CHALLENGE_BYTES])
{
    if (word.size == 0 || word.size >= CHALLENGE_BYTES) return false;
    memcpy(to, word.at, word.size);
    to[word.size] = '\0';
    return true;
}

bool handshake_read(const struct handshake *handshake, struct span body,
                    struct handshake_words *words)
{
    struct fault fault;
    struct json *root = body_open(body, &fault);
    bool asks = root != NULL &&
                span_equal(json_find_word(root, handshake->word_at), span_text(handshake->word)) &&
                copy_name(json_find_word(root, handshake->subscription), words->subscription) &&
                copy_challenge(json_find_word(root, handshake->challenge), words->challenge);
    json_free(root);
    return asks;
}
