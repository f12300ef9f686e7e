/* What the kinds of effects have each for itself: effects.c moves all of them through the same
 * phases, so that the rules for what may leave when stand in one place. */
#ifndef NODE_CORE_EFFECTS_INSIDE_H
#define NODE_CORE_EFFECTS_INSIDE_H

#include "node/core/core_inside.h"

union effect_call {
    struct refund_call refund;
    struct label_call label;
};

/* What is to be written down of an effect. */
enum effect_word {
    EFFECT_NOTHING,
    EFFECT_TRIES,   /* an ATTEMPT, before anything is asked or sent once more */
    EFFECT_FINDS,   /* done */
    EFFECT_REFUSES, /* not done, and never will be */
    EFFECT_LOSES,   /* nobody can say */
    EFFECT_LATER    /* nothing is written or asked now */
};

/* An outside call came back, of whichever kind. */
struct effect_news {
    bool asked;
    enum refund_outcome outcome;
    const struct input *input;
};

/* What an answer comes to. phase: where the effect goes on; EFFECT_FREE: it is over, once the word
 * was written. EFFECT_WAITING: for a while, as after every call without word. */
struct effect_turn {
    enum effect_word word;
    enum effect_phase phase;
    const char *mark; /* NULL: none */
};

struct effect_ops {
    /* The call that the thing wants and the place of its account; false: none, or there is no such
     * account here: then the row of work stands, and no attempt is used up. */
    bool (*find)(struct core *core, const struct id *thing, union effect_call *call,
                 uint32_t *account);
    uint32_t (*accounts)(const struct core *core);
    /* Puts what the book writes of it into core->decision. news: NULL where there is none. */
    void (*decide)(struct core *core, const struct id *thing, enum effect_word word,
                   const struct input *news, const char *reason);
    void (*call)(struct core *core, enum call_kind kind, const union effect_call *call);
    /* The phase in which one begins whose intent stands in this very turn. */
    enum effect_phase (*begins)(struct core *core, const union effect_call *call);
    /* And the one in which it is taken up again; EFFECT_FREE: not now. */
    enum effect_phase (*takes_up)(struct core *core, const struct effect *effect,
                                  const union effect_call *call);
    /* What is to be written instead of a call that is about to leave; EFFECT_NOTHING: it may. NULL:
     * it always may. */
    enum effect_word (*bars)(struct core *core, const struct effect *effect,
                             const union effect_call *call, const char **reason);
    /* Where it goes on once an ATTEMPT stands: asked first, or sent at once. */
    enum effect_phase (*after_attempt)(const union effect_call *call);
    struct effect_turn (*asked)(struct core *core, const struct effect *effect,
                                enum refund_outcome outcome);
    struct effect_turn (*sent)(struct core *core, const struct effect *effect,
                               enum refund_outcome outcome);
    uint64_t (*window_ms)(const struct core *core, const struct effect *effect);
    /* So long after a call nothing is asked about it. */
    uint64_t (*quiet_ms)(const struct core *core, const struct effect *effect);
};
extern const struct effect_ops effect_of_refund, effect_of_label;

/* Decides and appends what the word says. false: nothing was written. */
bool effects_decide(struct core *core, const struct effect *effect, enum effect_word word,
                    const struct input *news, const char *reason);

#endif
