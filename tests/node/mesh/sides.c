#include "tests/node/mesh/sides.h"

#include <time.h>

static void sleep_ms(long ms)
{
    const struct timespec pause = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&pause, NULL);
}

void side_quiet(void)
{
    sleep_ms(QUIET_MS);
}

static bool write_down(struct side *side, const struct tale *tale)
{
    pthread_mutex_lock(&side->mutex);
    const bool taken = !side->no_room;
    if (!taken) side->refusals++;
    if (taken && side->count == side->room_for_tales) {
        side->room_for_tales = 2 * side->room_for_tales + 64;
        side->tales = realloc(side->tales, side->room_for_tales * sizeof *tale);
    }
    if (taken) side->tales[side->count++] = *tale;
    pthread_cond_broadcast(&side->changed);
    pthread_mutex_unlock(&side->mutex);
    return taken;
}

static struct tale tale_of(enum told told, uint32_t link, const uint8_t key[KEY_BYTES])
{
    struct tale tale = {.told = told, .link = link};
    memcpy(tale.key, key, KEY_BYTES);
    return tale;
}

static bool port_up(void *world, uint32_t link, const uint8_t key[KEY_BYTES], bool dialled)
{
    struct tale tale = tale_of(TOLD_UP, link, key);
    tale.dialled = dialled;
    return write_down(world, &tale);
}

static bool port_message(void *world, uint32_t link, const uint8_t key[KEY_BYTES],
                         struct span bytes)
{
    struct tale tale = tale_of(TOLD_MESSAGE, link, key);
    tale.size = bytes.size;
    const size_t head = bytes.size < sizeof tale.text - 1 ? bytes.size : sizeof tale.text - 1;
    if (head > 0) memcpy(tale.text, bytes.at, head);
    return write_down(world, &tale);
}

static bool port_down(void *world, uint32_t link, const uint8_t key[KEY_BYTES])
{
    struct tale tale = tale_of(TOLD_DOWN, link, key);
    return write_down(world, &tale);
}

static void port_note(void *world, enum error error, const char *what)
{
    struct side *side = world;
    pthread_mutex_lock(&side->mutex);
    side->notes++;
    snprintf(side->noted, sizeof side->noted, "%s: %.150s", error_name(error), what);
    pthread_cond_broadcast(&side->changed);
    pthread_mutex_unlock(&side->mutex);
}

void side_init(struct side *side, uint8_t seed)
{
    const uint8_t seeds[32] = {seed};
    *side = (struct side){.keys = keys_of_seed(seeds)};
    pthread_mutex_init(&side->mutex, NULL);
    pthread_cond_init(&side->changed, NULL);
    side->options = (struct mesh_options){
        .bind = "tcp://127.0.0.1:*",
        .curve_public = keys_curve_public(side->keys),
        .curve_secret = keys_curve_secret(side->keys),
        .reconnect_ms = 20,
        .reconnect_max_ms = 100,
        .proof_ms = 30000,
    };
}

enum error side_try(struct side *side, char why[MESH_WHY_BYTES])
{
    const struct mesh_port port = {side, port_up, port_message, port_down, port_note};
    enum error error = mesh_start(&side->options, &port, &side->mesh, why);
    if (error == OK) snprintf(side->address, sizeof side->address, "%s", mesh_endpoint(side->mesh));
    return error;
}

void side_start(struct side *side)
{
    char why[MESH_WHY_BYTES];
    enum error error = side_try(side, why);
    if (error != OK) fail_msg("%s", why);
}

void side_stop(struct side *side)
{
    mesh_stop(side->mesh);
    side->mesh = NULL;
}

void side_free(struct side *side)
{
    side_stop(side);
    keys_free(side->keys);
    free(side->tales);
    pthread_cond_destroy(&side->changed);
    pthread_mutex_destroy(&side->mutex);
}

void side_members(struct side *side, const struct known *known, size_t count)
{
    struct mesh_member members[8] = {0};
    assert_true(count <= 8);
    for (size_t i = 0; i < count; i++) {
        memcpy(members[i].key, known[i].key, KEY_BYTES);
        if (known[i].address != NULL)
            snprintf(members[i].address, sizeof members[i].address, "%s", known[i].address);
    }
    const atomic_uint_least64_t *taken = &mesh_counts(side->mesh)->memberships;
    const uint64_t before = atomic_load(taken);
    assert_int_equal(mesh_set_members(side->mesh, members, count), OK);
    assert_true(side_counts(taken, before + 1));
}

