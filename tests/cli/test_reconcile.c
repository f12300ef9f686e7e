/* A node whose refunds a provider paid, and that provider's own report of them: they agree. Then
 * fifty differences are planted in the report, and `refund reconcile` tells exactly those fifty. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <cmocka.h>

#include "tests/cli/bank.h"
#include "tests/cli/drive.h"
#include "tests/node/http/client.h"

#define OF_A_KIND  5
#define KINDS      10
#define REFUSED    OF_A_KIND           /* by the provider, so they failed here */
#define SETTLED    (8 * OF_A_KIND + 3) /* 8 kinds need one each; some stay as they are */
#define ORDERS     (REFUSED + SETTLED)
#define LINES_MAX  128
#define LINE_BYTES 256

static char rtm[SCRATCH_PATH_MAX + 8], merchant[TAKE_BYTES];
static pid_t rtm_pid;
static struct bank bank;
static char report[LINES_MAX][LINE_BYTES]; /* the first is the head */
static unsigned report_count;

/* --- the provider and the business ----------------------------------------------------------- */

static void start_bank(void)
{
    bank_open(&bank);
    for (int i = 0; i < REFUSED; i++) bank_will(&bank, "refuse");
}

static void configure(void)
{
    char path[SCRATCH_PATH_MAX + 32];
    snprintf(path, sizeof path, "%s/stripe.secret", rtm);
    write_text(path, "sk_test\n");
    assert_int_equal(chmod(path, 0600), 0);
    snprintf(path, sizeof path, "%s/entrepot.conf", rtm);
    FILE *file = fopen(path, "a");
    assert_non_null(file);
    fprintf(file,
            "\n[provider stripe]\nbase_url = http://127.0.0.1:%u\nsecret_file = stripe.secret\n",
            bank.port);
    fclose(file);
}

static void open_business(void)
{
    char node[TAKE_BYTES];
    assert_done(
        ENTREPOT("init", "--found", "--dir", rtm, "--name", "Rotterdam", "--warehouse", "RTM"));
    take("node", node);
    configure();
    rtm_pid = start_node(rtm);
    assert_done(ENTREPOT("membership", "merchant", "--name", "Cups", "--currency", "EUR",
                         "--opener", node, "--cap", "8000", "--auto-approve", "100", "--dir", rtm,
                         "--json"));
    take("merchant", merchant);
    assert_done(ENTREPOT("book", "open", merchant, "--dir", rtm));
}

static void import_orders(void)
{
    static char text[ORDERS * 400];
    const char *const argv[] = {ENTREPOT_PROGRAM, "order", "import", "-", "--dir", rtm, NULL};
    size_t used = 0;
    char sold[40];
    time_t now = time(NULL);
    struct tm utc;
    strftime(sold, sizeof sold, "%Y-%m-%dT00:00:00Z", gmtime_r(&now, &utc));
    for (int i = 0; i < ORDERS; i++)
        used += (size_t)snprintf(
            text + used, sizeof text - used,
            "{\"merchant\":\"%s\",\"reference\":\"%d\",\"currency\":\"EUR\",\"sold_ms\":\"%s\","
            "\"lines\":[{\"sku\":\"CUP-1\",\"quantity\":1,\"price_minor\":1990}],\"payments\":"
            "[{\"provider\":\"stripe\",\"reference\":\"pi_%d\",\"captured_minor\":1990}]}\n",
            merchant, i, sold, i);
    assert_done(drive(argv, text));
}

static void return_a_cup(int order)
{
    char reference[16], number[32];
    snprintf(reference, sizeof reference, "%d", order);
    snprintf(number, sizeof number, "1ZCUP%d", order);
    assert_done(ENTREPOT("return", "request", "--merchant", merchant, "--order", reference,
                         "--line", "0:1:defective", "--number", number, "--dir", rtm));
    assert_done(ENTREPOT("parcel", "receive", number, "--item", "CUP-1", "--dir", rtm));
}

