#include "overseas-warehouse/payment/statement.h"

#include "overseas-warehouse/business.h"
#include "proto/money.h"
#include "proto/when.h"

/* {provider, title, columns, paid, failed, lost, won, second, head, body, hundredths} */
/* clang-format off */
static const struct statement_layout layouts[] = {
    {"stripe", "Balance change from activity, itemised", {
        [STATEMENT_CREATED] = {"created_utc", true},
        [STATEMENT_CATEGORY] = {"reporting_category", true},
        [STATEMENT_REFERENCE] = {"source_id", true},
        [STATEMENT_PAYMENT] = {"payment_intent_id", true},
        [STATEMENT_KEY] = {"refund_metadata[entrepot_slot]", true},
        [STATEMENT_CURRENCY] = {"currency", true},
        [STATEMENT_AMOUNT] = {"gross", true},
        [STATEMENT_OWN_CURRENCY] = {"customer_facing_currency", false},
        [STATEMENT_OWN_AMOUNT] = {"customer_facing_amount", false}},
     "refund", "refund_failure", "dispute", "dispute_reversal", NULL, NULL, NULL, false},
    {"paypal", "Settlement Report", {
        [STATEMENT_CREATED] = {"Transaction Completion Date", true},
        [STATEMENT_CATEGORY] = {"Transaction Event Code", true},
        [STATEMENT_REFERENCE] = {"Transaction ID", true},
        [STATEMENT_PAYMENT] = {"PayPal Reference ID", true},
        [STATEMENT_KEY] = {"Invoice ID", true},
        [STATEMENT_CURRENCY] = {"Gross Transaction Currency", true},
        [STATEMENT_AMOUNT] = {"Gross Transaction Amount", true},
        [STATEMENT_SIDE] = {"Transaction Debit or Credit", true}},
     "T1107", NULL, NULL, NULL, NULL, "CH", "SB", true},
    {"adyen", "Settlement details report", {
        [STATEMENT_CREATED] = {"Creation Date", true},
        [STATEMENT_ZONE] = {"TimeZone", true},
        [STATEMENT_CATEGORY] = {"Type", true},
        [STATEMENT_REFERENCE] = {"Modification Reference", true},
        [STATEMENT_PAYMENT] = {"Psp Reference", true},
        [STATEMENT_KEY] = {"Modification Merchant Reference", true},
        [STATEMENT_CURRENCY] = {"Gross Currency", true},
        [STATEMENT_DEBIT] = {"Gross Debit (GC)", true},
        [STATEMENT_CREDIT] = {"Gross Credit (GC)", true}},
     "Refunded", "RefundedReversed", "Chargeback", "ChargebackReversed", "SecondChargeback",
     NULL, NULL, false},
};
/* clang-format on */

const struct statement_layout *const statement_layouts = layouts;
const size_t statement_layouts_count = sizeof layouts / sizeof layouts[0];

const struct statement_layout *statement_by_provider(struct span provider)
{
    for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++)
        if (span_equal(provider, span_text(layouts[i].provider))) return &layouts[i];
    return NULL;
}

const char *statement_rule_name(enum statement_rule rule)
{
#define STATEMENT_RULE_NAME(code, name, text) name,
    static const char *const names[] = {STATEMENT_RULE_LIST(STATEMENT_RULE_NAME)};
#undef STATEMENT_RULE_NAME
    return names[rule];
}

const char *statement_rule_text(enum statement_rule rule)
{
#define STATEMENT_RULE_TEXT(code, name, text) text,
    static const char *const texts[] = {STATEMENT_RULE_LIST(STATEMENT_RULE_TEXT)};
#undef STATEMENT_RULE_TEXT
    return texts[rule];
}

/* --- the columns ----------------------------------------------------------------------------- */

static bool refuse(struct statement_fault *fault, enum statement_rule rule, const char *column)
{
    *fault = (struct statement_fault){rule, column};
    return false;
}

/* One blank of a name counts as much as several. */
static bool is_named(struct span field, const char *name)
{
    size_t at = 0;
    for (; *name != '\0'; name++, at++) {
        if (at >= field.size || field.at[at] != (uint8_t)*name) return false;
        while (*name == ' ' && at + 1 < field.size && field.at[at + 1] == ' ') at++;
    }
    return at == field.size;
}

