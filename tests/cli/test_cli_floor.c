/* The floor as a person types it: what keeps a unit here, what stands where, what it costs. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/cli/drive.h"

static char lax[SCRATCH_PATH_MAX + 8], merchant[TAKE_BYTES], unit[TAKE_BYTES];
static char warehouse[TAKE_BYTES];
static pid_t lax_pid;

static void receive_a_cup(void)
{
    char returned[TAKE_BYTES];
    import_cups(lax, merchant);
    assert_done(ENTREPOT("return", "request", "--merchant", merchant, "--order", "A", "--line",
                         "0:1:defective", "--number", "1Z42", "--dir", lax, "--json"));
    take("id", returned);
    (void)ENTREPOT("return", "approve", returned, "--dir", lax); /* or policy has done so */
    assert_done(ENTREPOT("parcel", "receive", "1Z42", "--item", "CUP-1", "--dir", lax));
    for (long waited = 0;; waited += STEP_MS) {
        assert_done(ENTREPOT("unit", "list", "--return", returned, "--dir", lax, "--json"));
        if (strstr(ran.out, "\"state\":\"received\"") != NULL) break;
        assert_true(waited < WAIT_MS);
        pause_ms(STEP_MS);
    }
    take("id", unit);
    take("warehouse", warehouse);
    assert_done(ENTREPOT("unit", "inspect", unit, "--dir", lax));
    assert_done(ENTREPOT("unit", "grade", unit, "--grade", "good", "--dir", lax));
    assert_done(ENTREPOT("unit", "dispose", unit, "--disposition", "restock", "--dir", lax));
}

static int make(void **state)
{
    (void)state;
    scratch = scratch_make();
    snprintf(lax, sizeof lax, "%s/lax", scratch.path);
    lax_pid = open_cups(lax, merchant);
    receive_a_cup();
    return 0;
}

static int end(void **state)
{
    (void)state;
    if (lax_pid != 0) (void)stop_node(&lax_pid, SIGTERM);
    scratch_remove(&scratch);
    return 0;
}

static void what_is_held_or_recalled_stays_until_that_ends(void **state)
{
    (void)state;
    assert_done(
        ENTREPOT("unit", "hold", unit, "--kind", "wipe", "--reason", "a phone", "--dir", lax));
    assert_int_equal(ENTREPOT("unit", "settle", unit, "--dir", lax), 4);
    assert_has(ran.err, "no_hold_stands");
    assert_int_equal(
        ENTREPOT("unit", "lift", unit, "--kind", "wipe", "--reason", "erased", "--dir", lax), 2);
    assert_has(ran.err, "method");
    assert_done(ENTREPOT("unit", "lift", unit, "--kind", "wipe", "--reason", "erased", "--method",
                         "overwritten", "--result", "nothing left", "--dir", lax));
    assert_done(ENTREPOT("recall", "set", merchant, "--sku", "CUP-1", "--reason", "it cracks",
                         "--dir", lax));
    assert_int_equal(ENTREPOT("unit", "settle", unit, "--dir", lax), 4);
    assert_int_equal(
        ENTREPOT("unit", "lift", unit, "--kind", "recall", "--reason", "no", "--dir", lax), 5);
    assert_done(
        ENTREPOT("recall", "end", merchant, "--sku", "CUP-1", "--reason", "glued", "--dir", lax));
    assert_int_equal(
        ENTREPOT("recall", "end", merchant, "--sku", "CUP-1", "--reason", "glued", "--dir", lax),
        4);
}

