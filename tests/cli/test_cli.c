/* The frame of the command line, as a person meets it: the program itself is run. */
#include <arpa/inet.h>
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/process.h"
#include "tests/support/scratch.h"

static struct scratch scratch;
static struct ran ran;

/* Runs the program with the words, in the scratch directory's name space by absolute paths. */
#define ENTREPOT(...) run((const char *const[]){ENTREPOT_PROGRAM, __VA_ARGS__, NULL})

static int run(const char *const *argv)
{
    process_run(&ran, argv, NULL);
    return ran.code;
}

static const char *in_scratch(const char *name)
{
    static char paths[8][SCRATCH_PATH_MAX + 64];
    static unsigned next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", scratch.path, name);
    return path;
}

static void assert_has(const char *text, const char *part)
{
    if (strstr(text, part) != NULL) return;
    print_error("'%.400s' does not hold '%s'\n", text, part);
    fail();
}

/* --- help ------------------------------------------------------------------------------------ */

static void without_words_it_says_what_it_can(void **state)
{
    (void)state;
    assert_int_equal(run((const char *const[]){ENTREPOT_PROGRAM, NULL}), 2);
    assert_string_equal(ran.out, "");
    assert_has(ran.err, "examples:\n  entrepot ");
    for (const char *const *word = (const char *const[]){"help", "--help", "-h", NULL};
         *word != NULL; word++) {
        assert_int_equal(ENTREPOT(*word), 0);
        assert_has(ran.out, "examples:\n  entrepot ");
        assert_string_equal(ran.err, "");
        assert_int_equal(ENTREPOT("return", *word), 0);
        assert_has(ran.out, "\nsubcommands of return:\n");
        assert_int_equal(ENTREPOT("return", *word, "show"), 0);
        assert_has(ran.out, "\nusage: entrepot return show RETURN");
    }
}

struct names {
    char noun[24], verb[24];
};

/* The rows of the program's own list. */
static size_t read_names(struct names *names, size_t max)
{
    size_t count = 0;
    assert_int_equal(ENTREPOT("--help"), 0);
    char *line = strstr(ran.out, "\nsubcommands:\n");
    assert_non_null(line);
    line += strlen("\nsubcommands:\n");
    while (strncmp(line, "  ", 2) == 0) {
        assert_true(count < max);
        int read = sscanf(line, "  %23s %23s", names[count].noun, names[count].verb);
        assert_int_equal(read, 2);
        /* Two blanks after the noun: what follows is its help. */
        if (line[2 + strlen(names[count].noun) + 1] == ' ') names[count].verb[0] = '\0';
        count++;
        line = strchr(line, '\n') + 1;
    }
    return count;
}

static int run_help(const struct names *names)
{
    if (names->verb[0] == '\0') return ENTREPOT(names->noun, "--help");
    return ENTREPOT(names->noun, names->verb, "-h");
}

static void every_subcommand_has_help_that_begins_with_examples(void **state)
{
    (void)state;
    static struct names names[256];
    size_t count = read_names(names, 256);
    assert_true(count > 40);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(run_help(&names[i]), 0);
        assert_true(strncmp(ran.out, "examples:\n  entrepot ", 21) == 0);
        assert_has(ran.out, "\nusage: entrepot ");
        assert_has(ran.out, "\nflags:\n");
        assert_has(ran.out, "\nexit codes:\n");
        assert_has(ran.out, "  --help ");
        char usage[64];
        snprintf(usage, sizeof usage, "usage: entrepot %s%s%s", names[i].noun,
                 names[i].verb[0] == '\0' ? "" : " ", names[i].verb);
        assert_has(ran.out, usage);
    }
}

/* "  --dir DIR   ..." */
static void take_flags(char seen[][2][32], size_t *count)
{
    for (char *line = strstr(ran.out, "\nflags:\n") + 8; strncmp(line, "  --", 4) == 0;
         line = strchr(line, '\n') + 1) {
        char name[32] = "", argument[32] = "";
        sscanf(line, "  --%31s %31s", name, argument);
        if (line[4 + strlen(name) + 1] == ' ') argument[0] = '\0';
        bool has = argument[0] != '\0';
        size_t at = 0;
        while (at < *count && strcmp(seen[at][0], name) != 0) at++;
        if (at < *count && (seen[at][1][0] != '\0') != has) fail_msg("--%s differs", name);
        if (at < *count) continue;
        assert_true(*count < 256);
        memcpy(seen[*count][0], name, sizeof name);
        memcpy(seen[(*count)++][1], argument, sizeof argument);
    }
}

