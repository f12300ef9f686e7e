/* Other programs, run by a test: to their end with all they said, or beside it until it stops them.
 * What a test starts it also ends; a program that outlives its test by far is killed. */
#ifndef TESTS_SUPPORT_PROCESS_H
#define TESTS_SUPPORT_PROCESS_H

#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#define PROCESS_TEXT_BYTES (256u * 1024)
#define PROCESS_WORDS_MAX  64

struct ran {
    int code; /* of its exit; 128 + signal when one ended it */
    char out[PROCESS_TEXT_BYTES], err[PROCESS_TEXT_BYTES];
};
/* argv ends on NULL. input: what it reads; NULL: nothing. */
void process_run(struct ran *ran, const char *const *argv, const char *input);

/* Starts it with both outputs in one file. */
pid_t process_start(const char *const *argv, const char *out_file);
/* Starts it with pipes: what it is told and what it says, the caller's to close. Its errors are the
 * test's own. */
pid_t process_start_piped(const char *const *argv, FILE **to, FILE **from);
/* Sends the signal (0: none) and waits for the end: the code as above. */
int process_end(pid_t pid, int signal);

#endif
