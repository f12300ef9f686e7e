/* From the rows of a CSV file to the JSON lines of the bulk import. What came out is told as text:
 * "2 {...}" is the order that begins in line 2, "2 -" one that is left out, and
 * "!3 code column reference: what to do" what was refused. */
#include "node/sheet/order_sheet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define M "01JF0000000000000000000000P"
#define HEADER                                                                                     \
    "reference,currency,sold_at,sku,name,quantity,price,payment_provider,payment_reference,"       \
    "captured\n"
#define DAY "2026-11-02"
/* The parts of an order as they come out. */
#define BEGINS(reference)                                                                          \
    "{\"merchant\":\"" M "\",\"reference\":\"" reference "\",\"currency\":\"EUR\","                \
    "\"sold_ms\":\"2026-11-02T00:00:00.000Z\",\"lines\":["
#define LINE(sku, quantity, price)                                                                 \
    "{\"sku\":\"" sku "\",\"quantity\":" quantity ",\"price_minor\":" price "}"
#define PAYS "],\"payments\":["
#define PAYMENT(reference, minor)                                                                  \
    "{\"provider\":\"stripe\",\"reference\":\"" reference "\",\"captured_minor\":" minor "}"
#define ENDS "]}\n"

static struct order_csv reader;
static struct order_csv_place place;
static char *said;
static size_t said_size;
static FILE *out;

static void tell(void *world, const struct order_csv_fault *fault)
{
    assert_ptr_equal(world, &reader);
    fprintf(out, "!%llu %s", (unsigned long long)fault->line, error_name(fault->error));
    fprintf(out, "%s%s%s%s: %s\n", fault->column[0] == '\0' ? "" : " ", fault->column,
            fault->reference[0] == '\0' ? "" : " ", fault->reference, fault->detail);
}

static const char *convert(const char *text, const char *merchant)
{
    struct span json;
    FILE *from = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
    free(said);
    out = open_memstream(&said, &said_size);
    assert_non_null(from);
    (void)order_csv_begin(&reader, from, merchant, tell, &reader);
    while (order_csv_next(&reader, &json, &place))
        fprintf(out, "%llu %.*s\n", (unsigned long long)place.line,
                json.size == 0 ? 1 : (int)json.size, json.size == 0 ? "-" : (const char *)json.at);
    order_csv_end(&reader);
    fclose(from);
    fclose(out);
    return said;
}

static const char *orders_of(const char *rows)
{
    static char text[64 * 1024];
    snprintf(text, sizeof text, HEADER "%s", rows);
    return convert(text, M);
}

/* One row whose one cell is in question. */
static const char *order_of(const char *column, const char *value)
{
    static const char *const names[] = {"reference", "currency",         "sold_at",
                                        "sku",       "quantity",         "price",
                                        "captured",  "payment_provider", "payment_reference"};
    static const char *const values[] = {"#1", "EUR", DAY, "A", "1", "1.00", "1.00", "stripe", "p"};
    char text[2048];
    size_t used = 0;
    for (size_t i = 0; i < 9; i++)
        used +=
            (size_t)snprintf(text + used, sizeof text - used, "%s%c",
                             strncmp(names[i], column, strlen(names[i])) == 0 ? column : names[i],
                             i == 8 ? '\n' : '\t');
    for (size_t i = 0; i < 9; i++)
        used +=
            (size_t)snprintf(text + used, sizeof text - used, "%s%c",
                             strncmp(names[i], column, strlen(names[i])) == 0 ? value : values[i],
                             i == 8 ? '\n' : '\t');
    return convert(text, M);
}

static void assert_has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL) fail_msg("'%s' does not hold '%s'", text, part);
}

/* --- what is taken --------------------------------------------------------------------------- */

static void rows_of_one_reference_are_one_order(void **state)
{
    (void)state;
    assert_string_equal(orders_of("#1,EUR," DAY ",A,,2,19.90,stripe,pi_1,44.80\n"
                                  "#1,,,B,,1,5.00,,,\n"
                                  "#1,EUR," DAY ",,,,,stripe,pi_2,1.00\n"
                                  "#2,EUR," DAY ",A,,1,7,stripe,pi_3,7\n"),
                        "2 " BEGINS("#1") LINE("A", "2", "1990") "," LINE("B", "1", "500")
                            PAYS PAYMENT("pi_1", "4480") "," PAYMENT("pi_2", "100") ENDS
                        "5 " BEGINS("#2") LINE("A", "1", "700") PAYS PAYMENT("pi_3", "700") ENDS);
}