enum statement_part statement_part(const struct statement_layout *layout, bool begun,
                                   const struct span *fields, size_t count)
{
    if (layout->head == NULL) return begun ? STATEMENT_BODY : STATEMENT_HEAD;
    if (count == 0) return STATEMENT_ASIDE;
    if (!begun && span_equal(fields[0], span_text(layout->head))) return STATEMENT_HEAD;
    bool record = begun && span_equal(fields[0], span_text(layout->body));
    return record ? STATEMENT_BODY : STATEMENT_ASIDE;
}

bool statement_begin(struct statement *statement, const struct statement_layout *layout,
                     const struct span *fields, size_t count, struct statement_fault *fault)
{
    *statement = (struct statement){.layout = layout, .width = count};
    for (size_t field = 0; field < STATEMENT_FIELD_COUNT; field++) {
        const char *name = layout->columns[field].name;
        for (size_t i = 0; name != NULL && i < count; i++) {
            if (!is_named(fields[i], name)) continue;
            if (statement->place[field] != 0) return refuse(fault, STATEMENT_COLUMN_TWICE, name);
            statement->place[field] = i + 1;
        }
        if (statement->place[field] == 0 && layout->columns[field].needed)
            return refuse(fault, STATEMENT_COLUMN_MISSING, name);
    }
    return true;
}

/* --- one record ------------------------------------------------------------------------------ */

struct record {
    const struct statement *statement;
    const struct span *fields;
    struct statement_fault *fault;
};

/* Empty where the report has no such column. */
static struct span at(const struct record *record, enum statement_field field)
{
    size_t place = record->statement->place[field];
    return place == 0 ? span_of("", 0) : record->fields[place - 1];
}

static bool refuse_field(const struct record *record, enum statement_rule rule,
                         enum statement_field field)
{
    return refuse(record->fault, rule, record->statement->layout->columns[field].name);
}

/* Letters of the zones in which accounts are kept. Reports write CET in summer too, so an hour may
 * be amiss: moments only tell in which period a line lies. */
static bool zone_offset_min(struct span letters, int64_t *minutes)
{
    static const struct {
        const char *letters;
        int64_t minutes;
    } zones[] = {{"UTC", 0},    {"GMT", 0},    {"BST", 60},   {"IST", 330},  {"CET", 60},
                 {"CEST", 120}, {"EET", 120},  {"EEST", 180}, {"EST", -300}, {"EDT", -240},
                 {"CST", -360}, {"CDT", -300}, {"MST", -420}, {"MDT", -360}, {"PST", -480},
                 {"PDT", -420}, {"BRT", -180}, {"SGT", 480},  {"HKT", 480},  {"JST", 540},
                 {"AEST", 600}, {"AEDT", 660}, {"NZST", 720}, {"NZDT", 780}};
    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
        if (!span_equal(letters, span_text(zones[i].letters))) continue;
        *minutes = zones[i].minutes;
        return true;
    }
    return false;
}

#define MOMENT_BYTES_MAX 40

/* 2026/11/02 10:00:00 -0800 as 2026-11-02 10:00:00-0800. */
static struct span plain_moment(struct span text, uint8_t room[MOMENT_BYTES_MAX])
{
    size_t used = 0;
    if (text.size > MOMENT_BYTES_MAX || memchr(text.at, '/', text.size) == NULL) return text;
    for (size_t i = 0; i < text.size; i++) {
        bool offset = i + 1 < text.size && (text.at[i + 1] == '+' || text.at[i + 1] == '-');
        if (text.at[i] == ' ' && offset) continue;
        room[used++] = text.at[i] == '/' ? '-' : text.at[i];
    }
    return span_of(room, used);
}

