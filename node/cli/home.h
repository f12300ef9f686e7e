/* Where the node of this command line lies: its configuration and its directory.
 *
 *     DIR/entrepot.conf   the configuration, unless --config names another
 *     DIR/keys/           see node/keys.h
 *     DIR/store/          see node/store/store_lmdb.h
 *     DIR/guard           see node/guard.h
 *     DIR/joined          the card of a peer, given by hand: see identity_join
 *     DIR/tokens          see node/http/tokens.h
 *     DIR/admin.token     the token that `init` made for the command line on this machine
 *     DIR/run/ports       what a running node has bound */
#ifndef NODE_CLI_HOME_H
#define NODE_CLI_HOME_H

#include "node/cli/cli.h"
#include "node/config.h"

#define HOME_PATH_BYTES 1024

struct home {
    struct config config;
    char directory[CONFIG_TEXT_BYTES]; /* "": neither --dir nor --config nor ENTREPOT_DIR */
};

/* --dir, --config, --set and ENTREPOT_DIR. Says what is wrong. */
enum exit_code home_find(const struct cli *cli, struct home *home);
/* The same, and a directory must be known. */
enum exit_code home_need(const struct cli *cli, struct home *home);
/* DIR/name */
void home_path(const struct home *home, const char *name, char path[HOME_PATH_BYTES]);

#endif