static void a_payment_that_each_row_repeats_counts_once(void **state)
{
    (void)state;
    assert_string_equal(orders_of("#1,EUR," DAY ",A,,2,1,stripe,pi_1,3\n"
                                  "#1,EUR," DAY ",B,,1,1,stripe,pi_1,3.00\n"),
                        "2 " BEGINS("#1") LINE("A", "2", "100") "," LINE("B", "1", "100")
                            PAYS PAYMENT("pi_1", "300") ENDS);
}

static void columns_come_in_any_order_and_case(void **state)
{
    (void)state;
    assert_string_equal(
        convert("\xef\xbb\xbf"
                "Captured_Minor;SKU ;Quantity;price_minor;payment_reference;merchant;"
                "payment_provider;sold_ms;currency;reference\r\n"
                "4480;A;2;1990;pi_1;" M ";stripe;2026-11-02T00:00:00Z;EUR;#1\r\n",
                NULL),
        "2 " BEGINS("#1") LINE("A", "2", "1990") PAYS PAYMENT("pi_1", "4480") ENDS);
}

static void two_merchants_may_use_one_reference(void **state)
{
    (void)state;
    assert_has(convert("merchant,reference,currency,sold_at,sku,quantity,price,payment_provider,"
                       "payment_reference,captured\n" M ",1,EUR," DAY ",A,1,1,stripe,a,1\n"
                       "other,1,EUR," DAY ",A,1,1,stripe,b,1\n"
                       ",1,,,B,1,1,,,\n",
                       NULL),
               "\n3 {\"merchant\":\"other\"");
    assert_non_null(strstr(said, "\"sku\":\"B\""));
    assert_null(strstr(said, "\n4 "));
}

static void texts_keep_what_stands_in_quotation_marks(void **state)
{
    (void)state;
    assert_has(orders_of("#1,EUR," DAY ",A,\"Cup, \"\"blue\"\"\n2\",2,19.90,stripe,pi_1,1\n"),
               "\"name\":\"Cup, \\\"blue\\\"\\n2\"");
}

static void moments_are_utc_unless_they_say_otherwise(void **state)
{
    (void)state;
    assert_has(order_of("sold_at", "2026-11-02"), "\"sold_ms\":\"2026-11-02T00:00:00.000Z\"");
    assert_has(order_of("sold_at", "2026-11-02T00:30:00+01:00"), "\"2026-11-01T23:30:00.000Z\"");
}

static const char facts_header[] =
    "reference;currency;sold_at;total;freight;discount_minor;ship_from;ship_to;inbound;outbound;"
    "buyer;delivered_at;sku;quantity;price;tax;tax_percent;lot;payment_provider;payment_reference;"
    "captured;payment_executor\n";

static const char *facts_of(const char *rows)
{
    static char text[4096];
    snprintf(text, sizeof text, "%s%s", facts_header, rows);
    return convert(text, M);
}

static void what_else_is_known_of_an_order_has_columns_too(void **state)
{
    (void)state;
    assert_string_equal(
        facts_of("#1;EUR;" DAY ";44,80;5.00;120;01JF0000000000000000000000W;DE;SEA-2;UPU1;ab12;"
                 "2026-11-05T09:00:00+01:00;A;2;19.90;6,35;19;L-7;stripe;p;44.80;seller\n"
                 "#1;;;;;;;;;;;;B;1;5.00;;7.7;;;;;\n"
                 "#1;EUR;;44,80;;;;DE;;;;;C;1;1.20;0.00;;;;;;\n"),
        "2 {\"merchant\":\"" M "\",\"reference\":\"#1\",\"currency\":\"EUR\","
        "\"sold_ms\":\"2026-11-02T00:00:00.000Z\",\"total_minor\":4480,\"freight_minor\":500,"
        "\"discount_minor\":120,\"ship_from\":\"01JF0000000000000000000000W\",\"ship_to\":\"DE\","
        "\"inbound\":\"SEA-2\",\"outbound\":\"UPU1\",\"buyer\":\"ab12\","
        "\"delivered_ms\":\"2026-11-05T08:00:00.000Z\",\"lines\":["
        "{\"sku\":\"A\",\"quantity\":2,\"price_minor\":1990,\"tax_minor\":635,\"tax_bp\":1900,"
        "\"lot\":\"L-7\"},{\"sku\":\"B\",\"quantity\":1,\"price_minor\":500,\"tax_bp\":770},"
        "{\"sku\":\"C\",\"quantity\":1,\"price_minor\":120,\"tax_minor\":0}" PAYS
        "{\"provider\":\"stripe\",\"reference\":\"p\",\"captured_minor\":4480,"
        "\"executor\":\"seller\"}" ENDS);
}

