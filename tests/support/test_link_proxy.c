/* The cable between processes: it passes bytes, holds them while it is stalled, and breaks. */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/process.h"

#define WAIT_MS  20000
#define QUIET_MS 200 /* so long nothing may come while a link is stalled */

static FILE *orders, *answers;
static pid_t proxy;
static int target; /* a listening socket */
static uint16_t target_port, link_port;

static int listen_here(uint16_t *port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof at;
    assert_int_equal(bind(fd, (struct sockaddr *)&at, size), 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &size), 0);
    *port = ntohs(at.sin_port);
    return fd;
}

static int connect_to(uint16_t port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_port = htons(port)};
    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
    return fd;
}

static bool readable(int fd, int ms)
{
    struct pollfd one = {.fd = fd, .events = POLLIN};
    return poll(&one, 1, ms) == 1;
}

static int accept_one(void)
{
    assert_true(readable(target, WAIT_MS));
    return accept4(target, NULL, NULL, SOCK_CLOEXEC);
}

static void assert_comes(int fd, const char *text)
{
    char got[64] = "";
    for (size_t used = 0; used < strlen(text);) {
        assert_true(readable(fd, WAIT_MS));
        ssize_t size = read(fd, got + used, sizeof got - 1 - used);
        assert_true(size > 0);
        used += (size_t)size;
    }
    assert_string_equal(got, text);
}

static void order(const char *line, const char *answer)
{
    char got[128];
    fprintf(orders, "%s\n", line);
    fflush(orders);
    assert_non_null(fgets(got, sizeof got, answers));
    got[strcspn(got, "\n")] = '\0';
    assert_string_equal(got, answer);
}

static void say(int fd, const char *text)
{
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
}

static void bytes_pass_both_ways(void **state)
{
    (void)state;
    int near = connect_to(link_port), far = accept_one();
    say(near, "there");
    assert_comes(far, "there");
    say(far, "back");
    assert_comes(near, "back");
    /* The last words before an orderly end arrive, and then the end. */
    say(near, "bye");
    close(near);
    assert_comes(far, "bye");
    char none;
    assert_true(readable(far, WAIT_MS));
    assert_int_equal(read(far, &none, 1), 0);
    close(far);
}

static void a_stalled_link_keeps_what_is_said_until_it_is_healed(void **state)
{
    (void)state;
    int near = connect_to(link_port), far = accept_one();
    order("cut a-* stall", "ok 1");
    say(near, "there");
    say(far, "back");
    assert_false(readable(far, QUIET_MS));
    assert_false(readable(near, QUIET_MS));
    int late = connect_to(link_port);
    say(late, "late");
    assert_false(readable(target, QUIET_MS));
    order("heal all", "ok 1");
    assert_comes(far, "there");
    assert_comes(near, "back");
    int late_far = accept_one();
    assert_comes(late_far, "late");
    close(near);
    close(far);
    close(late);
    close(late_far);
}

static void assert_broken(int fd)
{
    char none;
    assert_true(readable(fd, WAIT_MS));
    assert_int_equal(read(fd, &none, 1), -1);
    assert_int_equal(errno, ECONNRESET);
    close(fd);
}

static void a_link_that_is_reset_breaks_both_sides(void **state)
{
    (void)state;
    int near = connect_to(link_port), far = accept_one();
    order("cut a-b reset", "ok 1");
    assert_broken(near);
    assert_broken(far);
    assert_broken(connect_to(link_port));
    order("heal a-b", "ok 1");
    near = connect_to(link_port);
    far = accept_one();
    say(near, "again");
    assert_comes(far, "again");
    close(near);
    close(far);
}

static void a_link_can_be_led_elsewhere(void **state)
{
    (void)state;
    char line[64];
    uint16_t port;
    int other = listen_here(&port);
    snprintf(line, sizeof line, "to a-b 127.0.0.1:%u", port);
    order(line, "ok 1");
    int near = connect_to(link_port);
    assert_true(readable(other, WAIT_MS));
    assert_false(readable(target, 0));
    close(near);
    close(other);
    snprintf(line, sizeof line, "to a-b 127.0.0.1:%u", target_port);
    order(line, "ok 1");
}

static void an_order_it_does_not_know_is_told(void **state)
{
    (void)state;
    order("cut x-y", "error no link of this name");
    order("mend a-b", "error to, cut, heal and show are what it obeys");
    order("cut a-b gently", "error write reset or stall");
    order("to a-b nowhere", "error write to NAME HOST:PORT");
}

static int begin(void **state)
{
    (void)state;
    char line[128], name[64];
    target = listen_here(&target_port);
    snprintf(line, sizeof line, "a-b=127.0.0.1:%u", target_port);
    proxy = process_start_piped((const char *const[]){LINK_PROXY, "--link", line, NULL}, &orders,
                                &answers);
    if (fgets(line, sizeof line, answers) == NULL) return -1;
    if (sscanf(line, "link %63s %hu", name, &link_port) != 2) return -1;
    return fgets(line, sizeof line, answers) == NULL || strcmp(line, "ready\n") != 0;
}

/* The end of its orders ends it. */
static int end(void **state)
{
    (void)state;
    fclose(orders);
    fclose(answers);
    close(target);
    return process_end(proxy, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_pass_both_ways),
        cmocka_unit_test(a_stalled_link_keeps_what_is_said_until_it_is_healed),
        cmocka_unit_test(a_link_that_is_reset_breaks_both_sides),
        cmocka_unit_test(a_link_can_be_led_elsewhere),
        cmocka_unit_test(an_order_it_does_not_know_is_told),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