/* Mei names her grades and asks; Lin answers, finds, and Chen grades what she graded. */
static void an_inspector_answers_finds_and_is_graded_after(void **state)
{
    (void)state;
    char sku[TAKE_BYTES], questions[SCRATCH_PATH_MAX + 32], body[256];
    snprintf(questions, sizeof questions, "%s/questions.json", scratch.path);
    snprintf(body, sizeof body, "{\"merchant\":\"%s\",\"code\":\"CUP-1\"}", merchant);
    write_text(questions, body);
    assert_done(ENTREPOT("sku", "put", questions, "--dir", lax));
    write_text(questions, "{\"sku\":\"CUP-1\",\"questions\":[{\"id\":\"chip\",\"kind\":\"yes_no\","
                          "\"en\":\"Chipped?\"}]}");
    assert_done(ENTREPOT("sku", "ask", merchant, questions, "--dir", lax, "--json"));
    take("id", sku);
    assert_done(ENTREPOT("sku", "checklist", sku, "--dir", lax));
    assert_has(ran.out, "chip");
    assert_done(ENTREPOT("scale", "set", merchant, "--name", "new_sealed=A", "--name", "like_new=A",
                         "--name", "very_good=B", "--name", "good=B", "--name", "acceptable=C",
                         "--name", "unsellable=D", "--second-bp", "10000", "--dir", lax));
    assert_done(ENTREPOT("scale", "show", merchant, "--dir", lax));
    assert_has(ran.out, "10000");
    assert_int_equal(ENTREPOT("unit", "grade", unit, "--grade", "E", "--dir", lax), 2);
    assert_has(ran.err, "graded_as");
    assert_done(ENTREPOT("unit", "grade", unit, "--grade", "B", "--finding",
                         "worn:buyer=the handle", "--dir", lax, "--json"));
    assert_done(ENTREPOT("unit", "show", unit, "--dir", lax, "--json"));
    assert_has(ran.out, "\"grade\":\"good\"");
    assert_has(ran.out, "\"grade_name\":\"B\"");
    assert_has(ran.out, "\"liability\":\"buyer\"");
    assert_has(ran.out, "the handle");
    assert_done(ENTREPOT("unit", "finding", unit, "--finding", "worn", "--gone", "--dir", lax));
    assert_done(ENTREPOT("unit", "seconds", "--dir", lax));
    assert_has(ran.out, unit);
    assert_int_equal(ENTREPOT("unit", "second", unit, "--grade", "A", "--dir", lax), 4);
    assert_has(ran.err, "second_person");
    assert_done(ENTREPOT("numbers", "inspectors", "--dir", lax));
    assert_has(ran.out, "INSPECTED");
    assert_done(
        ENTREPOT("unit", "hold", unit, "--kind", "account", "--reason", "a phone", "--dir", lax));
    assert_done(
        ENTREPOT("hold", "list", "--warehouse", warehouse, "--kind", "account", "--dir", lax));
    assert_has(ran.out, unit);
    assert_done(
        ENTREPOT("unit", "lift", unit, "--kind", "account", "--reason", "out", "--dir", lax));
    assert_done(ENTREPOT("recall", "list", "--merchant", merchant, "--dir", lax));
    assert_has(ran.out, "CUP-1");
    assert_done(ENTREPOT("unit", "dispose", unit, "--disposition", "restock", "--dir", lax));
    write_text(questions, "{\"sku\":\"CUP-1\"}"); /* nothing is asked any more */
    assert_done(ENTREPOT("sku", "ask", merchant, questions, "--dir", lax));
}

static void a_unit_stands_on_a_plate_and_the_plate_in_a_carton(void **state)
{
    (void)state;
    char plate[TAKE_BYTES], carton[TAKE_BYTES];
    assert_done(
        ENTREPOT("plate", "make", "--unit", unit, "--place", "A-12", "--dir", lax, "--json"));
    take("id", plate);
    assert_done(
        ENTREPOT("plate", "make", "--kind", "carton", "--place", "DOCK-2", "--dir", lax, "--json"));
    take("id", carton);
    assert_done(ENTREPOT("plate", "move", plate, "--into", carton, "--dir", lax));
    assert_done(ENTREPOT("plate", "show", plate, "--dir", lax));
    assert_has(ran.out, "DOCK-2");
    assert_done(ENTREPOT("plate", "list", "--parent", carton, "--dir", lax));
    assert_has(ran.out, plate);
    assert_has(ran.out, "CUP-1");
    assert_done(ENTREPOT("plate", "contents", carton, "--dir", lax));
    assert_has(ran.out, plate);
    assert_done(ENTREPOT("plate", "contents", carton, "--csv", "--dir", lax));
    assert_has(ran.out, "container,plate,merchant,sku,label,name_en,grade,pieces,weight_g,unready");
    assert_has(ran.out, "CUP-1");
    assert_int_equal(ENTREPOT("plate", "contents", unit, "--dir", lax), 3);
    assert_int_equal(ENTREPOT("plate", "move", carton, "--into", plate, "--dir", lax), 4);
    assert_int_equal(ENTREPOT("plate", "show", unit, "--dir", lax), 3);
}

