#include "tests/support/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void give_up(const char *what)
{
    perror(what);
    exit(2);
}

static void become(const char *const *argv)
{
    char *words[PROCESS_WORDS_MAX + 1];
    size_t count = 0;
    while (argv[count] != NULL && count < PROCESS_WORDS_MAX) {
        words[count] = strdup(argv[count]);
        count++;
    }
    words[count] = NULL;
    if (words[0] == NULL) _exit(127);
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* it does not outlive the test */
    execv(words[0], words);
    perror(words[0]);
    _exit(127);
}

static int code_of(int status)
{
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void take(int *fd, char *to, size_t *used)
{
    ssize_t got = read(*fd, to + *used, PROCESS_TEXT_BYTES - 1 - *used);
    if (got > 0) *used += (size_t)got;
    to[*used] = '\0';
    if (got > 0 && *used < PROCESS_TEXT_BYTES - 1) return;
    close(*fd);
    *fd = -1;
}

static void read_both(int out, int err, struct ran *ran)
{
    size_t out_used = 0, err_used = 0;
    ran->out[0] = ran->err[0] = '\0';
    while (out >= 0 || err >= 0) {
        struct pollfd both[2] = {{.fd = out, .events = POLLIN}, {.fd = err, .events = POLLIN}};
        if (poll(both, 2, -1) < 0) give_up("poll");
        if (both[0].revents != 0) take(&out, ran->out, &out_used);
        if (both[1].revents != 0) take(&err, ran->err, &err_used);
    }
}

/* A file without a name, so that no reader has to be fed while the program speaks. */
static int input_of(const char *text)
{
    FILE *file = tmpfile();
    if (file == NULL) give_up("tmpfile");
    fputs(text == NULL ? "" : text, file);
    rewind(file);
    int fd = dup(fileno(file));
    fclose(file);
    return fd;
}

void process_run(struct ran *ran, const char *const *argv, const char *input)
{
    int out[2], err[2], status = 0;
    int in = input_of(input);
    if (pipe(out) != 0 || pipe(err) != 0) give_up("pipe");
    pid_t pid = fork();
    if (pid < 0) give_up("fork");
    if (pid == 0) {
        dup2(in, STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        dup2(err[1], STDERR_FILENO);
        for (int i = 3; i < 64; i++) close(i);
        become(argv);
    }
    close(in);
    close(out[1]);
    close(err[1]);
    read_both(out[0], err[0], ran);
    if (waitpid(pid, &status, 0) != pid) give_up("waitpid");
    ran->code = code_of(status);
}

pid_t process_start(const char *const *argv, const char *out_file)
{
    pid_t pid = fork();
    if (pid < 0) give_up("fork");
    if (pid > 0) return pid;
    int in = open("/dev/null", O_RDONLY);
    int out = open(out_file, O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    for (int i = 3; i < 64; i++) close(i);
    become(argv);
    return -1;
}

pid_t process_start_piped(const char *const *argv, FILE **to, FILE **from)
{
    int in[2], out[2];
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) give_up("pipe");
    pid_t pid = fork();
    if (pid < 0) give_up("fork");
    if (pid == 0) {
        dup2(in[0], STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        for (int i = 3; i < 64; i++) close(i);
        become(argv);
    }
    close(in[0]);
    close(out[1]);
    *to = fdopen(in[1], "w");
    *from = fdopen(out[0], "r");
    if (*to == NULL || *from == NULL) give_up("fdopen");
    return pid;
}

int process_end(pid_t pid, int signal)
{
    int status = 0;
    if (signal != 0) kill(pid, signal);
    if (waitpid(pid, &status, 0) != pid) give_up("waitpid");
    return code_of(status);
}
