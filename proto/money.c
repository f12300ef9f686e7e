#include "proto/money.h"

#include "proto/line.h"

/* ISO 4217, active codes, with the exponents of the standard and not of locale data (which show the
 * forint or the rupiah without their minor units). Codes that have no minor unit at all, such as
 * gold, count whole units. X(letters, numeric, exponent), ascending by letters. */
/* clang-format off */
#define CURRENCY_LIST(X) \
    X(AED, 784, 2) X(AFN, 971, 2) X(ALL, 8, 2) X(AMD, 51, 2) X(AOA, 973, 2) X(ARS, 32, 2)          \
    X(AUD, 36, 2) X(AWG, 533, 2) X(AZN, 944, 2) X(BAM, 977, 2) X(BBD, 52, 2) X(BDT, 50, 2)         \
    X(BGN, 975, 2) X(BHD, 48, 3) X(BIF, 108, 0) X(BMD, 60, 2) X(BND, 96, 2) X(BOB, 68, 2)          \
    X(BOV, 984, 2) X(BRL, 986, 2) X(BSD, 44, 2) X(BTN, 64, 2) X(BWP, 72, 2) X(BYN, 933, 2)         \
    X(BZD, 84, 2) X(CAD, 124, 2) X(CDF, 976, 2) X(CHE, 947, 2) X(CHF, 756, 2) X(CHW, 948, 2)       \
    X(CLF, 990, 4) X(CLP, 152, 0) X(CNY, 156, 2) X(COP, 170, 2) X(COU, 970, 2) X(CRC, 188, 2)      \
    X(CUC, 931, 2) X(CUP, 192, 2) X(CVE, 132, 2) X(CZK, 203, 2) X(DJF, 262, 0) X(DKK, 208, 2)      \
    X(DOP, 214, 2) X(DZD, 12, 2) X(EGP, 818, 2) X(ERN, 232, 2) X(ETB, 230, 2) X(EUR, 978, 2)       \
    X(FJD, 242, 2) X(FKP, 238, 2) X(GBP, 826, 2) X(GEL, 981, 2) X(GHS, 936, 2) X(GIP, 292, 2)      \
    X(GMD, 270, 2) X(GNF, 324, 0) X(GTQ, 320, 2) X(GYD, 328, 2) X(HKD, 344, 2) X(HNL, 340, 2)      \
    X(HTG, 332, 2) X(HUF, 348, 2) X(IDR, 360, 2) X(ILS, 376, 2) X(INR, 356, 2) X(IQD, 368, 3)      \
    X(IRR, 364, 2) X(ISK, 352, 0) X(JMD, 388, 2) X(JOD, 400, 3) X(JPY, 392, 0) X(KES, 404, 2)      \
    X(KGS, 417, 2) X(KHR, 116, 2) X(KMF, 174, 0) X(KPW, 408, 2) X(KRW, 410, 0) X(KWD, 414, 3)      \
    X(KYD, 136, 2) X(KZT, 398, 2) X(LAK, 418, 2) X(LBP, 422, 2) X(LKR, 144, 2) X(LRD, 430, 2)      \
    X(LSL, 426, 2) X(LYD, 434, 3) X(MAD, 504, 2) X(MDL, 498, 2) X(MGA, 969, 2) X(MKD, 807, 2)      \
    X(MMK, 104, 2) X(MNT, 496, 2) X(MOP, 446, 2) X(MRU, 929, 2) X(MUR, 480, 2) X(MVR, 462, 2)      \
    X(MWK, 454, 2) X(MXN, 484, 2) X(MXV, 979, 2) X(MYR, 458, 2) X(MZN, 943, 2) X(NAD, 516, 2)      \
    X(NGN, 566, 2) X(NIO, 558, 2) X(NOK, 578, 2) X(NPR, 524, 2) X(NZD, 554, 2) X(OMR, 512, 3)      \
    X(PAB, 590, 2) X(PEN, 604, 2) X(PGK, 598, 2) X(PHP, 608, 2) X(PKR, 586, 2) X(PLN, 985, 2)      \
    X(PYG, 600, 0) X(QAR, 634, 2) X(RON, 946, 2) X(RSD, 941, 2) X(RUB, 643, 2) X(RWF, 646, 0)      \
    X(SAR, 682, 2) X(SBD, 90, 2) X(SCR, 690, 2) X(SDG, 938, 2) X(SEK, 752, 2) X(SGD, 702, 2)       \
    X(SHP, 654, 2) X(SLE, 925, 2) X(SOS, 706, 2) X(SRD, 968, 2) X(SSP, 728, 2) X(STN, 930, 2)      \
    X(SVC, 222, 2) X(SYP, 760, 2) X(SZL, 748, 2) X(THB, 764, 2) X(TJS, 972, 2) X(TMT, 934, 2)      \
    X(TND, 788, 3) X(TOP, 776, 2) X(TRY, 949, 2) X(TTD, 780, 2) X(TWD, 901, 2) X(TZS, 834, 2)      \
    X(UAH, 980, 2) X(UGX, 800, 0) X(USD, 840, 2) X(USN, 997, 2) X(UYI, 940, 0) X(UYU, 858, 2)      \
    X(UYW, 927, 4) X(UZS, 860, 2) X(VED, 926, 2) X(VES, 928, 2) X(VND, 704, 0) X(VUV, 548, 0)      \
    X(WST, 882, 2) X(XAF, 950, 0) X(XAG, 961, 0) X(XAU, 959, 0) X(XBA, 955, 0) X(XBB, 956, 0)      \
    X(XBC, 957, 0) X(XBD, 958, 0) X(XCD, 951, 2) X(XCG, 532, 2) X(XDR, 960, 0) X(XOF, 952, 0)      \
    X(XPD, 964, 0) X(XPF, 953, 0) X(XPT, 962, 0) X(XSU, 994, 0) X(XTS, 963, 0) X(XUA, 965, 0)      \
    X(XXX, 999, 0) X(YER, 886, 2) X(ZAR, 710, 2) X(ZMW, 967, 2) X(ZWG, 924, 2)
