/* A node as a service: what it tells the system that started it, and what it shows to monitoring.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/cli/drive.h"
#include "tests/node/http/client.h"

static char dir[SCRATCH_PATH_MAX + 8];
static pid_t node_pid;
static int service = -1; /* what systemd would listen at */

/* A datagram socket at this address; @ in front: an abstract one. Told to the nodes to come. */
static void listen_at(const char *address)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    const struct timeval patience = {WAIT_MS / 1000, 0};
    snprintf(at.sun_path, sizeof at.sun_path, "%s", address);
    if (address[0] == '@') at.sun_path[0] = '\0';
    service = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_true(service >= 0);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(address));
    assert_int_equal(bind(service, (struct sockaddr *)&at, size), 0);
    setsockopt(service, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setenv("NOTIFY_SOCKET", address, 1);
}

static void hang_up(void)
{
    if (service >= 0) close(service);
    service = -1;
    unsetenv("NOTIFY_SOCKET");
}

static void assert_told(const char *expected)
{
    char said[256] = "";
    ssize_t size = recv(service, said, sizeof said - 1, 0);
    if (size < 0) fail_msg("nothing is told, %s was expected", expected);
    assert_string_equal(said, expected);
}

static void assert_told_nothing_more(void)
{
    char said[256];
    assert_int_equal(recv(service, said, sizeof said, MSG_DONTWAIT), -1);
    assert_int_equal(errno, EAGAIN);
}

static uint16_t node_port(void)
{
    char port[256];
    read_port(dir, "http", port);
    return (uint16_t)strtoul(port, NULL, 10);
}

static void tells_the_socket_at(const char *address)
{
    listen_at(address);
    node_pid = start_node(dir);
    assert_told("READY=1");
    /* Ready is said when it serves, and not before. */
    struct reply reply = client_get(node_port(), "/readyz", NULL);
    assert_int_equal(reply.status, 200);
    reply_free(&reply);
    assert_told_nothing_more();
    assert_int_equal(stop_node(&node_pid, SIGTERM), 0);
    assert_told("STOPPING=1");
    assert_told_nothing_more();
    hang_up();
}

static void systemd_is_told_when_it_is_ready_and_when_it_stops(void **state)
{
    (void)state;
    char address[64];
    tells_the_socket_at(in_scratch("notify"));
    snprintf(address, sizeof address, "@entrepot-test-%ld", (long)getpid());
    tells_the_socket_at(address);
}

static void a_node_that_cannot_start_is_not_ready(void **state)
{
    (void)state;
    listen_at(in_scratch("notify-2"));
    assert_int_equal(ENTREPOT("node", "--dir", dir, "--set", "http.address=192.0.2.1", "--set",
                              "mesh.bind=tcp://127.0.0.1:*"),
                     1);
    assert_told_nothing_more();
    hang_up();
}

static void a_service_that_does_not_listen_stops_nobody(void **state)
{
    (void)state;
    static char longest[300];
    memset(longest, 'x', sizeof longest - 1);
    const char *const addresses[] = {"", "/nowhere/to/be/found", longest};
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        setenv("NOTIFY_SOCKET", addresses[i], 1);
        node_pid = start_node(dir);
        assert_int_equal(stop_node(&node_pid, SIGTERM), 0);
    }
    unsetenv("NOTIFY_SOCKET");
}

static void assert_counted(const struct reply *metrics, const char *name, const char *type)
{
    char text[128];
    snprintf(text, sizeof text, "\n# HELP entrepot_%s ", name);
    if (!reply_has(metrics, text)) fail_msg("no HELP of %s", name);
    snprintf(text, sizeof text, "\n# TYPE entrepot_%s %s\nentrepot_%s ", name, type, name);
    if (!reply_has(metrics, text)) fail_msg("no %s %s", type, name);
}

