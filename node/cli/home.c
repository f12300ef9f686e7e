#include "node/cli/home.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/text.h"

static enum exit_code wrong(const char *why)
{
    cli_say("%s", why);
    return EXIT_FAILED;
}

/* The folder of the configuration is the node's directory when nothing else says where it is. */
static void directory_of(struct home *home, const char *given, const char *file)
{
    const char *from = given != NULL ? given : home->config.directory;
    snprintf(home->directory, sizeof home->directory, "%s", from);
    if (home->directory[0] != '\0' || file == NULL) return;
    const char *slash = strrchr(file, '/');
    int size = slash == NULL ? 0 : (int)(slash - file);
    snprintf(home->directory, sizeof home->directory, "%.*s", size, file);
    if (home->directory[0] == '\0')
        (void)text_copy(home->directory, sizeof home->directory, slash == NULL ? "." : "/");
}

enum exit_code home_find(const struct cli *cli, struct home *home)
{
    struct config_fault fault;
    char standard[HOME_PATH_BYTES];
    const char *directory = cli_flag(cli, "dir"), *file = cli_flag(cli, "config");
    if (directory == NULL && file == NULL) directory = getenv("ENTREPOT_DIR");
    if (directory != NULL && strlen(directory) >= CONFIG_TEXT_BYTES)
        return wrong("--dir: the path is too long");
    config_begin(&home->config);
    enum error error = OK;
    if (file != NULL)
        error = config_read_file(&home->config, file, &fault);
    else if (directory != NULL) {
        snprintf(standard, sizeof standard, "%s/entrepot.conf", directory);
        error = config_read_file(&home->config, standard, &fault);
        if (error == ERROR_NOT_FOUND) error = OK;
    }
    const char *set;
    for (unsigned i = 0; error == OK && (set = cli_flag_at(cli, "set", i)) != NULL; i++)
        error = config_set(&home->config, set, &fault);
    if (error == OK) error = config_check(&home->config, &fault);
    if (error != OK) return wrong(fault.why);
    directory_of(home, directory, file);
    return EXIT_DONE;
}

enum exit_code home_need(const struct cli *cli, struct home *home)
{
    enum exit_code code = home_find(cli, home);
    if (code != EXIT_DONE || home->directory[0] != '\0') return code;
    return cli_usage(cli, "which node? give --dir DIR");
}

void home_path(const struct home *home, const char *name, char path[HOME_PATH_BYTES])
{
    snprintf(path, HOME_PATH_BYTES, "%s/%s", home->directory, name);
}
