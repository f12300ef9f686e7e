/* Addresses that are names or of IPv6: a resolver that is slow, wrong or changes its mind holds
 * nobody up. The resolver is the test's own; nothing is asked of the network. */
#include "tests/node/mesh/sides.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct side a, b;

/* --- the resolver ------------------------------------------------------------------------------*/

static struct {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool stuck;            /* "member.test" brings no answer for now */
    unsigned asked;        /* how often it was asked for */
    const char *answer[3]; /* what it is, in the order of preference; NULL: there is no such name */
} names = {.mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static void names_say(const char *first, const char *second)
{
    pthread_mutex_lock(&names.mutex);
    names.asked = 0;
    names.answer[0] = first;
    names.answer[1] = second;
    pthread_mutex_unlock(&names.mutex);
}

static void names_stick(bool stuck)
{
    pthread_mutex_lock(&names.mutex);
    names.stuck = stuck;
    pthread_cond_broadcast(&names.changed);
    pthread_mutex_unlock(&names.mutex);
}

static unsigned names_asked(void)
{
    pthread_mutex_lock(&names.mutex);
    unsigned asked = names.asked;
    pthread_mutex_unlock(&names.mutex);
    return asked;
}

static void wait_until_asked(unsigned times)
{
    for (long waited = 0; names_asked() < times; waited += 5) {
        if (waited > WAIT_MS) fail_msg("the name was asked for %u times", names_asked());
        const struct timespec step = {0, 5000000};
        nanosleep(&step, NULL);
    }
}

static struct addrinfo *number_of(const char *text, uint16_t port)
{
    struct {
        struct addrinfo info;
        struct sockaddr_storage at;
    } *made = calloc(1, sizeof *made);
    struct sockaddr_in *four = (struct sockaddr_in *)&made->at;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)&made->at;
    made->info.ai_addr = (struct sockaddr *)&made->at;
    made->info.ai_socktype = SOCK_STREAM;
    if (inet_pton(AF_INET, text, &four->sin_addr) == 1) {
        made->info.ai_family = four->sin_family = AF_INET;
        made->info.ai_addrlen = sizeof *four;
        four->sin_port = htons(port);
    } else {
        inet_pton(AF_INET6, text, &six->sin6_addr);
        made->info.ai_family = six->sin6_family = AF_INET6;
        made->info.ai_addrlen = sizeof *six;
        six->sin6_port = htons(port);
    }
    return &made->info;
}

void freeaddrinfo(struct addrinfo *info)
{
    while (info != NULL) {
        struct addrinfo *next = info->ai_next;
        free(info);
        info = next;
    }
}

/* In the place of the C library's, for this program and the libraries it uses. */
int getaddrinfo(const char *restrict name, const char *restrict service,
                const struct addrinfo *restrict hints, struct addrinfo **restrict found)
{
    const uint16_t port = service == NULL ? 0 : (uint16_t)strtoul(service, NULL, 10);
    struct in6_addr number;
    struct addrinfo **last = found;
    *found = NULL;
    if (inet_pton(AF_INET, name, &number) == 1 || inet_pton(AF_INET6, name, &number) == 1) {
        *found = number_of(name, port);
        return 0;
    }
    if (strcmp(name, "member.test") != 0 || (hints->ai_flags & AI_NUMERICHOST)) return EAI_NONAME;
    pthread_mutex_lock(&names.mutex);
    names.asked++;
    while (names.stuck) pthread_cond_wait(&names.changed, &names.mutex);
    for (size_t i = 0; names.answer[i] != NULL; i++) {
        *last = number_of(names.answer[i], port);
        last = &(*last)->ai_next;
    }
    pthread_mutex_unlock(&names.mutex);
    return *found == NULL ? EAI_NONAME : 0;
}

/* --- the stories -------------------------------------------------------------------------------*/

