/* The configuration: what every error says (file, line, key, remedy), what a value becomes, and
 * that the manual shows the table that the program reads. */
#include "node/config.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/log.h"
#include "overseas-warehouse/payment/payment.h"
#include "tests/support/scratch.h"

static enum error read_text(struct config *config, const char *text, struct config_fault *fault)
{
    config_begin(config);
    enum error error = config_read(config, "etc/node.conf", span_text(text), fault);
    if (error == OK) error = config_check(config, fault);
    return error;
}

static void assert_has(const char *text, const char *part)
{
    if (strstr(text, part) != NULL) return;
    print_error("'%s' does not hold '%s'\n", text, part);
    fail();
}

static void nothing_given_is_a_node_on_this_machine(void **state)
{
    (void)state;
    struct config config;
    struct config_fault fault;
    assert_int_equal(read_text(&config, "", &fault), OK);
    assert_string_equal(config.mesh_bind, "tcp://127.0.0.1:7400");
    assert_string_equal(config.http_address, "127.0.0.1");
    assert_int_equal(config.http_port, 7480);
    assert_int_equal(config.log_level, LOG_INFO);
    assert_int_equal(config.log_form, CONFIG_LOG_AUTO);
    assert_int_equal(config.outbox_connect_ms, 10000);
    assert_int_equal(config.outbox_total_ms, 60000);
    assert_int_equal(config.carriers_count, 0);
}

static void every_kind_of_value_is_read(void **state)
{
    (void)state;
    struct config config;
    struct config_fault fault;
    const char *text = "# a comment\r\n"
                       "; another\n"
                       "\n"
                       "[node]\n"
                       "directory = /srv/lax\n"
                       "name=Los Angeles 洛杉矶\n"
                       "  [ http ]  \n"
                       "port = 0\n"
                       "trust_forwarded = yes\n"
                       "certificate = lax.pem\n"
                       "key = /etc/ssl/lax.key\n"
                       "[mesh]\n"
                       "bind = tcp://0.0.0.0:*\n"
                       "[log]\n"
                       "level = debug\n"
                       "form = json\n"
                       "[carrier easypost]\n"
                       "secret_file = a.secret\n"
                       "secret_file = b.secret\n"
                       "[carrier easypost/shop-2]\n"
                       "secret_file = c.secret\n"
                       "[provider stripe]\n"
                       "merchant = 0000000000000000000000000NN\n"
                       "base_url = https://api.stripe.com\n"
                       "secret_file = s\n"
                       "key_ttl_s = 5000\n"
                       "can_query = no\n"
                       "[provider stripe/shop-2]\n"
                       "merchant = 0000000000000000000000000PP\n"
                       "base_url = https://api.stripe.com\n"
                       "secret_file = t\n";
    assert_int_equal(read_text(&config, text, &fault), OK);
    assert_string_equal(config.directory, "/srv/lax");
    assert_string_equal(config.name, "Los Angeles 洛杉矶");
    assert_int_equal(config.http_port, 0);
    assert_int_equal(config.http_trust_forwarded, 1);
    assert_string_equal(config.http_certificate, "etc/lax.pem");
    assert_string_equal(config.http_key, "/etc/ssl/lax.key");
    assert_string_equal(config.mesh_bind, "tcp://0.0.0.0:*");
    assert_int_equal(config.log_level, LOG_DEBUG);
    assert_int_equal(config.log_form, CONFIG_LOG_JSON);
    assert_int_equal(config.carriers_count, 2);
    assert_string_equal(config.carriers[0].secret_file[0], "etc/a.secret");
    assert_string_equal(config.carriers[0].secret_file[1], "etc/b.secret");
    assert_string_equal(config.carriers[0].name, "easypost");
    assert_string_equal(config.carriers[0].account, "");
    assert_string_equal(config.carriers[1].name, "easypost");
    assert_string_equal(config.carriers[1].account, "shop-2");
    assert_int_equal(config.providers_count, 2);
    assert_string_equal(config.providers[0].name, "stripe");
    assert_int_equal(config.providers[0].merchant.bytes[15], 21);
    assert_string_equal(config.providers[1].name, "stripe");
    assert_string_equal(config.providers[1].title, "stripe/shop-2");
    assert_int_equal(config.providers[1].merchant.bytes[15], 22);
    assert_string_equal(config.providers[0].base_url, "https://api.stripe.com");
    assert_int_equal(config.providers[0].can_query, 0);
    assert_int_equal(config.providers[0].key_ttl_s, 5000);
    assert_int_equal(config.providers[1].key_ttl_s, 0);
    assert_int_equal(config.providers[1].can_query, 1);
}