static void what_a_platform_sends_and_how_goods_came_in_are_told_by_file(void **state)
{
    (void)state;
    char text[512], removal[TAKE_BYTES], inbound[TAKE_BYTES];
    snprintf(text, sizeof text,
             "{\"merchant\":\"%s\",\"reference\":\"R-77\",\"lines\":[{\"sku\":\"CUP-1\","
             "\"fnsku\":\"X001ABCDEF\",\"quantity\":4}],\"cartons\":[{\"number\":\"1Z77\"}]}",
             merchant);
    write_text(in_scratch("removal.json"), text);
    assert_done(ENTREPOT("removal", "put", in_scratch("removal.json"), "--dir", lax, "--json"));
    take("id", removal);
    assert_done(ENTREPOT("removal", "show", removal, "--dir", lax));
    assert_has(ran.out, "R-77");
    assert_done(ENTREPOT("removal", "list", "--merchant", merchant, "--dir", lax));
    assert_has(ran.out, "R-77");
    snprintf(text, sizeof text,
             "{\"merchant\":\"%s\",\"reference\":\"SEA-9\",\"country\":\"US\",\"entry\":\"E-1\","
             "\"skus\":[{\"sku\":\"CUP-1\"}]}",
             merchant);
    write_text(in_scratch("inbound.json"), text);
    assert_done(ENTREPOT("inbound", "put", in_scratch("inbound.json"), "--dir", lax, "--json"));
    take("id", inbound);
    assert_done(ENTREPOT("inbound", "show", inbound, "--dir", lax));
    assert_has(ran.out, "SEA-9");
    assert_done(ENTREPOT("inbound", "list", "--dir", lax));
    assert_has(ran.out, "SEA-9");
    write_text(in_scratch("removal.json"), "{\"merchant\":7}");
    assert_int_equal(ENTREPOT("removal", "put", in_scratch("removal.json"), "--dir", lax), 2);
}

static void acts_are_charged_and_a_statement_sums_them_up(void **state)
{
    (void)state;
    static const char *const acts[] = {"receive_box", "receive_unit", "inspect",
                                       "photo",       "relabel",      "repack",
                                       "storage",     "destroy",      "outbound"};
    char text[1024];
    int used = snprintf(text, sizeof text,
                        "{\"warehouse\":\"%s\",\"merchant\":\"%s\",\"currency\":\"EUR\","
                        "\"prices\":[",
                        warehouse, merchant);
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++)
        used += snprintf(text + used, sizeof text - (size_t)used,
                         "%s{\"act\":\"%s\",\"price_micro\":150000000}", i > 0 ? "," : "", acts[i]);
    snprintf(text + used, sizeof text - (size_t)used, "],\"from_ms\":\"2020-01-01T00:00:00Z\"}");
    write_text(in_scratch("fees.json"), text);
    assert_done(ENTREPOT("fee", "set", in_scratch("fees.json"), "--dir", lax));
    assert_done(ENTREPOT("parcel", "receive", "1Z43", "--item", "CUP-1", "--dir", lax));
    assert_done(ENTREPOT("billing", "topup", "--merchant", merchant, "--warehouse", warehouse,
                         "--reference", "B-1", "--amount-minor", "5000", "--currency", "EUR",
                         "--dir", lax));
    assert_done(ENTREPOT("billing", "balance", "--merchant", merchant, "--dir", lax));
    assert_has(ran.out, "5000");
    assert_done(ENTREPOT("billing", "charges", "--merchant", merchant, "--dir", lax));
    assert_done(ENTREPOT("billing", "close", "--merchant", merchant, "--warehouse", warehouse,
                         "--dir", lax));
    assert_done(ENTREPOT("billing", "statements", "--merchant", merchant, "--warehouse", warehouse,
                         "--dir", lax));
    assert_has(ran.out, "50.00");
    assert_int_equal(ENTREPOT("billing", "topup", "--merchant", merchant, "--warehouse", warehouse,
                              "--reference", "B-2", "--amount-minor", "much", "--currency", "EUR",
                              "--dir", lax),
                     2);
}

