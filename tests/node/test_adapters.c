/* Carriers of one's own as a node knows them: what the configuration names is loaded, or refused
 * with the place that is wrong; carriers of the program are there all the same. */
#include "node/carriers/adapters.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "carriers/declared.h"
#include "node/carriers/accounts.h"
#include "tests/proto/check.h"
#include "tests/support/scratch.h"

#define OWN                                                                                        \
    "[carrier]\nname = own\n[proof]\nkind = token\nheader = x-word\n"                              \
    "[form a]\nparcels = p\nevents = e\n"
#define ASKED                                                                                      \
    "[carrier]\nname = asked\nbase_url = https://x.example\n[poll]\npath = /${number}\n"           \
    "calls = 1\nper_s = 1\n[form a]\nparcels = p\nevents = e\n"
#define MUTE "[carrier]\nname = mute\n[form a]\nparcels = p\nevents = e\n"

static struct scratch scratch;
static struct config config;
static struct config_fault fault;
static struct adapters *adapters;

static int begin(void **state)
{
    (void)state;
    scratch = scratch_make();
    adapters = NULL;
    return 0;
}

static int end(void **state)
{
    (void)state;
    adapters_free(adapters);
    scratch_remove(&scratch);
    return 0;
}

static void put(const char *name, const void *bytes, size_t size)
{
    char path[SCRATCH_PATH_MAX + 64];
    snprintf(path, sizeof path, "%s/%s", scratch.path, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, 0600), 0);
}

static void put_text(const char *name, const char *text)
{
    put(name, text, strlen(text));
}

/* Reads the configuration, which lies in the same folder, and opens what it names. */
static enum error open_with(const char *text)
{
    char file[SCRATCH_PATH_MAX + 64];
    snprintf(file, sizeof file, "%s/node.conf", scratch.path);
    adapters_free(adapters);
    adapters = NULL;
    config_begin(&config);
    enum error error = config_read(&config, file, span_text(text), &fault);
    if (error == OK) error = config_check(&config, &fault);
    return error == OK ? adapters_open(&config, &adapters, &fault) : error;
}

static void assert_refused(const char *text, const char *why)
{
    assert_error(ERROR_CONFIG, open_with(text));
    if (strstr(fault.why, why) == NULL) fail_msg("'%s' does not hold '%s'", fault.why, why);
    assert_null(adapters);
}

static void a_file_is_a_carrier_like_any_other(void **state)
{
    (void)state;
    put_text("own.adapter", OWN);
    assert_error(OK, open_with("[carrier own]\nadapter = own.adapter\nsecret_file = s\n"
                               "[carrier easypost]\nsecret_file = s\n"));
    const struct carrier *carrier = adapters_find(adapters, span_text("own"));
    assert_non_null(carrier);
    assert_string_equal("own", carrier->name);
    assert_ptr_equal(&carrier_easypost, adapters_find(adapters, span_text("easypost")));
    assert_null(adapters_find(adapters, span_text("owner")));
    assert_null(carrier_by_name(span_text("own")));
}

static void without_files_the_program_has_its_own(void **state)
{
    (void)state;
    assert_ptr_equal(&carrier_dhl, adapters_find(NULL, span_text("dhl")));
    assert_null(adapters_find(NULL, span_text("own")));
    assert_error(OK, open_with("[carrier dhl]\nkey_file = k\n"));
    assert_ptr_equal(&carrier_dhl, adapters_find(adapters, span_text("dhl")));
}

static void two_accounts_share_one_file(void **state)
{
    (void)state;
    put_text("own.adapter", OWN);
    put_text("other.adapter", OWN);
    assert_error(OK, open_with("[carrier own]\nsecret_file = s\n"
                               "[carrier own/b]\nadapter = own.adapter\nsecret_file = s\n"
                               "[carrier own/c]\nadapter = own.adapter\nsecret_file = s\n"));
    assert_non_null(adapters_find(adapters, span_text("own")));
    assert_refused("[carrier own]\nadapter = own.adapter\nsecret_file = s\n"
                   "[carrier own/b]\nadapter = other.adapter\nsecret_file = s\n",
                   "node.conf:4: [carrier own/b] adapter: another section of own names another");
}

static void what_is_wrong_in_a_file_is_told_with_both_places(void **state)
{
    (void)state;
    put_text("bad.adapter", "[carrier]\nname = own\n[form a]\nparcls = p\n");
    assert_refused("[http]\n[carrier own]\nadapter = bad.adapter\nsecret_file = s\n",
                   "node.conf:2: [carrier own] adapter: ");
    assert_non_null(strstr(fault.why, "/bad.adapter:4:1: parcls: no such key; [form] knows"));
    assert_error(ERROR_CONFIG, config_check_files(&config, &fault));
}

