/* Clients: what people and carriers ask of the nodes, and what they were told. Each wish has a
 * request id of its own and is tried again, at the same or another node, until it is answered; the
 * oracle holds the nodes to their answers at the end. */
#ifndef SIM_CLIENTS_H
#define SIM_CLIENTS_H

#include "sim/world.h"

#define WISHES_MAX        8192
#define MERCHANTS_MAX     3
#define ORDERS_MAX        1024
#define RETURNS_MAX       1024
#define UNITS_MAX         2048
#define STRAYS_MAX        512
#define BY_HAND_MAX       1024
#define FILINGS_MAX       512
#define LINKS_MAX         128
#define CLIENT_TEXT_BYTES 32

struct wish {
    enum command_kind kind;
    struct id request;
    struct hash body_hash;
    struct actor by;
    struct id merchant;
    uint64_t if_match; /* 0: none */
    uint8_t *body;     /* canonical bytes: texts point into it when it is decoded again */
    uint32_t body_bytes;
    unsigned host;
    uint32_t tries;
    uint64_t last_ticket, other_ticket; /* of a retry with another body */
    bool answered; /* something final was said: done, observed or refused by a rule */
    bool asked;    /* 202 was said at least once */
    bool trespass; /* by who is bound to another merchant: nobody may grant it */
    enum answer_state state;
    enum error error;
    struct id entity;
    unsigned said_by; /* the host that said it */
    uint64_t said_run;
    uint64_t
        said_log_last; /* what that host's log held then: exempt when it was lost with its disk */
};

struct client_merchant {
    struct id id, book;
    unsigned opener;
    bool open;
    int64_t cap_minor;
};
struct client_order {
    char reference[CLIENT_TEXT_BYTES], payment[CLIENT_TEXT_BYTES];
    unsigned merchant;
    uint32_t lines, quantity[4];
    int64_t captured_minor;          /* the most that was ever said */
    int64_t elsewhere_minor;         /* others say that they moved */
    char further[CLIENT_TEXT_BYTES]; /* a second payment that an amendment brings; empty: none */
    int64_t further_minor;
    char sku[4][CLIENT_TEXT_BYTES];
    uint32_t wish;
};
struct client_return {
    uint32_t order, wish;
    char number[CLIENT_TEXT_BYTES];
    uint32_t quantity;
    bool person, erased;
};

struct client_filing {    /* a request under a shop's reference, or for several orders */
    uint32_t wish, again; /* again: the latest repeat of it; 0: none */
    uint32_t orders;      /* of a group; 0: it is none */
};

struct client_stray { /* a box that came before its return was asked for */
    char number[CLIENT_TEXT_BYTES];
    uint32_t order;
    uint64_t at_us;
    bool named;
};

struct clients {
    struct wish wish[WISHES_MAX];
    uint32_t wishes, wishes_answered;
    struct client_merchant merchant[MERCHANTS_MAX];
    unsigned merchants;
    struct client_order order[ORDERS_MAX];
    uint32_t orders;
    struct client_return ret[RETURNS_MAX];
    uint32_t returns;
    struct client_stray stray[STRAYS_MAX];
    uint32_t strays;
    struct id by_hand[BY_HAND_MAX]; /* slots of which a person says: paid by other means */
    uint32_t by_hands;
    struct client_filing filing[FILINGS_MAX];
    uint32_t filings;
    uint32_t link[LINKS_MAX]; /* wishes that made them */
    uint32_t links;
    uint32_t told;     /* of refunds made elsewhere */
    uint32_t notices;  /* that providers sent */
    uint64_t until_us; /* when they stop wishing */
    uint64_t mean_us;
    bool retry_more, retry_other; /* F24 */
    uint64_t refused, retried, other_body_refused;
    struct {
        struct input input;
        unsigned at;
        bool waits;
    } handover; /* until entries come in: the busiest moment for it */
};

/* Makes the merchants and opens their books, then begins to wish. */
void clients_open(struct world *world, struct clients *clients, unsigned merchants,
                  uint64_t until_us, uint64_t mean_us);
void clients_close(struct clients *clients);
/* A new wish, with a request id of its own; its number. */
uint32_t clients_wish_on(struct world *world, unsigned host, enum command_kind kind,
                         enum actor_kind by, const union command_body *body, uint64_t if_match);
uint32_t clients_wish(struct world *world, unsigned host, enum command_kind kind,
                      enum actor_kind by, const union command_body *body);
/* The same by who is bound to a merchant. */
uint32_t clients_wish_for(struct world *world, unsigned host, enum command_kind kind,
                          enum actor_kind by, const struct id *merchant,
                          const union command_body *body);
/* The same by somebody whose token, or link, has a name. */
uint32_t clients_wish_as(struct world *world, unsigned host, enum command_kind kind,
                         const struct actor *by, const struct id *merchant,
                         const union command_body *body);
/* The same words under a key of their own, as a system sends them that lost the answer. */
uint32_t clients_repeat(struct world *world, unsigned host, uint32_t wish);
/* The most that was ever said to be captured of a payment; 0: nobody named it. */
int64_t clients_captured(const struct clients *clients, struct span payment);
/* false: it is over, or there is no room for more. */
bool clients_may_wish(const struct world *world);
void clients_take_answer(struct world *world, struct host *host, const struct answer_out *answer);

#endif
