/* XML as the tree of JSON, and paths into both. */
#include "proto/json_path.h"
#include "proto/json_xml.h"
#include "tests/proto/check.h"
#include <stdlib.h>

static struct json *read(const char *text)
{
    struct json_fault fault;
    struct json *root = json_from_xml(span_text(text), &fault);
    if (root == NULL) fail_msg("%u:%u %s", fault.line, fault.column, fault.text);
    return root;
}

static void says(const struct json *root, const char *path, const char *expected)
{
    assert_span_equal(span_text(expected), json_find_word(root, path));
}

static void refused(struct span text, enum error error, const char *why)
{
    struct json_fault fault;
    assert_null(json_from_xml(text, &fault));
    assert_error(error, fault.error);
    assert_non_null(strstr(fault.text, why));
    assert_true(fault.line > 0);
}

static void elements_attributes_and_texts_are_found(void **state)
{
    (void)state;
    struct json *root = read("  <?xml version=\"1.0\"?>\n"
                             "<s:Reply xmlns:s=\"urn:x\" xmlns=\"urn:y\">"
                             "<s:Parcel id=\"7\" kind=\"a&amp;b\"> <Code> 12 </Code><!-- no -->"
                             "<Text><![CDATA[ <b> & more ]]></Text><Empty/></s:Parcel>"
                             "<s:Parcel id=\"8\"><Code>13</Code></s:Parcel>"
                             "<Date format=\"YYYYMMDD\">20210203</Date>"
                             "<Null xsi:nil=\"true\" xmlns:xsi=\"urn:z\"/></s:Reply>");
    says(root, "Reply/Parcel/@id", "7");
    says(root, "Reply/Parcel/@kind", "a&b");
    says(root, "Reply/Parcel/Code", "12");
    says(root, "Reply/Parcel/Text", "<b> & more");
    says(root, "Reply/Parcel/Empty", "");
    says(root, "Reply/Parcel[@id=8]/Code", "13");
    says(root, "Reply/Parcel[Code=13]/@id", "8");
    says(root, "Reply/Date", "20210203");
    says(root, "Reply/Date/@format", "YYYYMMDD");
    assert_true(json_is_text(json_find(root, "Reply/Null")));
    json_free(root);
}

static void a_text_beside_elements_is_kept(void **state)
{
    (void)state;
    struct json *root = read("<a>USPS<sup>&#153;</sup> and<b/> more<c>x</c></a>");
    says(root, "a", "USPS");
    says(root, "a/#text", "USPS");
    says(root, "a/sup", "\xc2\x99");
    says(root, "a/c", "x");
    json_free(root);
    root = read("<a><c>x</c> after</a>");
    says(root, "a", "after");
    says(root, "a/c", "x");
    json_free(root);
}

static void other_encodings_become_utf8(void **state)
{
    (void)state;
    struct json_fault fault;
    static const uint8_t wide[] = {0xff, 0xfe, '<', 0,   'a', 0,   '>', 0,   0x2d,
                                   0x4e, '<',  0,   '/', 0,   'a', 0,   '>', 0};
    struct json *root = read("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>M\xfcnchen</a>");
    says(root, "a", "M\xc3\xbcnchen");
    json_free(root);
    root = json_from_xml(span_of(wide, sizeof wide), &fault);
    assert_non_null(root);
    says(root, "a", "\xe4\xb8\xad");
    json_free(root);
    refused(span_text("<?xml version=\"1.0\" encoding=\"x-nobody\"?><a/>"), ERROR_MALFORMED,
            "encoding");
    refused(span_text("<a>\xff</a>"), ERROR_MALFORMED, "token");
}

static void bombs_are_refused(void **state)
{
    (void)state;
    char deep[256] = "";
    for (unsigned i = 0; i < 40; i++) strcat(deep, "<a>");
    refused(span_text(deep), ERROR_TOO_DEEP, "32");
    refused(span_text("<!DOCTYPE a [<!ENTITY x \"y\"><!ENTITY z \"&x;&x;\">]><a>&z;</a>"),
            ERROR_MALFORMED, "DTD");
    refused(span_text("<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>"), ERROR_MALFORMED, "DTD");
    refused(span_text("<a>&x;</a>"), ERROR_MALFORMED, "entity");
    size_t size = JSON_BYTES_MAX + 1;
    uint8_t *large = calloc(1, size);
    refused(span_of(large, size), ERROR_TOO_LARGE, "1 MiB");
    free(large);
}

static void faults_name_their_place(void **state)
{
    (void)state;
    struct json_fault fault;
    assert_null(json_from_xml(span_text("<a>\n  <b></a>"), &fault));
    assert_error(ERROR_MALFORMED, fault.error);
    assert_int_equal(fault.line, 2);
    assert_null(json_from_xml(span_text(""), &fault));
    assert_error(ERROR_MALFORMED, fault.error);
    assert_null(json_from_xml(span_text("<a/><b/>"), &fault));
    assert_error(ERROR_MALFORMED, fault.error);
}

