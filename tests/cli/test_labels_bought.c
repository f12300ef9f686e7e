/* Return labels bought of carriers that do wrong, and of a node that dies at every step of the
 * call: each is bought once, or a person is told that nobody can say and nothing is called again.
 * Everything is real: the program, its buyer, HTTP, OAuth, the sandbox and its ledger. */
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

static char rtm[SCRATCH_PATH_MAX + 8], merchant[TAKE_BYTES], rma[TAKE_BYTES], label[TAKE_BYTES];
static char reference[TAKE_BYTES];
static pid_t rtm_pid;
static struct bank carriers;
static unsigned orders;

/* --- the business ----------------------------------------------------------------------------- */

static void add_account(FILE *file, const char *carrier, const char *key, const char *account)
{
    char path[SCRATCH_PATH_MAX + 64], text[64];
    snprintf(path, sizeof path, "%s/%.4s.key", rtm, carrier);
    snprintf(text, sizeof text, "%s\n", key);
    write_text(path, text);
    assert_int_equal(chmod(path, 0600), 0);
    fprintf(file,
            "\n[carrier %s]\nkey_file = %.4s.key\nbase_url = http://127.0.0.1:%u\n"
            "account = %s\npoll = no\n",
            carrier, carrier, carriers.port, account);
}

static void post(const char *path, const char *body)
{
    char url[256], token_file[SCRATCH_PATH_MAX + 32], token[256] = "";
    snprintf(token_file, sizeof token_file, "%s/admin.token", rtm);
    FILE *file = fopen(token_file, "r");
    assert_non_null(file);
    assert_non_null(fgets(token, sizeof token, file));
    fclose(file);
    token[strcspn(token, "\r\n")] = '\0';
    read_port(rtm, "url", url);
    const struct letter ask = {.path = path, .token = token, .body = body};
    struct reply reply = client_call((uint16_t)atoi(strrchr(url, ':') + 1), &ask);
    if (reply.status / 100 != 2) fail_msg("%s: %ld %s", path, reply.status, reply.body);
    reply_free(&reply);
}

static int begin(void **state)
{
    char path[SCRATCH_PATH_MAX + 32], node[TAKE_BYTES];
    (void)state;
    scratch = scratch_make();
    snprintf(rtm, sizeof rtm, "%s", in_scratch("rtm"));
    orders = 0;
    bank_open_as(&carriers, SANDBOX_CARRIERS);
    assert_done(
        ENTREPOT("init", "--found", "--dir", rtm, "--name", "Rotterdam", "--warehouse", "RTM"));
    take("node", node);
    snprintf(path, sizeof path, "%s/entrepot.conf", rtm);
    FILE *file = fopen(path, "a");
    assert_non_null(file);
    fprintf(file, "\n[carriers]\nhurry = 600\n"); /* asked a tenth of a second after a call */
    add_account(file, "ups", "client:word", "A1B2C3");
    add_account(file, "easypost", "sandbox-key", "A1B2C3");
    add_account(file, "usps", "client:word", "11112222/900100200/900100201/1000200030");
    add_account(file, "royalmail", "drop-key", "A1B2C3");
    add_account(file, "usps/short", "client:word", "11112222/900100200");
    fclose(file);
    rtm_pid = start_node(rtm);
    assert_done(ENTREPOT("membership", "merchant", "--name", "Cups", "--currency", "EUR",
                         "--opener", node, "--cap", "100000000", "--auto-approve", "100", "--dir",
                         rtm, "--json"));
    take("merchant", merchant);
    assert_done(ENTREPOT("book", "open", merchant, "--dir", rtm));
    assert_done(ENTREPOT("warehouse", "address", "--company", "Entrepot & Sons", "--street1",
                         "1 Dock \"Road\"", "--city", "Rotterdam", "--postal-code", "3011",
                         "--country", "NL", "--dir", rtm));
    return 0;
}

static int end(void **state)
{
    (void)state;
    if (rtm_pid > 0) stop_node(&rtm_pid, SIGTERM);
    bank_close(&carriers);
    scratch_remove(&scratch);
    return 0;
}

