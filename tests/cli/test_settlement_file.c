/* Settlement files as providers write them: read exactly, or refused with line, column and rule. */
#include "node/cli/settlement_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HEAD                                                                                       \
    "created_utc,reporting_category,source_id,payment_intent_id,"                                  \
    "refund_metadata[entrepot_slot],currency,gross\r\n"
#define PAID "2026-11-02 10:00:00,refund,re_1,pi_1,K1,eur,"

static struct settlement_file file;
static struct settlement_fault fault;
static const char *provider = "stripe";

static bool read_text(const char *text, size_t size)
{
    const struct statement_layout *layout = statement_by_provider(span_text(provider));
    settlement_file_free(&file);
    char *copy = malloc(size + 1);
    memcpy(copy, text, size);
    FILE *from = fmemopen(copy, size, "r");
    assert_non_null(from);
    bool read = settlement_file_read(from, layout, &file, &fault);
    fclose(from);
    free(copy);
    return read;
}

static void reads(const char *text, size_t count)
{
    if (!read_text(text, strlen(text)))
        fail_msg("line %u: %s: %s", (unsigned)fault.line, fault.rule, fault.text);
    assert_int_equal(file.count, count);
}

static void refuses(const char *text, uint64_t line, const char *column, const char *rule)
{
    if (read_text(text, strlen(text))) fail_msg("was read: %s", text);
    assert_string_equal(fault.rule, rule);
    assert_int_equal(fault.line, line);
    assert_string_equal(fault.column == NULL ? "" : fault.column, column);
    assert_true(fault.text[0] != '\0');
}

/* --- forms ----------------------------------------------------------------------------------- */

static void a_report_is_read_exactly(void **state)
{
    (void)state;
    reads(HEAD PAID "-19.90\r\n"
                    "2026-11-03 00:00:01,charge,ch_1,pi_2,,eur,20.00\r\n"
                    "2026-11-01 23:59:59,refund_failure,re_2,pi_2,,jpy,1200\r\n",
          2);
    assert_int_equal(file.others, 1);
    assert_int_equal(file.lines[0].at, 2);
    assert_true(span_equal(file.lines[0].reference, span_text("re_1")));
    assert_true(span_equal(file.lines[0].payment, span_text("pi_1")));
    assert_true(span_equal(file.lines[0].key, span_text("K1")));
    assert_int_equal(file.lines[0].amount_minor, 1990);
    assert_int_equal(file.lines[0].currency, 978);
    assert_int_equal(file.lines[0].created_ms, 1793613600000);
    assert_false(file.lines[0].failed);
    assert_int_equal(file.lines[1].at, 4);
    assert_int_equal(file.lines[1].amount_minor, 1200);
    assert_true(file.lines[1].failed);
    assert_int_equal(file.lines[1].key.size, 0);
    assert_int_equal(file.first_ms, 1793577599000);
    assert_int_equal(file.last_ms, 1793664001000);
}

static void columns_are_known_by_name_and_others_passed_over(void **state)
{
    (void)state;
    reads("\xef\xbb\xbf\"gross\",description,currency,source_id,refund_metadata[entrepot_slot],"
          "payment_intent_id,reporting_category,created_utc,net\n"
          "-0.05,\"a \"\"cup\"\", blue\nand whole\",EUR,re_1,K1,pi_1,refund,2026-11-02,-0.05\n"
          "\n"
          "-1,,eur,re_2,K2,pi_1,refund,2026-11-02T10:00:00Z,-1",
          2);
    assert_int_equal(file.lines[0].amount_minor, 5);
    assert_int_equal(file.lines[0].at, 2);
    assert_int_equal(file.lines[1].amount_minor, 100);
    assert_int_equal(file.lines[1].at, 5);
}

static void amounts_are_exact_in_their_currency(void **state)
{
    static const struct {
        const char *currency, *amount;
        int64_t minor;
    } cases[] = {
        {"eur", "-0.01", 1},       {"eur", "-19.9", 1990},
        {"eur", "-19.900", 1990},  {"jpy", "-1200", 1200},
        {"jpy", "-1200.00", 1200}, {"kwd", "-1.005", 1005},
        {"kwd", "-1.0050", 1005},  {"eur", "-9999999999999.99", 999999999999999},
    };
    char text[512];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(text, sizeof text, "%s2026-11-02,refund,re_1,pi_1,K1,%s,%s\n", HEAD,
                 cases[i].currency, cases[i].amount);
        reads(text, 1);
        assert_int_equal(file.lines[0].amount_minor, cases[i].minor);
    }
}

