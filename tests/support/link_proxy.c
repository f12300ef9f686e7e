/* entrepot-link-proxy: cables between processes that can be cut. Each link listens on a port of the
 * kernel's choice on loopback and passes what comes on to its target, byte for byte.
 *
 *     entrepot-link-proxy --link lax-rtm --link rtm-lax=127.0.0.1:7400
 *
 * It prints "link NAME PORT" for each and then "ready". Then it takes orders, one a line, from
 * standard input, and answers each with "ok COUNT" (of links that it meant) or "error WHY":
 *
 *     to NAME HOST:PORT          where the link leads from now on; open connections stay
 *     cut PATTERN [reset|stall]  reset: connections break, new ones too; stall: nothing passes,
 *                                in either direction, and nobody is told (the standard)
 *     heal PATTERN               what was stalled goes on; new connections pass again
 *     show PATTERN               a line "NAME STATE connections N bytes N" for each first
 *
 * PATTERN is a name, a shell pattern such as *lax*, or all. The end of its input ends it, so it
 * does not outlive whoever gives the orders. */
#include <arpa/inet.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>

#define LINKS_MAX  64
#define NAME_BYTES 40
#define LINE_BYTES 256
#define HELD_BYTES (256u * 1024) /* of one direction; more stays with the sender */

enum link_state { LINK_WHOLE, LINK_STALLED, LINK_RESET };
static const char *const state_names[] = {"whole", "stalled", "reset"};

struct pair {
    struct pair *next;
    struct link *link;
    struct bufferevent *near, *far; /* far: NULL while the link is stalled from the beginning */
    bool ending;                    /* one side has ended; what it said last is still passed on */
};

struct link {
    char name[NAME_BYTES];
    struct sockaddr_in to; /* port 0: not known yet */
    enum link_state state;
    unsigned port;
    uint64_t bytes;
    struct evconnlistener *listener;
    struct pair *pairs;
};

static struct event_base *base;
static struct link links[LINKS_MAX];
static size_t links_count;

/* --- connections ----------------------------------------------------------------------------- */