#define ID_N "0000000000000000000000000NN"
#define ACCOUNT(title, merchant)                                                                   \
    "[provider " title "]\nbase_url = https://a\nsecret_file = s\n" merchant
static const struct {
    const char *text, *where, *what;
} faults[] = {
    {"\n[htp]\n", "etc/node.conf:2: [htp]: no such section", "did you mean http"},
    {"[zzzzzz]\n", ":1: [zzzzzz]: no such section", "`entrepot node --help`"},
    {"[http]\n\nprot = 1\n", ":3: [http] prot: no such key", "did you mean port"},
    {"[http]\nxyzzy = 1\n", ":2: [http] xyzzy: no such key", "`entrepot node --help`"},
    {"[http]\nport = 70000\n", ":2: [http] port: 70000 is out of range", "0 to 65535"},
    {"[http]\nport = -1\n", ":2: [http] port: '-1' is not a whole number", "write one from"},
    {"[http]\nport = 7e3\n", ":2: [http] port: '7e3' is not a whole number", "write one from"},
    {"[http]\nport =\n", ":2: [http] port: '' is not a whole number", "write one from"},
    {"[http]\nport = 9999999999999999999\n", ":2: [http] port:", "not a whole number"},
    {"[http]\nread_s = 0\n", ":2: [http] read_s: 0 is out of range", "1 to 600 s"},
    {"[http]\nport = 1\nport = 2\n", ":3: [http] port: given already on line 2", "leave one"},
    {"[http]\nport = 1\n[log]\n[http]\nport = 2\n", ":5: [http] port: given already on line 2",
     "leave one"},
    {"[http]\naddress = localhost\n", ":2: [http] address: 'localhost' is no IP address",
     "write 127.0.0.1"},
    {"[http]\ntrust_forwarded = 1\n", ":2: [http] trust_forwarded: '1' is none of no|yes",
     "write one of these"},
    {"[log]\nlevel = loud\n", ":2: [log] level: 'loud' is none of debug|info|warn|error",
     "write one of these"},
    {"[log]\nlevel = debug|info\n", ":2: [log] level: 'debug|info' is none of", "one of these"},
    {"[log]\nlevel =\n", ":2: [log] level: '' is none of", "one of these"},
    {"[mesh]\nbind = 0.0.0.0:7400\n", ":2: [mesh] bind: '0.0.0.0:7400' is no endpoint",
     "write tcp://address:port"},
    {"[mesh]\nbind = tcp://0.0.0.0\n", ":2: [mesh] bind:", "is no endpoint"},
    {"[mesh]\nbind = tcp://0.0.0.0:0\n", ":2: [mesh] bind:", "is no endpoint"},
    {"[mesh]\nbind = tcp://:7400\n", ":2: [mesh] bind:", "is no endpoint"},
    {"[carrier]\n", ":1: [carrier]: a name must follow", "such as [carrier easypost]"},
    {"[carrier easyposd]\n", ":1: [carrier easyposd]: no such carrier", "did you mean easypost"},
    {"[carrier Easy Post]\n", ":1: [carrier]: a name must follow", "a-z 0-9"},
    {"[carrier easypost]\nsecret_file = a\nsecret_file = b\nsecret_file = c\n",
     ":4: [carrier easypost] secret_file: given already on line 2", "leave one"},
    {"[carrier easypost/]\n", ":1: [carrier]: a name must follow", "such as"},
    {"[provider a/b/c]\n", ":1: [provider]: a name must follow", "such as"},
    {"[peer a/b]\n", ":1: [peer]: a name must follow", "such as"},
    {"[http]\n[carrier easypost]\n",
     ":2: [carrier easypost]: add secret_file, which proves its webhooks, or key_file", "add"},
    {"[carrier gls]\nsecret_file = s\n", ":1: [carrier gls] secret_file: gls sends no webhooks",
     "leave it out"},
    {"[carrier kuaidi100]\nkey_file = s\nsecret_file = s\n",
     ":1: [carrier kuaidi100] key_file: kuaidi100 cannot be asked", "leave it out"},
    {"[provider stripe]\nsecret_file = s\n", ":1: [provider stripe]: has no base_url",
     "add base_url ="},
    {"[provider stripe]\nbase_url = api.stripe.com\n",
     ":2: [provider stripe] base_url: 'api.stripe.com' is no URL", "write https://host"},
    {"[provider stripe]\nbase_url = https://api.stripe.com/\n",
     ":2: [provider stripe] base_url:", "without a slash at its end"},
    {"[provider stripe]\nbase_url = https://a@b\n", ":2: [provider stripe] base_url:", "no URL"},
    {"[provider stripe]\nbase_url = http://api.stripe.com\n",
     ":2: [provider stripe] base_url: a secret would travel in clear", "write https://"},
    {"[provider stripe]\nbase_url = http://127.0.0.1.example.com\n",
     ":2: [provider stripe] base_url: a secret would travel in clear", "write https://"},
    {"[provider stripe]\nbase_url = http://localhos\n",
     ":2: [provider stripe] base_url: a secret would travel in clear", "write https://"},
    {"[provider stripe]\nbase_url = http://[\n", ":2: [provider stripe] base_url: 'http://['",
     "no URL"},
    {"[provider stripe]\nmerchant = lamps\n", ":2: [provider stripe] merchant: 'lamps' is no id",
     "`entrepot membership merchants`"},
    {ACCOUNT("stripe", "") ACCOUNT("stripe/b", "merchant = " ID_N "\n"),
     ":1: [provider stripe]: there are several accounts of stripe", "add merchant = ID"},
    {ACCOUNT("stripe", "merchant = " ID_N "\n") ACCOUNT("stripe/b", ""),
     ":5: [provider stripe/b]: there are several accounts of stripe", "add merchant = ID"},
    {ACCOUNT("stripe", "merchant = " ID_N "\n") ACCOUNT("stripe/b", "merchant = " ID_N "\n"),
     ":5: [provider stripe/b]: serves the merchant of [provider stripe]", "leave one of them out"},
    {"[provider stripe]\nkey_ttl_s = 1\n", ":2: [provider stripe] key_ttl_s: 1 is out of range",
     "2 to 31536000 s"},
    {"[peer]\n", ":1: [peer]: a name must follow", "such as [peer lax]"},
    {"[peer LAX]\n", ":1: [peer]: a name must follow", "such as [peer lax]"},
    {"[peer lax]\n", ":1: [peer lax]: has no address", "add address ="},
    {"[peer lax]\naddress =\n", ":2: [peer lax] address: '' cannot be dialled",
     "tcp://address:port"},
    {"[peer lax]\naddress = tcp://10.0.0.1:*\n", ":2: [peer lax] address:", "cannot be dialled"},
    {"[peer lax]\naddress = 10.0.0.1:7400\n", ":2: [peer lax] address:", "cannot be dialled"},
    {"[peer lax]\naddress = tcp://a:1\naddress = tcp://a:1\n",
     ":3: [peer lax] address: given already on line 2", "leave one"},
    {"[http secure]\n", ":1: [http]: takes no name", "write [http]"},
    {"[http\n", ":1: a section ends on ]", "write [http]"},
    {"port = 1\n", ":1: port: stands before any section", "write [http]"},
    {"[http]\nport 1\n", ":2: 'port 1': neither [section] nor key = value", ""},
    {"[http]\n\nkey = k.pem\n", ":3: [http] key: stands without certificate", "give both"},
    {"[http]\ncertificate = c.pem\n", ":2: [http] certificate: stands without key", "give both"},
    {"[node]\nname = a\x01\n", ":2: holds a byte that is no text", "save the file as UTF-8"},
    {"[node]\nname = \xff\n", ":2: holds a byte that is no text", "save the file as UTF-8"},
};