/* An approved return of a buyer whose address is known. */
static void open_return(void)
{
    char line[1024], order[16], person[512];
    const char *const argv[] = {ENTREPOT_PROGRAM, "order", "import", "-", "--dir", rtm, NULL};
    time_t now = time(NULL);
    struct tm utc;
    char sold[40];
    strftime(sold, sizeof sold, "%Y-%m-%dT00:00:00Z", gmtime_r(&now, &utc));
    snprintf(order, sizeof order, "%u", ++orders);
    snprintf(line, sizeof line,
             "{\"merchant\":\"%s\",\"reference\":\"%s\",\"currency\":\"EUR\",\"sold_ms\":\"%s\","
             "\"lines\":[{\"sku\":\"CUP-1\",\"quantity\":1,\"price_minor\":1990}],\"payments\":"
             "[{\"provider\":\"stripe\",\"reference\":\"pi_%s\",\"captured_minor\":1990}]}\n",
             merchant, order, sold, order);
    assert_done(drive(argv, line));
    assert_done(ENTREPOT("return", "request", "--merchant", merchant, "--order", order, "--line",
                         "0:1:defective", "--dir", rtm, "--json"));
    take("id", rma);
    snprintf(person, sizeof person,
             "{\"subject\":\"%s\",\"name\":\"Anna Jansen\",\"street1\":\"Straat 2\",\"city\":"
             "\"Delft\",\"postal_code\":\"26110-1234\",\"country\":\"NL\",\"phone\":\"+31 15 1\"}",
             rma);
    post("/v1/persons", person);
}

static void buy(const char *carrier)
{
    assert_done(ENTREPOT("label", "buy", rma, "--carrier", carrier, "--weight-g", "900", "--dir",
                         rtm, "--json"));
    assert_done(ENTREPOT("label", "list", "--return", rma, "--dir", rtm, "--json"));
    take("id", label);
}

static bool is_in(const char *state)
{
    char part[48];
    snprintf(part, sizeof part, "\"state\":\"%s\"", state);
    assert_done(ENTREPOT("label", "show", label, "--dir", rtm, "--json"));
    return strstr(ran.out, part) != NULL;
}

static void wait_for(const char *state)
{
    for (long waited = 0; !is_in(state); waited += STEP_MS) {
        if (waited > WAIT_MS) fail_msg("the label is not %s: %s", state, ran.out);
        pause_ms(STEP_MS);
    }
}

static unsigned sold(const char *carrier)
{
    char part[48];
    snprintf(part, sizeof part, "\"carrier\":\"%s\"", carrier);
    return bank_count(&carriers, "/control/labels", part);
}

static unsigned called(const char *path)
{
    return bank_count(&carriers, "/control/log", path);
}

static void will(const char *what)
{
    char path[80];
    snprintf(path, sizeof path, "/control/next_sale?do=%s", what);
    bank_tell(&carriers, path);
}

#define USPS_PAYMENT "/payments/v3/payment-authorization"
#define USPS_SHIP    "/labels/v3/return-label"
#define UPS_SHIP     "/api/shipments/v2409/ship"
#define EASYPOST_BUY "/buy"

/* --- the stories ------------------------------------------------------------------------------ */

static void a_label_is_bought_with_its_document(void **state)
{
    static const char *const whose[] = {"ups", "easypost", "usps", "royalmail"};
    static const char *const costs[] = {"\"cost_minor\":940", "\"cost_minor\":791",
                                        "\"cost_minor\":825", "\"recovery\":\"none\""};
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        open_return();
        buy(whose[i]);
        wait_for("bought");
        assert_has(ran.out, costs[i]);
        if (i < 3) assert_has(ran.out, "\"currency\":\"USD\"");
        take("number", reference);
        assert_int_equal(sold(whose[i]), 1);
        assert_done(ENTREPOT("label", "get", label, in_scratch(whose[i]), "--dir", rtm));
        FILE *file = fopen(in_scratch(whose[i]), "r");
        char text[64] = "";
        assert_non_null(file);
        assert_non_null(fgets(text, sizeof text, file));
        fclose(file);
        assert_has(text, "%PDF-1.4");
        /* Its number is one of the return's, and another label is not bought unasked. */
        assert_done(ENTREPOT("return", "show", rma, "--dir", rtm, "--json"));
        assert_has(ran.out, reference);
        assert_int_equal(
            ENTREPOT("label", "buy", rma, "--carrier", whose[i], "--weight-g", "900", "--dir", rtm),
            4);
        if (i == 3) continue;
        assert_done(ENTREPOT("label", "void", label, "--reason", "kept", "--dir", rtm));
        wait_for("voided");
    }
    assert_int_equal(bank_count(&carriers, "/control/labels", "\"taken_back\":true"), 3);
}