static int count_of(const char *part)
{
    int count = 0;
    for (const char *at = strstr(ran.out, part); at != NULL; at = strstr(at + 1, part)) count++;
    return count;
}

static void wait_until_all_are_paid_or_failed(void)
{
    for (long waited = 0; waited < WAIT_MS; waited += STEP_MS) {
        assert_done(ENTREPOT("refund", "list", "--limit", "200", "--dir", rtm, "--json"));
        if (count_of("\"state\":\"settled\"") == SETTLED &&
            count_of("\"state\":\"failed\"") == REFUSED)
            return;
        pause_ms(STEP_MS);
    }
    fail_msg("%d settled, %d failed", count_of("\"state\":\"settled\""),
             count_of("\"state\":\"failed\""));
}

/* --- the report ------------------------------------------------------------------------------ */

static void fetch_report(void)
{
    struct reply reply = client_get(bank.port, "/control/report", "sk_test");
    assert_int_equal(reply.status, 200);
    report_count = 0;
    for (char *line = strtok(reply.body, "\r\n"); line != NULL; line = strtok(NULL, "\r\n"))
        snprintf(report[report_count++], LINE_BYTES, "%s", line);
    reply_free(&reply);
    assert_int_equal(report_count, SETTLED + 1);
}

static const char *write_report(void)
{
    const char *path = in_scratch("report.csv");
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    for (unsigned i = 0; i < report_count; i++) fprintf(file, "%s\r\n", report[i]);
    fclose(file);
    return path;
}

/* The first `was` of the line becomes `is`. */
static void change(unsigned line, const char *was, const char *is)
{
    char before[LINE_BYTES];
    strcpy(before, report[line]);
    char *at = strstr(before, was);
    if (at == NULL) fail_msg("no %s in %s", was, before);
    *at = '\0';
    snprintf(report[line], LINE_BYTES, "%s%s%s", before, is, at + strlen(was));
}

/* The line may be one of the report. */
static unsigned append(const char *line)
{
    size_t size = strlen(line);
    assert_true(report_count < LINES_MAX && size < LINE_BYTES);
    memmove(report[report_count], line, size + 1);
    return report_count++;
}

/* --- planting -------------------------------------------------------------------------------- */

static struct {
    const char *kind;
    unsigned line;              /* of the file; 0: none */
    char reference[TAKE_BYTES]; /* the provider's, where there is no line */
} planted[OF_A_KIND * KINDS];
static int planted_count;

/* line: of the array. */
static void expect(const char *kind, unsigned line)
{
    planted[planted_count].kind = kind;
    planted[planted_count++].line = line + 1;
}

static void plant_in(unsigned *line, const char *kind, const char *was, const char *is)
{
    for (int i = 0; i < OF_A_KIND; i++) {
        change(*line, was, is);
        expect(kind, (*line)++);
    }
}

static void plant_repeats(unsigned *line)
{
    char text[LINE_BYTES];
    for (int i = 0; i < OF_A_KIND; i++) {
        strcpy(text, report[(*line)++]);
        expect("twice", append(text));
    }
    for (int i = 0; i < OF_A_KIND; i++) {
        unsigned at = append(report[(*line)++]);
        change(at, ",-", ",");
        change(at, ",refund,", ",refund_failure,");
        expect("failed_there", at);
    }
}

/* Each of these lines takes the key of the line that stays as it is at the end. */
static void plant_keys(unsigned *line)
{
    const char *key = strrchr(report[SETTLED], ',');
    for (int i = 0; i < OF_A_KIND; i++) {
        strcpy(strrchr(report[*line], ','), key);
        expect("other_slot", (*line)++);
    }
}

