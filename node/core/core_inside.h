/* What the files of the core share: the steps of a turn. */
#ifndef NODE_CORE_CORE_INSIDE_H
#define NODE_CORE_CORE_INSIDE_H

#include "node/core/core.h"

/* core.c */
/* Appends an own entry and folds it. header: kind, kver, entity, deps, flags are the caller's. */
void core_append(struct core *core, struct log *log, struct event_header *header,
                 struct span payload);
/* Appends the decision's drafts to the log, each with the extra dep when it is not NULL. */
void core_append_decision(struct core *core, struct log *log, const struct decision *decision,
                          const struct dep *extra);
void core_mark(struct core *core, const char *name);
void core_count(struct core *core); /* the figures of core_stats that need reading */

/* command.c */
/* Takes a command of the door: replay, routing, decision or ask. */
void command_take(struct core *core, uint64_t ticket, const struct command *command);
/* Decides a command at its authority and appends the entries and the answer. */
void command_decide(struct core *core, struct log *log, const struct command *command,
                    const struct dep *asked, struct answer_out *answer);
/* Whether a buyer asks by a link that was withdrawn, as far as this node has folded. */
bool command_link_withdrawn(struct core *core, const struct command *command);
/* Who decides a command of a known kind: a log's id, or a warehouse. */
enum error command_authority(struct core *core, const struct command *command,
                             struct id *authority) MUST_USE;
/* An ask that cannot be read, or that nobody could have made, is answered too, or it would stand
 * for ever. */
void command_refuse_ask(struct core *core, struct log *log, const struct command *command,
                        enum error error, const char *rule, const struct dep *asked);

/* decide_mesh.c */
/* Commands below 10, and persons and erasures. */
void mesh_decide(struct core *core, const struct command *command, struct decision *decision);

/* lead.c */
/* OPEN_BOOK, HANDOVER, RECOVER. */
void lead_take(struct core *core, const struct input *input, struct answer_out *answer);
/* Leadership entries that take effect once sealed: after logs_seal. */
void lead_after_seal(struct core *core);

/* work.c */
/* One bounded round over derived work and deadlines, within the turn. */
void work_round(struct core *core);
/* Does this node take the place of a lost store of which it does not hold all that is left? */
bool work_awaits(struct core *core);
/* The log in which an authority of this node decides: own book, or own node log for the own
 * warehouse. NULL: not this node. */
struct log *work_log(struct core *core, const struct id *authority);

/* overdue.c: within the turn, after the deadlines that fire */
void overdue_round(struct core *core);

/* effects.c: what to call next, what came back. */
void effects_want(struct core *core, enum effect_kind kind, const struct id *book,
                  const struct id *thing);
void effects_intended(struct core *core, enum effect_kind kind, const struct id *book,
                      const struct id *thing);
void effects_round(struct core *core);                             /* within the turn */
void effects_result(struct core *core, const struct input *input); /* within the turn */
void effects_lost(struct core *core, const struct input *input);   /* no entry can be written now */
void effects_release(struct core *core);                           /* after the commit */
void effects_abort(struct core *core);                             /* the turn was undone */
uint64_t effects_wake_ms(const struct core *core);
void effects_count(struct core *core); /* open ones, and those that wait for an account */
void effects_count_unserved(struct core *core);
void effects_count_labels(struct core *core);

/* hooks.c */
/* Puts the rows that an attempt to deliver a webhook leaves. */
void hooks_take(struct core *core, const struct input *input, struct answer_out *answer);

/* clock.c */
void clock_guard(struct core *core);

#endif