static void a_section_and_its_file_agree(void **state)
{
    (void)state;
    put_text("own.adapter", OWN);
    put_text("asked.adapter", ASKED);
    put_text("mute.adapter", MUTE);
    assert_refused("[carrier mine]\nadapter = own.adapter\nsecret_file = s\n",
                   "own.adapter is of own; write [carrier own], or name = mine there");
    assert_refused("[carrier own]\nadapter = own.adapter\nkey_file = k\n",
                   "[carrier own] key_file: own cannot be asked; leave it out");
    assert_error(OK, open_with("[carrier own]\nadapter = own.adapter\nkey_file = k\npoll = no\n"
                               "secret_file = s\n"));
    assert_refused("[carrier asked]\nadapter = asked.adapter\nsecret_file = s\n",
                   "[carrier asked] secret_file: asked sends no webhooks; leave it out");
    assert_refused("[carrier mute]\nadapter = mute.adapter\nsecret_file = s\n",
                   "[carrier mute]: mute sends no webhooks and cannot be asked");
    assert_refused("[carrier own]\nadapter = own.adapter\n",
                   ":1: [carrier own]: add secret_file, which proves its webhooks, or key_file");
    assert_refused("[carrier dhl]\nadapter = own.adapter\nkey_file = k\n",
                   ":1: [carrier dhl] adapter: the program reads dhl itself");
    assert_refused("[carrier own]\nsecret_file = s\n", "for one of your own add adapter = PATH");
}

static void a_file_that_is_none_is_refused(void **state)
{
    static char large[DECLARED_BYTES_MAX + 1];
    char path[SCRATCH_PATH_MAX + 64];
    (void)state;
    assert_refused("[carrier own]\nadapter = absent\nsecret_file = s\n", "No such file");
    assert_refused("[carrier own]\nadapter = .\nsecret_file = s\n", "Is a directory");
    snprintf(path, sizeof path, "%s/pipe", scratch.path);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_refused("[carrier own]\nadapter = pipe\nsecret_file = s\n", "/pipe: ");
    memset(large, '\n', sizeof large);
    put("large", large, sizeof large);
    assert_refused("[carrier own]\nadapter = large\nsecret_file = s\n", "larger than 128 KiB");
    put("nul", OWN "\0[nonsense", sizeof OWN "\0[nonsense" - 1);
    assert_refused("[carrier own]\nadapter = nul\nsecret_file = s\n", "save the file as UTF-8");
}

static void it_is_asked_at_its_own_address(void **state)
{
    static struct asker_account accounts[ASKER_ACCOUNTS_MAX];
    size_t count = 0;
    (void)state;
    put_text("asked.adapter", ASKED);
    put_text("k", "me:word\n");
    assert_error(OK, open_with("[carrier asked]\nadapter = asked.adapter\nkey_file = k\n"));
    char file[CONFIG_TEXT_BYTES];
    assert_true(snprintf(file, sizeof file, "%s/k", scratch.path) < CONFIG_TEXT_BYTES);
    assert_string_equal(file, config.carriers[0].key_file);
    assert_error(OK, accounts_read(&config, adapters, accounts, &count, &fault));
    assert_int_equal(1, count);
    assert_ptr_equal(adapters_find(adapters, span_text("asked")), accounts[0].carrier);
    assert_string_equal("https://x.example", accounts[0].base_url);
    assert_string_equal("me", accounts[0].id);
    assert_error(OK, accounts_sellers(&config, accounts, &count, &fault));
    assert_int_equal(0, count);
}

/* Who sells labels on a machine of its own is called there, unless the section names another. */
static void labels_may_be_sold_elsewhere(void **state)
{
    static struct asker_account accounts[ASKER_ACCOUNTS_MAX];
    size_t count = 0;
    (void)state;
    put_text("k", "word\n");
    assert_error(OK, open_with("[carrier royalmail]\nkey_file = k\n[carrier royalmail/test]\n"
                               "key_file = k\nbase_url = https://y.example\n"));
    assert_error(OK, accounts_sellers(&config, accounts, &count, &fault));
    assert_int_equal(2, count);
    assert_string_equal("https://api.parcel.royalmail.com/api/v1", accounts[0].base_url);
    assert_string_equal("https://y.example", accounts[1].base_url);
    assert_error(OK, accounts_read(&config, adapters, accounts, &count, &fault));
    assert_string_equal("https://api.royalmail.net", accounts[0].base_url);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(a_file_is_a_carrier_like_any_other),
        TEST(without_files_the_program_has_its_own),
        TEST(two_accounts_share_one_file),
        TEST(what_is_wrong_in_a_file_is_told_with_both_places),
        TEST(a_section_and_its_file_agree),
        TEST(a_file_that_is_none_is_refused),
        TEST(it_is_asked_at_its_own_address),
        TEST(labels_may_be_sold_elsewhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