/* The balance is kept in euros, and the buyer was paid in yen. */
static void a_refund_is_of_the_buyers_currency(void **state)
{
    (void)state;
    reads("created_utc,reporting_category,source_id,payment_intent_id,"
          "refund_metadata[entrepot_slot],currency,gross,customer_facing_currency,"
          "customer_facing_amount\n"
          "2026-11-02,refund,re_1,pi_1,K1,eur,-7.40,jpy,-1200\n"
          "2026-11-02,refund,re_2,pi_1,K2,eur,-7.40,jpy,1200\n"
          "2026-11-02,refund,re_3,pi_1,K3,eur,-7.40,,\n",
          3);
    assert_int_equal(file.lines[0].amount_minor, 1200);
    assert_int_equal(file.lines[0].currency, 392);
    assert_int_equal(file.lines[1].amount_minor, 1200);
    assert_int_equal(file.lines[2].amount_minor, 740);
    assert_int_equal(file.lines[2].currency, 978);
}

static void a_dispute_is_read_as_one_and_as_won(void **state)
{
    (void)state;
    reads(HEAD "2026-11-02,dispute,dp_1,pi_1,,eur,-19.90\n"
               "2026-11-03,dispute_reversal,dp_1,pi_1,,eur,19.90\n",
          2);
    assert_true(file.lines[0].dispute && !file.lines[0].failed);
    assert_true(file.lines[1].dispute && file.lines[1].failed);
    refuses(HEAD "2026-11-02,dispute,dp_1,pi_1,,eur,19.90\n", 2, "gross", "settlement.sign");
}

/* --- other reports --------------------------------------------------------------------------- */

#define PAYPAL_HEAD                                                                                \
    "\"RH\",2026/11/03 03:00:00 -0800,\"A\",\"M1\",011\n\"FH\",01\n"                               \
    "\"SH\",2026/11/02 00:00:00 -0800,2026/11/02 23:59:59 -0800,\"M1\",\"\"\n"                     \
    "\"CH\",\"Transaction ID\",\"Invoice ID\",\"PayPal Reference ID\",\"PayPal Reference ID "      \
    "Type\","                                                                                      \
    "\"Transaction Event Code\",\"Transaction Initiation Date\",\"Transaction Completion Date\","  \
    "\"Transaction  Debit or Credit\",\"Gross Transaction Amount\",\"Gross Transaction "           \
    "Currency\"\n"
#define PAYPAL(id, code, side, minor, currency)                                                    \
    "\"SB\",\"" id "\",\"K1\",\"8AB\",\"TXN\",\"" code "\",2026/11/02 10:00:00 -0800,"             \
    "2026/11/02 10:00:01 -0800,\"" side "\"," minor ",\"" currency "\"\n"
#define PAYPAL_END "\"SF\",\"USD\",0,0\n\"SC\",3\n\"RF\",\"USD\",0\n\"FF\",3\n"

static void a_report_in_several_parts_is_read_by_its_records(void **state)
{
    (void)state;
    provider = "paypal";
    reads(PAYPAL_HEAD PAYPAL("9RE1", "T1107", "DR", "1990", "USD")
              PAYPAL("9PA1", "T0006", "CR", "5000", "USD")
                  PAYPAL("9RE2", "T1107", "CR", "120000", "JPY") PAYPAL_END,
          2);
    assert_int_equal(file.others, 1);
    assert_int_equal(file.lines[0].at, 5);
    assert_true(span_equal(file.lines[0].reference, span_text("9RE1")));
    assert_true(span_equal(file.lines[0].payment, span_text("8AB")));
    assert_true(span_equal(file.lines[0].key, span_text("K1")));
    assert_int_equal(file.lines[0].amount_minor, 1990);
    assert_false(file.lines[0].failed);
    assert_int_equal(file.lines[0].created_ms, 1793642401000);
    assert_int_equal(file.lines[1].amount_minor, 1200); /* hundredths of yen */
    assert_true(file.lines[1].failed);                  /* it came back */
    refuses(PAYPAL_HEAD PAYPAL("9RE1", "T1107", "??", "1990", "USD") PAYPAL_END, 5,
            "Transaction Debit or Credit", "settlement.side");
    refuses(PAYPAL_HEAD PAYPAL("9RE1", "T1107", "DR", "19.90", "USD") PAYPAL_END, 5,
            "Gross Transaction Amount", "settlement.amount");
    refuses(PAYPAL_HEAD PAYPAL("9RE1", "T1107", "DR", "120050", "JPY") PAYPAL_END, 5,
            "Gross Transaction Amount", "settlement.amount");
    refuses("\"RH\",1\n\"FF\",0\n", 1, "", "settlement.empty");
    refuses("\"CH\",\"Transaction ID\"\n", 1, "Transaction Completion Date",
            "settlement.column_missing");
    provider = "stripe";
}