static void a_bad_fact_of_an_order_is_refused_with_its_column(void **state)
{
    (void)state;
    assert_string_equal(
        facts_of("#1;EUR;" DAY ";4.5.0;;;;;;;;soon;A;1;1.00;;a third;;stripe;p;1.00;\n"),
        "!2 malformed total #1: 4.5.0 is no amount in EUR: write it as 1295.00, without sign, "
        "letters or blanks\n"
        "!2 malformed delivered_at #1: soon is no day or moment: write 2026-11-02 or "
        "2026-11-02T10:00:00+01:00\n"
        "!2 malformed tax_percent #1: a third is no percentage: write it as 19 or 7.7, with two "
        "decimal places at most\n"
        "2 -\n");
    assert_string_equal(facts_of("#1;EUR;" DAY ";;;;;;;;;;A;1;1.00;;;;stripe;p;1.00;\n"
                                 "#1;;;;;;;DE;;;;;B;1;1.00;;;;;;;\n"),
                        "!3 out_of_range ship_to #1: line 2, where the order begins, says nothing\n"
                        "2 -\n");
}

static void amounts_are_read_exactly(void **state)
{
    (void)state;
    assert_has(order_of("price", "0.1"), "\"price_minor\":10}");
    assert_has(order_of("price", "9007199254740.93"), "\"price_minor\":900719925474093}");
    assert_has(order_of("price", "19,90"), "\"price_minor\":1990}");
    assert_has(order_of("price_minor", "1990"), "\"price_minor\":1990}");
    assert_has(order_of("captured_minor", "1990"), "\"captured_minor\":1990}");
    assert_has(convert("reference,currency,sold_at,sku,quantity,price,payment_provider,"
                       "payment_reference,captured\n"
                       "1,JPY," DAY ",A,1,1200,stripe,a,1200\n"
                       "2,KWD," DAY ",A,1,1.234,stripe,a,1.2\n",
                       M),
               "\"price_minor\":1200}");
    assert_has(said, "\"price_minor\":1234}");
    assert_has(said, "\"captured_minor\":1200}");
    assert_has(convert("reference,currency,sold_at,sku,quantity,price,tax_bp,payment_provider,"
                       "payment_reference,captured\n"
                       "1,EUR," DAY ",A,1,5,770,stripe,a,5\n"
                       "2,EUR," DAY ",A,1,5,7.7,stripe,a,5\n",
                       M),
               "\"tax_bp\":770}");
    assert_has(said, "!3 malformed tax_bp 2: 7.7 is no whole number: write it as 2");
}

/* --- what is refused ------------------------------------------------------------------------- */

