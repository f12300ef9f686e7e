#include "carriers/whose.h"

#include "carriers/country.h"
#include "carriers/number.h"

#define SIGNS_MAX  TRACKING_NUMBER_BYTES_MAX
#define REPEAT_MAX 64

static bool is_known_country(struct span number);
static bool has_digit(struct span number);
static bool is_impb_n(struct span number);
static bool is_impb_c(struct span number);

/* clang-format off */
#define MOD10(even, odd)  CHECK_MOD10, even, odd, false, NULL, NULL
#define NO_CHECK          CHECK_NONE, 0, 0, false, NULL, NULL
#define OF(kind)          kind, 0, 0, false, NULL, NULL
#define WEIGHTED(weights) CHECK_WEIGHTED, 0, 0, false, weights, NULL
#define FEDEX_12 "31731731731"
#define FEDEX_13 "1731731731731"

const struct whose_form whose_forms[] = {
    { "s10",                    "s10",          "@@<#{8}>!@@",                     OF(CHECK_S10), is_known_country },
    { "ups",                    "ups",          "1Z<*{15}>!",                      MOD10(1, 2), NULL },
    { "ups_waybill",            "ups",          "[AHJKTV]<#{9}>!",                 MOD10(1, 2), NULL },
    { "fedex_12",               "fedex",        "<#{11}>!",                        WEIGHTED(FEDEX_12), NULL },
    { "fedex_34",               "fedex",        "[0-8]#{14}#{5}<#{13}>!",          WEIGHTED(FEDEX_13), NULL },
    { "fedex_astra_32",         "fedex",        "3#{15}<#{11}>!#{4}",              WEIGHTED(FEDEX_12), NULL },
    { "fedex_ground",           "fedex",        "<#{14}>!",                        MOD10(1, 3), NULL },
    { "fedex_ground_sscc_18",   "fedex",        "##<#{15}>!",                      MOD10(3, 1), NULL },
    { "fedex_ground_96",        "fedex",        "96#{5}<#{14}>!",                  MOD10(1, 3), NULL },
    { "fedex_ground_gsn",       "fedex",        "96#{18}<#{13}>!",                 WEIGHTED(FEDEX_13), NULL },
    { "usps_20",                "usps",         "<#{19}>!",                        MOD10(3, 1), NULL },
    { "usps_legacy",            "usps",         "<91#{19}>!",                      MOD10(3, 1), NULL },
    { "usps_legacy",            "usps",         "<#{19}>!",                        CHECK_MOD10, 3, 1, false, NULL, "91", NULL },
    { "usps_impb_n",            "usps",         "<94#{19}>!",                      CHECK_MOD10, 3, 1, true, NULL, NULL, is_impb_n },
    { "usps_impb_n",            "usps",         "<94#{23}>!",                      CHECK_MOD10, 3, 1, true, NULL, NULL, is_impb_n },
    { "usps_impb_n",            "usps",         "<94#{27}>!",                      CHECK_MOD10, 3, 1, true, NULL, NULL, is_impb_n },
    { "usps_impb_c",            "usps",         "<9[235]#{19}>!",                  MOD10(3, 1), is_impb_c },
    { "usps_impb_c",            "usps",         "<9[235]#{23}>!",                  MOD10(3, 1), is_impb_c },
    { "canada_post",            "canadapost",   "<#{15}>!",                        MOD10(3, 1), NULL },
    { "dhl_express",            "dhl_express",  "<#{9}>!",                         OF(CHECK_MOD7), NULL },
    { "dhl_express",            "dhl_express",  "<#{10}>!",                        OF(CHECK_MOD7), NULL },
    { "dpd",                    "dpd",          "<#{27}>?",                        OF(CHECK_MOD_37_36), NULL },
    { "dpd_14",                 "dpd",          "<#{14}>?",                        OF(CHECK_MOD_37_36), NULL },
    { "purolator_numeric",      "purolator",    "<[0-5]#{10}>!",                   OF(CHECK_LUHN), NULL },
    { "old_dominion",           "old_dominion", "<77[78]#{7}>!",                   OF(CHECK_LUHN), NULL },
    { "old_dominion",           "old_dominion", "<072#{7}>!",                      OF(CHECK_LUHN), NULL },
    { "old_dominion",           "old_dominion", "<780#{7}>!",                      OF(CHECK_LUHN), NULL },
    { "old_dominion_guaranteed", "old_dominion", "<80#{8}>!",                      OF(CHECK_LUHN), NULL },
    { "ontrac_c",               "ontrac",       "C<#{13}>!",                       CHECK_MOD10, 1, 2, false, NULL, "4", NULL },
    { "ontrac_d",               "ontrac",       "D<#{13}>!",                       CHECK_MOD10, 1, 2, false, NULL, "5", NULL },

    { "amazon_logistics",       "amazon_shipping", "TB[ACM]#{12}",                 NO_CHECK, NULL },
    { "amazon_international",   "amazon_shipping", "[AFC]#{10}",                   NO_CHECK, NULL },
    { "canpar_22",              "canpar",       "[CDKLSUXZ]#{21}",                 NO_CHECK, NULL },
    { "dhl_express_piece",      "dhl_express",  "J@@#{9}",                         NO_CHECK, NULL },
    { "dhl_express_piece",      "dhl_express",  "J@@#{10}",                        NO_CHECK, NULL },
    { "dhl_express_piece",      "dhl_express",  "J@@@#{9}",                        NO_CHECK, NULL },
    { "dhl_express_piece",      "dhl_express",  "J@@@#{10}",                       NO_CHECK, NULL },
    { "dhl_ecommerce_14",       "dhl",          "#{14}",                           NO_CHECK, NULL },
    { "gofo_us",                "gofo",         "GFUS#{14}",                       NO_CHECK, NULL },
    { "landmark_ltn",           "landmark",     "LTN#{8}N1",                       NO_CHECK, NULL },
    { "lasership_lx",           "lasership",    "L[AIEHNX][1-3]#{7}",              NO_CHECK, NULL },
    { "lasership_1ls7",         "lasership",    "1LS7[12]#{10}",                   NO_CHECK, NULL },
    { "lasership_1ls7_18",      "lasership",    "1LS7[12]##01[1-4]#{6}-1",         NO_CHECK, NULL },
    { "lasership_1lscx",        "lasership",    "1LSCX*{10}",                      NO_CHECK, NULL },
    { "purolator_alpha",        "purolator",    "@{3}#{9}",                        NO_CHECK, NULL },
    { "speedee",                "speedee",      "SP#{18}",                         NO_CHECK, NULL },
    { "yodel",                  "yodel",        "JD#{16}",                         NO_CHECK, NULL },
    { "yodel",                  "yodel",        "JJD#{16}",                        NO_CHECK, NULL },
    { "yunexpress",             "yunexpress",   "YT#{16}",                         NO_CHECK, NULL },
    { "dhl_ecommerce",          "dhl",          "",                                NO_CHECK, has_digit },
};
/* clang-format on */
const size_t whose_forms_count = sizeof whose_forms / sizeof whose_forms[0];