#define ADYEN_HEAD                                                                                 \
    "Company Account,Merchant Account,Psp Reference,Merchant Reference,Payment Method,"            \
    "Creation Date,TimeZone,Type,Modification Reference,Gross Currency,Gross Debit (GC),"          \
    "Gross Credit (GC),Modification Merchant Reference,Batch Number\n"
#define ADYEN(zone, type, reference, debit, credit)                                                \
    "Cups,CupsEU,8831,#1001,visa,2026-11-02 10:00:00," zone "," type "," reference ",EUR," debit   \
    "," credit ",K1,4\n"

static void debit_and_credit_may_be_columns_of_their_own(void **state)
{
    (void)state;
    provider = "adyen";
    reads(ADYEN_HEAD ADYEN("CET", "Refunded", "R1", "19.90", "")
              ADYEN("CET", "Settled", "S1", "", "19.90")
                  ADYEN("UTC", "RefundedReversed", "R1", "", "19.90")
                      ADYEN("PST", "Chargeback", "C1", "5", "")
                          ADYEN("CET", "ChargebackReversed", "C1", "", "5.00")
                              ADYEN("CET", "SecondChargeback", "C1", "5.00", "")
                                  ADYEN("CET", "Fee", "Transaction Fees", "1.00", ""),
          5);
    assert_int_equal(file.others, 2);
    assert_true(span_equal(file.lines[0].reference, span_text("R1")));
    assert_true(span_equal(file.lines[0].payment, span_text("8831")));
    assert_int_equal(file.lines[0].amount_minor, 1990);
    assert_int_equal(file.lines[0].created_ms, 1793613600000 - 3600000);
    assert_false(file.lines[0].failed || file.lines[0].dispute);
    assert_true(file.lines[1].failed);
    assert_int_equal(file.lines[2].created_ms, 1793613600000 + 8 * 3600000);
    assert_true(file.lines[2].dispute && !file.lines[2].failed);
    assert_true(file.lines[3].dispute && file.lines[3].failed);
    assert_true(span_equal(file.lines[4].reference, span_text("C1:2")));
    assert_true(file.lines[4].dispute && !file.lines[4].failed);
    refuses(ADYEN_HEAD ADYEN("Mars", "Refunded", "R1", "19.90", ""), 2, "TimeZone",
            "settlement.zone");
    refuses(ADYEN_HEAD ADYEN("CET", "Refunded", "R1", "19.90", "19.90"), 2, "Gross Debit (GC)",
            "settlement.side");
    refuses(ADYEN_HEAD ADYEN("CET", "Refunded", "R1", "", ""), 2, "Gross Debit (GC)",
            "settlement.side");
    refuses(ADYEN_HEAD ADYEN("CET", "Refunded", "R1", "", "19.90"), 2, "Gross Debit (GC)",
            "settlement.sign");
    refuses(ADYEN_HEAD ADYEN("CET", "Refunded", "R1", "-19.90", ""), 2, "Gross Debit (GC)",
            "settlement.sign");
    provider = "stripe";
}

/* --- what is refused ------------------------------------------------------------------------- */

static void wrong_columns_are_refused_by_name(void **state)
{
    static const char *const names[] = {"created_utc",
                                        "reporting_category",
                                        "source_id",
                                        "payment_intent_id",
                                        "refund_metadata[entrepot_slot]",
                                        "currency",
                                        "gross"};
    char text[512];
    (void)state;
    for (size_t left_out = 0; left_out < 7; left_out++) {
        size_t used = 0;
        for (size_t i = 0; i < 7; i++)
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i == 0 ? "" : ",",
                                     i == left_out ? "other" : names[i]);
        refuses(text, 1, names[left_out], "settlement.column_missing");
    }
    refuses("gross," HEAD, 1, "gross", "settlement.column_twice");
    refuses("", 1, "", "settlement.empty");
    refuses("\n\n", 1, "", "settlement.empty");
    refuses(HEAD PAID "-1\n" PAID "-1,more\n", 3, "", "settlement.width");
    refuses(HEAD "2026-11-02,refund\n", 2, "", "settlement.width");
}