static void an_error_names_file_line_key_and_remedy(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        struct config config;
        struct config_fault fault;
        assert_int_equal(read_text(&config, faults[i].text, &fault), ERROR_CONFIG);
        assert_has(fault.why, "etc/node.conf:");
        assert_has(fault.why, faults[i].where);
        assert_has(fault.why, faults[i].what);
    }
}

static void what_is_too_long_is_refused(void **state)
{
    (void)state;
    static char text[CONFIG_FILE_BYTES_MAX + 2];
    struct config config;
    struct config_fault fault;
    memset(text, '#', 1025);
    memcpy(text + 1025, "\n", 2);
    assert_int_equal(read_text(&config, text, &fault), ERROR_CONFIG);
    assert_has(fault.why, "etc/node.conf:1: longer than 1024 bytes; shorten the line");
    memset(text, '\n', sizeof text - 1);
    assert_int_equal(read_text(&config, text, &fault), ERROR_CONFIG);
    assert_has(fault.why, "larger than 65536 bytes");
    snprintf(text, sizeof text, "[node]\nname = %065d\n", 0);
    assert_int_equal(read_text(&config, text, &fault), ERROR_CONFIG);
    assert_has(fault.why, ":2: [node] name: longer than 64 bytes; shorten it");
    snprintf(text, sizeof text, "[node]\ndirectory = /%0512d\n", 0);
    assert_int_equal(read_text(&config, text, &fault), ERROR_CONFIG);
    assert_has(fault.why, ":2: [node] directory: longer than 511 bytes; shorten it");
    snprintf(text, sizeof text, "[node]\ndirectory = %0505d\n", 0);
    assert_int_equal(read_text(&config, text, &fault), OK);
    snprintf(text, sizeof text, "[node]\ndirectory = %0508d\n", 0);
    assert_int_equal(read_text(&config, text, &fault), ERROR_CONFIG);
    assert_has(fault.why, ":2: [node] directory: longer than 511 bytes; shorten it");
}