static void buy_for_the_counter(const char *carrier)
{
    assert_done(ENTREPOT("label", "buy", rma, "--carrier", carrier, "--form", "qr", "--weight-g",
                         "900", "--dir", rtm));
    assert_done(ENTREPOT("label", "list", "--return", rma, "--dir", rtm, "--json"));
    take("id", label);
    wait_for("bought");
}

/* A counter scans what the buyer shows. What Royal Mail has sold it does not take back, and a
 * refusal says so. */
static void a_code_for_the_counter_comes_with_the_label(void **state)
{
    (void)state;
    open_return();
    buy_for_the_counter("royalmail");
    assert_done(ENTREPOT("label", "get", label, in_scratch("code"), "--qr", "--dir", rtm));
    FILE *file = fopen(in_scratch("code"), "r");
    char text[16] = "";
    assert_non_null(file);
    assert_int_equal(fread(text, 1, sizeof text, file), 8);
    fclose(file);
    assert_memory_equal(text, "\x89PNG\r\n\x1a\n", 8);
    assert_int_equal(ENTREPOT("label", "void", label, "--dir", rtm), 1);
    assert_has(ran.err, "this carrier takes none back");
}

/* EasyPost makes it on demand; and a label is bought whether it comes or not. */
static void a_code_is_asked_for_when_it_is_wanted(void **state)
{
    (void)state;
    open_return();
    buy("easypost");
    wait_for("bought");
    assert_int_equal(called("/forms"), 0);
    assert_int_equal(ENTREPOT("label", "get", label, in_scratch("code"), "--qr", "--dir", rtm), 3);
    open_return();
    buy_for_the_counter("easypost");
    assert_int_equal(called("/forms"), 1);
    assert_done(ENTREPOT("label", "get", label, in_scratch("code"), "--qr", "--dir", rtm));
    assert_done(ENTREPOT("label", "get", label, in_scratch("sheet"), "--dir", rtm));
    open_return();
    will("no_code");
    buy_for_the_counter("easypost");
    assert_has(ran.out, "the carrier gave no code for it");
    assert_int_equal(sold("easypost"), 3);
    assert_int_equal(called("/forms"), 2);
}

/* The answer to a first call is lost, and the second one hears that it had been done. */
static void what_had_been_taken_back_is_taken_back(void **state)
{
    static const char *const whose[] = {"ups", "easypost"};
    static const char *const paths[] = {"/void/cancel/", "/refund"};
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        open_return();
        buy(whose[i]);
        wait_for("bought");
        will("drop");
        assert_done(ENTREPOT("label", "void", label, "--dir", rtm));
        wait_for("voided");
        assert_has(ran.out, "it had been taken back before");
        assert_int_equal(called(paths[i]), 2);
    }
}

/* What is known for certain is told as it is, whoever the carrier. */
static void a_refusal_is_final(void **state)
{
    (void)state;
    open_return();
    will("refuse");
    buy("ups");
    wait_for("failed");
    assert_has(ran.out, "the address is nowhere");
    assert_int_equal(sold("ups"), 0);
    assert_int_equal(called(UPS_SHIP), 1);
}

/* Who pays is proved once, and again where the proof is not taken; an account that does not name
 * who pays buys nothing, and the part that lacks is named. */