static void what_a_line_says_wrong_is_refused_with_its_column(void **state)
{
    static const struct {
        const char *line, *column, *rule;
    } cases[] = {
        {"yesterday,refund,re_1,pi_1,K1,eur,-1", "created_utc", "settlement.time"},
        {",charge,ch_1,pi_1,,eur,1", "created_utc", "settlement.time"},
        {"2026-11-31,charge,ch_1,pi_1,,eur,1", "created_utc", "settlement.time"},
        {"2026-11-02,refund,,pi_1,K1,eur,-1", "source_id", "settlement.reference"},
        {"2026-11-02,refund,re_1,pi_1,K1234567890123456789012345678901234567890,eur,-1",
         "refund_metadata[entrepot_slot]", "settlement.key"},
        {"2026-11-02,refund,re_1,"
         "pi_34567890123456789012345678901234567890123456789012345678901234,K1,eur,-1",
         "payment_intent_id", "settlement.payment"},
        {"2026-11-02,refund,re_1,pi_1,K1,eu,-1", "currency", "settlement.currency"},
        {"2026-11-02,refund,re_1,pi_1,K1,qqq,-1", "currency", "settlement.currency"},
        {"2026-11-02,refund,re_1,pi_1,K1,eur,", "gross", "settlement.amount"},
        {"2026-11-02,refund,re_1,pi_1,K1,eur,-", "gross", "settlement.amount"},
        {"2026-11-02,refund,re_1,pi_1,K1,eur,-1.", "gross", "settlement.amount"},
        {"2026-11-02,refund,re_1,pi_1,K1,eur,-1e3", "gross", "settlement.amount"},
        {"2026-11-02,refund,re_1,pi_1,K1,eur,\"-1,000.00\"", "gross", "settlement.amount"},
        {"2026-11-02,refund,re_1,pi_1,K1,eur,-1.005", "gross", "settlement.amount"},
        {"2026-11-02,refund,re_1,pi_1,K1,jpy,-1.5", "gross", "settlement.amount"},
        {"2026-11-02,refund,re_1,pi_1,K1,eur,-99999999999999999999", "gross", "settlement.amount"},
        {"2026-11-02,refund,re_1,pi_1,K1,eur,1.00", "gross", "settlement.sign"},
        {"2026-11-02,refund_failure,re_1,pi_1,K1,eur,-1.00", "gross", "settlement.sign"},
    };
    char text[1024];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(text, sizeof text, "%s%s-1\n%s\n", HEAD, PAID, cases[i].line);
        refuses(text, 3, cases[i].column, cases[i].rule);
    }
}

static void what_is_no_csv_is_refused_with_its_line(void **state)
{
    static const char nul[] = HEAD PAID "-1\n" PAID "-\0001\n";
    static char long_row[80 * 1024];
    (void)state;
    refuses(HEAD PAID "-1\n\"2026-11-02,refund\n", 3, "", "csv");
    refuses(HEAD PAID "-1\n2026\"-11-02,refund,re_1,pi_1,K1,eur,-1\n", 3, "", "csv");
    refuses(HEAD PAID "-1\n\"2026-11-02\"x,refund,re_1,pi_1,K1,eur,-1\n", 3, "", "csv");
    refuses(HEAD "2026-11-02,refund,re_\xff,pi_1,K1,eur,-1\n", 2, "", "csv");
    assert_false(read_text(nul, sizeof nul - 1));
    memset(long_row, 'x', sizeof long_row - 1);
    refuses(long_row, 1, "", "csv");
    memset(long_row, ',', 300);
    long_row[300] = '\0';
    refuses(long_row, 1, "", "csv");
}

static int end(void **state)
{
    (void)state;
    settlement_file_free(&file);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_report_is_read_exactly),
        cmocka_unit_test(columns_are_known_by_name_and_others_passed_over),
        cmocka_unit_test(amounts_are_exact_in_their_currency),
        cmocka_unit_test(a_refund_is_of_the_buyers_currency),
        cmocka_unit_test(a_dispute_is_read_as_one_and_as_won),
        cmocka_unit_test(a_report_in_several_parts_is_read_by_its_records),
        cmocka_unit_test(debit_and_credit_may_be_columns_of_their_own),
        cmocka_unit_test(wrong_columns_are_refused_by_name),
        cmocka_unit_test(what_a_line_says_wrong_is_refused_with_its_column),
        cmocka_unit_test(what_is_no_csv_is_refused_with_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, end);
}