/* Not an orderly end: whoever is at the other side is to see that the connection broke. */
static void break_off(struct bufferevent *side)
{
    const struct linger at_once = {1, 0};
    evutil_socket_t fd = side == NULL ? -1 : bufferevent_getfd(side);
    if (fd >= 0) setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

static void pair_end(struct pair *pair)
{
    struct pair **at = &pair->link->pairs;
    while (*at != pair) at = &(*at)->next;
    *at = pair->next;
    bufferevent_free(pair->near);
    if (pair->far != NULL) bufferevent_free(pair->far);
    free(pair);
}

static struct bufferevent *other_of(const struct pair *pair, const struct bufferevent *side)
{
    return side == pair->near ? pair->far : pair->near;
}

static void on_bytes(struct bufferevent *side, void *world)
{
    struct pair *pair = world;
    struct bufferevent *other = other_of(pair, side);
    if (other == NULL || pair->link->state != LINK_WHOLE) return;
    struct evbuffer *from = bufferevent_get_input(side), *to = bufferevent_get_output(other);
    pair->link->bytes += evbuffer_get_length(from);
    evbuffer_add_buffer(to, from);
    if (evbuffer_get_length(to) > HELD_BYTES) bufferevent_disable(side, EV_READ);
}

static void on_drained(struct bufferevent *side, void *world)
{
    struct pair *pair = world;
    struct bufferevent *other = other_of(pair, side);
    if (pair->ending) {
        pair_end(pair);
        return;
    }
    if (other != NULL && pair->link->state == LINK_WHOLE) bufferevent_enable(other, EV_READ);
}

static void on_event(struct bufferevent *side, short what, void *world)
{
    struct pair *pair = world;
    struct bufferevent *other = other_of(pair, side);
    if ((what & (BEV_EVENT_EOF | BEV_EVENT_ERROR)) == 0) return;
    pair->ending = true;
    bool rest = other != NULL && evbuffer_get_length(bufferevent_get_output(other)) > 0;
    if ((what & BEV_EVENT_ERROR) != 0) break_off(other);
    if ((what & BEV_EVENT_ERROR) != 0 || !rest) pair_end(pair);
}

static void set_open(struct bufferevent *side, bool open)
{
    if (side == NULL) return;
    if (open)
        bufferevent_enable(side, EV_READ | EV_WRITE);
    else
        bufferevent_disable(side, EV_READ | EV_WRITE);
}

static bool reach_far(struct pair *pair)
{
    struct sockaddr_in to = pair->link->to;
    pair->far = bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
    if (pair->far == NULL || to.sin_port == 0) return false;
    bufferevent_setcb(pair->far, on_bytes, on_drained, on_event, pair);
    return bufferevent_socket_connect(pair->far, (struct sockaddr *)&to, sizeof to) == 0;
}

static void on_accept(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *from,
                      int from_size, void *world)
{
    (void)listener;
    (void)from;
    (void)from_size;
    struct link *link = world;
    struct pair *pair = calloc(1, sizeof *pair);
    struct bufferevent *near = bufferevent_socket_new(base, fd, BEV_OPT_CLOSE_ON_FREE);
    if (pair == NULL || near == NULL) abort();
    *pair = (struct pair){.next = link->pairs, .link = link, .near = near};
    link->pairs = pair;
    bufferevent_setcb(near, on_bytes, on_drained, on_event, pair);
    bool whole = link->state == LINK_WHOLE;
    if (link->state == LINK_RESET || (whole && !reach_far(pair))) {
        break_off(near);
        pair_end(pair);
        return;
    }
    set_open(pair->near, whole);
    set_open(pair->far, whole);
}

/* --- orders ---------------------------------------------------------------------------------- */

static void cut(struct link *link, enum link_state state)
{
    struct pair *next;
    link->state = state;
    for (struct pair *pair = link->pairs; pair != NULL; pair = next) {
        next = pair->next;
        set_open(pair->near, false);
        set_open(pair->far, false);
        if (state != LINK_RESET) continue;
        break_off(pair->near);
        break_off(pair->far);
        pair_end(pair);
    }
}

static void heal(struct link *link)
{
    struct pair *next;
    link->state = LINK_WHOLE;
    for (struct pair *pair = link->pairs; pair != NULL; pair = next) {
        next = pair->next;
        if (pair->far == NULL && !reach_far(pair)) {
            break_off(pair->near);
            pair_end(pair);
            continue;
        }
        set_open(pair->near, true);
        set_open(pair->far, true);
        on_bytes(pair->near, pair);
        on_bytes(pair->far, pair);
    }
}

static void show(const struct link *link)
{
    unsigned connections = 0;
    for (const struct pair *pair = link->pairs; pair != NULL; pair = pair->next) connections++;
    printf("%s %s connections %u bytes %llu\n", link->name, state_names[link->state], connections,
           (unsigned long long)link->bytes);
}

static bool parse_target(const char *text, struct sockaddr_in *to)
{
    int size = sizeof *to;
    struct sockaddr_storage any;
    int room = sizeof any;
    if (evutil_parse_sockaddr_port(text, (struct sockaddr *)&any, &room) != 0) return false;
    if (any.ss_family != AF_INET || room > size) return false;
    memcpy(to, &any, sizeof *to);
    return to->sin_port != 0;
}

/* What one order does to one link; NULL, or why it cannot. */
static const char *obey(struct link *link, const char *verb, const char *argument)
{
    bool reset = strcmp(argument, "reset") == 0;
    if (strcmp(verb, "to") == 0)
        return parse_target(argument, &link->to) ? NULL : "write to NAME HOST:PORT";
    if (strcmp(verb, "cut") == 0) {
        if (!reset && argument[0] != '\0' && strcmp(argument, "stall") != 0)
            return "write reset or stall";
        cut(link, reset ? LINK_RESET : LINK_STALLED);
    } else if (strcmp(verb, "heal") == 0)
        heal(link);
    else if (strcmp(verb, "show") == 0)
        show(link);
    else
        return "to, cut, heal and show are what it obeys";
    return NULL;
}

static void take_order(const char *line)
{
    char verb[16] = "", pattern[NAME_BYTES] = "", argument[64] = "";
    const char *why = NULL;
    unsigned meant = 0;
    sscanf(line, "%15s %39s %63s", verb, pattern, argument);
    const char *glob = strcmp(pattern, "all") == 0 ? "*" : pattern;
    for (size_t i = 0; i < links_count && why == NULL; i++) {
        if (fnmatch(glob, links[i].name, 0) != 0) continue;
        meant++;
        why = obey(&links[i], verb, argument);
    }
    if (why == NULL && meant == 0) why = "no link of this name";
    if (why != NULL)
        printf("error %s\n", why);
    else
        printf("ok %u\n", meant);
    fflush(stdout);
}

static void on_input(struct bufferevent *input, void *world)
{
    (void)world;
    size_t size;
    char *line;
    while ((line = evbuffer_readln(bufferevent_get_input(input), &size, EVBUFFER_EOL_LF)) != NULL) {
        take_order(line);
        free(line);
    }
}

static void on_input_end(struct bufferevent *input, short what, void *world)
{
    (void)input;
    (void)what;
    (void)world;
    event_base_loopbreak(base);
}

/* --- start ----------------------------------------------------------------------------------- */

static bool add_link(const char *text)
{
    const char *equals = strchr(text, '=');
    size_t size = equals == NULL ? strlen(text) : (size_t)(equals - text);
    if (links_count == LINKS_MAX || size == 0 || size >= NAME_BYTES) return false;
    struct link *link = &links[links_count++];
    memcpy(link->name, text, size);
    if (equals != NULL && !parse_target(equals + 1, &link->to)) return false;
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t here_size = sizeof here;
    link->listener =
        evconnlistener_new_bind(base, on_accept, link, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_REUSEABLE,
                                -1, (struct sockaddr *)&here, sizeof here);
    if (link->listener == NULL) return false;
    getsockname(evconnlistener_get_fd(link->listener), (struct sockaddr *)&here, &here_size);
    link->port = ntohs(here.sin_port);
    return true;
}

static void free_links(void)
{
    for (size_t i = 0; i < links_count; i++) {
        while (links[i].pairs != NULL) pair_end(links[i].pairs);
        if (links[i].listener != NULL) evconnlistener_free(links[i].listener);
    }
}

int main(int argc, char **argv)
{
    /* Standard input may be a file, which epoll does not watch. */
    struct event_config *config = event_config_new();
    event_config_require_features(config, EV_FEATURE_FDS);
    base = event_base_new_with_config(config);
    event_config_free(config);
    if (base == NULL) return 1;
    bool good = argc > 1 && argc % 2 == 1;
    for (int i = 1; i + 1 < argc && good; i += 2)
        good = strcmp(argv[i], "--link") == 0 && add_link(argv[i + 1]);
    if (!good) {
        fprintf(stderr, "usage: entrepot-link-proxy --link NAME[=HOST:PORT]...\n");
        return 2;
    }
    for (size_t i = 0; i < links_count; i++) printf("link %s %u\n", links[i].name, links[i].port);
    printf("ready\n");
    fflush(stdout);
    evutil_make_socket_nonblocking(0);
    struct bufferevent *input = bufferevent_socket_new(base, 0, 0);
    bufferevent_setcb(input, on_input, NULL, on_input_end, NULL);
    bufferevent_enable(input, EV_READ);
    event_base_dispatch(base);
    bufferevent_free(input);
    free_links();
    event_base_free(base);
    return 0;
}