/* A stranger who knocks at the mesh is seen in the figures. */
static void the_mesh_and_the_outbox_stand_in_the_metrics(void **state)
{
    (void)state;
    node_pid = start_node(dir);
    struct reply metrics = client_get(node_port(), "/metrics", NULL);
    assert_int_equal(metrics.status, 200);
    static const char *const counters[] = {
        "mesh_admitted_total", "mesh_refused_total", "mesh_received_total", "mesh_sent_total",
        "mesh_rebinds_total",  "outbox_sent_total",  "outbox_asked_total",  "outbox_no_word_total"};
    for (size_t i = 0; i < sizeof counters / sizeof counters[0]; i++)
        assert_counted(&metrics, counters[i], "counter");
    assert_counted(&metrics, "outbox_waiting", "gauge");
    assert_true(reply_has(&metrics, "\nentrepot_mesh_refused_total 0\n"));
    reply_free(&metrics);
    char endpoint[256], other[SCRATCH_PATH_MAX + 64];
    snprintf(other, sizeof other, "%s", in_scratch("lax"));
    read_port(dir, "endpoint", endpoint);
    assert_done(ENTREPOT("membership", "card", "--dir", dir, "--address", endpoint));
    write_text(in_scratch("rtm.card"), ran.out);
    assert_done(ENTREPOT("init", "--join", in_scratch("rtm.card"), "--dir", other, "--name",
                         "Los Angeles", "--warehouse", "LAX"));
    pid_t stranger = start_node(other); /* nobody has admitted it */
    for (long waited = 0;; waited += STEP_MS) {
        metrics = client_get(node_port(), "/metrics", NULL);
        bool refused = !reply_has(&metrics, "\nentrepot_mesh_refused_total 0\n");
        reply_free(&metrics);
        if (refused) break;
        if (waited > WAIT_MS) fail_msg("the stranger is not counted");
        pause_ms(STEP_MS);
    }
    assert_int_equal(stop_node(&stranger, SIGTERM), 0);
    assert_int_equal(stop_node(&node_pid, SIGTERM), 0);
}

/* --- what a service's log says when it does not come up --------------------------------------- */

/* Every line of what was said is an object of JSON, as far as one sees from its ends. */
static void assert_json_lines(const char *text)
{
    if (text[0] == '\0') fail_msg("nothing was said");
    for (; *text != '\0'; text += strcspn(text, "\n") + 1) {
        size_t size = strcspn(text, "\n");
        if (text[0] != '{' || text[size - 1] != '}') fail_msg("no JSON line: %s", text);
    }
}

static void a_start_that_fails_is_a_line_like_those_of_the_log(void **state)
{
    (void)state;
    char file[SCRATCH_PATH_MAX + 64];
    snprintf(file, sizeof file, "%s", in_scratch("wrong.conf"));
    write_text(file, "[http]\nprot = 1\n");
    assert_int_equal(ENTREPOT("node", "--dir", dir, "--set", "http.address=192.0.2.1", "--set",
                              "mesh.bind=tcp://127.0.0.1:*"),
                     1);
    assert_json_lines(ran.err);
    assert_has(ran.err, "\"level\":\"error\",\"component\":\"node\",\"message\":\"cannot start\"");
    assert_has(ran.err, "\"why\":\"[http] cannot listen at 192.0.2.1");
    assert_int_equal(ENTREPOT("node", "--config", file), 1);
    assert_json_lines(ran.err);
    assert_has(ran.err, "[http] prot: no such key; did you mean port");
    assert_int_equal(ENTREPOT("node", "--dir", in_scratch("nowhere")), 3);
    assert_json_lines(ran.err);
    assert_has(ran.err, "entrepot init makes a node");
}

static void a_start_that_fails_is_told_as_the_configuration_wants(void **state)
{
    (void)state;
    assert_int_equal(ENTREPOT("node", "--dir", in_scratch("nowhere"), "--set", "log.form=text"), 3);
    assert_int_equal(strncmp(ran.err, "entrepot: ", 10), 0);
    /* What is wrong with the command line, a person has typed. */
    assert_int_equal(ENTREPOT("node", "--dri", dir), 2);
    assert_int_equal(strncmp(ran.err, "entrepot: ", 10), 0);
}

