/* Returns that are no plain ones, as a person types them: a claim that another unit answers, money
 * without goods, a dispute that the platform decides. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "tests/cli/drive.h"

static char rtm[SCRATCH_PATH_MAX + 8], merchant[TAKE_BYTES];
static pid_t rtm_pid;

static int make(void **state)
{
    (void)state;
    scratch = scratch_make();
    snprintf(rtm, sizeof rtm, "%s/rtm", scratch.path);
    rtm_pid = open_cups(rtm, merchant);
    import_cups(rtm, merchant);
    return 0;
}

static int end(void **state)
{
    (void)state;
    if (rtm_pid != 0) (void)stop_node(&rtm_pid, SIGTERM);
    scratch_remove(&scratch);
    return 0;
}

static void request(const char *kind, const char *outcome, char returned[TAKE_BYTES])
{
    assert_done(ENTREPOT("return", "request", "--merchant", merchant, "--order", "A", "--line",
                         "0:1:missing_item", "--kind", kind, "--outcome", outcome, "--dir", rtm,
                         "--json"));
    take("id", returned);
}

static void a_claim_is_answered_with_another_unit(void **state)
{
    (void)state;
    char returned[TAKE_BYTES];
    request("claim", "replacement", returned);
    assert_done(ENTREPOT("return", "approve", returned, "--dir", rtm));
    assert_done(ENTREPOT("return", "replace", returned, "--number", "1ZNEW", "--dir", rtm));
    assert_done(ENTREPOT("return", "show", returned, "--dir", rtm, "--json"));
    assert_has(ran.out, "\"state\":\"closed\"");
    assert_has(ran.out, "\"sent\":\"1ZNEW\"");
    assert_done(ENTREPOT("refund", "list", "--return", returned, "--dir", rtm, "--json"));
    assert_has(ran.out, "\"refunds\":[]");
    assert_int_not_equal(ENTREPOT("return", "replace", returned, "--dir", rtm), 0);
}

static void money_takes_the_place_of_a_thing_that_nobody_has(void **state)
{
    (void)state;
    char returned[TAKE_BYTES];
    request("claim", "replacement", returned);
    assert_done(ENTREPOT("return", "approve", returned, "--dir", rtm));
    assert_done(
        ENTREPOT("return", "refund-instead", returned, "--reason", "out of stock", "--dir", rtm));
    assert_done(ENTREPOT("refund", "list", "--return", returned, "--dir", rtm, "--json"));
    assert_has(ran.out, "\"amount_minor\":1990");
}

static void a_dispute_is_decided_by_whom_the_platform_speaks_through(void **state)
{
    (void)state;
    char returned[TAKE_BYTES];
    request("return", "refund", returned);
    assert_done(ENTREPOT("return", "decline", returned, "--why", "worn", "--dir", rtm));
    assert_done(ENTREPOT("return", "dispute", returned, "--reason", "it is new", "--dir", rtm));
    assert_done(ENTREPOT("return", "escalate", returned, "--dir", rtm));
    assert_done(ENTREPOT("return", "decline", returned, "--dir", rtm));
    assert_done(ENTREPOT("return", "show", returned, "--dir", rtm, "--json"));
    assert_has(ran.out, "\"state\":\"arbitrated\"");
    request("return", "refund", returned);
    assert_done(ENTREPOT("return", "decline", returned, "--dir", rtm));
    assert_done(ENTREPOT("return", "dispute", returned, "--dir", rtm));
    assert_done(ENTREPOT("return", "withdraw", returned, "--dir", rtm));
    assert_done(ENTREPOT("return", "show", returned, "--dir", rtm, "--json"));
    assert_has(ran.out, "\"state\":\"declined\"");
}

static void what_does_not_go_together_is_refused_by_its_field(void **state)
{
    (void)state;
    assert_int_not_equal(ENTREPOT("return", "request", "--merchant", merchant, "--order", "A",
                                  "--line", "0:1:missing_item", "--kind", "exchange", "--outcome",
                                  "refund", "--dir", rtm),
                         0);
    assert_has(ran.err, "outcome");
    assert_int_not_equal(ENTREPOT("return", "request", "--merchant", merchant, "--order", "A",
                                  "--line", "0:1:missing_item", "--kind", "swap", "--dir", rtm),
                         0);
    assert_has(ran.err, "kind");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_claim_is_answered_with_another_unit),
        cmocka_unit_test(money_takes_the_place_of_a_thing_that_nobody_has),
        cmocka_unit_test(a_dispute_is_decided_by_whom_the_platform_speaks_through),
        cmocka_unit_test(what_does_not_go_together_is_refused_by_its_field),
    };
    return cmocka_run_group_tests(tests, make, end);
}
