/* What the law of a market gives a buyer at least, and where a policy gives less. The table is data
 * with its sources; README.md says how a row comes into it. */
#include "overseas-warehouse/policy/policy.h"

#include "proto/line.h"

/* A window that counts from the sale must also cover the time until delivery: thirty days when
 * nothing else was agreed (Directive 2011/83/EU, article 18(1)). */
#define DELIVERY_DAYS  30
#define HOURS_OF_A_DAY 24

#define LAW_WORD(NAME, word, text) word,
#define LAW_TEXT(NAME, word, text) text,
static const char *const words[] = {LAW_RULE_LIST(LAW_WORD)};
static const char *const texts[] = {LAW_RULE_LIST(LAW_TEXT)};

const char *law_rule_word(enum law_rule rule)
{
    return rule < LAW_RULE_COUNT ? words[rule] : "?";
}

const char *law_rule_text(enum law_rule rule)
{
    return rule < LAW_RULE_COUNT ? texts[rule] : "?";
}

#define CRD  "https://www.legislation.gov.uk/eudr/2011/83"
#define SGD  "https://eur-lex.europa.eu/eli/dir/2019/771/oj"
#define CRA  "https://www.legislation.gov.uk/ukpga/2015/15/section/22"
#define CCR  "https://www.legislation.gov.uk/uksi/2013/3134"
#define EEA  "https://www.forbrukereuropa.no/en/online-shopping/right-of-withdrawal/"
#define KLAW "https://m.easylaw.go.kr/MOM/SubCsmOvRetrieve.laf?langCd=700101&csmSeq=1308&ccfNo=3"
#define CDC  "https://www.planalto.gov.br/ccivil_03/leis/l8078compilado.htm"
#define TWL  "https://law.moj.gov.tw/ENG/LawClass/LawAll.aspx?pcode=J0170001"

/* clang-format off */
const struct law_row law_rows[] = {
    {"EU", LAW_WITHDRAWAL,     14,  "Directive 2011/83/EU, article 9(1)", CRD "/article/9", "2014-06-13", false},
    {"EU", LAW_SEND,           14,  "Directive 2011/83/EU, article 14(1)", CRD "/article/14", "2014-06-13", true},
    {"EU", LAW_WITHDRAWAL_FEE, 0,   "Directive 2011/83/EU, article 9(1)", CRD "/article/9", "2014-06-13", false},
    {"EU", LAW_FAULT,          730, "Directive (EU) 2019/771, article 10(1)", SGD, "2022-01-01", true},
    {"EU", LAW_FAULT_FREE,     0,   "Directive (EU) 2019/771, article 14", SGD, "2022-01-01", true},
    {"NO", LAW_WITHDRAWAL,     14,  "Cancellation Act (LOV-2014-06-20-27)", EEA, "2014-06-13", true},
    {"NO", LAW_SEND,           14,  "Cancellation Act (LOV-2014-06-20-27)", EEA, "2014-06-13", true},
    {"IS", LAW_WITHDRAWAL,     14,  "EEA Agreement, annex XIX 7a", EEA, "2014-06-13", true},
    {"LI", LAW_WITHDRAWAL,     14,  "EEA Agreement, annex XIX 7a", EEA, "2014-06-13", true},
    {"GB", LAW_WITHDRAWAL,     14,  "Consumer Contracts Regulations 2013, regulation 30", CCR, "2014-06-13", true},
    {"GB", LAW_FAULT,          30,  "Consumer Rights Act 2015, section 22(3)", CRA, "2015-10-01", false},
    {"GB", LAW_FAULT_FREE,     0,   "Consumer Rights Act 2015, section 20(8)", CRA, "2015-10-01", true},
    {"CN", LAW_WITHDRAWAL,     7,   "Consumer Rights Protection Law, article 25", "http://www.npc.gov.cn", "2014-03-15", true},
    {"KR", LAW_WITHDRAWAL,     7,   "Electronic Commerce Act, article 17(1)", KLAW, "2002-07-01", true},
    {"TW", LAW_WITHDRAWAL,     7,   "Consumer Protection Act, article 19", TWL, "1994-01-13", true},
    {"BR", LAW_WITHDRAWAL,     7,   "Law 8.078 of 1990, article 49", CDC, "1991-03-11", true},
    {"BR", LAW_WITHDRAWAL_FEE, 0,   "Law 8.078 of 1990, article 49", CDC, "1991-03-11", true},
};
/* clang-format on */
const size_t law_rows_count = sizeof law_rows / sizeof law_rows[0];

/* --- what falls short ------------------------------------------------------------------------- */

/* The worst that was met so far in one market. */
struct shortfall {
    bool found;
    uint64_t days;
    char field[POLICY_FIELD_BYTES];
};

static void fall_short(struct shortfall *shortfall, uint64_t days, const char *list, int row,
                       const char *member)
{
    if (shortfall->found && shortfall->days <= days) return;
    struct line line = line_over(shortfall->field, sizeof shortfall->field);
    shortfall->found = true;
    shortfall->days = days;
    line_text(&line, list);
    if (row < 0) return;
    line_text(&line, "/");
    line_uint(&line, (uint64_t)row);
    if (member == NULL) return;
    line_text(&line, "/");
    line_text(&line, member);
}