static void more_providers_than_there_is_room_for_are_refused(void **state)
{
    (void)state;
    char text[2048];
    size_t used = 0;
    struct config config;
    struct config_fault fault;
    for (int i = 0; i <= CONFIG_PROVIDERS_MAX; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "[provider p%d]\n", i);
    config_begin(&config);
    assert_int_equal(config_read(&config, "f", span_of(text, used), &fault), ERROR_CONFIG);
    assert_has(fault.why, "f:33: [provider p32]: more than 32 providers");
    used = 0;
    for (int i = 0; i <= CONFIG_CARRIERS_MAX; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "[carrier easypost/a%d]\n", i);
    config_begin(&config);
    assert_int_equal(config_read(&config, "f", span_of(text, used), &fault), ERROR_CONFIG);
    assert_has(fault.why, "f:17: [carrier easypost/a16]: more than 16 carriers");
}

static void more_peers_than_there_is_room_for_are_refused(void **state)
{
    (void)state;
    char text[2048];
    size_t used = 0;
    struct config config;
    struct config_fault fault;
    for (int i = 0; i <= CONFIG_PEERS_MAX; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "[peer p%d]\n", i);
    config_begin(&config);
    assert_int_equal(config_read(&config, "f", span_of(text, used), &fault), ERROR_CONFIG);
    assert_has(fault.why, "f:33: [peer p32]: more than 32 peers");
}