static void plant_strangers(void)
{
    char text[LINE_BYTES], day[16];
    snprintf(day, sizeof day, "%.10s", strchr(report[1], ',') + 1);
    for (int i = 0; i < OF_A_KIND; i++) {
        snprintf(text, sizeof text, "txn_x%d,%s 12:00:00,eur,-5.00,refund,re_x%d,,pi_x,", i, day,
                 i);
        expect("not_here", append(text));
    }
}

/* The provider says that it paid what it had refused. The latest list of refunds is in ran.out. */
static void plant_payments_of_what_failed(void)
{
    char text[LINE_BYTES], day[16];
    const char *at = ran.out;
    snprintf(day, sizeof day, "%.10s", strchr(report[1], ',') + 1);
    for (int i = 0; i < REFUSED; i++) {
        char payment[16] = "", key[64] = "";
        at = strstr(at, "\"state\":\"failed\"");
        assert_non_null(at);
        const char *paid = strstr(at, "\"payment_ref\":\""), *bears = strstr(at, "\"key\":\"");
        assert_true(paid != NULL && bears != NULL);
        assert_int_equal(sscanf(paid, "\"payment_ref\":\"%15[^\"]", payment), 1);
        assert_int_equal(sscanf(bears, "\"key\":\"%63[^\"]", key), 1);
        snprintf(text, sizeof text, "txn_y%d,%s 12:00:00,eur,-19.90,refund,re_y%d,,%s,%s", i, day,
                 i, payment, key);
        expect("paid_there", append(text));
        at++;
    }
}

/* Last, since it moves all lines that follow: those it takes out are the last that the provider
 * wrote but for the three that stay. */
static void plant_gaps(unsigned from)
{
    for (int i = 0; i < OF_A_KIND; i++) {
        planted[planted_count].kind = "not_there";
        const char *at = strstr(report[from], "re_sandbox_");
        snprintf(planted[planted_count++].reference, TAKE_BYTES, "%.*s", (int)strcspn(at, ","), at);
        memmove(report[from], report[from + 1], (report_count - from - 1) * sizeof report[0]);
        report_count--;
    }
    for (int i = 0; i < planted_count; i++)
        if (planted[i].line > from + 1) planted[i].line -= OF_A_KIND;
}

static void plant_all(void)
{
    unsigned line = 1;
    plant_in(&line, "amount", "-19.90", "-19.91");
    plant_in(&line, "currency", ",eur,", ",usd,");
    plant_in(&line, "other_payment", ",pi_", ",pi_x");
    plant_in(&line, "other_reference", "re_sandbox_", "re_other_");
    plant_repeats(&line);
    plant_keys(&line);
    plant_strangers();
    plant_payments_of_what_failed();
    plant_gaps(line);
    assert_int_equal(planted_count, OF_A_KIND * KINDS);
}

/* --- the tests ------------------------------------------------------------------------------- */

static void a_report_of_what_was_paid_agrees(void **state)
{
    (void)state;
    fetch_report();
    const char *path = write_report();
    assert_done(ENTREPOT("refund", "reconcile", path, "--dir", rtm, "--json"));
    assert_has(ran.out, "{\"differences\":0,\"lines\":43,\"others\":0,\"refunds\":48,");
    assert_done(ENTREPOT("refund", "reconcile", path, "--dir", rtm, "--merchant", merchant));
    assert_has(ran.err, "43 lines about refunds and disputes (and 0 others), 48 known here");
    assert_done(ENTREPOT("refund", "reconcile", path, "--dir", rtm, "--limit", "7"));
    assert_has(ran.err, "48 known here");
    assert_done(ENTREPOT("refund", "reconcile", path, "--dir", rtm, "--from", "2020-01-01", "--to",
                         "2020-02-01T12:00:00Z", "--json"));
    assert_has(ran.out, "\"from_ms\":\"2020-01-01T00:00:00.000Z\",\"to_ms\":"
                        "\"2020-02-01T12:00:00.000Z\"");
}

