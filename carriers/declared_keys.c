/* The keys of an adapter in a text: one row for each thing that a compiled one can say. */
#include "carriers/declared_inside.h"

#include <assert.h>

#define CARRIER_AT(member) offsetof(struct carrier, member)
#define PROOF_AT(member)   offsetof(struct proof, member)
#define FORM_AT(member)    offsetof(struct dialect, member)
#define ACCESS_AT(member)  offsetof(struct access, member)
#define POLL_AT(member)    offsetof(struct poll, member)
#define SIGN_AT(member)    offsetof(struct inquiry_sign, member)

/* In the order of their enums. */
#define KINDS   "hmac_sha256|sha256|md5|token"
#define DIGITS  "hex|base64"
#define ORDERS  "by_clock|oldest_first|newest_first|one_way"
#define WRITTEN "plain|url|json|xml|raw"
#define METHODS "GET|POST|PUT|PATCH|DELETE"

static_assert(PROOF_HMAC_SHA256 == 0 && PROOF_SHA256 == 1 && PROOF_MD5 == 2 && PROOF_TOKEN == 3 &&
                  PROOF_HEX == 0 && PROOF_BASE64 == 1 && LIST_BY_CLOCK == 0 &&
                  LIST_OLDEST_FIRST == 1 && LIST_NEWEST_FIRST == 2 && LIST_ONE_WAY == 3 &&
                  TEMPLATE_PLAIN == 0 && TEMPLATE_URL == 1 && TEMPLATE_JSON == 2 &&
                  TEMPLATE_XML == 3 && TEMPLATE_RAW == 4,
              "a word's place is its number");
static_assert(sizeof(enum proof_kind) == sizeof(unsigned) &&
                  sizeof(enum list_order) == sizeof(unsigned) &&
                  sizeof(enum template_form) == sizeof(unsigned),
              "choices are stored as unsigned");

#define INQUIRY_KEYS(section, at)                                                                  \
    {section, "method", KEY_METHOD, at + offsetof(struct inquiry, method), 0, 0, METHODS},         \
        {section, "path", KEY_TEMPLATE, at + offsetof(struct inquiry, path), 0, 0, NULL},          \
        {section, "type", KEY_TEXT, at + offsetof(struct inquiry, type), 0, 0, NULL},              \
        {section, "form", KEY_CHOICE, at + offsetof(struct inquiry, form), 0, 0, WRITTEN},         \
        {section, "body", KEY_TEMPLATE, at + offsetof(struct inquiry, body), 0, 0, NULL},          \
        {section, "inner", KEY_TEMPLATE, at + offsetof(struct inquiry, inner), 0, 0, NULL},        \
        {section, "inner_form", KEY_CHOICE, at + offsetof(struct inquiry, inner_form), 0,          \
         0,       WRITTEN},                                                                        \
    {                                                                                              \
        section, "header", KEY_HEADER, at + offsetof(struct inquiry, headers), 0, 0, NULL          \
    }

#define SIGN_KEYS(section)                                                                         \
    {section, "kind", KEY_CHOICE, SIGN_AT(kind), 0, 0, KINDS},                                     \
        {section, "digits", KEY_CHOICE, SIGN_AT(digits), 0, 0, DIGITS},                            \
        {section, "form", KEY_CHOICE, SIGN_AT(form), 0, 0, WRITTEN},                               \
        {section, "says", KEY_TEMPLATE, SIGN_AT(says), 0, 0, NULL},                                \
    {                                                                                              \
        section, "key", KEY_TEMPLATE, SIGN_AT(key), 0, 0, NULL                                     \
    }