/* The numbers of one column of the sheet that was printed, summed; *rows: how many lines it has. */
static long long column_sum(const char *title, unsigned *rows)
{
    char text[16384], *line_end = NULL;
    long long sum = 0;
    int column = -1;
    assert_true(strlen(ran.out) < sizeof text);
    strcpy(text, ran.out);
    *rows = 0;
    for (char *line = strtok_r(text, "\r\n", &line_end); line != NULL;
         line = strtok_r(NULL, "\r\n", &line_end)) {
        int at = 0;
        if (column >= 0) (*rows)++;
        for (char *cell = strsep(&line, ","); cell != NULL; cell = strsep(&line, ","), at++) {
            if (column < 0 && strcmp(cell, title) == 0) {
                column = at;
                break;
            }
            if (at == column) sum += atoll(cell);
        }
    }
    assert_true(column >= 0);
    return sum;
}

static long long number_in(const char *member)
{
    char name[64];
    snprintf(name, sizeof name, "\"%s\":", member);
    const char *at = strstr(ran.out, name);
    assert_non_null(at);
    return atoll(at + strlen(name));
}

static void a_statement_as_a_sheet_sums_to_what_it_says(void **state)
{
    (void)state;
    char number[TAKE_BYTES];
    unsigned rows;
    for (long waited = 0;; waited += STEP_MS) {
        assert_done(ENTREPOT("billing", "sheet", "--merchant", merchant, "--warehouse", warehouse,
                             "--dir", lax));
        if (column_sum("amount_minor", &rows) >= 450) break;
        assert_true(waited < WAIT_MS);
        pause_ms(STEP_MS);
    }
    /* Unless the one before took all of it. */
    (void)ENTREPOT("billing", "close", "--merchant", merchant, "--warehouse", warehouse, "--dir",
                   lax);
    assert_done(ENTREPOT("billing", "statements", "--merchant", merchant, "--warehouse", warehouse,
                         "--limit", "1", "--dir", lax, "--json"));
    long long charged = number_in("charged_minor");
    snprintf(number, sizeof number, "%lld", number_in("number"));
    assert_done(ENTREPOT("billing", "sheet", "--merchant", merchant, "--warehouse", warehouse,
                         "--statement", number, "--dir", lax));
    assert_int_equal(column_sum("amount_minor", &rows), charged);
    assert_done(ENTREPOT("billing", "sheet", "--merchant", merchant, "--warehouse", warehouse,
                         "--dir", lax));
    assert_int_equal(column_sum("paid_minor", &rows), 5000);
    assert_has(ran.out, "receive_unit");
}

static void a_batch_is_filled_closed_once_and_its_money_is_on_the_sheet(void **state)
{
    (void)state;
    char batch[TAKE_BYTES];
    unsigned rows;
    assert_done(ENTREPOT("unit", "release", unit, "--merchant", merchant, "--disposition",
                         "liquidate", "--dir", lax));
    assert_done(ENTREPOT("unit", "dispose", unit, "--disposition", "liquidate", "--dir", lax));
    assert_int_equal(ENTREPOT("batch", "open", "--disposition", "restock", "--counterparty", "Ojai",
                              "--currency", "USD", "--dir", lax),
                     2);
    assert_done(ENTREPOT("batch", "open", "--disposition", "liquidate", "--counterparty",
                         "=Ojai, \"Ltd\"", "--currency", "USD", "--dir", lax, "--json"));
    take("id", batch);
    assert_done(ENTREPOT("batch", "add", batch, "--unit", unit, "--dir", lax));
    assert_int_equal(ENTREPOT("batch", "add", batch, "--unit", unit, "--dir", lax), 4);
    assert_done(ENTREPOT("batch", "remove", batch, "--unit", unit, "--dir", lax));
    assert_done(ENTREPOT("batch", "add", batch, "--unit", unit, "--dir", lax));
    assert_int_equal(ENTREPOT("batch", "close", batch, "--units", "2", "--dir", lax), 4);
    assert_done(ENTREPOT("batch", "close", batch, "--units", "1", "--dir", lax));
    assert_int_equal(ENTREPOT("batch", "close", batch, "--dir", lax), 4);
    assert_done(ENTREPOT("batch", "proceeds", batch, "--reference", "INV-1", "--proceeds-minor",
                         "1001", "--cost-minor", "45", "--dir", lax));
    assert_done(ENTREPOT("batch", "show", batch, "--dir", lax));
    assert_has(ran.out, "956");
    assert_done(ENTREPOT("batch", "list", "--merchant", merchant, "--dir", lax));
    assert_has(ran.out, batch);
    assert_done(ENTREPOT("batch", "manifest", batch, "--dir", lax));
    assert_has(ran.out, "CUP-1");
    assert_done(ENTREPOT("batch", "manifest", batch, "--csv", "--dir", lax));
    assert_int_equal(column_sum("proceeds_minor", &rows), 1001);
    assert_int_equal(rows, 1);
    assert_int_equal(ENTREPOT("batch", "show", unit, "--dir", lax), 3);
}