static void a_peer_is_found_by_its_code_or_its_name(void **state)
{
    (void)state;
    struct config config;
    struct config_fault fault;
    const char *text = "[peer lax]\naddress = tcp://10.0.0.1:7400\n"
                       "[peer los-angeles-2]\naddress = tcp://10.0.0.2:7400\n";
    assert_int_equal(read_text(&config, text, &fault), OK);
    assert_int_equal(config.peers_count, 2);
    static const struct {
        const char *code, *name;
        size_t found;
    } members[] = {
        {"LAX", "Los Angeles", 0},
        {"LA2", "Los Angeles (2)", 1},
        {"", "\xe6\xb4\x9b Los  Angeles 2", 1},
        {"LAX", "Los Angeles 2", 0},
        {"", "Los Angeles", 2},
        {"", "", 2},
        {"", "los angeles 2 and a name that is longer than any word", 2},
    };
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        assert_int_equal(
            config_peer_of(&config, span_text(members[i].code), span_text(members[i].name)),
            members[i].found);
    assert_int_equal(config_set(&config, "peer.lax.address=tcp://10.0.0.3:1", &fault), OK);
    assert_string_equal(config.peers[0].address, "tcp://10.0.0.3:1");
}

static void the_command_line_has_the_last_word(void **state)
{
    (void)state;
    struct config config;
    struct config_fault fault;
    assert_int_equal(read_text(&config, "[http]\nport = 1\n", &fault), OK);
    assert_int_equal(config_set(&config, "http.port=2", &fault), OK);
    assert_int_equal(config_set(&config, "http.port=3", &fault), OK);
    assert_int_equal(config.http_port, 3);
    assert_int_equal(config_set(&config, "carrier.easypost.secret_file=x.y/z", &fault), OK);
    assert_string_equal(config.carriers[0].secret_file[0], "x.y/z");
    assert_int_equal(config_set(&config, "provider.stripe.base_url=http://127.0.0.1:9", &fault),
                     OK);
    assert_int_equal(config_check(&config, &fault), ERROR_CONFIG);
    assert_string_equal(fault.why,
                        "[provider stripe]: has no secret_file; add secret_file = ... below it");
    static const char *const wrong[][2] = {
        {"http.port", "section.key=value"},
        {"port=1", "section.key=value"},
        {"http.prot=1", "did you mean port"},
        {"htp.port=1", "did you mean http"},
        {"http.port=x", "not a whole number"},
        {"carrier.secret_file=x", "a name must follow"},
        {"carrier.easypost.secret=x", "no such key"},
        {"http.x.port=1", "takes no name"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(config_set(&config, wrong[i][0], &fault), ERROR_CONFIG);
        assert_has(fault.why, wrong[i][1]);
    }
}

static void standard_values_are_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < config_rows_count; i++) {
        const struct config_row *row = &config_rows[i];
        struct config config;
        struct config_fault fault;
        char text[600];
        if (row->standard == NULL || row->standard[0] == '\0') continue;
        const char *name = strcmp(row->section, "carrier") == 0 ? " easypost" : " stripe";
        snprintf(text, sizeof text, "[%s%s]\n%s = %s\n", row->section, row->named ? name : "",
                 row->key, row->standard);
        config_begin(&config);
        assert_int_equal(config_read(&config, "f", span_text(text), &fault), OK);
    }
}

/* --- files ---------------------------------------------------------------------------------- */

static struct scratch scratch;

static int make_scratch(void **state)
{
    (void)state;
    scratch = scratch_make();
    return 0;
}

static int remove_scratch(void **state)
{
    (void)state;
    scratch_remove(&scratch);
    return 0;
}

static const char *file_of(const char *name, const char *text, mode_t mode)
{
    static char path[SCRATCH_PATH_MAX + 32];
    snprintf(path, sizeof path, "%s/%s", scratch.path, name);
    int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    assert_int_equal(chmod(path, mode), 0);
    return path;
}