static void usps_wants_to_know_who_pays(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        open_return();
        buy("usps");
        wait_for("bought");
        assert_int_equal(called(USPS_PAYMENT), 1);
    }
    bank_tell(&carriers, "/control/forget");
    open_return();
    buy("usps");
    wait_for("bought");
    assert_int_equal(called(USPS_PAYMENT), 2);
    assert_int_equal(called(USPS_SHIP), 4);
    assert_int_equal(sold("usps"), 3);
    open_return();
    assert_done(ENTREPOT("label", "buy", rma, "--carrier", "usps", "--account", "short",
                         "--weight-g", "900", "--dir", rtm));
    assert_done(ENTREPOT("label", "list", "--return", rma, "--dir", rtm, "--json"));
    take("id", label);
    wait_for("failed");
    assert_has(ran.out, "manifest_mid: missing_field");
    assert_int_equal(called(USPS_SHIP), 4);
}

/* What cannot be asked for is unknown, whichever carrier. */
static void usps_is_called_once(void **state)
{
    (void)state;
    open_return();
    will("drop");
    buy("usps");
    wait_for("unknown");
    pause_ms(500);
    assert_int_equal(called(USPS_SHIP), 1);
    assert_int_equal(sold("usps"), 1);
}

/* Where the carrier finds it by our reference it is bought once, whatever happens on the way. */
static void a_label_that_can_be_looked_up_is_bought_once(void **state)
{
    static const char *const wrongs[] = {"drop", "fail_after", "fail_before"};
    (void)state;
    for (unsigned i = 0; i < sizeof wrongs / sizeof wrongs[0]; i++) {
        open_return();
        will(wrongs[i]);
        buy("easypost");
        wait_for("bought");
        assert_int_equal(sold("easypost"), i + 1);
    }
}

/* Killed while the carrier has sold it and not said so; and killed before it was even told. */
static void a_node_that_dies_buys_once_where_it_can_ask(void **state)
{
    (void)state;
    open_return();
    will("hold");
    buy("easypost");
    for (long waited = 0; sold("easypost") == 0; waited += STEP_MS) {
        if (waited > WAIT_MS) fail_msg("nothing was sold");
        pause_ms(STEP_MS);
    }
    stop_node(&rtm_pid, SIGKILL);
    bank_tell(&carriers, "/control/release");
    rtm_pid = start_node(rtm);
    wait_for("bought");
    assert_int_equal(sold("easypost"), 1);
    /* At moments of their own: whatever had happened by then, one is sold. */
    for (unsigned i = 0; i < 12; i++) {
        open_return();
        buy("easypost");
        pause_ms((long)i * 3);
        stop_node(&rtm_pid, SIGKILL);
        rtm_pid = start_node(rtm);
        wait_for("bought");
        assert_int_equal(sold("easypost"), i + 2);
    }
}

/* Nobody can ask: unknown, and never called again; a person says what the invoice shows. */
static void what_nobody_can_ask_is_unknown_and_called_once(void **state)
{
    static const char *const wrongs[] = {"drop", "fail_after", "hold"};
    (void)state;
    for (unsigned i = 0; i < sizeof wrongs / sizeof wrongs[0]; i++) {
        open_return();
        will(wrongs[i]);
        buy("ups");
        for (long waited = 0; sold("ups") < i + 1; waited += STEP_MS) {
            if (waited > WAIT_MS) fail_msg("nothing was sold");
            pause_ms(STEP_MS);
        }
        stop_node(&rtm_pid, SIGKILL);
        rtm_pid = start_node(rtm);
        wait_for("unknown");
        pause_ms(500);
        assert_int_equal(called(UPS_SHIP), i + 1);
        assert_int_equal(sold("ups"), i + 1);
        stop_node(&rtm_pid, SIGTERM);
        rtm_pid = start_node(rtm);
        assert_true(is_in("unknown"));
        assert_done(ENTREPOT("label", "settle", label, "--as", "bought", "--number", "SOLDupsX1",
                             "--cost-minor", "940", "--currency", "USD", "--reference",
                             "invoice 77", "--dir", rtm));
        wait_for("bought");
        assert_int_equal(called(UPS_SHIP), i + 1);
    }
}