static int set_up(void **state)
{
    (void)state;
    side_init(&a, 1);
    side_init(&b, 2);
    names_say(NULL, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    names_stick(false);
    side_free(&a);
    side_free(&b);
    return 0;
}

/* b as a member that a dials by its name. */
static struct known named(char address[64])
{
    snprintf(address, 64, "tcp://member.test%s", strrchr(b.address, ':'));
    return (struct known){keys_curve_public(b.keys), address};
}

static void expect_a(void)
{
    const struct known a_known[] = {{keys_curve_public(a.keys), NULL}};
    side_members(&b, a_known, 1);
}

static void assert_met(void)
{
    side_say(&a, side_next(&a, TOLD_UP).link, "found you");
    assert_string_equal(side_next(&b, TOLD_MESSAGE).text, "found you");
}

static void a_member_is_dialled_by_its_name(void **state)
{
    (void)state;
    char address[64];
    names_say("127.0.0.1", NULL);
    side_start(&a);
    side_start(&b);
    expect_a();
    const struct known b_known = named(address);
    side_members(&a, &b_known, 1);
    assert_met();
}

static void a_name_that_brings_no_answer_holds_no_other_link_up(void **state)
{
    (void)state;
    const uint8_t seed[32] = {99};
    struct keys *absent = keys_of_seed(seed);
    side_start(&a);
    side_start(&b);
    expect_a();
    names_stick(true);
    const struct known known[] = {{keys_curve_public(b.keys), b.address},
                                  {keys_curve_public(absent), "tcp://member.test:7400"}};
    side_members(&a, &known[1], 1);
    wait_until_asked(1);
    side_members(&a, known, 2);
    assert_met();
    keys_free(absent);
}

static void a_name_that_brings_no_answer_does_not_hold_the_stop_up(void **state)
{
    (void)state;
    char address[64];
    names_stick(true);
    side_start(&a);
    side_start(&b);
    const struct known b_known = named(address);
    side_members(&a, &b_known, 1);
    wait_until_asked(1);
    side_stop(&a);
    side_members(&b, NULL, 0);
}

/* A machine may have no IPv6, as many containers do. */
static void need_six(void)
{
    const struct sockaddr_in6 at = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    const int fd = socket(AF_INET6, SOCK_STREAM, 0);
    const bool there = fd >= 0 && bind(fd, (const struct sockaddr *)&at, sizeof at) == 0;
    if (fd >= 0) close(fd);
    if (there) return;
    printf("skipped: no IPv6 on this machine\n");
    skip();
}

/* The first address is of a kind that leads nowhere from here; the next one does. */
static void all_addresses_of_a_name_are_tried(void **state)
{
    (void)state;
    char address[64];
    names_say("::1", "127.0.0.1");
    side_start(&a);
    side_start(&b);
    expect_a();
    const struct known b_known = named(address);
    side_members(&a, &b_known, 1);
    assert_met();
}

static void a_member_with_addresses_of_six_alone_is_dialled_by_its_name(void **state)
{
    (void)state;
    char address[64];
    need_six();
    names_say("::1", NULL);
    b.options.bind = "tcp://[::1]:*";
    side_start(&a);
    side_start(&b);
    expect_a();
    const struct known b_known = named(address);
    side_members(&a, &b_known, 1);
    assert_met();
}

static void a_port_of_six_cuts_and_binds_anew_like_one_of_four(void **state)
{
    (void)state;
    need_six();
    b.options.bind = "tcp://[::1]:*";
    side_start(&a);
    side_start(&b);
    expect_a();
    const struct known b_known[] = {{keys_curve_public(b.keys), b.address}};
    side_members(&a, b_known, 1);
    assert_met();
    mesh_drop(b.mesh, side_latest(&b));
    side_next(&a, TOLD_DOWN);
    assert_met();
    side_members(&b, NULL, 0);
    side_next(&a, TOLD_DOWN);
    expect_a();
    assert_met();
    assert_string_equal(b.address, mesh_endpoint(b.mesh));
}

static void a_name_is_asked_for_again_when_it_led_nowhere(void **state)
{
    (void)state;
    char address[64];
    names_say("127.0.0.2", NULL);
    side_start(&a);
    side_start(&b);
    expect_a();
    const struct known b_known = named(address);
    side_members(&a, &b_known, 1);
    wait_until_asked(2);
    names_say("127.0.0.1", NULL);
    assert_met();
}

int main(void)
{
#define NAMES(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        NAMES(a_member_is_dialled_by_its_name),
        NAMES(a_name_that_brings_no_answer_holds_no_other_link_up),
        NAMES(a_name_that_brings_no_answer_does_not_hold_the_stop_up),
        NAMES(all_addresses_of_a_name_are_tried),
        NAMES(a_member_with_addresses_of_six_alone_is_dialled_by_its_name),
        NAMES(a_port_of_six_cuts_and_binds_anew_like_one_of_four),
        NAMES(a_name_is_asked_for_again_when_it_led_nowhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