static void fifty_planted_differences_are_told_and_no_other(void **state)
{
    char part[128];
    (void)state;
    fetch_report();
    wait_until_all_are_paid_or_failed(); /* leaves the list in ran.out */
    plant_all();
    const char *path = write_report();
    assert_int_equal(ENTREPOT("refund", "reconcile", path, "--dir", rtm, "--json"), 8);
    assert_has(ran.out, "{\"differences\":50,");
    for (int i = 0; i < planted_count; i++) {
        if (planted[i].line != 0)
            snprintf(part, sizeof part, "{\"line\":%u,\"kind\":\"%s\",", planted[i].line,
                     planted[i].kind);
        else
            snprintf(part, sizeof part, "{\"kind\":\"%s\",\"provider_ref\":\"%s\",",
                     planted[i].kind, planted[i].reference);
        if (count_of(part) != 1) fail_msg("%s not told: %s", part, ran.out);
    }
    assert_int_equal(ENTREPOT("refund", "reconcile", path, "--dir", rtm), 8);
    assert_has(ran.out, "   LINE  KIND  ");
    assert_has(ran.out, "19.90 EUR -> 19.91 EUR\n");
    assert_has(ran.err, "50 differences\n");
}

static void what_no_period_covers_is_not_asked_for(void **state)
{
    (void)state;
    fetch_report();
    report_count = 1;
    const char *path = write_report();
    assert_int_equal(ENTREPOT("refund", "reconcile", path, "--dir", rtm), 2);
    assert_has(ran.err, "give its period by --from and --to");
    assert_done(ENTREPOT("refund", "reconcile", path, "--dir", rtm, "--from", "2020-01-01", "--to",
                         "2020-02-01"));
    assert_int_equal(ENTREPOT("refund", "reconcile", path, "--dir", rtm, "--from", "2020-01-01",
                              "--to", "2100-01-01", "--json"),
                     8);
    assert_has(ran.out, "{\"differences\":43,");
    assert_int_equal(count_of("\"kind\":\"not_there\""), SETTLED);
}

static void a_file_that_is_no_such_report_is_refused(void **state)
{
    (void)state;
    fetch_report();
    change(0, "gross", "brutto");
    assert_int_equal(ENTREPOT("refund", "reconcile", write_report(), "--dir", rtm), 2);
    assert_has(ran.err, "line 1, column gross: ");
    assert_has(ran.err, "; rule: settlement.column_missing\n");
    assert_string_equal(ran.out, "");
    fetch_report();
    change(7, "-19.90", "-19.905");
    assert_int_equal(ENTREPOT("refund", "reconcile", write_report(), "--dir", rtm), 2);
    assert_has(ran.err, "line 8, column gross: ");
    assert_has(ran.err, "; rule: settlement.amount\n");
    assert_int_equal(ENTREPOT("refund", "reconcile", in_scratch("none.csv"), "--dir", rtm), 3);
    const char *path = write_report();
    assert_int_equal(ENTREPOT("refund", "reconcile", path, "--dir", rtm, "--provider", "qq"), 2);
    assert_int_equal(ENTREPOT("refund", "reconcile", path, "--dir", rtm, "--merchant", "qq"), 2);
    assert_int_equal(ENTREPOT("refund", "reconcile", path, "--dir", rtm, "--from", "may"), 2);
    assert_int_equal(ENTREPOT("refund", "reconcile", path, "--dir", rtm, "--from", "2026-11-02",
                              "--to", "2026-11-02"),
                     2);
}

/* Of a payment whose own refund failed; and of one that no order names. */
/* A payment whose refund failed: nothing of it was moved. The list of refunds is in ran.out. */
static void name_payment(char payment[16])
{
    const char *at = strstr(ran.out, "\"state\":\"failed\"");
    assert_non_null(at);
    at = strstr(at, "\"payment_ref\":\"");
    assert_non_null(at);
    assert_int_equal(sscanf(at, "\"payment_ref\":\"%15[^\"]", payment), 1);
}

