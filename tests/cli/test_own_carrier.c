/* A carrier that the program does not know, from its file to a parcel: tried on the command line,
 * put to work in a node, pushed to by the carrier, and asked. The program is the real one. */
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

#include "node/keys.h"
#include "tests/cli/bank.h"
#include "tests/cli/drive.h"
#include "tests/node/http/client.h"

#define FOLDER "tests/carriers/declared/"

/* UPS's paths, which the sandbox serves, under another name. */
static const char own[] = "[carrier]\nname = paketfix\nbase_url = https://paketfix.example\n"
                          "[access]\npath = /security/v1/oauth/token\n"
                          "type = application/x-www-form-urlencoded\nform = url\n"
                          "body = grant_type=client_credentials\n"
                          "header = Authorization: Basic ${basic}\n"
                          "token = access_token\nseconds = expires_in\n"
                          "[poll]\npath = /api/track/v1/details/${number}\n"
                          "header = Authorization: Bearer ${token}\ncalls = 60\nper_s = 60\n"
                          "[form answer]\nparcels = trackResponse/shipment/package\n"
                          "number = trackingNumber\nevents = activity\n"
                          "at = date\nat_time = time\nat_zone = gmtOffset\n"
                          "clock = %Y%m%d %H%M%S %z|%Y%m%d %H%M%S\n"
                          "code = status/type\ntext = status/description\ncodes = c\n"
                          "replies = r\n[codes c]\nI = in_transit\nD = delivered\n"
                          "[replies r]\nnot_found = response/errors/code is TW0001\n"
                          "refused = response/errors/code\n";

static char rtm[SCRATCH_PATH_MAX + 8], merchant[TAKE_BYTES];
static pid_t rtm_pid;
static struct bank carriers;

/* --- on the command line ---------------------------------------------------------------------- */

static int try_body(const char *adapter, const char *body)
{
    const char *const argv[] = {ENTREPOT_PROGRAM, "carrier", "test", "--json",
                                "--file",         adapter,   NULL};
    return drive(argv, body);
}

static void a_file_is_tried_before_it_works(void **state)
{
    (void)state;
    assert_done(ENTREPOT("carrier", "check", FOLDER "parcelbird/parcelbird.adapter"));
    assert_string_equal(ran.out, "good: parcelbird, 1 form, pushes, and signs, cannot be asked\n");
    assert_done(try_body(FOLDER "parcelbird/parcelbird.adapter",
                         "{\"parcel\":{\"number\":\"PB1\"},\"event\":\"Moving\","
                         "\"when\":\"2026-03-04T10:20:30Z\"}"));
    assert_has(ran.out, "\"carrier\":\"parcelbird\",\"understood\":true");
    assert_has(ran.out, "\"status\":\"in_transit\"");
    assert_int_equal(2, try_body(FOLDER "parcelbird/parcelbird.adapter", "{\"box\":1}"));
    assert_has(ran.out, "\"field\":\".[parcel]\"");
    assert_done(ENTREPOT("carrier", "list", "--json", "--file", FOLDER "ontrac/ontrac.adapter"));
    assert_has(ran.out, "{\"name\":\"ontrac\",\"webhook\":false,\"state\":\"experimental\","
                        "\"forms\":1,\"codes\":{\"documented\":0,\"seen\":0,\"listed\":0,"
                        "\"remembered\":0,\"declared\":");
    assert_has(ran.out, "\"name\":\"easypost\"");
}

static unsigned times_said(const char *text, const char *word)
{
    unsigned times = 0;
    for (; (text = strstr(text, word)) != NULL; text += strlen(word)) times++;
    return times;
}

/* What is said of one carrier, in the last list that ran. */
static const char *said_of(const char *name)
{
    static char said[1024];
    char head[64];
    snprintf(head, sizeof head, "{\"name\":\"%s\",", name);
    const char *from = strstr(ran.out, head);
    if (from == NULL) fail_msg("%s is not listed", name);
    const char *end = strstr(from + 1, "{\"name\"");
    size_t size = end == NULL ? strlen(from) : (size_t)(end - from);
    snprintf(said, sizeof said, "%.*s", (int)size, from);
    return said;
}

