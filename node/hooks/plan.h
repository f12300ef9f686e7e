/* What is to be sent to an endpoint next, and what follows from an answer: a function of given
 * times and given chance, without clock, socket or store, so that days of retries are tested in a
 * moment.
 *
 * A line is an endpoint as the leader of its book sees it: read up to an entry, with the messages
 * that are under way in the order in which the book made them. */
#ifndef NODE_HOOKS_PLAN_H
#define NODE_HOOKS_PLAN_H

#include "node/core/hook_rows.h"
#include "overseas-warehouse/hook.h"

#define PLAN_CALLS_MAX          64 /* under way at once, of all endpoints */
#define PLAN_CALLS_OF_LINE_MAX  4  /* ... of one */
#define PLAN_CHECK_MS           60000u
#define PLAN_CHECK_MESSAGES_MAX 64u   /* ended since the last checkpoint */
#define PLAN_CHECK_ENTRIES_MAX  4096u /* read since then */

struct plan_message {
    uint64_t idx;
    enum hook_type type;
    struct id about; /* the return; zero: none */
    struct id message;
    unsigned attempts;
    uint64_t first_ms, next_ms;
    bool replay;
    bool called; /* a call is out */
};

struct plan_line {
    struct id webhook, merchant;
    uint64_t through; /* every message of entries so far is open or has ended */
    struct plan_message open[HOOK_OPEN_MAX]; /* in their order */
    unsigned open_count, calls;
    uint64_t replay_at, replay_next; /* the wish being done; 0: none */
    uint64_t number;                 /* of the latest delivery in the log */
    uint64_t taken_ms;               /* when it took a message last */
    uint64_t checked_through, checked_ms;
    unsigned ended; /* messages since it was checked in */
    bool may_send;  /* enabled, led here, and signed */
};

bool plan_has_room(const struct plan_line *line, unsigned messages);
bool plan_is_open(const struct plan_line *line, uint64_t idx, enum hook_type type);
/* There is room. One that is open already is not added twice. */
void plan_add(struct plan_line *line, const struct plan_message *message);

/* The line and the place of the message to send now, from `first` on in turns; false: none. A call
 * is counted as out from here on. */
struct plan_choice {
    size_t line;
    unsigned place;
};
bool plan_choose(struct plan_line *const *lines, size_t count, size_t first, uint64_t now_ms,
                 struct plan_choice *choice);
/* The call is over without an attempt, as if it had not been chosen. */
void plan_forget_call(struct plan_line *line, uint64_t idx, enum hook_type type);

enum plan_verdict {
    PLAN_UNKNOWN, /* no such message is open (any more) */
    PLAN_TAKEN,
    PLAN_AGAIN,
    PLAN_GIVEN_UP
};
struct plan_end {
    enum plan_verdict verdict;
    unsigned attempt; /* which one it was */
    uint64_t next_ms; /* 0: none */
    bool replay;
    struct id message;
    bool disable; /* nothing was taken from this message's first attempt to its last */
};
/* An attempt came back. jitter: any number. */
struct plan_end plan_answer(struct plan_line *line, uint64_t idx, enum hook_type type,
                            enum hook_outcome outcome, uint64_t now_ms, uint64_t jitter);
/* When the next message is due; UINT64_MAX: none waits for a time. */
uint64_t plan_wake_ms(const struct plan_line *line);
/* Is the book to be told how far the line is? */
bool plan_check_is_due(const struct plan_line *line, uint64_t now_ms);

/* As the truth keeps it, and from there. */
void plan_to_row(const struct plan_line *line, uint64_t term, struct hook_progress *row);
void plan_from_row(struct plan_line *line, const struct hook_progress *row);

#endif