void side_room(struct side *side, bool room)
{
    pthread_mutex_lock(&side->mutex);
    side->no_room = !room;
    pthread_mutex_unlock(&side->mutex);
}

/* Passes tales until one of this kind; the mutex is held. */
static bool pass_to(struct side *side, enum told told, struct tale *tale)
{
    while (side->read < side->count) {
        *tale = side->tales[side->read++];
        if (tale->told == told) return true;
    }
    return false;
}

struct tale side_next(struct side *side, enum told told)
{
    struct tale tale = {0};
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += WAIT_MS / 1000;
    pthread_mutex_lock(&side->mutex);
    bool found = false;
    int late = 0;
    while (!(found = pass_to(side, told, &tale)) && late == 0)
        late = pthread_cond_timedwait(&side->changed, &side->mutex, &until);
    pthread_mutex_unlock(&side->mutex);
    if (!found) fail_msg("was not told of %d in time", (int)told);
    return tale;
}

size_t side_told(struct side *side, enum told told)
{
    size_t count = 0;
    pthread_mutex_lock(&side->mutex);
    for (size_t i = 0; i < side->count; i++)
        if (side->tales[i].told == told) count++;
    pthread_mutex_unlock(&side->mutex);
    return count;
}

void side_say(struct side *side, uint32_t link, const char *text)
{
    mesh_send(side->mesh, link, span_text(text));
}

uint32_t side_latest(struct side *side)
{
    while (side_told(side, TOLD_UP) == side_told(side, TOLD_DOWN)) sleep_ms(5);
    uint32_t link = 0;
    pthread_mutex_lock(&side->mutex);
    for (size_t i = 0; i < side->count; i++)
        if (side->tales[i].told == TOLD_UP) link = side->tales[i].link;
    pthread_mutex_unlock(&side->mutex);
    return link;
}

void side_drop_dialled(struct side *side)
{
    pthread_mutex_lock(&side->mutex);
    for (size_t i = 0; i < side->count; i++)
        if (side->tales[i].told == TOLD_UP && side->tales[i].dialled)
            mesh_drop(side->mesh, side->tales[i].link);
    pthread_mutex_unlock(&side->mutex);
}

bool side_counts(const atomic_uint_least64_t *count, uint64_t at_least)
{
    for (long waited = 0; waited < WAIT_MS; waited += 5) {
        if (atomic_load(count) >= at_least) return true;
        sleep_ms(5);
    }
    return false;
}

/* --- a bare socket -----------------------------------------------------------------------------*/

void caller_open(struct caller *caller, const struct keys *keys, const struct side *to)
{
    struct socket_settings settings = {
        .reconnect_ms = 20, .reconnect_max_ms = 100, .heartbeat_ms = 15000};
    caller->context = zmq_ctx_new();
    if (keys == NULL) {
        caller->socket = zmq_socket(caller->context, ZMQ_DEALER);
    } else {
        memcpy(settings.curve_public, keys_curve_public(keys), KEY_BYTES);
        memcpy(settings.curve_secret, keys_curve_secret(keys), KEY_BYTES);
        caller->socket = socket_client(caller->context, &settings, keys_curve_public(to->keys));
    }
    assert_non_null(caller->socket);
    caller->monitor = monitor_open(caller->context, caller->socket);
    assert_non_null(caller->monitor);
    const int patience_ms = WAIT_MS;
    zmq_setsockopt(caller->socket, ZMQ_SNDTIMEO, &patience_ms, sizeof patience_ms);
}

void caller_connect(struct caller *caller, const char *address)
{
    assert_int_equal(socket_connect(caller->socket, address), 0);
}

void caller_say(struct caller *caller, const char *text)
{
    assert_int_equal(zmq_send(caller->socket, text, strlen(text), 0), (int)strlen(text));
}

void caller_wait(struct caller *caller, unsigned event)
{
    struct monitor_event seen = {0, 0};
    for (long waited = 0; waited < WAIT_MS; waited += 5) {
        while (monitor_next(caller->monitor, &seen))
            if (seen.event == event) return;
        sleep_ms(5);
    }
    fail_msg("the caller's socket did not report 0x%x in time", event);
}

void caller_close(struct caller *caller)
{
    monitor_close(caller->monitor, caller->socket);
    socket_close(caller->socket, 0);
    zmq_ctx_term(caller->context);
}