static void the_list_says_what_each_can_do_and_why_it_is_experimental(void **state)
{
    (void)state;
    assert_done(ENTREPOT("carrier", "list", "--json", "--file", FOLDER "ontrac/ontrac.adapter"));
    assert_has(said_of("easypost"), "\"push\":\"signed\",\"asked\":true,\"subscribe\":true,"
                                    "\"replay\":true,\"labels\":true,\"recovery\":\"lookup\","
                                    "\"void\":true,\"pickup\":true,\"qr\":true}");
    assert_has(said_of("dhl"), "\"push\":\"hint\",\"asked\":true,\"subscribe\":true,"
                               "\"replay\":false,\"labels\":false,"
                               "\"why\":\"published examples only\"}");
    assert_has(said_of("upu_emsevt"), "\"asked\":false,\"subscribe\":false,\"replay\":false,"
                                      "\"labels\":false,\"why\":\"made-up bodies only\"}");
    assert_has(said_of("ontrac"), "\"why\":\"its file says of no live body\"}");
    assert_has(said_of("yunexpress"), "\"state\":\"experimental\"");
    assert_has(said_of("yunexpress_oms"), "\"state\":\"used\"");
    /* Words are counted among the codes, and tables that forms share once. */
    assert_has(said_of("yunexpress_oms"), "\"codes\":{\"documented\":8,\"seen\":1,\"listed\":0,"
                                          "\"remembered\":9,\"declared\":0}");
    assert_done(ENTREPOT("carrier", "list", "--json"));
    unsigned all = times_said(ran.out, "{\"name\":"), why = times_said(ran.out, "\"why\":\"");
    unsigned used = times_said(ran.out, "\"state\":\"used\"");
    unsigned published = times_said(ran.out, "\"why\":\"published");
    assert_true(used > 0 && published > 0);
    assert_int_equal(all, used + why);
    assert_int_equal(why, times_said(ran.out, "\"state\":\"experimental\""));
    char abilities[256], line[256];
    snprintf(abilities, sizeof abilities,
             "\n%u push (%u sign what they say), %u are asked, %u subscribed to, %u told again, %u "
             "sell labels (%u take them back)\n",
             times_said(ran.out, "\"push\":"), times_said(ran.out, "\"push\":\"signed\""),
             times_said(ran.out, "\"asked\":true"), times_said(ran.out, "\"subscribe\":true"),
             times_said(ran.out, "\"replay\":true"), times_said(ran.out, "\"labels\":true"),
             times_said(ran.out, "\"void\":true"));
    snprintf(line, sizeof line,
             "\n%u carriers of the program: %u used, %u experimental (no live body was read: of %u "
             "published "
             "examples were, of %u only made-up bodies)\n",
             all, used, why, published, why - published);
    /* A file of one's own is listed, and is none of them. */
    assert_done(ENTREPOT("carrier", "list", "--file", FOLDER "ontrac/ontrac.adapter"));
    assert_has(ran.out, "\nontrac ");
    assert_has(ran.out, abilities);
    assert_string_equal(line, ran.out + strlen(ran.out) - strlen(line));
}

static void a_file_that_is_wrong_is_told_where(void **state)
{
    (void)state;
    write_text(in_scratch("bad.adapter"), "[carrier]\nname = own\n  nmae = own\n");
    assert_int_equal(2, ENTREPOT("carrier", "check", in_scratch("bad.adapter")));
    assert_has(ran.err, "bad.adapter:3:3: nmae: no such key; [carrier] knows name");
    assert_int_equal(2, try_body(in_scratch("bad.adapter"), "{}"));
    assert_has(ran.err, "bad.adapter:3:3: ");
    assert_int_equal(2, ENTREPOT("carrier", "list", "--file", in_scratch("absent")));
    assert_has(ran.err, "absent: No such file");
    assert_int_equal(2, ENTREPOT("carrier", "test"));
    assert_has(ran.err, "give its name, or --file PATH");
    assert_int_equal(2, ENTREPOT("carrier", "test", "dhl", "--file", "x"));
}

/* --- in a node -------------------------------------------------------------------------------- */

static void write_secret(const char *name, const char *text)
{
    char path[SCRATCH_PATH_MAX + 64];
    snprintf(path, sizeof path, "%s/%s", rtm, name);
    write_text(path, text);
    assert_int_equal(chmod(path, 0600), 0);
}

static void copy_adapter(void)
{
    char path[SCRATCH_PATH_MAX + 64], text[4096];
    snprintf(path, sizeof path, "%s/parcelbird.adapter", rtm);
    FILE *from = fopen(FOLDER "parcelbird/parcelbird.adapter", "r");
    assert_non_null(from);
    text[fread(text, 1, sizeof text - 1, from)] = '\0';
    fclose(from);
    write_text(path, text);
}

static void configure(void)
{
    char path[SCRATCH_PATH_MAX + 64];
    copy_adapter();
    write_secret("bird.word", "geheim\n");
    write_secret("fix.key", "client:word\n");
    snprintf(path, sizeof path, "%s/paketfix.adapter", rtm);
    write_text(path, own);
    snprintf(path, sizeof path, "%s/entrepot.conf", rtm);
    FILE *file = fopen(path, "a");
    assert_non_null(file);
    fprintf(file,
            "\n[carriers]\nhurry = 20000\n"
            "[carrier parcelbird]\nadapter = parcelbird.adapter\nsecret_file = bird.word\n"
            "[carrier paketfix]\nadapter = paketfix.adapter\nkey_file = fix.key\n"
            "base_url = http://127.0.0.1:%u\ncalls_per_hour = 1000000\n",
            carriers.port);
    fclose(file);
}