/* clang-format on */

#define CURRENCY_ROW(letters, numeric, exponent) {(numeric), #letters, (exponent)},
static const struct currency currencies[] = {CURRENCY_LIST(CURRENCY_ROW)};
#define CURRENCY_COUNT (sizeof currencies / sizeof currencies[0])

#define CURRENCY_PLACE(letters, numeric, exponent) PLACE_##letters,
enum place { CURRENCY_LIST(CURRENCY_PLACE) PLACE_COUNT };

/* 1 + the row of each numeric code, 0 where there is none. */
#define CURRENCY_INDEX(letters, numeric, exponent) [numeric] = PLACE_##letters + 1,
static const uint8_t row_of_numeric[1000] = {CURRENCY_LIST(CURRENCY_INDEX)};

/* The guilder of the Antilles gave its number and its value to the Caribbean guilder in 2025: the
 * old letters are still read. */
static const char old_guilder[] = "ANG";

static int compare_letters(struct span letters, const struct currency *currency)
{
    return memcmp(letters.at, currency->letters, 3);
}

const struct currency *currency_by_letters(struct span letters)
{
    if (letters.size != 3) return NULL;
    if (span_equal(letters, span_text(old_guilder))) return &currencies[PLACE_XCG];
    size_t from = 0, to = CURRENCY_COUNT;
    while (from < to) {
        size_t middle = (from + to) / 2;
        int order = compare_letters(letters, &currencies[middle]);
        if (order == 0) return &currencies[middle];
        if (order < 0)
            to = middle;
        else
            from = middle + 1;
    }
    return NULL;
}

const struct currency *currency_by_numeric(uint64_t numeric)
{
    if (numeric >= sizeof row_of_numeric || row_of_numeric[numeric] == 0) return NULL;
    return &currencies[row_of_numeric[numeric] - 1];
}

static bool in_range(int64_t minor)
{
    return minor >= -MONEY_MINOR_MAX && minor <= MONEY_MINOR_MAX;
}

enum error money_add(int64_t a, int64_t b, int64_t *sum)
{
    int64_t result;
    if (__builtin_add_overflow(a, b, &result) || !in_range(result)) return ERROR_OUT_OF_RANGE;
    *sum = result;
    return OK;
}

enum error money_multiply(int64_t minor, uint64_t quantity, int64_t *product)
{
    int64_t result;
    if (__builtin_mul_overflow(minor, quantity, &result) || !in_range(result))
        return ERROR_OUT_OF_RANGE;
    *product = result;
    return OK;
}

/* A total times a weight has up to 100 bits. */
__extension__ typedef unsigned __int128 wide;