static void a_flag_takes_a_value_everywhere_or_nowhere(void **state)
{
    (void)state;
    static struct names names[256];
    static char seen[256][2][32];
    size_t count = read_names(names, 256), flags = 0;
    for (size_t i = 0; i < count; i++) {
        run_help(&names[i]);
        take_flags(seen, &flags);
    }
    assert_true(flags > 30);
}

static void help_of_a_noun_names_its_verbs(void **state)
{
    (void)state;
    assert_int_equal(ENTREPOT("return", "--help"), 0);
    assert_has(ran.out, "return request");
    assert_has(ran.out, "return decline");
    assert_int_equal(ENTREPOT("help", "return", "request"), 0);
    assert_has(ran.out, "usage: entrepot return request");
    assert_int_equal(ENTREPOT("return"), 2);
    assert_has(ran.err, "subcommands of return:");
}

static void the_manual_names_the_exit_codes(void **state)
{
    (void)state;
    static char manual[65536];
    FILE *file = fopen("node/cli/README.md", "r");
    assert_non_null(file);
    size_t size = fread(manual, 1, sizeof manual - 1, file);
    fclose(file);
    manual[size] = '\0';
    assert_int_equal(ENTREPOT("--help"), 0);
    const char *line = strstr(ran.out, "\nexit codes:\n") + 13;
    for (int code = 0; code <= 8; code++) {
        char row[32];
        assert_int_equal(line[2], '0' + code);
        snprintf(row, sizeof row, "\n| %d | %.4s", code, line + 5);
        assert_has(manual, row);
        line = strchr(line, '\n') + 1;
    }
}

/* --- what is wrong with a line --------------------------------------------------------------- */

static void a_mistyped_word_brings_a_suggestion(void **state)
{
    (void)state;
    assert_int_equal(ENTREPOT("retrun", "show"), 2);
    assert_has(ran.err, "no subcommand retrun; did you mean return");
    assert_int_equal(ENTREPOT("return", "aprove", "X"), 2);
    assert_has(ran.err, "return has no aprove; did you mean approve");
    assert_int_equal(ENTREPOT("status", "--jsno"), 2);
    assert_has(ran.err, "no flag --jsno here; did you mean --json; see entrepot status --help");
    assert_int_equal(ENTREPOT("qqqqqqqq"), 2);
    assert_has(ran.err, "no subcommand qqqqqqqq; see entrepot --help");
    assert_int_equal(ENTREPOT("rules", "--table", "retrn"), 2);
    assert_has(ran.err, "no table retrn; did you mean return");
}

static void words_and_flags_are_counted(void **state)
{
    (void)state;
    assert_int_equal(ENTREPOT("return", "show"), 2);
    assert_has(ran.err, "RETURN wanted");
    assert_int_equal(ENTREPOT("return", "show", "A", "B"), 2);
    assert_has(ran.err, "'B' is one word too many");
    assert_int_equal(ENTREPOT("status", "--dir"), 2);
    assert_has(ran.err, "--dir wants DIR");
    assert_int_equal(ENTREPOT("status", "--json=yes"), 2);
    assert_has(ran.err, "--json takes no value");
    assert_int_equal(ENTREPOT("status", "-j"), 2);
    assert_has(ran.err, "flags are written in full");
    assert_int_equal(ENTREPOT("return", "request", "--order", "1"), 2);
    assert_has(ran.err, "--merchant is missing");
    assert_int_equal(ENTREPOT("return", "request", "--order", "1", "--merchant", "M"), 2);
    assert_has(ran.err, "--line is missing");
    assert_int_equal(
        ENTREPOT("return", "request", "--order", "1", "--merchant", "M", "--line", "x"), 2);
    assert_has(ran.err, "write LINE:QUANTITY:REASON");
    assert_int_equal(ENTREPOT("refund", "resolve", "R", "--reason", "x"), 2);
    assert_has(ran.err, "either --paid or --unpaid");
    assert_int_equal(ENTREPOT("return", "approve", "R", "--key", "a b"), 2);
    assert_has(ran.err, "visible ASCII");
}