static void the_log_stays_json_whatever_stands_in_a_name(void **state)
{
    (void)state;
    char path[600], name[2 * sizeof path];
    memset(path, '"', sizeof path); /* two bytes each, in JSON */
    snprintf(name, sizeof name, "%s/\xff\x80%.*s", in_scratch("no"), 500, path);
    assert_int_equal(ENTREPOT("node", "--dir", in_scratch("\xff\xc3\xb6\xc3")), 3);
    assert_json_lines(ran.err);
    assert_has(ran.err, "\\ufffd\xc3\xb6\\ufffd");
    assert_int_equal(ENTREPOT("node", "--config", name), 1);
    assert_json_lines(ran.err);
}

/* --- few files -------------------------------------------------------------------------------- */

static void read_log(char *text, size_t size)
{
    char path[SCRATCH_PATH_MAX + 32];
    snprintf(path, sizeof path, "%s/log", dir);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    text[fread(text, 1, size - 1, file)] = '\0';
    fclose(file);
}

static pid_t start_node_with_few_files(void)
{
    char ports[SCRATCH_PATH_MAX + 32], log[SCRATCH_PATH_MAX + 32];
    static const char few[] = "ulimit -n 100 && exec \"$0\" node --dir \"$1\" --set http.port=0 "
                              "--set 'mesh.bind=tcp://127.0.0.1:*'";
    const char *const argv[] = {"/bin/sh", "-c", few, ENTREPOT_PROGRAM, dir, NULL};
    snprintf(ports, sizeof ports, "%s/run/ports", dir);
    snprintf(log, sizeof log, "%s/log", dir);
    unlink(ports);
    pid_t pid = process_start(argv, log);
    for (long waited = 0; access(ports, F_OK) != 0; waited += STEP_MS) {
        if (waited > WAIT_MS) fail_msg("the node does not come up");
        pause_ms(STEP_MS);
    }
    return pid;
}

static const char *admin_token(void)
{
    static char token[256];
    char path[SCRATCH_PATH_MAX + 32];
    snprintf(path, sizeof path, "%s/admin.token", dir);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(token, sizeof token, file));
    fclose(file);
    token[strcspn(token, "\n")] = '\0';
    return token;
}

/* Streams stay open: they leave half of the 50 places to others. */
static void assert_streams_leave_room(void)
{
    enum { STREAMS = 30 };
    int fds[STREAMS];
    unsigned opened = 0;
    for (size_t i = 0; i < STREAMS; i++) {
        char request[512];
        snprintf(request, sizeof request,
                 "GET /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n",
                 admin_token());
        fds[i] = client_connect(node_port());
        client_send(fds[i], request);
        if (strstr(client_read(fds[i], "\r\n\r\n"), " 200 ") != NULL) opened++;
    }
    assert_done(ENTREPOT("status", "--dir", dir));
    for (size_t i = 0; i < STREAMS; i++) close(fds[i]);
    assert_int_equal(opened, 25);
}

static void a_node_with_few_files_serves_beside_a_crowd(void **state)
{
    (void)state;
    static char text[64 * 1024];
    enum { CROWD = 120 };
    int fds[CROWD];
    node_pid = start_node_with_few_files();
    for (size_t i = 0; i < CROWD; i++) fds[i] = client_connect(node_port());
    assert_done(ENTREPOT("status", "--dir", dir));
    for (size_t i = 0; i < CROWD; i++) close(fds[i]);
    assert_streams_leave_room();
    assert_int_equal(stop_node(&node_pid, SIGTERM), 0);
    read_log(text, sizeof text);
    assert_has(text, "fewer connections than [http] connections_max");
    assert_has(text, "\"connections\":50,\"files\":100,\"files_wanted\":1280");
    assert_null(strstr(text, "no connection can be accepted"));
}

/* --- without standard files ------------------------------------------------------------------- */