static void an_amount_that_is_none_is_refused_with_line_column_and_remedy(void **state)
{
    (void)state;
    assert_string_equal(order_of("price", "12.345"),
                        "!2 out_of_range price #1: 12.345 has more decimal places than EUR, which "
                        "has 2\n2 -\n");
    assert_string_equal(order_of("captured", "EUR 5"),
                        "!2 malformed captured #1: EUR 5 is no amount in EUR: write it as 1295.00, "
                        "without sign, letters or blanks\n2 -\n");
    assert_string_equal(order_of("price_minor", "12.34"),
                        "!2 malformed price_minor #1: 12.34 is no number of minor units: write "
                        "129500 for EUR 1295.00\n2 -\n");
    static const char *const others[] = {"-1", "1,234", "1.234,50", "1e3", ".5", "1.", "1 000"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_has(order_of("price", others[i]), "!2 malformed price #1: ");
    assert_has(order_of("price", "99999999999999999999"),
               "!2 out_of_range price #1: 99999999999999999999 is too large\n");
}

static void no_comma_is_guessed_where_it_may_part_thousands(void **state)
{
    (void)state;
    const char *head = "reference;currency;sold_at;sku;quantity;price;payment_provider;"
                       "payment_reference;captured\n";
    char text[512];
    snprintf(text, sizeof text, "%s1;KWD;" DAY ";A;1;1,234;stripe;a;1\n", head);
    assert_has(convert(text, M), "!2 malformed price 1: 1,234 is no amount in KWD");
    snprintf(text, sizeof text, "%s1;JPY;" DAY ";A;1;1,234;stripe;a;1\n", head);
    assert_has(convert(text, M), "!2 malformed price 1: 1,234 is no amount in JPY");
}

static void other_cells_are_refused_with_what_to_write(void **state)
{
    (void)state;
    assert_string_equal(order_of("currency", "eur"),
                        "!2 out_of_range currency #1: eur is no currency: write the three letters "
                        "of ISO 4217, such as EUR\n2 -\n");
    assert_string_equal(order_of("sold_at", "2.11.2026"),
                        "!2 malformed sold_at #1: 2.11.2026 is no day or moment: write 2026-11-02 "
                        "or 2026-11-02T10:00:00+01:00\n2 -\n");
    assert_has(order_of("sold_at", "2026-02-30"), "!2 out_of_range sold_at #1: ");
    assert_has(order_of("sold_at", "2026-11-02 10:00:00"), "!2 malformed sold_at #1: ");
    assert_string_equal(order_of("quantity", "2.0"),
                        "!2 malformed quantity #1: 2.0 is no whole number: write it as 2\n2 -\n");
    static const char *const needed[] = {
        "currency",         "sold_at",          "sku", "quantity", "price", "captured",
        "payment_provider", "payment_reference"};
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        char expected[128];
        snprintf(expected, sizeof expected, "!2 missing_field %s #1: nothing stands here\n2 -\n",
                 needed[i]);
        assert_string_equal(order_of(needed[i], " "), expected);
    }
    assert_string_equal(order_of("reference", ""),
                        "!2 missing_field reference: nothing stands here\n2 -\n");
}

static void every_bad_cell_is_told_and_the_next_order_goes_on(void **state)
{
    (void)state;
    assert_string_equal(orders_of("#1,EUR," DAY ",A,,x,1.001,stripe,,1\n"
                                  "#1,USD,2026-11-03,B,,1,1,,,\n"
                                  "#1,,,,,,,,,\n"
                                  "#2,EUR," DAY ",A,,1,7,stripe,pi_3,7\n"),
                        "!2 malformed quantity #1: x is no whole number: write it as 2\n"
                        "!2 out_of_range price #1: 1.001 has more decimal places than EUR, which "
                        "has 2\n"
                        "!2 missing_field payment_reference #1: nothing stands here\n"
                        "!3 out_of_range currency #1: line 2, where the order begins, says EUR\n"
                        "!3 out_of_range sold_at #1: line 2, where the order begins, says " DAY "\n"
                        "!4 missing_field #1: neither a line of the order nor a payment stands in "
                        "this row\n"
                        "2 -\n"
                        "5 " BEGINS("#2") LINE("A", "1", "700") PAYS PAYMENT("pi_3", "700") ENDS);
}

static void an_order_has_as_many_lines_and_payments_as_a_record_holds(void **state)
{
    (void)state;
    char rows[4096];
    size_t used = 0;
    for (int i = 0; i < ORDER_LINES_MAX + 1; i++)
        used +=
            (size_t)snprintf(rows + used, sizeof rows - used, "#1,EUR," DAY ",A,,1,1,stripe,p,1\n");
    assert_string_equal(orders_of(rows), "!34 too_large #1: an order has 32 lines at most\n2 -\n");
    used = 0;
    for (int i = 0; i < ORDER_PAYMENTS_MAX + 1; i++)
        used += (size_t)snprintf(rows + used, sizeof rows - used,
                                 "#1,EUR," DAY ",A,,1,1,stripe,p%d,1\n", i);
    assert_string_equal(
        orders_of(rows),
        "!6 too_large payment_reference #1: an order has 4 payments at most\n2 -\n");
}