/* Goods that were damaged on the way came faulty; a late parcel is no fault of theirs. */
static bool is_fault(uint64_t reason)
{
    return reason_class_of(reason) == CLASS_FAULT || reason == REASON_DAMAGED_IN_TRANSIT ||
           reason == REASON_DAMAGED_BY_WAREHOUSE;
}

/* Is it one of the reasons that the rule is about? */
static bool is_concerned(enum law_rule rule, uint64_t reason)
{
    bool changed = reason_class_of(reason) == CLASS_CHANGED_MIND;
    if (reason_words.name[reason] == NULL) return false;
    return rule == LAW_WITHDRAWAL || rule == LAW_WITHDRAWAL_FEE ? changed : is_fault(reason);
}

static void look_at_window(const struct policy *policy, const struct law_row *law,
                           struct span country, uint64_t reason, struct shortfall *shortfall)
{
    int row = policy_window_row(policy, country, reason);
    if (!policy_accepts_reason(policy, reason)) {
        fall_short(shortfall, 0, "reasons", -1, NULL);
        return;
    }
    if (row < 0) return;
    uint64_t days = policy->windows[row].days;
    if (policy->windows[row].from == FROM_SALE)
        days = days > DELIVERY_DAYS ? days - DELIVERY_DAYS : 0;
    if (days < law->days) fall_short(shortfall, days, "windows", row, "days");
}

static void look_at_fees(const struct policy *policy, const struct law_row *law,
                         struct span country, uint64_t reason, struct shortfall *shortfall)
{
    int restocking = policy_fee_row(policy, FEE_RESTOCKING, country, reason);
    int freight = policy_fee_row(policy, FEE_RETURN_FREIGHT, country, reason);
    if (restocking >= 0 && policy->fees[restocking].payer == PAID_BY_BUYER)
        fall_short(shortfall, 0, "fees", restocking, NULL);
    /* Who changed their mind bears the way back. */
    if (law->rule == LAW_WITHDRAWAL_FEE) return;
    if (freight >= 0 && policy->fees[freight].payer == PAID_BY_BUYER)
        fall_short(shortfall, 0, "fees", freight, NULL);
}

static void look_at(const struct policy *policy, const struct law_row *law, struct span country,
                    struct shortfall *shortfall)
{
    bool windows = law->rule == LAW_WITHDRAWAL || law->rule == LAW_FAULT;
    if (law->rule == LAW_SEND) {
        if (policy->send_hours != 0 && policy->send_hours < law->days * HOURS_OF_A_DAY)
            fall_short(shortfall, policy->send_hours / HOURS_OF_A_DAY, "send_hours", -1, NULL);
        return;
    }
    if (law->rule == LAW_FAULT && policy->final_sale_count > 0 &&
        policy->final_sale_even_faulty != 0)
        fall_short(shortfall, 0, "final_sale_even_faulty", -1, NULL);
    for (uint64_t reason = 1; reason < reason_words.count; reason++) {
        if (!is_concerned(law->rule, reason)) continue;
        if (windows)
            look_at_window(policy, law, country, reason, shortfall);
        else
            look_at_fees(policy, law, country, reason, shortfall);
    }
}

/* --- over the markets ------------------------------------------------------------------------- */

static bool sells_to(const struct policy *policy, struct span country)
{
    for (uint32_t i = 0; i < policy->markets_count; i++) {
        struct span market = policy->markets[i].country;
        if (span_equal(market, country)) return true;
        if (span_equal(market, span_text("EU")) && country_is_member(country)) return true;
    }
    return policy->markets_count == 0;
}

static void name_country(struct policy_breach *breach, struct span country)
{
    size_t used = 0;
    while (breach->countries[used] != '\0') used++;
    if (used + 1 + COUNTRY_BYTES >= BREACH_COUNTRIES_BYTES) return;
    if (used > 0) breach->countries[used++] = ' ';
    memcpy(breach->countries + used, country.at, COUNTRY_BYTES);
    breach->countries[used + COUNTRY_BYTES] = '\0';
}

static void look_at_country(const struct policy *policy, struct policy_breach *breach,
                            struct span country)
{
    struct shortfall shortfall = {.found = false};
    if (!sells_to(policy, country)) return;
    look_at(policy, breach->law, country, &shortfall);
    if (!shortfall.found) return;
    if (breach->countries[0] == '\0' || shortfall.days < breach->found_days) {
        breach->found_days = shortfall.days;
        memcpy(breach->field, shortfall.field, sizeof breach->field);
    }
    name_country(breach, country);
}

static void look_at_law(const struct policy *policy, const struct law_row *law,
                        struct policy_breach *breach)
{
    struct span market = span_text(law->market);
    memset(breach, 0, sizeof *breach);
    breach->law = law;
    if (!span_equal(market, span_text("EU"))) {
        look_at_country(policy, breach, market);
        return;
    }
    for (size_t i = 0; country_member(i).size > 0; i++)
        look_at_country(policy, breach, country_member(i));
}

uint32_t policy_breaches(const struct policy *policy, struct policy_breach *breaches, uint32_t max)
{
    uint32_t count = 0;
    for (size_t i = 0; i < law_rows_count; i++) {
        struct policy_breach breach;
        look_at_law(policy, &law_rows[i], &breach);
        if (breach.countries[0] == '\0') continue;
        if (count < max) breaches[count] = breach;
        count++;
    }
    return count;
}
