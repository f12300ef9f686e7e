/* node: runs a node until it is told to stop. */
#include "node/running.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "node/cli/home.h"
#include "node/cli/subcommands.h"
#include "node/log.h"
#include "node/text.h"

static void put_line(void *world, const char *text)
{
    fprintf(world, "%s\n", text);
}

void node_more(FILE *out)
{
    fputs("\nSIGTERM and SIGINT stop it in order. What it bound stands in DIR/run/ports. It ends "
          "with\n"
          "70 when the outcome of a commit is not known: started again, it reads what is there.\n"
          "\nthe configuration:\n",
          out);
    config_print(CONFIG_PRINT_TEXT, out, put_line);
}

/* Tells systemd, when it started us with Type=notify. */
static void notify(const char *state)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    if (path == NULL || path[0] == '\0') return;
    if (!text_copy(to.sun_path, sizeof to.sun_path, path)) return;
    if (to.sun_path[0] == '@') to.sun_path[0] = '\0'; /* an abstract one */
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return;
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
    ssize_t ignored = sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&to, size);
    (void)ignored;
    close(fd);
}

/* All threads are started with these blocked, so that only the wait below sees them. */
static sigset_t block_signals(void)
{
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    pthread_sigmask(SIG_BLOCK, &stop, NULL);
    signal(SIGPIPE, SIG_IGN);
    return stop;
}

static void set_log(const struct config *config)
{
    static const int forms[] = {
        [CONFIG_LOG_AUTO] = -1, [CONFIG_LOG_TEXT] = 0, [CONFIG_LOG_JSON] = 1};
    log_setup((enum log_level)config->log_level, forms[config->log_form]);
}

static void say_ready(const struct running *running)
{
    const struct ports *ports = &running->ports;
    char node[ID_TEXT_BYTES];
    id_print(&running->identity.self.node, node);
    const char *name = running->config->name;
    if (name[0] == '\0') name = running->identity.name;
    LOG(LOG_INFO, "node", "ready", LOG_TEXT("name", name), LOG_TEXT("node", node),
        LOG_TEXT("http", ports->url), LOG_TEXT("mesh", ports->endpoint));
    printf("entrepot: ready %s%s%s\n", ports->url, ports->endpoint[0] == '\0' ? "" : " ",
           ports->endpoint);
    if (fflush(stdout) != 0) clearerr(stdout); /* nobody listens there: the log says it too */
}

/* Who reads the node's log line by line reads there too why it did not start. */
static bool say_in_log(const char *text)
{
    if (!log_is_json()) return false;
    LOG(LOG_ERROR, "node", "cannot start", LOG_TEXT("why", text));
    return true;
}

enum exit_code node_run(struct cli *cli)
{
    static struct home home;
    static struct running running;
    char why[RUNNING_WHY_BYTES];
    int received = 0;
    cli_say_through(say_in_log);
    enum exit_code code = home_need(cli, &home);
    if (code != EXIT_DONE) return code;
    set_log(&home.config);
    sigset_t stop = block_signals();
    enum error error = running_start(&running, &home.config, home.directory, why);
    if (error != OK) {
        cli_say("%s", why);
        return cli_exit_of(error);
    }
    say_ready(&running);
    notify("READY=1");
    while (sigwait(&stop, &received) != 0) continue;
    notify("STOPPING=1");
    LOG(LOG_INFO, "node", "stops", LOG_NUMBER("signal", received));
    running_stop(&running);
    LOG(LOG_INFO, "node", "stopped", LOG_NUMBER("signal", received));
    return EXIT_DONE;
}

/* --- the configuration by itself ------------------------------------------------------------- */

const struct cli_flag config_flags[] = {
    {"format", "FORMAT", "text, markdown or file; text when it is not given"},
    {NULL, NULL, NULL},
};

enum exit_code config_show(struct cli *cli)
{
    static const struct {
        const char *name;
        enum config_print form;
    } forms[] = {{"text", CONFIG_PRINT_TEXT},
                 {"markdown", CONFIG_PRINT_MARKDOWN},
                 {"file", CONFIG_PRINT_FILE}};
    const char *format = cli_flag(cli, "format");
    for (size_t i = 0; i < 3; i++) {
        if (strcmp(format == NULL ? "text" : format, forms[i].name) != 0) continue;
        config_print(forms[i].form, stdout, put_line);
        return EXIT_DONE;
    }
    return cli_usage(cli, "--format %s: text, markdown or file is wanted", format);
}

enum exit_code config_check_file(struct cli *cli)
{
    static struct config config;
    struct config_fault fault;
    config_begin(&config);
    enum error error = config_read_file(&config, cli->words[0], &fault);
    if (error == OK) error = config_check(&config, &fault);
    if (error == OK) error = config_check_files(&config, &fault);
    if (error == OK)
        puts("good");
    else
        cli_say("%s", fault.why);
    return cli_exit_of(error);
}