/* The first file that such a node opens is one of its store's: its log must not end up there. */
static void a_node_without_standard_files_keeps_its_store_whole(void **state)
{
    (void)state;
    char ports[SCRATCH_PATH_MAX + 32];
    static const char bare[] =
        "exec \"$0\" node --dir \"$1\" --set http.port=0 --set log.level=debug "
        "--set 'mesh.bind=tcp://127.0.0.1:*' <&- >&- 2>&-";
    const char *const argv[] = {"/bin/sh", "-c", bare, ENTREPOT_PROGRAM, dir, NULL};
    snprintf(ports, sizeof ports, "%s/run/ports", dir);
    node_pid = process_start(argv, in_scratch("bare.log"));
    for (long waited = 0; access(ports, F_OK) != 0; waited += STEP_MS) {
        if (waited > WAIT_MS) fail_msg("the node does not come up");
        pause_ms(STEP_MS);
    }
    for (int i = 0; i < 3; i++) {
        struct reply reply = client_get(node_port(), "/v1/status", "ep_admin_x");
        assert_int_equal(reply.status, 401); /* it is logged */
        reply_free(&reply);
    }
    assert_int_equal(stop_node(&node_pid, SIGTERM), 0);
    assert_done(ENTREPOT("verify", "--dir", dir, "--json"));
    assert_has(ran.out, "\"findings\":0");
}

/* --- who knocks ------------------------------------------------------------------------------- */

/* Behind a proxy, and with a carrier's secret. */
static void configure_a_gateway(void)
{
    char path[SCRATCH_PATH_MAX + 32];
    snprintf(path, sizeof path, "%s/entrepot.conf", dir);
    write_text(in_scratch("carrier.secret"), "a secret\n");
    assert_int_equal(chmod(in_scratch("carrier.secret"), 0600), 0);
    FILE *file = fopen(path, "a");
    assert_non_null(file);
    fprintf(file, "[http]\ntrust_forwarded = yes\n[carrier easypost]\nsecret_file = %s\n",
            in_scratch("carrier.secret"));
    fclose(file);
}

static void the_log_says_who_knocks_without_proof(void **state)
{
    (void)state;
    static char text[64 * 1024];
    configure_a_gateway();
    node_pid = start_node(dir);
    const struct letter push = {.path = "/v1/carriers/easypost/webhook",
                                .header = "X-Forwarded-For: 192.0.2.1, 198.51.100.7",
                                .body = "{}"};
    struct reply pushed = client_call(node_port(), &push);
    assert_int_equal(pushed.status, 401);
    reply_free(&pushed);
    for (int i = 0; i < 5; i++) {
        struct reply reply = client_get(node_port(), "/v1/status", "ep_admin_x");
        assert_int_equal(reply.status, 401);
        reply_free(&reply);
    }
    assert_int_equal(stop_node(&node_pid, SIGTERM), 0);
    read_log(text, sizeof text);
    const char *line = strstr(text, "a call without a valid token");
    assert_non_null(line);
    assert_has(line,
               "\"route\":\"/v1/status\",\"code\":\"unauthenticated\",\"client\":\"127.0.0.1\"");
    assert_null(strstr(line + 1, "a call without a valid token"));
    line = strstr(text, "a carrier's push was not taken");
    assert_non_null(line);
    assert_has(line, "\"carrier\":\"easypost\",\"code\":\"bad_signature\","
                     "\"client\":\"198.51.100.7\"");
}

static int begin(void **state)
{
    (void)state;
    unsetenv("NOTIFY_SOCKET");
    scratch = scratch_make();
    snprintf(dir, sizeof dir, "%s/rtm", scratch.path);
    assert_done(
        ENTREPOT("init", "--found", "--dir", dir, "--name", "Rotterdam", "--warehouse", "RTM"));
    return 0;
}

static int end(void **state)
{
    (void)state;
    stop_node(&node_pid, SIGKILL);
    hang_up();
    scratch_remove(&scratch);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(systemd_is_told_when_it_is_ready_and_when_it_stops),
        cmocka_unit_test(a_node_that_cannot_start_is_not_ready),
        cmocka_unit_test(a_service_that_does_not_listen_stops_nobody),
        cmocka_unit_test(the_mesh_and_the_outbox_stand_in_the_metrics),
        cmocka_unit_test(a_start_that_fails_is_a_line_like_those_of_the_log),
        cmocka_unit_test(a_start_that_fails_is_told_as_the_configuration_wants),
        cmocka_unit_test(the_log_stays_json_whatever_stands_in_a_name),
        cmocka_unit_test(a_node_with_few_files_serves_beside_a_crowd),
        cmocka_unit_test(the_log_says_who_knocks_without_proof),
        cmocka_unit_test(a_node_without_standard_files_keeps_its_store_whole),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