/* What a split divides by: each weight, or one for all when every weight is zero. */
struct shares {
    const int64_t *weights;
    bool even;
    uint64_t sum;
};

static uint64_t share(const struct shares *shares, size_t i)
{
    return shares->even ? 1 : (uint64_t)shares->weights[i];
}

static enum error weigh(struct shares *shares, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int64_t weight = shares->weights[i];
        if (weight < 0 || weight > MONEY_MINOR_MAX) return ERROR_OUT_OF_RANGE;
        shares->sum += (uint64_t)weight; /* at most 2048 * 10^15 */
    }
    shares->even = shares->sum == 0;
    if (shares->even) shares->sum = count;
    return OK;
}

/* The largest remainder that has not got its unit yet; of equal ones the first. */
static size_t largest(const uint64_t *remainders, size_t count)
{
    size_t best = 0;
    for (size_t i = 1; i < count; i++)
        if (remainders[i] > remainders[best]) best = i;
    return best;
}

enum error money_split(int64_t total, const int64_t *weights, size_t count, int64_t *parts)
{
    if (count < 1 || count > MONEY_SPLIT_MAX || total < 0 || total > MONEY_MINOR_MAX)
        return ERROR_OUT_OF_RANGE;
    struct shares shares = {.weights = weights};
    enum error error = weigh(&shares, count);
    if (error != OK) return error;

    uint64_t remainders[MONEY_SPLIT_MAX];
    int64_t left = total;
    for (size_t i = 0; i < count; i++) {
        wide exact = (wide)(uint64_t)total * share(&shares, i);
        parts[i] = (int64_t)(exact / shares.sum);
        remainders[i] = (uint64_t)(exact % shares.sum);
        left -= parts[i];
    }
    for (; left > 0; left--) { /* fewer units are left than parts have a remainder */
        size_t lucky = largest(remainders, count);
        parts[lucky]++;
        remainders[lucky] = 0;
    }
    return OK;
}

static uint64_t power_of_ten(unsigned exponent)
{
    uint64_t power = 1;
    for (unsigned i = 0; i < exponent; i++) power *= 10;
    return power;
}

void money_print(int64_t minor, const struct currency *currency, char text[MONEY_TEXT_BYTES])
{
    struct line line = line_over(text, MONEY_TEXT_BYTES);
    uint64_t magnitude = minor < 0 ? 0 - (uint64_t)minor : (uint64_t)minor;
    uint64_t unit = power_of_ten(currency->exponent);
    if (minor < 0) line_text(&line, "-");
    line_uint(&line, magnitude / unit);
    if (currency->exponent > 0) {
        line_text(&line, ".");
        line_digits(&line, magnitude % unit, currency->exponent);
    }
    line_text(&line, " ");
    line_text(&line, currency->letters);
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

/* Digits into *minor; false beyond the bound, which comes long before an overflow. */
static bool push_digit(int64_t *minor, unsigned digit)
{
    *minor = *minor * 10 + (int64_t)digit;
    return *minor <= MONEY_MINOR_MAX;
}

/* The whole part: one digit at least, and no zero before another digit. */
static size_t whole_digits(struct span text)
{
    size_t count = 0;
    while (count < text.size && is_digit(text.at[count])) count++;
    return count > 1 && text.at[0] == '0' ? 0 : count;
}

static size_t count_places(struct span text, size_t from)
{
    size_t places = 0;
    while (from + places < text.size && is_digit(text.at[from + places])) places++;
    return places;
}

enum error money_parse(struct span text, const struct currency *currency, int64_t *minor)
{
    size_t whole = whole_digits(text);
    bool has_point = whole > 0 && whole < text.size && text.at[whole] == '.';
    size_t places = has_point ? count_places(text, whole + 1) : 0;
    size_t read = whole + (has_point ? 1 + places : 0);
    if (whole == 0 || read != text.size || (has_point && places == 0)) return ERROR_MALFORMED;
    if (places > currency->exponent) return ERROR_OUT_OF_RANGE;

    int64_t value = 0;
    for (size_t i = 0; i < read; i++) {
        if (i == whole) continue;
        if (!push_digit(&value, (unsigned)(text.at[i] - '0'))) return ERROR_OUT_OF_RANGE;
    }
    for (size_t i = places; i < currency->exponent; i++)
        if (!push_digit(&value, 0)) return ERROR_OUT_OF_RANGE;
    *minor = value;
    return OK;
}
