#include "tests/cli/bank.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/node/http/client.h"
#include "tests/support/process.h"

void bank_open(struct bank *bank)
{
    bank_open_as(bank, SANDBOX);
}

void bank_open_as(struct bank *bank, const char *program)
{
    const char *const argv[] = {program, NULL};
    unsigned port = 0;
    bank->pid = process_start_piped(argv, &bank->to, &bank->from);
    assert_int_equal(fscanf(bank->from, "port %u", &port), 1);
    bank->port = (uint16_t)port;
}

void bank_close(struct bank *bank)
{
    if (bank->pid <= 0) return;
    kill(bank->pid, SIGCONT);
    fclose(bank->to);
    fclose(bank->from);
    process_end(bank->pid, 0);
    bank->pid = 0;
}

void bank_tell(const struct bank *bank, const char *path)
{
    const struct letter ask = {.method = "POST", .path = path, .body = ""};
    struct reply reply = client_call(bank->port, &ask);
    assert_int_equal(reply.status, 200);
    reply_free(&reply);
}

void bank_will(const struct bank *bank, const char *fault)
{
    char path[64];
    snprintf(path, sizeof path, "/control/next?do=%s", fault);
    bank_tell(bank, path);
}

unsigned bank_count(const struct bank *bank, const char *path, const char *part)
{
    unsigned count = 0;
    struct reply reply = client_get(bank->port, path, "sk_test");
    assert_int_equal(reply.status, 200);
    for (const char *at = strstr(reply.body, part); at != NULL; at = strstr(at + 1, part)) count++;
    reply_free(&reply);
    return count;
}