static void an_order_that_the_bulk_call_cannot_hold_is_refused(void **state)
{
    (void)state;
    static char rows[256 * 1024], name[CSV_FIELD_BYTES_MAX];
    size_t used = 0;
    memset(name, 'n', sizeof name);
    for (int i = 0; i < 20; i++)
        used += (size_t)snprintf(rows + used, sizeof rows - used,
                                 i == 0 ? HEADER "#1,EUR," DAY ",A,%.*s,1,1,stripe,p,1\n"
                                        : "#1,,,A,%.*s,1,1,,,\n",
                                 (int)sizeof name, name);
    assert_string_equal(convert(rows, M),
                        "!2 too_large #1: the order takes more than 61440 bytes\n2 -\n");
}

static void not_more_faults_of_an_order_are_told_than_a_person_reads(void **state)
{
    (void)state;
    char rows[8192];
    size_t used = 0, told = 0;
    for (unsigned i = 0; i < 3 * ORDER_CSV_FAULTS_MAX; i++)
        used += (size_t)snprintf(rows + used, sizeof rows - used, "#1,EUR," DAY ",A,,x,1,,,\n");
    for (const char *at = orders_of(rows); (at = strchr(at, '!')) != NULL; at++) told++;
    assert_int_equal(told, ORDER_CSV_FAULTS_MAX);
}

/* --- rows that cannot be read ---------------------------------------------------------------- */

#define ROW(reference) reference ",EUR," DAY ",A,,1,7,stripe,pi_" reference ",7\n"
#define ORDER(reference)                                                                           \
    BEGINS(reference) LINE("A", "1", "700") PAYS PAYMENT("pi_" reference, "700") ENDS

static void a_broken_row_refuses_its_order_alone_when_its_reference_comes_first(void **state)
{
    (void)state;
    assert_string_equal(
        orders_of(ROW("1") "2,EUR," DAY ",A,Cup, blue,1,7,stripe,pi_2,7\n" ROW("3")),
        "2 " ORDER("1") "!3 malformed 2: 11 fields, and the first line has 10: put a field that "
                        "holds the mark between fields in quotation marks\n"
                        "3 -\n"
                        "4 " ORDER("3"));
    assert_string_equal(orders_of("1,\"EU\"R\n" ROW("1") ROW("3")),
                        "!2 malformed 1: something stands after the closing quotation mark of "
                        "field 2\n"
                        "2 -\n"
                        "4 " ORDER("3"));
    assert_string_equal(orders_of(ROW("1") "1,,,B,5\" cup,1,7,,,\n" ROW("3")),
                        "!3 malformed 1: a quotation mark inside field 5: put the whole field in "
                        "quotation marks, and double those inside\n"
                        "2 -\n"
                        "4 " ORDER("3"));
}

/* Else an order could be imported without the line or the payment of that row, and for good. */
static void where_nobody_knows_whose_a_row_is_its_neighbours_wait(void **state)
{
    (void)state;
    const char *head = "currency,reference,sold_at,sku,quantity,price,payment_provider,"
                       "payment_reference,captured\n";
    char text[2048];
    snprintf(text, sizeof text,
             "%sEUR,0," DAY ",A,1,7,stripe,p0,7\nEUR,1," DAY ",A,1,7,stripe,p1,7\n"
             "E,UR,1," DAY ",A,1,7,stripe,p1,7\nEUR,2," DAY ",A,1,7,stripe,p2,7\n"
             "EUR,3," DAY ",A,1,7,stripe,p3,7\n",
             head);
    (void)convert(text, M);
    assert_has(said, "2 {\"merchant\"");
    assert_has(said, "!3 malformed 1: line 4, which cannot be read, may belong to this order: mend "
                     "it first\n3 -\n!4 malformed: 10 fields");
    assert_has(said, "\n4 -\n!5 malformed 2: line 4, which cannot be read, may belong to this "
                     "order: mend it first\n5 -\n6 {\"merchant\"");
}