/* clang-format off */
const struct key declared_keys[] = {
    {SECTION_CARRIER, "name",             KEY_NAME,   CARRIER_AT(name), 0, 0, NULL},
    {SECTION_CARRIER, "content_type",     KEY_TEXT,   CARRIER_AT(content_type), 0, 0, NULL},
    {SECTION_CARRIER, "status_taken",     KEY_UINT16, CARRIER_AT(status_taken), 200, 299, NULL},
    {SECTION_CARRIER, "status_bad_proof", KEY_UINT16, CARRIER_AT(status_bad_proof), 400, 499, NULL},
    {SECTION_CARRIER, "status_refused",   KEY_UINT16, CARRIER_AT(status_refused), 400, 499, NULL},
    {SECTION_CARRIER, "captured",         KEY_YES_NO, CARRIER_AT(captured), 0, 0, NULL},
    {SECTION_CARRIER, "aggregator",       KEY_YES_NO, CARRIER_AT(aggregator), 0, 0, NULL},
    {SECTION_CARRIER, "base_url",         KEY_URL,    CARRIER_AT(base_url), 0, 0, NULL},

    {SECTION_PROOF, "kind",     KEY_CHOICE, PROOF_AT(kind), 0, 0, KINDS},
    {SECTION_PROOF, "digits",   KEY_CHOICE, PROOF_AT(digits), 0, 0, DIGITS},
    {SECTION_PROOF, "header",   KEY_LOWER,  PROOF_AT(header), 0, 0, NULL},
    {SECTION_PROOF, "field",    KEY_PLACE,  PROOF_AT(field), 0, 0, NULL},
    {SECTION_PROOF, "prefix",   KEY_TEXT,   PROOF_AT(prefix), 0, 0, NULL},
    {SECTION_PROOF, "part",     KEY_TEXT,   PROOF_AT(part), 0, 0, NULL},
    {SECTION_PROOF, "says",     KEY_SAYS,   PROOF_AT(says), 0, 0, NULL},
    {SECTION_PROOF, "when",     KEY_WHEN,   PROOF_AT(when), 0, 0, NULL},
    {SECTION_PROOF, "window_s", KEY_UINT32, PROOF_AT(window_s), 1, 86400, NULL},
    {SECTION_PROOF, "nfkd",     KEY_YES_NO, PROOF_AT(nfkd), 0, 0, NULL},
    {SECTION_PROOF, "in_path",  KEY_YES_NO, PROOF_AT(in_path), 0, 0, NULL},

    {SECTION_FORM, "wrapped",         KEY_PATH,     FORM_AT(wrapped), 0, 0, NULL},
    {SECTION_FORM, "groups",          KEY_PATH,     FORM_AT(groups), 0, 0, NULL},
    {SECTION_FORM, "group_number",    KEY_PATH,     FORM_AT(group_number), 0, 0, NULL},
    {SECTION_FORM, "parcels",         KEY_PATH,     FORM_AT(parcels), 0, 0, NULL},
    {SECTION_FORM, "number",          KEY_PATH,     FORM_AT(number), 0, 0, NULL},
    {SECTION_FORM, "number_end",      KEY_PATH,     FORM_AT(number_end), 0, 0, NULL},
    {SECTION_FORM, "unique",          KEY_PATH,     FORM_AT(unique), 0, 0, NULL},
    {SECTION_FORM, "is_return",       KEY_PATH,     FORM_AT(is_return), 0, 0, NULL},
    {SECTION_FORM, "is_return_word",  KEY_ANY_TEXT, FORM_AT(is_return_word), 0, 0, NULL},
    {SECTION_FORM, "last_mile",       KEY_PATH,     FORM_AT(last_mile), 0, 0, NULL},
    {SECTION_FORM, "summary",         KEY_PATH,     FORM_AT(summary[0]), 0, 0, NULL},
    {SECTION_FORM, "summary_2",       KEY_PATH,     FORM_AT(summary[1]), 0, 0, NULL},
    {SECTION_FORM, "summary_3",       KEY_PATH,     FORM_AT(summary[2]), 0, 0, NULL},
    {SECTION_FORM, "summary_text",    KEY_PATH,     FORM_AT(summary_text), 0, 0, NULL},
    {SECTION_FORM, "summary_at",      KEY_PATH,     FORM_AT(summary_at[0]), 0, 0, NULL},
    {SECTION_FORM, "summary_at_time", KEY_PATH,     FORM_AT(summary_at[1]), 0, 0, NULL},
    {SECTION_FORM, "summary_at_zone", KEY_PATH,     FORM_AT(summary_at[2]), 0, 0, NULL},
    {SECTION_FORM, "events",          KEY_PATH,     FORM_AT(events), 0, 0, NULL},
    {SECTION_FORM, "event_id",        KEY_PATH,     FORM_AT(event_id), 0, 0, NULL},
    {SECTION_FORM, "at",              KEY_PATH,     FORM_AT(at[0]), 0, 0, NULL},
    {SECTION_FORM, "at_time",         KEY_PATH,     FORM_AT(at[1]), 0, 0, NULL},
    {SECTION_FORM, "at_zone",         KEY_PATH,     FORM_AT(at[2]), 0, 0, NULL},
    {SECTION_FORM, "code",            KEY_PATH,     FORM_AT(codes[0]), 0, 0, NULL},
    {SECTION_FORM, "code_2",          KEY_PATH,     FORM_AT(codes[1]), 0, 0, NULL},
    {SECTION_FORM, "code_3",          KEY_PATH,     FORM_AT(codes[2]), 0, 0, NULL},
    {SECTION_FORM, "text",            KEY_PATH,     FORM_AT(text), 0, 0, NULL},
    {SECTION_FORM, "place",           KEY_PATH,     FORM_AT(places[0]), 0, 0, NULL},
    {SECTION_FORM, "place_2",         KEY_PATH,     FORM_AT(places[1]), 0, 0, NULL},
    {SECTION_FORM, "country",         KEY_PATH,     FORM_AT(country), 0, 0, NULL},
    {SECTION_FORM, "order",           KEY_CHOICE,   FORM_AT(order), 0, 0, ORDERS},
    {SECTION_FORM, "clock",           KEY_CLOCK,    FORM_AT(clock.forms), 0, 0, NULL},
    {SECTION_FORM, "clock_zone",      KEY_ZONE,     FORM_AT(clock.zone), 0, 0, NULL},
    {SECTION_FORM, "clock_assumed",   KEY_YES_NO,   FORM_AT(clock.assumed), 0, 0, NULL},
    {SECTION_FORM, "family",          KEY_SIGN,     FORM_AT(family), 0, 0, NULL},
    {SECTION_FORM, "any_case",        KEY_YES_NO,   FORM_AT(any_case), 0, 0, NULL},
    {SECTION_FORM, "reply_code",      KEY_PATH,     FORM_AT(verdict_code), 0, 0, NULL},
    {SECTION_FORM, "reply_text",      KEY_PATH,     FORM_AT(verdict_text), 0, 0, NULL},
    {SECTION_FORM, "codes",           KEY_TABLE,    0, 0, 0, NULL},
    {SECTION_FORM, "summary_codes",   KEY_TABLE,    1, 0, 0, NULL},
    {SECTION_FORM, "words",           KEY_TABLE,    2, 0, 0, NULL},
    {SECTION_FORM, "replies",         KEY_TABLE,    3, 0, 0, NULL},

    INQUIRY_KEYS(SECTION_ACCESS, ACCESS_AT(ask)),
    {SECTION_ACCESS, "token",   KEY_PATH, ACCESS_AT(token), 0, 0, NULL},
    {SECTION_ACCESS, "seconds", KEY_PATH, ACCESS_AT(seconds), 0, 0, NULL},
    SIGN_KEYS(SECTION_ACCESS_SIGN),

    INQUIRY_KEYS(SECTION_POLL, POLL_AT(ask)),
    {SECTION_POLL, "numbers_max", KEY_UINT16, POLL_AT(numbers_max), 1, 1000, NULL},
    {SECTION_POLL, "calls",       KEY_UINT32, POLL_AT(calls), 1, 1000000, NULL},
    {SECTION_POLL, "per_s",       KEY_UINT32, POLL_AT(per_s), 1, 31536000, NULL},
    {SECTION_POLL, "days",        KEY_UINT16, POLL_AT(days), 1, 3650, NULL},
    SIGN_KEYS(SECTION_POLL_SIGN),
};
/* clang-format on */
const size_t declared_keys_count = sizeof declared_keys / sizeof declared_keys[0];
static_assert(sizeof declared_keys / sizeof declared_keys[0] <= DECLARED_KEYS_MAX,
              "each key has its place in loading.seen");