static void record(const char *path, int code)
{
    assert_int_equal(
        ENTREPOT("refund", "reconcile", path, "--dir", rtm, "--record", "--merchant", merchant),
        code);
}

static void what_was_refunded_there_is_recorded_once(void **state)
{
    char text[LINE_BYTES], day[16], payment[16] = "";
    (void)state;
    fetch_report();
    wait_until_all_are_paid_or_failed();
    name_payment(payment);
    snprintf(day, sizeof day, "%.10s", strchr(report[1], ',') + 1);
    snprintf(text, sizeof text, "txn_y,%s 12:00:00,eur,-5.00,refund,re_y,,%s,", day, payment);
    append(text);
    snprintf(text, sizeof text, "txn_z,%s 12:00:00,eur,-5.00,refund,re_z,,pi_x,", day);
    append(text);
    const char *path = write_report();
    assert_int_equal(ENTREPOT("refund", "reconcile", path, "--dir", rtm, "--record"), 2);
    assert_has(ran.err, "name it by --merchant");
    record(path, 8);
    assert_has(ran.err, ", re_y: recorded\n");
    assert_has(ran.err, ", re_z: needs a person: ");
    assert_has(ran.err, " 2 differences\n");
    record(path, 8);
    assert_has(ran.err, " 1 differences\n"); /* what is known is none */
    assert_null(strstr(ran.err, "re_y"));
    report_count -= 2;
    record(write_report(), 8);
    assert_has(ran.out, "re_y"); /* that the provider says nothing of it is one */
    assert_has(ran.out, "5.00 EUR of \"");
}

static void disputes_are_recorded_and_those_that_were_won(void **state)
{
    char text[LINE_BYTES], day[16], payment[16] = "";
    (void)state;
    fetch_report();
    wait_until_all_are_paid_or_failed();
    name_payment(payment);
    snprintf(day, sizeof day, "%.10s", strchr(report[1], ',') + 1);
    snprintf(text, sizeof text, "txn_y,%s 12:00:00,eur,-5.00,refund,re_y,,%s,", day, payment);
    append(text); /* as the test before left it */
    snprintf(text, sizeof text, "txn_d,%s 12:00:00,eur,-7.00,dispute,dp_1,,%s,", day, payment);
    append(text);
    record(write_report(), 8);
    assert_has(ran.out, "not_here");
    assert_has(ran.err, ", dp_1: recorded\n");
    assert_done(ENTREPOT("refund", "reconcile", write_report(), "--dir", rtm));
    change(report_count - 1, "-7.00", "-7.50");
    assert_int_equal(ENTREPOT("refund", "reconcile", write_report(), "--dir", rtm), 8);
    assert_has(ran.out, "7.00 EUR -> 7.50 EUR");
    change(report_count - 1, "-7.50", "-7.00");
    snprintf(text, sizeof text, "txn_e,%s 13:00:00,eur,7.00,dispute_reversal,dp_1,,%s,", day,
             payment);
    append(text);
    record(write_report(), 8);
    assert_has(ran.out, "failed_there");
    assert_has(ran.err, ", dp_1: recorded\n");
    record(write_report(), 0);
    assert_has(ran.err, " 0 differences\n");
    report_count--; /* a report that still shows it lost */
    assert_int_equal(ENTREPOT("refund", "reconcile", write_report(), "--dir", rtm), 8);
    assert_has(ran.out, "paid_there");
}

/* Dearer than a day's cap: it is a person's to pay. */
static void sell_a_clock(void)
{
    char text[512], sold[40];
    const char *const argv[] = {ENTREPOT_PROGRAM, "order", "import", "-", "--dir", rtm, NULL};
    time_t now = time(NULL);
    struct tm utc;
    strftime(sold, sizeof sold, "%Y-%m-%dT00:00:00Z", gmtime_r(&now, &utc));
    snprintf(text, sizeof text,
             "{\"merchant\":\"%s\",\"reference\":\"clock\",\"currency\":\"EUR\",\"sold_ms\":\"%s\","
             "\"lines\":[{\"sku\":\"CLOCK\",\"quantity\":1,\"price_minor\":850000}],\"payments\":"
             "[{\"provider\":\"stripe\",\"reference\":\"pi_clock\",\"captured_minor\":850000}]}\n",
             merchant, sold);
    assert_done(drive(argv, text));
}