static void a_repair_costs_what_its_merchant_lets_it_cost(void **state)
{
    (void)state;
    char returned[TAKE_BYTES], cup[TAKE_BYTES], repair[TAKE_BYTES];
    assert_done(ENTREPOT("return", "request", "--merchant", merchant, "--order", "A", "--line",
                         "0:1:defective", "--number", "1Z44", "--dir", lax, "--json"));
    take("id", returned);
    (void)ENTREPOT("return", "approve", returned, "--dir", lax);
    assert_done(ENTREPOT("parcel", "receive", "1Z44", "--item", "CUP-1", "--dir", lax));
    for (long waited = 0;; waited += STEP_MS) {
        assert_done(ENTREPOT("unit", "list", "--return", returned, "--dir", lax, "--json"));
        if (strstr(ran.out, "\"state\":\"received\"") != NULL) break;
        assert_true(waited < WAIT_MS);
        pause_ms(STEP_MS);
    }
    take("id", cup);
    assert_done(ENTREPOT("unit", "inspect", cup, "--dir", lax));
    assert_done(ENTREPOT("unit", "grade", cup, "--grade", "good", "--dir", lax));
    assert_done(ENTREPOT("unit", "dispose", cup, "--disposition", "repair", "--dir", lax));
    assert_done(ENTREPOT("repair", "open", cup, "--fault", "its handle is off", "--currency", "EUR",
                         "--estimate-minor", "300", "--dir", lax, "--json"));
    take("id", repair);
    assert_has(ran.out, "\"awaits_consent\":true");
    assert_int_equal(
        ENTREPOT("repair", "work", repair, "--part", "GLUE", "--cost-minor", "100", "--dir", lax),
        4);
    assert_has(ran.err, "the_merchant_consents");
    assert_done(ENTREPOT("repair", "consent", merchant, "--repair", repair, "--currency", "EUR",
                         "--up-to-minor", "300", "--dir", lax));
    assert_done(
        ENTREPOT("repair", "work", repair, "--part", "GLUE", "--cost-minor", "100", "--dir", lax));
    assert_int_equal(ENTREPOT("unit", "grade", cup, "--grade", "good", "--dir", lax), 4);
    assert_done(ENTREPOT("repair", "end", repair, "--outcome", "repaired", "--grade", "very_good",
                         "--labour-minor", "200", "--dir", lax));
    assert_done(ENTREPOT("repair", "show", repair, "--dir", lax));
    assert_has(ran.out, "repaired");
    assert_done(ENTREPOT("repair", "list", "--merchant", merchant, "--dir", lax));
    assert_has(ran.out, "3.00");
    assert_int_equal(ENTREPOT("repair", "end", repair, "--outcome", "repaired", "--dir", lax), 2);
}