/* Short names and many of them: where the room is reckoned most tightly. */
static void small_elements_have_room(void **state)
{
    (void)state;
    char text[6000] = "<r>";
    for (unsigned i = 0; i < 400; i++) strcat(text, "<a b=\"\">c</a>");
    strcat(text, "</r>");
    struct json *root = read(text);
    assert_int_equal(json_count(json_find(root, "r")), 0); /* of a list; members are counted */
    says(root, "r/a", "c");
    json_free(root);
}

/* --- paths --------------------------------------------------------------------------------------
 */

static bool count(void *world, const struct json *found)
{
    (void)found;
    return ++*(unsigned *)world < 100;
}

static unsigned places(const struct json *root, const char *path)
{
    unsigned found = 0;
    json_each(root, path, count, &found);
    return found;
}

static struct json *read_json(const char *text)
{
    struct json_fault fault;
    struct json *root = json_parse(span_text(text), &fault);
    assert_non_null(root);
    return root;
}

static void paths_lead_to_places(void **state)
{
    (void)state;
    struct json *root = read_json(
        "{\"a\":[{\"b\":1,\"c\":null},{\"b\":2.50,\"d\":[[{\"b\":3}]]}],\"e\":{\"x\":{\"n\":\"\"},"
        "\"y\":{\"n\":\"Y\"}},\"t\":true,\"big\":-9223372036854775808}");
    says(root, "a/b", "1");
    says(root, "a[b=2.50]/d/b", "3");
    says(root, "a/d/b", "3");
    says(root, "t", "true");
    says(root, "big", "-9223372036854775808");
    says(root, "e/*/n", "Y");
    says(root, "none|e/y/n", "Y");
    says(root, "e/x/n|t", "true");
    says(root, "a/c", "");
    says(root, "a", "");
    assert_int_equal(places(root, "a"), 2);
    assert_int_equal(places(root, "a[c]"), 0);
    assert_int_equal(places(root, "a[d]"), 1);
    assert_int_equal(places(root, "a[b]"), 2);
    assert_int_equal(places(root, "e/*"), 2);
    assert_int_equal(places(root, "none|a/b"), 2);
    assert_int_equal(places(root, "."), 1);
    assert_int_equal(places(root, ".[a]"), 1);
    assert_int_equal(places(root, ".[z]|.[t]/a"), 2);
    assert_int_equal(places(root, "t/x"), 0);
    assert_null(json_find(root, "nothing/at/all"));
    assert_null(json_find(NULL, "a"));
    json_free(root);
}

static void a_list_at_the_root_stands_for_its_items(void **state)
{
    (void)state;
    struct json *root = read_json("[{\"n\":1},{\"n\":2},[{\"n\":3}],4]");
    assert_int_equal(places(root, "."), 4);
    assert_int_equal(places(root, ".[n]"), 3);
    assert_int_equal(places(root, "n"), 3);
    says(root, ".[n=2]/n", "2");
    for (const struct json *item = json_first(root); item != NULL; item = json_next(item))
        assert_int_equal(0, json_name(item).size);
    json_free(root);
}

static void numbers_keep_their_digits(void **state)
{
    (void)state;
    int64_t number;
    struct json *root = read_json("[0,-1,9223372036854775807,-9223372036854775808,1.50,12e3]");
    const int64_t values[] = {0, -1, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < 4; i++) {
        assert_true(json_int(json_at(root, i), &number));
        assert_true(number == values[i]);
    }
    assert_false(json_int(json_at(root, 4), &number));
    assert_span_equal(span_text("1.50"), json_word(json_at(root, 4)));
    assert_span_equal(span_text("12e3"), json_word(json_at(root, 5)));
    json_free(root);
}

static void paths_that_cannot_be_read_say_why(void **state)
{
    (void)state;
    static const char *const good[] = {"a",        ".",       "a/b|c",       "a[b]/c",
                                       "a[b=c/d]", "a/*/@id", ".[x]|.[y]/z", "#text"};
    static const char *const bad[] = {"",
                                      "/a",
                                      "a//b",
                                      "a/",
                                      "a|",
                                      "|a",
                                      "a[",
                                      "a[]",
                                      "a[b",
                                      "a[b=c",
                                      "a[b]c",
                                      "a/|b",
                                      "a/b/c/d/e/f/g/h/i/j/k/l/m"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        if (json_path_fault(good[i]) != NULL) fail_msg("%s: %s", good[i], json_path_fault(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (json_path_fault(bad[i]) == NULL) fail_msg("%s is taken", bad[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_attributes_and_texts_are_found),
        cmocka_unit_test(a_text_beside_elements_is_kept),
        cmocka_unit_test(other_encodings_become_utf8),
        cmocka_unit_test(bombs_are_refused),
        cmocka_unit_test(faults_name_their_place),
        cmocka_unit_test(small_elements_have_room),
        cmocka_unit_test(paths_lead_to_places),
        cmocka_unit_test(a_list_at_the_root_stands_for_its_items),
        cmocka_unit_test(numbers_keep_their_digits),
        cmocka_unit_test(paths_that_cannot_be_read_say_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