static void return_the_clock(void)
{
    char asked[TAKE_BYTES];
    assert_done(ENTREPOT("return", "request", "--merchant", merchant, "--order", "clock", "--line",
                         "0:1:defective", "--number", "1ZCLOCK", "--dir", rtm, "--json"));
    take("id", asked);
    assert_done(ENTREPOT("return", "approve", asked, "--dir", rtm));
    assert_done(ENTREPOT("parcel", "receive", "1ZCLOCK", "--item", "CLOCK", "--dir", rtm));
    for (long waited = 0; waited < WAIT_MS; waited += STEP_MS) {
        assert_done(ENTREPOT("refund", "list", "--return", asked, "--dir", rtm, "--json"));
        if (count_of("\"state\":\"manual\"") == 1) return;
        pause_ms(STEP_MS);
    }
    fail_msg("no manual refund: %s", ran.out);
}

/* Somebody pays it at the provider's own screen: one refund, under the slot and in the file. */
static void what_settled_a_slot_there_is_asked_for_once(void **state)
{
    char text[LINE_BYTES], day[16], made[40];
    (void)state;
    fetch_report();
    snprintf(day, sizeof day, "%.10s", strchr(report[1], ',') + 1);
    snprintf(made, sizeof made, "%sT00:00:00Z", day);
    ENTREPOT("refund", "reconcile", write_report(), "--dir", rtm);
    const char *before = strstr(ran.err, " differences");
    assert_non_null(before);
    int differences = atoi(before - 1); /* as the tests before left it */
    sell_a_clock();
    return_the_clock();
    assert_done(ENTREPOT("refund", "record", "--merchant", merchant, "--payment", "stripe/pi_clock",
                         "--how", "provider", "--reference", "re_clock", "--amount", "8500",
                         "--currency", "EUR", "--made", made, "--dir", rtm));
    assert_done(ENTREPOT("refund", "list", "--limit", "200", "--dir", rtm, "--json"));
    assert_has(ran.out, "\"provider_ref\":\"re_clock\"");
    snprintf(text, sizeof text, "txn_c,%s 12:00:00,eur,-8500.00,refund,re_clock,,pi_clock,", day);
    append(text);
    ENTREPOT("refund", "reconcile", write_report(), "--dir", rtm);
    assert_null(strstr(ran.out, "re_clock"));
    snprintf(text, sizeof text, ": %d differences\n", differences);
    assert_has(ran.err, text);
}

static int begin(void **state)
{
    (void)state;
    scratch = scratch_make();
    snprintf(rtm, sizeof rtm, "%s/rtm", scratch.path);
    start_bank();
    open_business();
    import_orders();
    for (int i = 0; i < ORDERS; i++) return_a_cup(i);
    wait_until_all_are_paid_or_failed();
    return 0;
}

static int end(void **state)
{
    (void)state;
    stop_node(&rtm_pid, SIGKILL);
    bank_close(&bank);
    scratch_remove(&scratch);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_report_of_what_was_paid_agrees),
        cmocka_unit_test(fifty_planted_differences_are_told_and_no_other),
        cmocka_unit_test(what_no_period_covers_is_not_asked_for),
        cmocka_unit_test(a_file_that_is_no_such_report_is_refused),
        cmocka_unit_test(what_was_refunded_there_is_recorded_once),
        cmocka_unit_test(disputes_are_recorded_and_those_that_were_won),
        cmocka_unit_test(what_settled_a_slot_there_is_asked_for_once),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