static bool read_created(const struct record *record, uint64_t *ms)
{
    uint8_t room[MOMENT_BYTES_MAX];
    int64_t minutes = 0;
    struct span text = at(record, STATEMENT_CREATED);
    struct when when = text.size == 0 ? (struct when){0} : when_parse(plain_moment(text, room));
    *ms = when.ms != 0 ? when.ms : when.naive_ms;
    if (*ms == 0) return refuse_field(record, STATEMENT_TIME, STATEMENT_CREATED);
    if (when.ms != 0 || record->statement->place[STATEMENT_ZONE] == 0) return true;
    if (!zone_offset_min(at(record, STATEMENT_ZONE), &minutes))
        return refuse_field(record, STATEMENT_NO_ZONE, STATEMENT_ZONE);
    *ms -= (uint64_t)(minutes * 60000);
    return true;
}

static bool read_name(const struct record *record, enum statement_field field,
                      enum statement_rule rule, size_t bytes_max, struct span *name)
{
    *name = at(record, field);
    return name->size <= bytes_max || refuse_field(record, rule, field);
}

/* As its webhook tells of a second one. */
static bool name_second(struct statement *statement, struct settlement_line *line)
{
    size_t size = line->reference.size;
    if (size + 2 > sizeof statement->room) return false;
    memcpy(statement->room, line->reference.at, size);
    memcpy(statement->room + size, ":2", 2);
    line->reference = span_of(statement->room, size + 2);
    return true;
}

static bool read_names(const struct record *record, struct settlement_line *line)
{
    if (!read_name(record, STATEMENT_REFERENCE, STATEMENT_NO_REFERENCE, PROVIDER_REF_BYTES_MAX,
                   &line->reference))
        return false;
    if (line->reference.size == 0)
        return refuse_field(record, STATEMENT_NO_REFERENCE, STATEMENT_REFERENCE);
    return read_name(record, STATEMENT_PAYMENT, STATEMENT_NO_PAYMENT, REFERENCE_BYTES_MAX,
                     &line->payment) &&
           read_name(record, STATEMENT_KEY, STATEMENT_NO_KEY, REFUND_KEY_BYTES - 1, &line->key);
}

/* Reports write the letters small. */
static const struct currency *currency_of(struct span text)
{
    uint8_t letters[3];
    if (text.size != sizeof letters) return NULL;
    for (size_t i = 0; i < sizeof letters; i++) {
        uint8_t c = text.at[i];
        letters[i] = c >= 'a' && c <= 'z' ? (uint8_t)(c - 'a' + 'A') : c;
    }
    return currency_by_letters(span_of(letters, sizeof letters));
}

/* Noughts beyond the currency's own places change nothing: 1200.00 yen are 1200. */
static struct span without_noughts(struct span text, const struct currency *currency)
{
    const uint8_t *point = text.size == 0 ? NULL : memchr(text.at, '.', text.size);
    if (point == NULL) return text;
    size_t whole = (size_t)(point - text.at), size = text.size;
    while (size > whole + 1 + currency->exponent && text.at[size - 1] == '0') size--;
    if (size == whole + 1 && size < text.size) size = whole;
    return span_of(text.at, size);
}

static bool parse_amount(struct span text, const struct currency *currency, bool *below_zero,
                         int64_t *minor)
{
    *below_zero = text.size > 0 && text.at[0] == '-';
    if (*below_zero) text = span_of(text.at + 1, text.size - 1);
    return money_parse(without_noughts(text, currency), currency, minor) == OK;
}

/* Hundredths of any currency, those of yen too. */
static bool parse_hundredths(struct span text, const struct currency *currency, int64_t *minor)
{
    static const struct currency units = {.letters = "", .exponent = 0};
    int64_t hundredths, parts = 1;
    bool point = text.size > 0 && memchr(text.at, '.', text.size) != NULL;
    if (point || money_parse(text, &units, &hundredths) != OK) return false;
    for (unsigned i = currency->exponent; i < 2; i++) parts *= 10;
    if (currency->exponent > 2 || hundredths % parts != 0) return false;
    *minor = hundredths / parts;
    return true;
}

static bool read_money(const struct record *record, enum statement_field letters,
                       enum statement_field amount, struct settlement_line *line, bool *below_zero)
{
    const struct currency *currency = currency_of(at(record, letters));
    if (currency == NULL) return refuse_field(record, STATEMENT_NO_CURRENCY, letters);
    line->currency = currency->numeric;
    bool parsed = record->statement->layout->hundredths
                      ? parse_hundredths(at(record, amount), currency, &line->amount_minor)
                      : parse_amount(at(record, amount), currency, below_zero, &line->amount_minor);
    return parsed || refuse_field(record, STATEMENT_NO_AMOUNT, amount);
}