/* A film is kept to the byte, so what comes back is what was sent. */
static void a_photo_of_a_unit_is_sent_listed_brought_back_and_erased(void **state)
{
    (void)state;
    char photo[TAKE_BYTES], blob[TAKE_BYTES], path[SCRATCH_PATH_MAX + 8];
    snprintf(path, sizeof path, "%s", in_scratch("film.mp4"));
    write_text(path, "    ftypisom the sole");
    assert_done(ENTREPOT("unit", "photo", unit, path, "--caption", "the sole & heel", "--key", "p1",
                         "--dir", lax, "--json"));
    take("id", photo);
    take("blob", blob);
    assert_done(ENTREPOT("unit", "photo", unit, path, "--caption", "the sole & heel", "--key", "p1",
                         "--dir", lax, "--json"));
    assert_has(ran.out, photo);
    assert_done(ENTREPOT("unit", "photos", unit, "--dir", lax));
    assert_has(ran.out, photo);
    assert_has(ran.out, "the sole & heel");
    assert_done(ENTREPOT("photo", "save", blob, in_scratch("back.mp4"), "--dir", lax));
    FILE *file = fopen(in_scratch("back.mp4"), "r");
    char back[64] = "";
    assert_non_null(file);
    assert_non_null(fgets(back, sizeof back, file));
    fclose(file);
    assert_string_equal(back, "    ftypisom the sole");
    assert_int_not_equal(ENTREPOT("photo", "save", blob, in_scratch("back.mp4"), "--dir", lax), 0);
    write_text(path, "no picture at all");
    assert_int_equal(ENTREPOT("unit", "photo", unit, path, "--dir", lax), 1);
    assert_has(ran.err, "is no JPEG, PNG, MP4 or WebM");
    assert_int_equal(ENTREPOT("unit", "photo", unit, in_scratch("nothing"), "--dir", lax), 2);
    assert_done(ENTREPOT("erase", "ask", unit, "--reason", "a face in it", "--yes", "--dir", lax));
    assert_done(ENTREPOT("unit", "photos", unit, "--dir", lax, "--json"));
    assert_null(strstr(ran.out, photo));
    assert_int_equal(ENTREPOT("photo", "save", blob, in_scratch("gone.mp4"), "--dir", lax), 3);
}

/* Who has no account with a carrier is told what to configure; nothing is bought of nobody. */
static void a_label_needs_a_carrier_that_is_configured(void **state)
{
    (void)state;
    char returned[TAKE_BYTES];
    assert_int_equal(ENTREPOT("warehouse", "address", "--street1", "1 Dock Road", "--city",
                              "Los Angeles", "--country", "US", "--dir", lax),
                     2);
    assert_has(ran.err, "name");
    assert_done(ENTREPOT("warehouse", "address", "--company", "Entrepot", "--street1",
                         "1 Dock Road", "--city", "Los Angeles", "--country", "US", "--dir", lax,
                         "--json"));
    assert_has(ran.out, "\"street1\":\"1 Dock Road\"");
    assert_done(ENTREPOT("return", "request", "--merchant", merchant, "--order", "A", "--line",
                         "0:1:unwanted", "--dir", lax, "--json"));
    take("id", returned);
    (void)ENTREPOT("return", "approve", returned, "--dir", lax); /* or policy has done so */
    assert_int_equal(ENTREPOT("label", "buy", returned, "--carrier", "easypost", "--dir", lax), 2);
    assert_has(ran.err, "weight_g");
    (void)ENTREPOT("label", "buy", returned, "--carrier", "easypost", "--weight-g", "400", "--dir",
                   lax);
    assert_has(ran.err, "[carrier] section");
    assert_done(ENTREPOT("label", "list", "--return", returned, "--dir", lax, "--json"));
    assert_has(ran.out, "\"labels\":[]");
    assert_int_equal(ENTREPOT("label", "show", returned, "--dir", lax), 3);
    assert_int_equal(ENTREPOT("label", "void", returned, "--dir", lax), 3);
    assert_int_equal(ENTREPOT("label", "settle", returned, "--as", "bought", "--dir", lax), 2);
    assert_has(ran.err, "reference");
    assert_int_equal(
        ENTREPOT("label", "get", returned, in_scratch("label.pdf"), "--qr", "--dir", lax), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_held_or_recalled_stays_until_that_ends),
        cmocka_unit_test(an_inspector_answers_finds_and_is_graded_after),
        cmocka_unit_test(a_unit_stands_on_a_plate_and_the_plate_in_a_carton),
        cmocka_unit_test(what_a_platform_sends_and_how_goods_came_in_are_told_by_file),
        cmocka_unit_test(acts_are_charged_and_a_statement_sums_them_up),
        cmocka_unit_test(a_statement_as_a_sheet_sums_to_what_it_says),
        cmocka_unit_test(a_repair_costs_what_its_merchant_lets_it_cost),
        cmocka_unit_test(a_batch_is_filled_closed_once_and_its_money_is_on_the_sheet),
        cmocka_unit_test(a_label_needs_a_carrier_that_is_configured),
        cmocka_unit_test(a_photo_of_a_unit_is_sent_listed_brought_back_and_erased),
    };
    return cmocka_run_group_tests_name("the floor on the command line", tests, make, end);
}