/* Prices are a sheet; nobody names a carrier, and each that is not taken says why. */
static void the_cheapest_lane_buys(void **state)
{
    static const char sheet[] = "carrier,service,country,postal_prefix,weight_g,price_minor,days\n"
                                "easypost,GroundSaver,NL,,2000,791,3\n"
                                "ups,11,NL,,2000,1290,1\n"
                                "ups,11,NL,26,2000,650,1\n"
                                "ups,65,NL,,800,100,1\n"
                                "fedex,,NL,,2000,90,1\n"
                                "ups,11,NL,26,heavy,650,1\n";
    (void)state;
    write_text(in_scratch("prices.csv"), sheet);
    assert_int_equal(
        ENTREPOT("lane", "import", in_scratch("prices.csv"), "--merchant", merchant, "--dir", rtm),
        7);
    assert_has(ran.out, "7  refused  malformed  weight_g");
    assert_done(ENTREPOT("lane", "list", "--merchant", merchant, "--dir", rtm, "--json"));
    open_return();
    assert_done(ENTREPOT("label", "choose", rma, "--weight-g", "900", "--dir", rtm));
    assert_has(ran.out, "the parcel weighs more");
    assert_has(ran.out, "no such account sells labels");
    assert_int_equal(
        ENTREPOT("label", "buy", rma, "--service", "11", "--weight-g", "900", "--dir", rtm), 2);
    assert_done(ENTREPOT("label", "buy", rma, "--weight-g", "900", "--dir", rtm, "--json"));
    assert_done(ENTREPOT("label", "list", "--return", rma, "--dir", rtm, "--json"));
    take("id", label);
    wait_for("bought");
    assert_has(ran.out, "\"carrier\":\"ups\"");
    assert_has(ran.out, "\"quoted_minor\":650");
    assert_has(ran.out, "\"cost_minor\":940");
    assert_int_equal(sold("ups"), 1);
}

/* --- pickups ---------------------------------------------------------------------------------- */

#define PICKUP_BUY "/v2/pickups/pickup_"

/* Of the label at hand; from then on `label` is the pickup. */
static void order_pickup(void)
{
    char from[40], until[40];
    time_t at = time(NULL) + 24 * 3600;
    struct tm utc;
    strftime(from, sizeof from, "%Y-%m-%dT08:00:00Z", gmtime_r(&at, &utc));
    strftime(until, sizeof until, "%Y-%m-%dT17:00:00+02:00", gmtime_r(&at, &utc));
    assert_done(ENTREPOT("label", "buy", rma, "--pickup", label, "--from-ms", from, "--until-ms",
                         until, "--dir", rtm, "--json"));
    assert_done(ENTREPOT("label", "list", "--return", rma, "--dir", rtm, "--json"));
    const char *pickup = strstr(ran.out, "\"what\":\"pickup\"");
    assert_non_null(pickup);
    while (pickup > ran.out && strncmp(pickup, "{\"id\":\"", 7) != 0) pickup--;
    assert_int_equal(sscanf(pickup, "{\"id\":\"%63[^\"]", label), 1);
}

/* The cheapest offer is ordered, under the label's own shipment, once; it is called off by itself,
 * and the label it fetches stays. */
static void a_pickup_is_ordered_and_called_off(void **state)
{
    (void)state;
    open_return();
    assert_done(ENTREPOT("label", "buy", rma, "--carrier", "easypost", "--service", "GroundSaver",
                         "--weight-g", "900", "--dir", rtm));
    assert_done(ENTREPOT("label", "list", "--return", rma, "--dir", rtm, "--json"));
    take("id", label);
    wait_for("bought");
    order_pickup();
    wait_for("bought");
    assert_has(ran.out, "\"number\":\"SOLDEASYPOST_PICKUPX");
    assert_has(ran.out, "\"carrier_ref\":\"pickup_");
    assert_int_equal(sold("easypost_pickup"), 1);
    assert_int_equal(called(PICKUP_BUY), 1);
    assert_done(ENTREPOT("label", "void", label, "--reason", "nobody is home", "--dir", rtm));
    wait_for("voided");
    assert_int_equal(bank_count(&carriers, "/control/labels", "\"taken_back\":true"), 1);
    assert_int_equal(called("/refund"), 0);
    open_return();
    buy("ups");
    wait_for("bought");
    assert_int_equal(ENTREPOT("label", "buy", rma, "--pickup", label, "--from-ms",
                              "2099-01-01T08:00:00Z", "--until-ms", "2099-01-01T09:00:00Z", "--dir",
                              rtm),
                     1);
    assert_has(ran.err, "this carrier takes no orders for pickups");
    assert_int_equal(ENTREPOT("label", "buy", rma, "--carrier", "ups", "--form", "qr", "--again",
                              "--weight-g", "900", "--dir", rtm),
                     1);
    assert_has(ran.err, "this carrier gives no QR code");
}