/* A flag that would do nothing is none: its user would rely on it. */
static void a_flag_without_effect_is_not_taken(void **state)
{
    (void)state;
    static const char *const calls[][4] = {
        {"clock", "confirm", NULL, "--key"},        {"book", "open", "M", "--key"},
        {"membership", "open-book", "M", "--wait"}, {"book", "handover", "B", "--if-match"},
        {"book", "recover", "B", "--key"},          {"order", "import", "-", "--if-match"},
        {"order", "import", "-", "--wait"},         {"parcel", "receive", "N", "--if-match"},
        {"unit", "release", "U", "--if-match"},     {"return", "request", NULL, "--if-match"},
    };
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        const char *const *call = calls[i];
        const char *flag = call[3], *word = call[2] == NULL ? flag : call[2];
        assert_int_equal(ENTREPOT(call[0], call[1], word, flag, "1"), 2);
        assert_has(ran.err, "no flag --");
    }
}

static void flags_may_stand_anywhere(void **state)
{
    (void)state;
    assert_int_equal(ENTREPOT("--table", "refund", "rules"), 0);
    static struct ran first;
    first = ran;
    assert_has(first.out, "reserve_money");
    assert_int_equal(ENTREPOT("rules", "--table=refund"), 0);
    assert_string_equal(ran.out, first.out);
    assert_int_equal(ENTREPOT("rules", "--format", "graphviz", "--table", "refund"), 0);
    assert_has(ran.out, "digraph");
    assert_int_equal(ENTREPOT("rules", "--format", "xml"), 2);
    assert_has(ran.err, "markdown, graphviz or promela");
}

static void it_tells_its_version(void **state)
{
    (void)state;
    assert_int_equal(ENTREPOT("--version"), 0);
    assert_has(ran.out, "entrepot 0.");
    static struct ran first;
    first = ran;
    assert_int_equal(ENTREPOT("version"), 0);
    assert_string_equal(ran.out, first.out);
}