static void a_file_is_read_from_the_disk(void **state)
{
    (void)state;
    struct config config;
    struct config_fault fault;
    config_begin(&config);
    const char *path = file_of("node.conf", "[http]\nport = 99\n", 0644);
    assert_int_equal(config_read_file(&config, path, &fault), OK);
    assert_int_equal(config.http_port, 99);
    config_begin(&config);
    path = file_of("node.conf", "\xef\xbb\xbf[http]\r\nport = 98\r\n", 0644);
    assert_int_equal(config_read_file(&config, path, &fault), OK);
    assert_int_equal(config.http_port, 98);
    config_begin(&config);
    assert_int_equal(config_read_file(&config, scratch.path, &fault), ERROR_IO);
    assert_has(fault.why, "is not a regular file");
    char absent[SCRATCH_PATH_MAX + 16];
    snprintf(absent, sizeof absent, "%s/absent", scratch.path);
    assert_int_equal(config_read_file(&config, absent, &fault), ERROR_NOT_FOUND);
    assert_has(fault.why, "absent: No such file");
}

static void a_secret_is_one_line_of_a_private_file(void **state)
{
    (void)state;
    char secret[32];
    struct config_fault fault;
    assert_int_equal(config_read_secret(file_of("s", "sk_1\n", 0600), secret, 32, &fault), OK);
    assert_string_equal(secret, "sk_1");
    assert_int_equal(config_read_secret(file_of("s", "sk_2", 0400), secret, 32, &fault), OK);
    assert_string_equal(secret, "sk_2");
    assert_int_equal(
        config_read_secret(file_of("s", "\xef\xbb\xbfsk_2\r\n", 0600), secret, 32, &fault), OK);
    assert_string_equal(secret, "sk_2"); /* as Notepad writes it */
    assert_int_equal(config_read_secret(file_of("s", "sk_3\n", 0640), secret, 32, &fault),
                     ERROR_CONFIG);
    assert_has(fault.why, "may be read by others; chmod 600");
    assert_null(strstr(fault.why, "sk_3"));
    assert_int_equal(config_read_secret(file_of("s", "\n", 0600), secret, 32, &fault),
                     ERROR_CONFIG);
    assert_has(fault.why, "is empty");
    assert_int_equal(config_read_secret(file_of("s", "a\nb\n", 0600), secret, 32, &fault),
                     ERROR_CONFIG);
    assert_has(fault.why, "more than one line");
    const char *long_one = file_of("s", "0123456789012345678901234567890123456789", 0600);
    assert_int_equal(config_read_secret(long_one, secret, 32, &fault), ERROR_CONFIG);
    assert_has(fault.why, "too long");
}

/* --- printed -------------------------------------------------------------------------------- */

struct page {
    char text[32768];
    size_t used;
};

static void add_line(void *world, const char *text)
{
    struct page *page = world;
    int size = snprintf(page->text + page->used, sizeof page->text - page->used, "%s\n", text);
    assert_true(size > 0 && page->used + (size_t)size < sizeof page->text);
    page->used += (size_t)size;
}

static void the_manual_shows_the_table(void **state)
{
    (void)state;
    static struct page page;
    static char manual[65536];
    page.used = 0;
    config_print(CONFIG_PRINT_MARKDOWN, &page, add_line);
    FILE *file = fopen("node/README.md", "r");
    assert_non_null(file);
    size_t size = fread(manual, 1, sizeof manual - 1, file);
    fclose(file);
    manual[size] = '\0';
    if (strstr(manual, page.text) == NULL)
        fprintf(stderr, "node/README.md wants this table:\n%s", page.text);
    assert_non_null(strstr(manual, page.text));
}

/* Lines of help end on a parenthesis; the lines of keys do not. */
static void uncomment_keys(char *text)
{
    for (char *line = text; *line != '\0';) {
        size_t size = strcspn(line, "\n");
        if (size > 2 && line[0] == '#' && line[2] != '[' && line[size - 1] != ')') line[0] = ' ';
        line += size + (line[size] == '\n' ? 1 : 0);
    }
}