static long push(const char *carrier, const char *secret, const char *body)
{
    char path[80], header[160], t[24], url[256];
    struct hash mac;
    snprintf(t, sizeof t, "%lld", (long long)time(NULL));
    const struct span words[] = {span_text(t), span_text("."), span_text(body)};
    const struct crypto *crypto = crypto_openssl();
    crypto->hmac_sha256(crypto->world, span_text(secret), words, 3, &mac);
    int used = snprintf(header, sizeof header, "X-Parcelbird-Signature: t=%s,v1=", t);
    for (size_t i = 0; i < HASH_BYTES; i++)
        used += snprintf(header + used, sizeof header - (size_t)used, "%02x", mac.bytes[i]);
    read_port(rtm, "url", url);
    snprintf(path, sizeof path, "/v1/carriers/%s/webhook", carrier);
    const struct letter ask = {.path = path, .header = header, .body = body};
    struct reply reply = client_call((uint16_t)atoi(strrchr(url, ':') + 1), &ask);
    long status = reply.status;
    reply_free(&reply);
    return status;
}

static void announce(const char *number, const char *line)
{
    assert_done(ENTREPOT("return", "request", "--merchant", merchant, "--order", "A", "--line",
                         line, "--number", number, "--dir", rtm, "--json"));
}

static void wait_until(const char *number, const char *status)
{
    char part[64];
    snprintf(part, sizeof part, "\"status\":\"%s\"", status);
    for (long waited = 0;; waited += STEP_MS) {
        assert_done(ENTREPOT("parcel", "show", number, "--dir", rtm, "--json"));
        if (strstr(ran.out, part) != NULL) return;
        if (waited > WAIT_MS) fail_msg("%s is not %s: %s", number, status, ran.out);
        pause_ms(STEP_MS);
    }
}

static const char moving[] = "{\"id\":\"e1\",\"parcel\":{\"number\":\"PB1\"},\"event\":\"moving\","
                             "\"when\":\"2026-03-04T10:20:30Z\"}";

static void what_it_pushes_is_taken_when_it_is_signed(void **state)
{
    (void)state;
    announce("PB1", "0:1:defective");
    assert_int_equal(401, push("parcelbird", "another", moving));
    assert_int_equal(202, push("parcelbird", "geheim", moving));
    assert_int_equal(202, push("parcelbird", "geheim", moving));
    wait_until("PB1", "in_transit");
    assert_int_equal(400, push("parcelbird", "geheim", "{\"box\":1}"));
    assert_int_equal(404, push("parcelbirds", "geheim", moving));
    assert_int_equal(404, push("paketfix", "geheim", moving));
}

static void it_is_asked_as_its_file_says(void **state)
{
    char path[512];
    (void)state;
    snprintf(path, sizeof path, "/control/scan?number=PAKETFIX-1-X&status=delivered&at=%lld",
             (long long)time(NULL) - 60);
    bank_tell(&carriers, path);
    announce("PAKETFIX-1-X", "0:1:defective");
    wait_until("PAKETFIX-1-X", "delivered");
    assert_true(bank_count(&carriers, "/control/log", "/api/track/v1/details/PAKETFIX-1-X") > 0);
}

static void a_node_does_not_start_with_a_wrong_file(void **state)
{
    char path[SCRATCH_PATH_MAX + 64];
    (void)state;
    assert_int_equal(0, stop_node(&rtm_pid, SIGTERM));
    snprintf(path, sizeof path, "%s/paketfix.adapter", rtm);
    write_text(path, "[carrier]\nname = paketfix\n[form a]\n");
    assert_int_not_equal(0, ENTREPOT("node", "--dir", rtm));
    assert_has(ran.err, "paketfix.adapter:3:1: [form a] has no parcels");
    write_text(path, own);
    rtm_pid = start_node(rtm);
    wait_until("PAKETFIX-1-X", "delivered");
}

static int begin(void **state)
{
    (void)state;
    scratch = scratch_make();
    snprintf(rtm, sizeof rtm, "%s/rtm", scratch.path);
    bank_open_as(&carriers, SANDBOX_CARRIERS);
    rtm_pid = open_cups(rtm, merchant);
    import_cups(rtm, merchant);
    assert_int_equal(0, stop_node(&rtm_pid, SIGTERM));
    configure();
    rtm_pid = start_node(rtm);
    return 0;
}

static int end(void **state)
{
    (void)state;
    stop_node(&rtm_pid, SIGKILL);
    bank_close(&carriers);
    scratch_remove(&scratch);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_tried_before_it_works),
        cmocka_unit_test(the_list_says_what_each_can_do_and_why_it_is_experimental),
        cmocka_unit_test(a_file_that_is_wrong_is_told_where),
        cmocka_unit_test(what_it_pushes_is_taken_when_it_is_signed),
        cmocka_unit_test(it_is_asked_as_its_file_says),
        cmocka_unit_test(a_node_does_not_start_with_a_wrong_file),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