static void after_the_merchants_id_a_reference_is_certain_too(void **state)
{
    (void)state;
    const char *head = "merchant,reference,currency,sold_at,sku,quantity,price,payment_provider,"
                       "payment_reference,captured\n";
    char text[2048];
    snprintf(text, sizeof text,
             "%s" M ",1,EUR," DAY ",A,1,7,stripe,p1,7\n" M ",2,EUR," DAY ",A,1,7\n" M ",3,EUR," DAY
             ",A,1,7,stripe,p3,7\n",
             head);
    (void)convert(text, NULL);
    assert_has(said, "2 {\"merchant\"");
    assert_has(said, "!3 malformed 2: 7 fields");
    assert_has(said, "\n4 {\"merchant\"");
    snprintf(text, sizeof text,
             "%s" M ",1,EUR," DAY ",A,1,7,stripe,p1,7\nx,2,EUR," DAY ",A,1,7\n" M ",3,EUR," DAY
             ",A,1,7,stripe,p3,7\n",
             head);
    (void)convert(text, NULL);
    assert_null(strstr(said, "{\"merchant\""));
}

static void a_row_without_a_reference_refuses_what_it_may_continue(void **state)
{
    (void)state;
    assert_string_equal(orders_of(ROW("1") ",,,B,,1,7,,,\n" ROW("3")),
                        "!3 missing_field reference 1: nothing stands here\n"
                        "2 -\n"
                        "4 " ORDER("3"));
    assert_string_equal(orders_of(ROW("1") ROW("") ROW("3")),
                        "2 " ORDER("1") "!3 missing_field reference: nothing stands here\n"
                                        "3 -\n"
                                        "4 " ORDER("3"));
}

/* --- the header ------------------------------------------------------------------------------ */

static void a_header_is_refused_column_by_column(void **state)
{
    (void)state;
    assert_string_equal(
        convert("referense,curency,sold_at,sku,,quantity,price,price_minor,sku,photo_url,"
                "payment_provider,payment_reference,captured\n" ROW("1"),
                NULL),
        "!1 unknown_field referense: there is no such column; did you mean reference\n"
        "!1 unknown_field curency: there is no such column; did you mean currency\n"
        "!1 missing_field: column 5 has no name\n"
        "!1 malformed price_minor: column price says the same: leave out one of the two\n"
        "!1 malformed sku: column sku says the same: leave out one of the two\n"
        "!1 unknown_field photo_url: there is no such column: see entrepot order import --help\n"
        "!1 missing_field merchant: the first line does not name this column; or give --merchant\n"
        "!1 missing_field reference: the first line does not name this column\n"
        "!1 missing_field currency: the first line does not name this column\n");
    assert_string_equal(convert("merchant,reference,currency,sold_at,sku,quantity,payment_provider,"
                                "payment_reference,captured\n",
                                M),
                        "!1 malformed merchant: --merchant names it too: leave out one of the "
                        "two\n"
                        "!1 missing_field price: the first line does not name this column or "
                        "price_minor\n");
    assert_string_equal(convert("\n\n", M),
                        "!1 missing_field: nothing stands in the file: its first line names the "
                        "columns\n");
    assert_has(convert("\xff\xfe"
                       "r,",
                       M),
               "!1 malformed: field 1 is no text in UTF-8");
}

/* --- what the node says, in the file's words ------------------------------------------------- */

static void locate(const char *pointer, uint64_t line, const char *column)
{
    uint64_t found = 0;
    const char *name = NULL;
    order_csv_locate(&reader, &place, span_text(pointer), &found, &name);
    assert_int_equal(found, line);
    if (column == NULL)
        assert_null(name);
    else
        assert_string_equal(name, column);
}

static void a_pointer_becomes_line_and_column(void **state)
{
    (void)state;
    (void)convert("reference,currency,sold_at,sku,quantity,price_minor,payment_provider,"
                  "payment_reference,captured\n"
                  "1,EUR," DAY ",A,1,7,,,\n"
                  "\n"
                  "1,,,B,1,7,stripe,p,1\n"
                  "1,,,,,,stripe,q,1\n",
                  M);
    locate("/lines/0/quantity", 2, "quantity");
    locate("/lines/1/price_minor", 4, "price_minor");
    locate("/payments/0/reference", 4, "payment_reference");
    locate("/payments/1/captured_minor", 5, "captured");
    locate("/reference", 2, "reference");
    locate("/sold_ms", 2, "sold_at");
    locate("/merchant", 2, "merchant");
    locate("/lines/31/sku", 2, "sku");
    locate("/lines/99999/sku", 2, "sku");
    locate("/lines", 2, NULL);
    locate("/lines/0", 2, NULL);
    locate("", 2, NULL);
    locate("/nonsense/0/sku", 2, NULL);
    assert_string_equal(place.reference, "1");
}