static void the_file_to_begin_with_is_a_configuration(void **state)
{
    (void)state;
    static struct page page;
    struct config config, plain;
    struct config_fault fault;
    page.used = 0;
    config_print(CONFIG_PRINT_FILE, &page, add_line);
    config_begin(&config);
    assert_int_equal(config_read(&config, "f", span_of(page.text, page.used), &fault), OK);
    /* With the marks taken from its keys it says what holds anyway. */
    uncomment_keys(page.text);
    char *named = strstr(page.text, "# [");
    assert_non_null(named);
    config_begin(&config);
    assert_int_equal(
        config_read(&config, "", span_of(page.text, (size_t)(named - page.text)), &fault), OK);
    assert_true(config.seen.line[1] > 0);
    config_begin(&plain);
    assert_int_equal(config.http_port, plain.http_port);
    assert_string_equal(config.mesh_bind, plain.mesh_bind);
}

static void each_form_of_a_provider_has_its_translator(void **state)
{
    (void)state;
    struct config_provider provider = {.form = 0};
    const char *words = "";
    for (size_t i = 0; i < config_rows_count; i++)
        if (strcmp(config_rows[i].key, "form") == 0 && config_rows[i].named)
            words = config_rows[i].unit;
    assert_true(words[0] != '\0');
    for (; *words != '\0'; provider.form++) {
        size_t size = strcspn(words, "|");
        const char *form = config_provider_form(&provider);
        assert_int_equal(strlen(form), size);
        assert_memory_equal(form, words, size);
        assert_non_null(payment_by_name(span_text(form)));
        words += size + (words[size] == '|' ? 1 : 0);
    }
}

static void an_account_speaks_the_interface_of_its_name(void **state)
{
    (void)state;
    struct config config;
    struct config_fault fault;
#define GIVEN "base_url = https://a\nsecret_file = s\n"
    static const char text[] =
        "[provider paypal]\n" GIVEN "[provider cups]\n" GIVEN
        "[provider dogs]\nform = paypal\n" GIVEN "[provider stripe]\nform = paypal\n" GIVEN;
    assert_int_equal(read_text(&config, text, &fault), OK);
    static const char *const forms[] = {"paypal", "stripe", "paypal", "paypal"};
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(config_provider_form(&config.providers[i]), forms[i]);
}

static void help_names_every_key(void **state)
{
    (void)state;
    static struct page page;
    page.used = 0;
    config_print(CONFIG_PRINT_TEXT, &page, add_line);
    for (size_t i = 0; i < config_rows_count; i++) {
        assert_has(page.text, config_rows[i].key);
        assert_has(page.text, config_rows[i].help);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_given_is_a_node_on_this_machine),
        cmocka_unit_test(every_kind_of_value_is_read),
        cmocka_unit_test(an_error_names_file_line_key_and_remedy),
        cmocka_unit_test(what_is_too_long_is_refused),
        cmocka_unit_test(more_providers_than_there_is_room_for_are_refused),
        cmocka_unit_test(more_peers_than_there_is_room_for_are_refused),
        cmocka_unit_test(a_peer_is_found_by_its_code_or_its_name),
        cmocka_unit_test(the_command_line_has_the_last_word),
        cmocka_unit_test(standard_values_are_values),
        cmocka_unit_test(a_file_is_read_from_the_disk),
        cmocka_unit_test(a_secret_is_one_line_of_a_private_file),
        cmocka_unit_test(the_manual_shows_the_table),
        cmocka_unit_test(the_file_to_begin_with_is_a_configuration),
        cmocka_unit_test(each_form_of_a_provider_has_its_translator),
        cmocka_unit_test(an_account_speaks_the_interface_of_its_name),
        cmocka_unit_test(help_names_every_key),
    };
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