/* --- what no shape says ------------------------------------------------------------------------
 */

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(uint8_t c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_known_country(struct span number)
{
    return country_exists(span_of(number.at + number.size - 2, 2));
}

/* DHL eCommerce: the letters of a country or product, and ten to thirty-nine signs that are not all
 * letters. */
static bool has_digit(struct span number)
{
    static const char heads[][3] = {"GM", "LX", "RX", "UV", "CN", "SG", "TH", "IN", "HK", "MY"};
    bool head = false, digit = false;
    if (number.size < 12 || number.size > 41) return false;
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
        if (memcmp(number.at, heads[i], 2) == 0) head = true;
    for (size_t i = 2; i < number.size; i++) {
        if (!is_digit(number.at[i]) && !is_letter(number.at[i])) return false;
        if (is_digit(number.at[i])) digit = true;
    }
    return head && digit;
}

/* The Intelligent Mail barcode: nine digits of the mailer follow a 9, six anything else, and what
 * is left for the package has a length of its own. */
static bool has_mailer(struct span number, size_t const *nine, size_t const *six)
{
    bool long_mailer = number.at[5] == '9';
    size_t package = number.size - 5 - (long_mailer ? 9 : 6) - 1;
    const size_t *lengths = long_mailer ? nine : six;
    while (*lengths != 0 && *lengths != package) lengths++;
    return *lengths != 0;
}

static bool is_impb_n(struct span number)
{
    static const size_t nine[] = {15, 11, 7, 0}, six[] = {14, 10, 0};
    return has_mailer(number, nine, six);
}

static bool is_impb_c(struct span number)
{
    static const size_t nine[] = {11, 7, 0}, six[] = {14, 10, 0};
    bool long_mailer = number.at[5] == '9';
    if (number.at[1] == '2' && !long_mailer) return false;
    if (number.at[1] == '3' && long_mailer) return false;
    return has_mailer(number, nine, six);
}

/* The second letter is a post's own affair, but for Q. Letter post with L was express once, and is
 * tracked since. */
static const struct {
    char first, to; /* of the second letter, from A */
    const char *word;
} services[] = {
    {'A', 'Z', "letter_recorded"},
    {'B', 'Z', "domestic"},
    {'C', 'Z', "parcel"},
    {'D', 'Z', "domestic"},
    {'E', 'Z', "ems"},
    {'H', 'Z', "parcel_ecommerce"},
    {'L', 'Z', "letter_tracked"},
    {'M', 'Z', "m_bag"},
    {'N', 'Z', "domestic"},
    {'P', 'Z', "domestic"},
    {'Q', 'M', "business_reply"},
    {'R', 'Z', "registered"},
    {'U', 'Z', "letter_untracked"},
    {'V', 'Z', "insured"},
    {'Z', 'Z', "domestic"},
};

static const struct whose_form *const s10_form = &whose_forms[0];

const char *whose_service(struct span normal)
{
    if (!whose_fits(s10_form, normal)) return NULL;
    for (size_t i = 0; i < sizeof services / sizeof services[0]; i++)
        if (services[i].first == normal.at[0] && normal.at[1] <= services[i].to)
            return services[i].word;
    return NULL;
}

/* --- shapes ------------------------------------------------------------------------------------
 */

/* What a number said of the shape that it fits. */
struct fit {
    uint8_t serial[SIGNS_MAX + 4];
    size_t serial_size;
    uint8_t check;
    bool in_serial;
};

static bool is_in_class(const char *class, const char *end, uint8_t c)
{
    for (; class < end; class ++) {
        bool range = class + 2 < end && class[1] == '-';
        if (range ? c >= (uint8_t) class[0] && c <= (uint8_t) class[2] : c == (uint8_t) class[0])
            return true;
        if (range) class += 2;
    }
    return false;
}

static bool is_one(const char *element, const char *end, uint8_t c)
{
    switch (*element) {
    case '#': return is_digit(c);
    case '@': return is_letter(c);
    case '!': return is_digit(c);
    case '*':
    case '?': return is_digit(c) || is_letter(c);
    case '[': return is_in_class(element + 1, end - 1, c);
    default: return c == (uint8_t)*element;
    }
}

/* The end of an element, before a repetition. */
static const char *element_end(const char *element)
{
    if (*element != '[') return element + 1;
    while (*element != ']') element++;
    return element + 1;
}

static const char *take_times(const char *at, unsigned *times)
{
    *times = 1;
    if (*at != '{') return at;
    *times = 0;
    for (at++; *at != '}'; at++) *times = *times * 10 + (unsigned)(*at - '0');
    return at + 1;
}

static bool fits_shape(const char *shape, struct span number, struct fit *fit)
{
    size_t at = 0;
    while (*shape != '\0') {
        if (*shape == '<' || *shape == '>') {
            fit->in_serial = *shape++ == '<';
            continue;
        }
        unsigned times;
        const char *end = element_end(shape), *next = take_times(end, &times);
        for (; times > 0; times--, at++) {
            if (at == number.size || !is_one(shape, end, number.at[at])) return false;
            if (fit->in_serial) fit->serial[fit->serial_size++] = number.at[at];
            if (*shape == '!' || *shape == '?') fit->check = number.at[at];
        }
        shape = next;
    }
    return at == number.size;
}

/* --- check signs -------------------------------------------------------------------------------
 */

static unsigned value(uint8_t c)
{
    return is_digit(c) ? (unsigned)(c - '0') : (unsigned)(c - 3) % 10;
}

static unsigned mod10(const struct whose_form *form, const struct fit *fit)
{
    unsigned sum = 0;
    for (size_t i = 0; i < fit->serial_size; i++) {
        size_t at = form->backwards ? fit->serial_size - 1 - i : i;
        sum += value(fit->serial[at]) * (i % 2 == 0 ? form->even : form->odd);
    }
    return (10 - sum % 10) % 10;
}

static unsigned mod7(const struct fit *fit)
{
    unsigned rest = 0;
    for (size_t i = 0; i < fit->serial_size; i++) rest = (rest * 10 + value(fit->serial[i])) % 7;
    return rest;
}

static unsigned weighted(const struct whose_form *form, const struct fit *fit)
{
    unsigned sum = 0;
    for (size_t i = 0; i < fit->serial_size; i++)
        sum += value(fit->serial[i]) * (unsigned)(form->weights[i] - '0');
    return sum % 11 % 10;
}

static unsigned luhn(const struct fit *fit)
{
    unsigned sum = 0;
    for (size_t i = 0; i < fit->serial_size; i++) {
        unsigned digit = value(fit->serial[fit->serial_size - 1 - i]) * (i % 2 == 0 ? 2 : 1);
        sum += digit > 9 ? digit - 9 : digit;
    }
    return (10 - sum % 10) % 10;
}

static unsigned s10(const struct fit *fit)
{
    static const unsigned weights[] = {8, 6, 4, 2, 3, 5, 9, 7};
    unsigned sum = 0;
    for (size_t i = 0; i < fit->serial_size; i++) sum += value(fit->serial[i]) * weights[i];
    unsigned rest = 11 - sum % 11;
    return rest == 10 ? 0 : rest == 11 ? 5 : rest;
}

/* ISO 7064, MOD 37,36: a digit or a letter. */
static uint8_t mod_37_36(const struct fit *fit)
{
    static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    unsigned product = 36;
    for (size_t i = 0; i < fit->serial_size; i++) {
        uint8_t c = fit->serial[i];
        unsigned sum = product + (is_digit(c) ? (unsigned)(c - '0') : (unsigned)(c - 'A') + 10);
        sum %= 36;
        product = (sum == 0 ? 36 : sum) * 2 % 37;
    }
    return (uint8_t)alphabet[(37 - product) % 36];
}

static void put_lead(const struct whose_form *form, struct fit *fit)
{
    struct span lead = span_text(form->leads), rest;
    if (span_strip(span_of(fit->serial, fit->serial_size), form->leads, &rest)) return;
    memmove(fit->serial + lead.size, fit->serial, fit->serial_size);
    memcpy(fit->serial, lead.at, lead.size);
    fit->serial_size += lead.size;
}

static bool check_holds(const struct whose_form *form, const struct fit *fit)
{
    unsigned told = value(fit->check);
    switch (form->check) {
    case CHECK_NONE: return true;
    case CHECK_MOD10: return told == mod10(form, fit);
    case CHECK_MOD7: return told == mod7(fit);
    case CHECK_WEIGHTED: return told == weighted(form, fit);
    case CHECK_LUHN: return told == luhn(fit);
    case CHECK_S10: return told == s10(fit);
    case CHECK_MOD_37_36: return fit->check == mod_37_36(fit);
    }
    return false;
}

/* --- the whole ---------------------------------------------------------------------------------
 */

bool whose_fits(const struct whose_form *form, struct span normal)
{
    struct fit fit = {.serial_size = 0};
    if (normal.size > SIGNS_MAX) return false;
    if (form->shape[0] != '\0' && !fits_shape(form->shape, normal, &fit)) return false;
    if (form->leads != NULL) put_lead(form, &fit);
    return check_holds(form, &fit) && (form->fits == NULL || form->fits(normal));
}

/* 420, the ZIP code of five or nine digits, and a number of the USPS: the longer code first, where
 * the number still fits. */
static bool after_zip(struct span normal, struct span *rest)
{
    if (!span_strip(normal, "420", rest) || rest->size < 25) return false;
    struct span number = span_of(rest->at + 5, rest->size - 5);
    for (size_t i = 0; i < rest->size; i++)
        if (!is_digit(rest->at[i])) return false;
    bool nine = (number.size == 26 || number.size == 30) && number.at[4] == '9';
    bool longer = (nine && number.at[0] != '9') || number.size == 24;
    *rest = longer ? span_of(number.at + 4, number.size - 4) : number;
    return rest->at[0] == '9' || rest->size == 20;
}

struct span whose_printed(struct span normal, uint8_t room[TRACKING_NUMBER_BYTES_MAX])
{
    struct span rest;
    size_t used = 0;
    if (after_zip(normal, &rest)) return rest;
    bool sscc =
        span_strip(normal, "(00)", &rest) || (normal.size == 20 && span_strip(normal, "00", &rest));
    if (sscc) return rest;
    for (size_t i = 0; i < normal.size && used < TRACKING_NUMBER_BYTES_MAX; i++)
        if (normal.at[i] != '(' && normal.at[i] != ')') room[used++] = normal.at[i];
    return used == normal.size ? normal : span_of(room, used);
}

static size_t add(struct whose found[WHOSE_MAX], size_t count, const struct whose_form *form)
{
    for (size_t i = 0; i < count; i++)
        if (span_equal(span_text(found[i].form->name), span_text(form->name))) return count;
    if (count == WHOSE_MAX) return count;
    found[count] = (struct whose){form, form->check != CHECK_NONE};
    return count + 1;
}

size_t whose_number(struct span number, struct whose found[WHOSE_MAX])
{
    uint8_t room[TRACKING_NUMBER_BYTES_MAX];
    struct span normal, printed = {NULL, 0};
    size_t count = 0;
    if (number_normalize(number, room, &normal) != OK) return 0;
    bool zip = after_zip(normal, &printed);
    for (size_t i = 0; i < whose_forms_count; i++) {
        const struct whose_form *form = &whose_forms[i];
        bool usps = zip && span_equal(span_text(form->carrier), span_text("usps"));
        if (whose_fits(form, normal) || (usps && whose_fits(form, printed)))
            count = add(found, count, form);
    }
    return count;
}