static void faults_of_a_piece_come_in_the_order_of_lines(void **state)
{
    (void)state;
    static struct order_sheet sheet;
    const struct order_csv_fault *fault;
    struct span json;
    const char *text = "currency,reference,sold_at,sku,quantity,price,payment_provider,"
                       "payment_reference,captured\n"
                       "EUR,1," DAY ",A,1,7,stripe,p1,7\n"
                       "EUR,1,,A,x,7,,,\n"
                       "E,UR,1\n"
                       "EUR,2," DAY ",A,1,7,stripe,p2,7\n";
    uint64_t lines[8] = {0};
    size_t count = 0;
    FILE *from = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
    order_sheet_open(&sheet, from, M);
    for (int i = 0; i < 3; i++) {
        assert_true(order_sheet_next(&sheet, &json));
        assert_int_equal(json.size, 0);
    }
    assert_null(order_sheet_fault(&sheet, 2));
    while ((fault = order_sheet_fault(&sheet, 5)) != NULL) lines[count++] = fault->line;
    assert_int_equal(count, 3);
    for (size_t i = 0; i < 3; i++) assert_int_equal(lines[i], i + 2);
    fault = order_sheet_fault(&sheet, UINT64_MAX);
    assert_true(fault != NULL && fault->line == 5);
    assert_false(order_sheet_next(&sheet, &json));
    assert_int_equal(order_sheet_place(&sheet, 2)->line, 4);
    assert_null(order_sheet_place(&sheet, 0));
    assert_null(order_sheet_place(&sheet, 4));
    order_sheet_begin_piece(&sheet);
    assert_null(order_sheet_place(&sheet, 1));
    order_sheet_close(&sheet);
    fclose(from);
}

static int let_go(void **state)
{
    (void)state;
    free(said);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_one_reference_are_one_order),
        cmocka_unit_test(a_payment_that_each_row_repeats_counts_once),
        cmocka_unit_test(columns_come_in_any_order_and_case),
        cmocka_unit_test(two_merchants_may_use_one_reference),
        cmocka_unit_test(texts_keep_what_stands_in_quotation_marks),
        cmocka_unit_test(moments_are_utc_unless_they_say_otherwise),
        cmocka_unit_test(what_else_is_known_of_an_order_has_columns_too),
        cmocka_unit_test(a_bad_fact_of_an_order_is_refused_with_its_column),
        cmocka_unit_test(amounts_are_read_exactly),
        cmocka_unit_test(an_amount_that_is_none_is_refused_with_line_column_and_remedy),
        cmocka_unit_test(no_comma_is_guessed_where_it_may_part_thousands),
        cmocka_unit_test(other_cells_are_refused_with_what_to_write),
        cmocka_unit_test(every_bad_cell_is_told_and_the_next_order_goes_on),
        cmocka_unit_test(an_order_has_as_many_lines_and_payments_as_a_record_holds),
        cmocka_unit_test(an_order_that_the_bulk_call_cannot_hold_is_refused),
        cmocka_unit_test(not_more_faults_of_an_order_are_told_than_a_person_reads),
        cmocka_unit_test(a_broken_row_refuses_its_order_alone_when_its_reference_comes_first),
        cmocka_unit_test(where_nobody_knows_whose_a_row_is_its_neighbours_wait),
        cmocka_unit_test(after_the_merchants_id_a_reference_is_certain_too),
        cmocka_unit_test(a_row_without_a_reference_refuses_what_it_may_continue),
        cmocka_unit_test(a_header_is_refused_column_by_column),
        cmocka_unit_test(a_pointer_becomes_line_and_column),
        cmocka_unit_test(faults_of_a_piece_come_in_the_order_of_lines),
    };
    return cmocka_run_group_tests(tests, NULL, let_go);
}
