#include "node/mesh/proof.h"

#include <errno.h>
#include <stdio.h>
#include <zmq.h>

#define STEP_MS 5

enum knocker { NOBODY, STRANGER, GUEST, KNOCKERS };

struct proof {
    void *server, *monitor;
    void *client[KNOCKERS];
    bool said[KNOCKERS];
    bool nobody_refused, stranger_refused, guest_came;
    bool intruder, misnamed;
};

static bool fresh_keys(uint8_t public[KEY_BYTES], uint8_t secret[KEY_BYTES])
{
    char public_text[41], secret_text[41];
    return zmq_curve_keypair(public_text, secret_text) == 0 &&
           zmq_z85_decode(public, public_text) != NULL &&
           zmq_z85_decode(secret, secret_text) != NULL;
}

/* One that speaks CURVE with a key made for the occasion. */
static void *knocker_open(void *context, const struct socket_settings *settings,
                          uint8_t public[KEY_BYTES])
{
    struct socket_settings own = *settings;
    if (!fresh_keys(own.curve_public, own.curve_secret)) return NULL;
    memcpy(public, own.curve_public, KEY_BYTES);
    return socket_client(context, &own, settings->curve_public);
}

static void *plain_open(void *context)
{
    void *socket = zmq_socket(context, ZMQ_DEALER);
    int on = 1;
    if (socket != NULL) (void)zmq_setsockopt(socket, ZMQ_IMMEDIATE, &on, sizeof on);
    return socket;
}

static bool proof_open(struct proof *proof, void *context, struct zap *zap,
                       const struct socket_settings *settings)
{
    uint8_t stranger[KEY_BYTES];
    char address[MESH_ENDPOINT_BYTES];
    size_t size = sizeof address;
    proof->server = socket_server(context, settings);
    if (proof->server == NULL) return false;
    proof->monitor = monitor_open(context, proof->server);
    if (proof->monitor == NULL || socket_bind(proof->server, "tcp://127.0.0.1:*") != 0 ||
        zmq_getsockopt(proof->server, ZMQ_LAST_ENDPOINT, address, &size) != 0)
        return false;
    proof->client[NOBODY] = plain_open(context);
    proof->client[STRANGER] = knocker_open(context, settings, stranger);
    proof->client[GUEST] = knocker_open(context, settings, zap->guest);
    zap->has_guest = true;
    for (int i = 0; i < KNOCKERS; i++)
        if (proof->client[i] == NULL || socket_connect(proof->client[i], address) != 0)
            return false;
    return true;
}

static void proof_close(struct proof *proof, struct zap *zap)
{
    zap->has_guest = false;
    for (int i = 0; i < KNOCKERS; i++) socket_close(proof->client[i], 0);
    monitor_close(proof->monitor, proof->server);
    socket_close(proof->server, 0);
}

/* A message came in: it must be the guest's, and bear the guest's key. */
static void judge_message(struct proof *proof, const struct zap *zap)
{
    zmq_msg_t part;
    uint8_t key[KEY_BYTES];
    zmq_msg_init(&part);
    while (zmq_msg_recv(&part, proof->server, ZMQ_DONTWAIT) >= 0) {
        if (zmq_msg_more(&part)) continue; /* the routing id, which says nothing */
        uint8_t who = zmq_msg_size(&part) == 1 ? *(const uint8_t *)zmq_msg_data(&part) : NOBODY;
        bool named = user_id_parse(zmq_msg_gets(&part, "User-Id"), key) &&
                     memcmp(key, zap->guest, KEY_BYTES) == 0;
        if (who != GUEST)
            proof->intruder = true;
        else if (named)
            proof->guest_came = true;
        else
            proof->misnamed = true;
    }
    zmq_msg_close(&part);
}

static void judge_events(struct proof *proof)
{
    struct monitor_event event;
    while (monitor_next(proof->monitor, &event)) {
        if (event.event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH) proof->stranger_refused = true;
        if (event.event == ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL) proof->nobody_refused = true;
    }
}

/* Each says who it is as soon as it is connected, whether it was let in or not. */
static void speak(struct proof *proof)
{
    for (uint8_t who = 0; who < KNOCKERS; who++)
        if (!proof->said[who])
            proof->said[who] = zmq_send(proof->client[who], &who, 1, ZMQ_DONTWAIT) == 1;
}

static bool proof_done(const struct proof *proof)
{
    return proof->nobody_refused && proof->stranger_refused && proof->guest_came;
}

static void proof_step(struct proof *proof, struct zap *zap)
{
    zmq_pollitem_t items[] = {
        {proof->server, 0, ZMQ_POLLIN, 0},
        {proof->monitor, 0, ZMQ_POLLIN, 0},
        {zap->socket, 0, ZMQ_POLLIN, 0},
    };
    (void)zmq_poll(items, zap->socket != NULL ? 3 : 2, STEP_MS);
    zap_serve(zap);
    speak(proof);
    judge_message(proof, zap);
    judge_events(proof);
}

static enum error verdict(const struct proof *proof, char why[MESH_WHY_BYTES])
{
    const char *fault = NULL;
    if (proof->intruder)
        fault = "a key that nobody knows was let in";
    else if (proof->misnamed)
        fault = "a known key was let in, but its messages do not bear it";
    else if (!proof->guest_came)
        fault = "a known key was not let in";
    else if (!proof_done(proof))
        fault = "a key that nobody knows was not turned away";
    if (fault == NULL) return OK;
    snprintf(why, MESH_WHY_BYTES, "the mesh's start-up proof failed: %s", fault);
    return ERROR_FORBIDDEN;
}

enum error proof_run(void *context, struct zap *zap, const struct socket_settings *settings,
                     uint32_t patience_ms, char why[MESH_WHY_BYTES])
{
    struct proof proof = {0};
    enum error error = OK;
    if (proof_open(&proof, context, zap, settings)) {
        const uint64_t until_ms = socket_clock_ms() + patience_ms;
        while (socket_clock_ms() < until_ms) {
            proof_step(&proof, zap);
            if (proof_done(&proof) || proof.intruder) break;
        }
        error = verdict(&proof, why);
    } else {
        error = socket_error(errno);
        snprintf(why, MESH_WHY_BYTES, "the mesh's start-up proof: %s", zmq_strerror(errno));
    }
    proof_close(&proof, zap);
    return error;
}
