/* The bug bank: faults that can be planted, so that the simulator proves again and again that it
 * would see them. In an ordinary build every BUG is the constant false, and nothing of this is
 * left; the build with ENTREPOT_BUGS plants the one chosen when the simulator starts. */
#ifndef NODE_CORE_BUGS_H
#define NODE_CORE_BUGS_H

#include <stdbool.h>

/* X(name) : each is told in sim/README.md */
#define BUG_LIST(X) X(answer_before_commit)

#define BUG_ENUM(name) BUG_##name,
enum bug { BUG_NONE, BUG_LIST(BUG_ENUM) BUG_COUNT };
#undef BUG_ENUM

#ifdef ENTREPOT_BUGS
extern enum bug bug_planted;
#define BUG(name) (bug_planted == BUG_##name)
#else
#define BUG(name) false
#endif

/* Of the simulator: plants it; false: unknown, or an ordinary build. */
unsigned bugs_count(void);
const char *bugs_name(unsigned number);
bool bugs_plant(const char *name);

#endif
