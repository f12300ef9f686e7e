#include "proto/bugs.h"

#include <string.h>

#ifdef ENTREPOT_BUGS

#define BUG_WORD(name) #name,
enum bug bug_planted;

static const char *const NAMES[] = {BUG_LIST(BUG_WORD)};
#undef BUG_WORD

unsigned bugs_count(void)
{
    return BUG_COUNT - 1;
}

const char *bugs_name(unsigned number)
{
    return NAMES[number];
}

bool bugs_plant(const char *name)
{
    for (unsigned i = 0; i < bugs_count(); i++) {
        if (strcmp(NAMES[i], name) != 0) continue;
        bug_planted = (enum bug)(i + 1);
        return true;
    }
    return false;
}

void bugs_clear(void)
{
    bug_planted = BUG_NONE;
}

#else

unsigned bugs_count(void)
{
    return 0;
}

const char *bugs_name(unsigned number)
{
    (void)number;
    return "";
}

bool bugs_plant(const char *name)
{
    (void)name;
    return false;
}

void bugs_clear(void) {}

#endif