/* A pickup cannot be asked for: once a call may have left, it is never called again. */
static void a_pickup_is_ordered_once_whatever_happens(void **state)
{
    static const char *const wrongs[] = {"drop", "fail_after", "hold"};
    (void)state;
    for (unsigned i = 0; i < sizeof wrongs / sizeof wrongs[0]; i++) {
        open_return();
        buy("easypost");
        wait_for("bought");
        will(wrongs[i]);
        order_pickup();
        for (long waited = 0; sold("easypost_pickup") < i + 1; waited += STEP_MS) {
            if (waited > WAIT_MS) fail_msg("nothing was ordered");
            pause_ms(STEP_MS);
        }
        stop_node(&rtm_pid, SIGKILL);
        rtm_pid = start_node(rtm);
        wait_for("unknown");
        pause_ms(500);
        assert_int_equal(called(PICKUP_BUY), i + 1);
        assert_int_equal(sold("easypost_pickup"), i + 1);
        assert_done(ENTREPOT("label", "settle", label, "--as", "bought", "--reference",
                             "the driver came", "--dir", rtm));
        wait_for("bought");
    }
}

/* A node that is stopped hears the answer that is under way: else nobody could say what was sold.
 */
static void a_node_that_is_stopped_hears_the_answer(void **state)
{
    (void)state;
    open_return();
    will("hold");
    buy("ups");
    for (long waited = 0; sold("ups") == 0; waited += STEP_MS) {
        if (waited > WAIT_MS) fail_msg("nothing was sold");
        pause_ms(STEP_MS);
    }
    assert_int_equal(kill(rtm_pid, SIGTERM), 0);
    pause_ms(300);
    bank_tell(&carriers, "/control/release");
    stop_node(&rtm_pid, SIGTERM);
    rtm_pid = start_node(rtm);
    assert_true(is_in("bought"));
    assert_int_equal(called(UPS_SHIP), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_label_is_bought_with_its_document, begin, end),
        cmocka_unit_test_setup_teardown(a_code_for_the_counter_comes_with_the_label, begin, end),
        cmocka_unit_test_setup_teardown(a_code_is_asked_for_when_it_is_wanted, begin, end),
        cmocka_unit_test_setup_teardown(what_had_been_taken_back_is_taken_back, begin, end),
        cmocka_unit_test_setup_teardown(a_refusal_is_final, begin, end),
        cmocka_unit_test_setup_teardown(usps_wants_to_know_who_pays, begin, end),
        cmocka_unit_test_setup_teardown(usps_is_called_once, begin, end),
        cmocka_unit_test_setup_teardown(a_label_that_can_be_looked_up_is_bought_once, begin, end),
        cmocka_unit_test_setup_teardown(a_node_that_dies_buys_once_where_it_can_ask, begin, end),
        cmocka_unit_test_setup_teardown(what_nobody_can_ask_is_unknown_and_called_once, begin, end),
        cmocka_unit_test_setup_teardown(the_cheapest_lane_buys, begin, end),
        cmocka_unit_test_setup_teardown(a_pickup_is_ordered_and_called_off, begin, end),
        cmocka_unit_test_setup_teardown(a_pickup_is_ordered_once_whatever_happens, begin, end),
        cmocka_unit_test_setup_teardown(a_node_that_is_stopped_hears_the_answer, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