static void write_text(const char *name, const char *text)
{
    FILE *file = fopen(in_scratch(name), "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void the_configuration_is_shown_and_checked(void **state)
{
    (void)state;
    assert_int_equal(ENTREPOT("config", "show"), 0);
    assert_has(ran.out, "[http]\n  address");
    assert_int_equal(ENTREPOT("node", "--help"), 0);
    assert_has(ran.out, "[http]\n  address");
    FILE *file = fopen(in_scratch("bad.conf"), "w");
    fputs("[http]\nprot = 1\n", file);
    fclose(file);
    assert_int_equal(ENTREPOT("config", "check", in_scratch("bad.conf")), 1);
    assert_has(ran.err, "bad.conf:2: [http] prot: no such key; did you mean port");
    assert_int_equal(ENTREPOT("node", "--config", in_scratch("bad.conf")), 1);
    assert_has(ran.err, "bad.conf:2:");
    assert_int_equal(ENTREPOT("config", "check", in_scratch("absent.conf")), 3);
    static const char *const rows[][2] = {
        {"[carrier easypost]\nsecret_file = nowhere\n", ":1: [carrier easypost] secret_file: "},
        {"[carrier easypost/eu]\nsecret_file = open.secret\n", "may be read by others"},
        {"\n[provider stripe]\nbase_url = https://a.example\nsecret_file = nowhere\n",
         ":2: [provider stripe] secret_file: "},
        {"[http]\ncertificate = nowhere.pem\nkey = open.secret\n", ":2: [http] certificate: "},
        {"[http]\ncertificate = open.secret\nkey = nowhere.key\n", ":3: [http] key: "},
    };
    write_text("open.secret", "s\n");
    assert_int_equal(chmod(in_scratch("open.secret"), 0644), 0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        write_text("named.conf", rows[i][0]);
        assert_int_equal(ENTREPOT("config", "check", in_scratch("named.conf")), 1);
        assert_has(ran.err, rows[i][1]);
    }
}

/* --- without a node -------------------------------------------------------------------------- */

/* A port that nobody listens on: it was ours a moment ago. */
static unsigned closed_port(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof at;
    assert_int_equal(bind(fd, (struct sockaddr *)&at, size), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &size), 0);
    close(fd);
    return ntohs(at.sin_port);
}

/* A token that went to a full disk is a token lost. */
static void output_that_is_lost_is_a_failure(void **state)
{
    (void)state;
    static const char lost[] = "exec \"$0\" version >/dev/full";
    assert_int_equal(run((const char *const[]){"/bin/sh", "-c", lost, ENTREPOT_PROGRAM, NULL}), 1);
    assert_has(ran.err, "standard output could not be written");
    assert_int_equal(ENTREPOT("node", "--help"), 0);
    assert_has(ran.out, "70 when the outcome of a commit is not known");
}

static void no_answer_has_a_code_of_its_own(void **state)
{
    (void)state;
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%u/", closed_port());
    assert_int_equal(ENTREPOT("status", "--url", url), 6);
    assert_has(ran.err, "no answer from http://127.0.0.1:");
    assert_int_equal(ENTREPOT("return", "approve", "X", "--url", url), 6);
    assert_has(ran.err, "entrepot: key ");
    assert_int_equal(ENTREPOT("return", "approve", "X", "--url", url, "--key", "k1"), 6);
    assert_null(strstr(ran.err, "key k1"));
}

static void a_node_that_listens_everywhere_is_found_here(void **state)
{
    (void)state;
    static const char *const addresses[][2] = {{"0.0.0.0", "http://127.0.0.1:"},
                                               {"::", "http://[::1]:"},
                                               {"127.0.0.2", "http://127.0.0.2:"}};
    for (size_t i = 0; i < 3; i++) {
        FILE *file = fopen(in_scratch("all.conf"), "w");
        fprintf(file, "[http]\naddress = %s\nport = %u\n", addresses[i][0], closed_port());
        fclose(file);
        assert_int_equal(ENTREPOT("status", "--config", in_scratch("all.conf")), 6);
        assert_has(ran.err, addresses[i][1]);
    }
}

static void a_token_that_others_may_read_is_not_used(void **state)
{
    (void)state;
    FILE *file = fopen(in_scratch("token"), "w");
    fputs("ep_admin_x\n", file);
    fclose(file);
    chmod(in_scratch("token"), 0644);
    assert_int_equal(
        ENTREPOT("status", "--url", "http://127.0.0.1:9", "--token-file", in_scratch("token")), 1);
    assert_has(ran.err, "may be read by others");
    assert_null(strstr(ran.err, "ep_admin_x"));
}

static void a_directory_must_be_named(void **state)
{
    (void)state;
    unsetenv("ENTREPOT_DIR");
    assert_int_equal(ENTREPOT("node"), 2);
    assert_has(ran.err, "which node? give --dir DIR");
    assert_int_equal(ENTREPOT("token", "list"), 2);
    assert_int_equal(ENTREPOT("token", "list", "--dir", in_scratch("nothing")), 3);
    assert_has(ran.err, "entrepot init makes a node's");
    assert_int_equal(ENTREPOT("token", "create", "--role", "admin", "--dir", in_scratch("nothing")),
                     3);
    assert_int_equal(ENTREPOT("node", "--dir", in_scratch("nothing")), 3);
    assert_has(ran.err, "nothing");
    assert_int_equal(ENTREPOT("verify", "--dir", in_scratch("nothing")), 3);
}

/* --- init ------------------------------------------------------------------------------------ */

static mode_t mode_of(const char *name)
{
    struct stat status;
    assert_int_equal(stat(in_scratch(name), &status), 0);
    return status.st_mode & 07777;
}

static void init_makes_private_files(void **state)
{
    (void)state;
    assert_int_equal(ENTREPOT("init", "--found", "--dir", in_scratch("lax"), "--name",
                              "Los Angeles", "--warehouse", "LAX"),
                     0);
    assert_true(strncmp(ran.out, "{\"card\":1,\"mesh\":\"", 18) == 0);
    assert_has(ran.out, "\"name\":\"Los Angeles\"");
    assert_has(ran.out, "\"code\":\"LAX\"");
    static const char *const folders[] = {"lax", "lax/keys", "lax/store"};
    for (size_t i = 0; i < 3; i++) assert_int_equal(mode_of(folders[i]), 0700);
    static const char *const secrets[] = {"lax/keys/sign.key", "lax/keys/curve.key",
                                          "lax/admin.token", "lax/tokens", "lax/guard"};
    for (size_t i = 0; i < 5; i++) assert_int_equal(mode_of(secrets[i]), 0600);
    assert_int_equal(ENTREPOT("config", "check", in_scratch("lax/entrepot.conf")), 0);
    assert_int_equal(ENTREPOT("verify", "--dir", in_scratch("lax")), 0);
    assert_has(ran.out, "2 logs, 3 entries");
}

/* Each file's bytes, or the same text twice when nothing was written. */
static void read_text(const char *name, char *to, size_t size)
{
    FILE *file = fopen(in_scratch(name), "r");
    assert_non_null(file);
    size_t got = fread(to, 1, size - 1, file);
    fclose(file);
    to[got] = '\0';
}

static void init_leaves_a_node_as_it_is(void **state)
{
    (void)state;
    static const char *const files[] = {"two/guard", "two/card", "two/admin.token",
                                        "two/keys/sign.key", "two/entrepot.conf"};
    static char before[5][16384], after[16384];
    assert_int_equal(ENTREPOT("init", "--found", "--dir", in_scratch("two"), "--name", "Two"), 0);
    for (size_t i = 0; i < 5; i++) read_text(files[i], before[i], sizeof before[i]);
    assert_int_equal(ENTREPOT("init", "--found", "--dir", in_scratch("two"), "--name", "Three"), 4);
    assert_has(ran.err, "holds a node already; nothing was changed");
    assert_string_equal(ran.out, "");
    for (size_t i = 0; i < 5; i++) {
        read_text(files[i], after, sizeof after);
        assert_string_equal(after, before[i]);
    }
}

static void init_completes_what_was_cut(void **state)
{
    (void)state;
    static char before[256], after[256];
    assert_int_equal(ENTREPOT("init", "--found", "--dir", in_scratch("cut"), "--name", "Cut"), 0);
    read_text("cut/keys/sign.key", before, sizeof before);
    /* As if it had ended before the store was made: the keys stand, the store does not. */
    static const char *const gone[] = {"cut/store/truth/data.mdb", "cut/store/truth/lock.mdb",
                                       "cut/store/views/data.mdb", "cut/store/views/lock.mdb",
                                       "cut/store/views/mark"};
    for (size_t i = 0; i < 5; i++) assert_int_equal(unlink(in_scratch(gone[i])), 0);
    assert_int_equal(ENTREPOT("init", "--found", "--dir", in_scratch("cut"), "--name", "Cut"), 0);
    read_text("cut/keys/sign.key", after, sizeof after);
    assert_string_equal(after, before);
    assert_int_equal(ENTREPOT("verify", "--dir", in_scratch("cut")), 0);
}

static void init_joins_by_a_card(void **state)
{
    (void)state;
    static char card[4096], joined[4096];
    assert_int_equal(ENTREPOT("init", "--found", "--dir", in_scratch("a"), "--name", "A",
                              "--address", "tcp://127.0.0.1:7400"),
                     0);
    snprintf(card, sizeof card, "%.4000s", ran.out);
    write_text("a.card", card);
    assert_int_equal(ENTREPOT("init", "--join", in_scratch("a.card"), "--dir", in_scratch("b"),
                              "--name", "B", "--warehouse", "BBB"),
                     0);
    assert_memory_equal(ran.out, card, strlen("{\"card\":1,\"mesh\":\"") + 27); /* the same mesh */
    read_text("b/joined", joined, sizeof joined);
    card[strcspn(card, "\n")] = '\0';
    assert_string_equal(joined, card);
    write_text("not.card", "{\"card\":1,\"mesh\":\"5C3AQNFG7ZZ0HYAZKRKSQ85E9N5\",\"member\":{}}");
    assert_int_equal(
        ENTREPOT("init", "--join", in_scratch("not.card"), "--dir", in_scratch("c"), "--name", "C"),
        1);
    assert_has(ran.err, "this is no node's card");
    assert_int_equal(access(in_scratch("c"), F_OK), -1);
}

static void init_says_where_the_mesh_must_listen(void **state)
{
    (void)state;
    assert_int_equal(ENTREPOT("init", "--found", "--dir", in_scratch("far"), "--name", "far",
                              "--address", "tcp://203.0.113.7:7400"),
                     0);
    assert_has(ran.err, "others dial tcp://203.0.113.7:7400: have the mesh listen there");
    assert_int_equal(ENTREPOT("init", "--found", "--dir", in_scratch("near"), "--name", "near",
                              "--address", "tcp://[::1]:7400"),
                     0);
    assert_null(strstr(ran.err, "have the mesh listen"));
}

static void init_says_what_is_missing(void **state)
{
    (void)state;
    assert_int_equal(ENTREPOT("init", "--found", "--name", "A"), 2);
    assert_has(ran.err, "--dir is missing");
    assert_int_equal(ENTREPOT("init", "--found", "--dir", in_scratch("x")), 2);
    assert_has(ran.err, "--name is missing");
    assert_int_equal(ENTREPOT("init", "--dir", in_scratch("x"), "--name", "X"), 2);
    assert_has(ran.err, "either --found or --join");
    assert_int_equal(ENTREPOT("init", "--found", "--dir", in_scratch("x"), "--name", "X",
                              "--warehouse", "TOOLONGCODE"),
                     2);
    assert_has(ran.err, "--warehouse: 1 to 8 bytes");
    /* It would stand in the first entry of the membership for good. */
    static const char *const nowhere[] = {"127.0.0.1:7400",      "tcp://127.0.0.1", "tcp://:7400",
                                          "tcp://127.0.0.1:0",   "tcp://*:7400",    "tcp://a:*",
                                          "tcp://1.2.3.4:65536", "tcp://a b:7400"};
    for (size_t i = 0; i < sizeof nowhere / sizeof nowhere[0]; i++) {
        assert_int_equal(ENTREPOT("init", "--found", "--dir", in_scratch("x"), "--name", "X",
                                  "--address", nowhere[i]),
                         2);
        assert_has(ran.err, "write tcp://host:port");
    }
    assert_int_equal(access(in_scratch("x"), F_OK), -1);
}

/* --- tokens ---------------------------------------------------------------------------------- */

static void tokens_are_made_listed_and_revoked_without_a_node(void **state)
{
    (void)state;
    char id[32], text[256];
    assert_int_equal(ENTREPOT("init", "--found", "--dir", in_scratch("tok"), "--name", "T"), 0);
    const char *dir = in_scratch("tok");
    assert_int_equal(ENTREPOT("token", "create", "--dir", dir, "--role", "operator", "--name",
                              "dock 3", "--out", in_scratch("op.token")),
                     0);
    assert_int_equal(strcspn(ran.out, "\n"), 27);
    snprintf(id, sizeof id, "%.27s", ran.out);
    assert_int_equal(mode_of("op.token"), 0600);
    read_text("op.token", text, sizeof text);
    assert_true(strncmp(text, "ep_operator_", 12) == 0);
    assert_int_equal(ENTREPOT("token", "list", "--dir", dir), 0);
    assert_has(ran.out, "dock 3");
    assert_null(strstr(ran.out, text + 40));
    assert_int_equal(ENTREPOT("token", "list", "--dir", dir, "--json"), 0);
    assert_has(ran.out, "{\"tokens\":[{\"token\":\"");
    assert_null(strstr(ran.out, "secret"));
    assert_int_equal(ENTREPOT("token", "revoke", id, "--dir", dir), 0);
    assert_int_equal(ENTREPOT("token", "list", "--dir", dir, "--json"), 0);
    assert_has(ran.out, "\"revoked\":\"");
    assert_int_equal(ENTREPOT("token", "create", "--dir", dir, "--role", "king"), 2);
    assert_has(ran.err, "operator, merchant, admin, partner or platform");
    /* A token that nobody got is named. */
    assert_int_equal(ENTREPOT("token", "create", "--dir", dir, "--role", "operator", "--out",
                              in_scratch("nowhere/op.token")),
                     7);
    assert_has(ran.err, "its text is lost: revoke it");
    /* A file that stands there is not replaced, and no token made for it. */
    assert_int_equal(ENTREPOT("token", "create", "--dir", dir, "--role", "operator", "--out",
                              in_scratch("op.token")),
                     4);
    static char again[256];
    read_text("op.token", again, sizeof again);
    assert_string_equal(again, text);
    assert_int_equal(ENTREPOT("token", "create", "--dir", dir, "--role", "merchant"), 2);
    assert_int_equal(ENTREPOT("token", "revoke", "nonsense", "--dir", dir), 2);
    assert_int_equal(ENTREPOT("token", "revoke", "01M805AFJBF8C3K63HGW0Z1F7X4", "--dir", dir), 3);
}

/* --- stores ---------------------------------------------------------------------------------- */

static void a_backup_is_restored_with_a_new_log_and_in_doubt(void **state)
{
    (void)state;
    assert_int_equal(ENTREPOT("init", "--found", "--dir", in_scratch("bak"), "--name", "Bak"), 0);
    const char *dir = in_scratch("bak");
    assert_int_equal(ENTREPOT("backup", in_scratch("copy"), "--dir", dir), 0);
    assert_int_equal(ENTREPOT("verify", in_scratch("copy")), 0);
    assert_has(ran.out, "it held no views");
    assert_int_equal(ENTREPOT("backup", in_scratch("copy"), "--dir", dir), 4);
    assert_int_equal(ENTREPOT("restore", in_scratch("copy"), "--dir", dir), 4);
    assert_has(ran.err, "add --yes");
    assert_int_equal(ENTREPOT("store", "vouch", "--dir", dir, "--yes"), 4);
    assert_has(ran.err, "not in doubt");
    assert_int_equal(ENTREPOT("restore", in_scratch("copy"), "--dir", dir, "--yes"), 0);
    assert_has(ran.err, "membership succeeds ");
    assert_has(ran.err, "the store that was there is now ");
    assert_int_equal(ENTREPOT("verify", "--dir", dir), 0);
    assert_has(ran.out, "3 logs, 4 entries");
    assert_int_equal(ENTREPOT("store", "vouch", "--dir", dir), 2);
    assert_int_equal(ENTREPOT("store", "vouch", "--dir", dir, "--yes"), 0);
    assert_int_equal(ENTREPOT("store", "renew", "--dir", dir), 2);
    assert_int_equal(ENTREPOT("store", "renew", "--dir", dir, "--yes"), 0);
    assert_int_equal(ENTREPOT("restore", in_scratch("absent"), "--dir", dir, "--yes"), 3);
    /* Somewhere new, where there are no keys. */
    assert_int_equal(ENTREPOT("restore", in_scratch("copy"), "--dir", in_scratch("new")), 0);
    assert_has(ran.err, "new ones are made");
    assert_has(ran.err, "new/admin.token: a new token for the command line");
    assert_int_equal(mode_of("new/admin.token"), 0600);
    assert_int_equal(ENTREPOT("config", "check", in_scratch("new/entrepot.conf")), 0);
    assert_int_equal(ENTREPOT("token", "list", "--dir", in_scratch("new")), 0);
    assert_has(ran.out, "admin");
    assert_int_equal(ENTREPOT("membership", "card", "--dir", in_scratch("new")), 0);
    assert_has(ran.out, "\"name\":\"Bak\"");
}

/* Wherever it was cut: no copy of nothing, no crash, and nobody's place is taken. */
static void half_a_copy_is_no_backup(void **state)
{
    (void)state;
    struct stat file;
    const char *dir = in_scratch("half");
    assert_int_equal(ENTREPOT("init", "--found", "--dir", dir, "--name", "Half"), 0);
    assert_int_equal(ENTREPOT("backup", in_scratch("halves"), "--dir", dir), 0);
    const char *data = in_scratch("halves/truth/data.mdb");
    assert_int_equal(stat(data, &file), 0);
    for (off_t size = file.st_size - 4096; size >= 0; size -= 5120) {
        dir = in_scratch("half");
        data = in_scratch("halves/truth/data.mdb");
        assert_int_equal(truncate(data, size), 0);
        assert_int_equal(ENTREPOT("verify", in_scratch("halves")), 1);
        assert_int_not_equal(strlen(ran.err), 0);
        assert_int_equal(ENTREPOT("restore", in_scratch("halves"), "--dir", dir, "--yes"), 1);
        assert_int_equal(ENTREPOT("verify", "--dir", dir), 0);
    }
}

static void a_damaged_store_makes_room_for_a_backup(void **state)
{
    (void)state;
    const char *dir = in_scratch("hurt");
    assert_int_equal(ENTREPOT("init", "--found", "--dir", dir, "--name", "Hurt"), 0);
    assert_int_equal(ENTREPOT("backup", in_scratch("sound"), "--dir", dir), 0);
    assert_int_equal(truncate(in_scratch("hurt/store/truth/data.mdb"), 2 * 4096), 0);
    assert_int_equal(ENTREPOT("verify", "--dir", dir), 1);
    assert_has(ran.err, "`entrepot restore` puts a backup in its place");
    assert_int_equal(ENTREPOT("restore", in_scratch("sound"), "--dir", dir), 4);
    assert_has(ran.err, "add --yes");
    assert_int_equal(ENTREPOT("restore", in_scratch("sound"), "--dir", dir, "--yes"), 0);
    assert_int_equal(ENTREPOT("verify", "--dir", dir), 0);
}

static void a_mistyped_directory_leads_to_no_other_node(void **state)
{
    (void)state;
    assert_int_equal(ENTREPOT("status", "--dir", in_scratch("nowhere")), 3);
    assert_has(ran.err, "nowhere: there is no such directory");
}

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_words_it_says_what_it_can),
        cmocka_unit_test(every_subcommand_has_help_that_begins_with_examples),
        cmocka_unit_test(a_flag_takes_a_value_everywhere_or_nowhere),
        cmocka_unit_test(help_of_a_noun_names_its_verbs),
        cmocka_unit_test(the_manual_names_the_exit_codes),
        cmocka_unit_test(a_mistyped_word_brings_a_suggestion),
        cmocka_unit_test(words_and_flags_are_counted),
        cmocka_unit_test(a_flag_without_effect_is_not_taken),
        cmocka_unit_test(flags_may_stand_anywhere),
        cmocka_unit_test(it_tells_its_version),
        cmocka_unit_test(the_configuration_is_shown_and_checked),
        cmocka_unit_test(output_that_is_lost_is_a_failure),
        cmocka_unit_test(no_answer_has_a_code_of_its_own),
        cmocka_unit_test(a_node_that_listens_everywhere_is_found_here),
        cmocka_unit_test(a_token_that_others_may_read_is_not_used),
        cmocka_unit_test(a_directory_must_be_named),
        cmocka_unit_test(init_makes_private_files),
        cmocka_unit_test(init_leaves_a_node_as_it_is),
        cmocka_unit_test(init_completes_what_was_cut),
        cmocka_unit_test(init_joins_by_a_card),
        cmocka_unit_test(init_says_where_the_mesh_must_listen),
        cmocka_unit_test(init_says_what_is_missing),
        cmocka_unit_test(tokens_are_made_listed_and_revoked_without_a_node),
        cmocka_unit_test(a_backup_is_restored_with_a_new_log_and_in_doubt),
        cmocka_unit_test(a_mistyped_directory_leads_to_no_other_node),
        cmocka_unit_test(half_a_copy_is_no_backup),
        cmocka_unit_test(a_damaged_store_makes_room_for_a_backup),
    };
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
