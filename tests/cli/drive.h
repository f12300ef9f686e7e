/* The program as a test drives it: run to its end, or as a node in the background. */
#ifndef TESTS_CLI_DRIVE_H
#define TESTS_CLI_DRIVE_H

#include <stdbool.h>

#include "tests/support/process.h"
#include "tests/support/scratch.h"

#define WAIT_MS    30000
#define STEP_MS    50
#define TAKE_BYTES 80

extern struct scratch scratch;
extern struct ran ran; /* of the latest run */

/* ENTREPOT("status", "--dir", dir): the exit code; what was said stands in `ran`. */
#define ENTREPOT(...) drive((const char *const[]){ENTREPOT_PROGRAM, __VA_ARGS__, NULL}, NULL)
int drive(const char *const *argv, const char *input);
/* Repeats it until it ends with this code; fails after WAIT_MS. */
#define EVENTUALLY(code, ...)                                                                      \
    drive_until((code), (const char *const[]){ENTREPOT_PROGRAM, __VA_ARGS__, NULL})
void drive_until(int code, const char *const *argv);

/* A path in the scratch directory; lives until seven others were asked for. */
const char *in_scratch(const char *name);
void pause_ms(long ms);
void write_text(const char *path, const char *text);

void assert_done(int code);
void assert_has(const char *text, const char *part);
/* The text of the first "name":"..." in what was printed. */
void take(const char *name, char to[TAKE_BYTES]);

/* Starts `entrepot node` on ports of the kernel's choice and waits until it is ready. */
pid_t start_node(const char *dir);
pid_t start_node_at(const char *dir, const char *bind); /* its mesh.bind */
int stop_node(pid_t *pid, int signal);
/* A node of a warehouse, with one merchant of cups and its book; and an order A of four cups at
 * 19.90, sold today. */
pid_t open_cups(const char *dir, char merchant[TAKE_BYTES]);
void import_cups(const char *dir, const char *merchant);
/* A second node, Los Angeles, that joins the mesh of the first and is admitted there. */
pid_t join_cups(const char *dir, const char *first);
/* A line of DIR/run/ports: "url", "endpoint". */
void read_port(const char *dir, const char *key, char to[256]);

#endif
