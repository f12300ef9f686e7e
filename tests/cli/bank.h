/* A payment provider as a process of its own: the sandbox, on a port of the kernel's choice, with a
 * ledger that tests look into and faults that they ask for. */
#ifndef TESTS_CLI_BANK_H
#define TESTS_CLI_BANK_H

#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

struct bank {
    pid_t pid; /* 0: closed */
    FILE *to, *from;
    uint16_t port;
};

void bank_open(struct bank *bank);
/* Another program that is driven in the same way. */
void bank_open_as(struct bank *bank, const char *program);
/* Ends it, also one that was stopped; a closed one stays closed. */
void bank_close(struct bank *bank);
/* A word to its control, such as "/control/forget". */
void bank_tell(const struct bank *bank, const char *path);
/* What it does with the next call: "refuse", "hold", "pending"... */
void bank_will(const struct bank *bank, const char *fault);
/* How often the part stands in what it shows there: "/control/ledger", "/control/log". */
unsigned bank_count(const struct bank *bank, const char *path, const char *part);

#endif
