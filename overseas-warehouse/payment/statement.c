#include "overseas-warehouse/payment/statement.h"

#include "overseas-warehouse/business.h"
#include "proto/money.h"
#include "proto/when.h"

/* {provider, title, columns, paid, failed, lost, won} */
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
     "refund", "refund_failure", "dispute", "dispute_reversal"},
};
/* clang-format on */

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

bool statement_begin(struct statement *statement, const struct statement_layout *layout,
                     const struct span *fields, size_t count, struct statement_fault *fault)
{
    *statement = (struct statement){.layout = layout, .width = count};
    for (size_t field = 0; field < STATEMENT_FIELD_COUNT; field++) {
        const char *name = layout->columns[field].name;
        for (size_t i = 0; i < count; i++) {
            if (!span_equal(fields[i], span_text(name))) continue;
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

static bool read_created(const struct record *record, uint64_t *ms)
{
    struct when when = when_parse(at(record, STATEMENT_CREATED));
    *ms = when.ms != 0 ? when.ms : when.naive_ms;
    return *ms != 0 || refuse_field(record, STATEMENT_TIME, STATEMENT_CREATED);
}

static bool read_name(const struct record *record, enum statement_field field,
                      enum statement_rule rule, size_t bytes_max, struct span *name)
{
    *name = at(record, field);
    return name->size <= bytes_max || refuse_field(record, rule, field);
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

static bool read_money(const struct record *record, enum statement_field letters,
                       enum statement_field amount, struct settlement_line *line, bool *below_zero)
{
    const struct currency *currency = currency_of(at(record, letters));
    if (currency == NULL) return refuse_field(record, STATEMENT_NO_CURRENCY, letters);
    line->currency = currency->numeric;
    return parse_amount(at(record, amount), currency, below_zero, &line->amount_minor) ||
           refuse_field(record, STATEMENT_NO_AMOUNT, amount);
}

/* The balance may be kept in another currency than the buyer was paid in; a refund is of the
 * latter. The sign tells payments and failures apart, and stands in the balance's amount. */
static bool read_moneys(const struct record *record, struct settlement_line *line)
{
    bool below_zero, own_below_zero;
    if (!read_money(record, STATEMENT_CURRENCY, STATEMENT_AMOUNT, line, &below_zero)) return false;
    if (below_zero == line->failed) return refuse_field(record, STATEMENT_SIGN, STATEMENT_AMOUNT);
    bool own =
        at(record, STATEMENT_OWN_CURRENCY).size > 0 || at(record, STATEMENT_OWN_AMOUNT).size > 0;
    return !own ||
           read_money(record, STATEMENT_OWN_CURRENCY, STATEMENT_OWN_AMOUNT, line, &own_below_zero);
}

/* A dispute that is won brings its money back, as a refund that fails does. */
static bool read_category(const struct statement_layout *layout, struct span category,
                          struct settlement_line *line)
{
    if (span_equal(category, span_text(layout->paid))) return true;
    line->failed = span_equal(category, span_text(layout->failed));
    if (line->failed || layout->lost == NULL) return line->failed;
    line->failed = span_equal(category, span_text(layout->won));
    line->dispute = line->failed || span_equal(category, span_text(layout->lost));
    return line->dispute;
}

enum statement_said statement_read(const struct statement *statement, const struct span *fields,
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
    return known ? STATEMENT_REFUND : STATEMENT_OTHER;
}