/* The amount, and whether it left: by its sign, by a letter beside it, or by its column. */
static bool read_sided(const struct record *record, struct settlement_line *line, bool *left)
{
    const size_t *place = record->statement->place;
    if (place[STATEMENT_DEBIT] != 0) {
        bool sign;
        *left = at(record, STATEMENT_DEBIT).size > 0;
        if (*left == (at(record, STATEMENT_CREDIT).size > 0))
            return refuse_field(record, STATEMENT_NO_SIDE, STATEMENT_DEBIT);
        enum statement_field amount = *left ? STATEMENT_DEBIT : STATEMENT_CREDIT;
        return read_money(record, STATEMENT_CURRENCY, amount, line, &sign) &&
               (!sign || refuse_field(record, STATEMENT_SIGN, amount));
    }
    if (!read_money(record, STATEMENT_CURRENCY, STATEMENT_AMOUNT, line, left)) return false;
    if (place[STATEMENT_SIDE] == 0) return true;
    struct span side = at(record, STATEMENT_SIDE);
    *left = span_equal(side, span_text("DR"));
    return *left || span_equal(side, span_text("CR")) ||
           refuse_field(record, STATEMENT_NO_SIDE, STATEMENT_SIDE);
}

/* The balance may be kept in another currency than the buyer was paid in; a refund is of the
 * latter. Which way the money went tells payments and failures apart, and stands in the balance's
 * amount. */
static bool read_moneys(const struct record *record, struct settlement_line *line)
{
    bool left = false, own_below_zero;
    if (!read_sided(record, line, &left)) return false;
    if (record->statement->layout->failed == NULL) line->failed = !left;
    if (left == line->failed) {
        bool debit = record->statement->place[STATEMENT_DEBIT] != 0;
        return refuse_field(record, STATEMENT_SIGN, debit ? STATEMENT_DEBIT : STATEMENT_AMOUNT);
    }
    bool own =
        at(record, STATEMENT_OWN_CURRENCY).size > 0 || at(record, STATEMENT_OWN_AMOUNT).size > 0;
    return !own ||
           read_money(record, STATEMENT_OWN_CURRENCY, STATEMENT_OWN_AMOUNT, line, &own_below_zero);
}

static bool is_word(struct span category, const char *word)
{
    return word != NULL && span_equal(category, span_text(word));
}

/* A dispute that is won brings its money back, as a refund that fails does. */
static bool read_category(const struct statement_layout *layout, struct span category,
                          struct settlement_line *line)
{
    if (is_word(category, layout->paid)) return true;
    line->dispute = is_word(category, layout->lost) || is_word(category, layout->won) ||
                    is_word(category, layout->second);
    line->failed = is_word(category, layout->failed) || is_word(category, layout->won);
    return line->dispute || line->failed;
}

enum statement_said statement_read(struct statement *statement, const struct span *fields,
                                   size_t count, struct settlement_line *line,
                                   struct statement_fault *fault)
{
    const struct record record = {statement, fields, fault};
    *line = (struct settlement_line){0};
    if (count != statement->width) {
        (void)refuse(fault, STATEMENT_WIDTH, NULL);
        return STATEMENT_REFUSED;
    }
    struct span category = at(&record, STATEMENT_CATEGORY);
    bool known = read_category(statement->layout, category, line);
    bool read = read_created(&record, &line->created_ms) &&
                (!known || (read_names(&record, line) && read_moneys(&record, line)));
    if (!read) return STATEMENT_REFUSED;
    bool second = known && is_word(category, statement->layout->second);
    if (second && !name_second(statement, line)) {
        (void)refuse_field(&record, STATEMENT_NO_REFERENCE, STATEMENT_REFERENCE);
        return STATEMENT_REFUSED;
    }
    return known ? STATEMENT_REFUND : STATEMENT_OTHER;
}
