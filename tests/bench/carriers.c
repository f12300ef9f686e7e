/* What understanding a carrier costs: documents and megabytes a second for proof, parse and mapping
 * of each adapter, beside the plain parse of the same bytes by the same parser, alternately in one
 * run. The documents are the project's own fixtures, and the samples beside the source tree where
 * they are there.
 *
 *     bench_carriers [MILLISECONDS a round, 40] */
#include "tests/carriers/collect.h"

#include "carriers/body.h"
#include "node/keys.h"
#include <dirent.h>
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#define ROUNDS        5
#define DOCUMENTS_MAX 64

struct documents {
    struct span body[DOCUMENTS_MAX];
    size_t count, bytes;
};

struct rate {
    double seconds;
    uint64_t documents, bytes;
};

static double now_s(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool is_document(const char *name)
{
    return name[0] != '.' && strstr(name, ".tsv") == NULL && strstr(name, ".txt") == NULL;
}

static void add_folder(struct documents *to, const char *folder)
{
    DIR *dir = opendir(folder);
    if (dir == NULL) return;
    for (const struct dirent *e = readdir(dir); e != NULL && to->count < DOCUMENTS_MAX;
         e = readdir(dir)) {
        char path[512];
        struct fault fault;
        if (!is_document(e->d_name)) continue;
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        struct span body = file_read(path);
        struct json *root = body.at == NULL ? NULL : body_open(body, &fault);
        if (root == NULL) continue; /* what is broken, or no document of either kind */
        json_free(root);
        to->body[to->count++] = body;
        to->bytes += body.size;
    }
    closedir(dir);
}

static enum error take(void *world, const struct tracking *tracking)
{
    *(uint64_t *)world += 1 + tracking->points_count;
    return OK;
}

static struct span no_header(void *world, const char *name)
{
    (void)name;
    return *(const struct span *)world;
}

/* A proof is reckoned whole though it does not hold: the key is nobody's. */
static void prove(const struct carrier *carrier, struct span body)
{
    static const char digits[] = "0000000000000000000000000000000000000000000000000000000000000000";
    struct span secret = span_text("nobody's"), header = span_of(digits, 64);
    const struct proof_push push = {.body = body, .header = no_header, .world = &header};
    if (carrier->proof != NULL)
        (void)!proof_check(carrier->proof, crypto_openssl(), &secret, 1, &push);
}

static void understand_all(const struct carrier *carrier, const struct documents *documents,
                           uint64_t *taken)
{
    const struct carrier_sink sink = {.world = taken, .take = take, .asked = span_text("ASKED")};
    for (size_t i = 0; i < documents->count; i++) {
        struct fault fault = {.error = OK};
        prove(carrier, documents->body[i]);
        (void)!carrier->parse(carrier, crypto_openssl(), documents->body[i], &sink, &fault);
    }
}

static void parse_all(const struct documents *documents)
{
    for (size_t i = 0; i < documents->count; i++) {
        struct fault fault;
        json_free(body_open(documents->body[i], &fault));
    }
}

static void measure(struct rate *rate, const struct carrier *carrier,
                    const struct documents *documents, double seconds, uint64_t *taken)
{
    double begin = now_s(), end = begin;
    while (end - begin < seconds) {
        if (carrier != NULL)
            understand_all(carrier, documents, taken);
        else
            parse_all(documents);
        rate->documents += documents->count;
        rate->bytes += documents->bytes;
        end = now_s();
    }
    rate->seconds += end - begin;
}

/* The share of the plain parse's speed; 0: it has no documents. */
static double bench(const struct carrier *carrier, double seconds)
{
    static struct documents documents;
    char folder[256];
    uint64_t taken = 0;
    struct rate plain = {0, 0, 0}, whole = {0, 0, 0};
    documents = (struct documents){.count = 0};
    snprintf(folder, sizeof folder, "tests/carriers/fixtures/%s", carrier->name);
    add_folder(&documents, folder);
    snprintf(folder, sizeof folder, "../shared/carriers/samples/%s", carrier->name);
    add_folder(&documents, folder);
    if (documents.count == 0) return 0;
    for (unsigned i = 0; i < ROUNDS; i++) {
        measure(&plain, NULL, &documents, seconds, &taken);
        measure(&whole, carrier, &documents, seconds, &taken);
    }
    double ratio =
        (double)whole.documents / whole.seconds * plain.seconds / (double)plain.documents;
    printf("%-16s %4zu %9.0f %8.1f %9.0f %8.1f %7.2f\n", carrier->name, documents.count,
           (double)plain.documents / plain.seconds, (double)plain.bytes / plain.seconds / 1e6,
           (double)whole.documents / whole.seconds, (double)whole.bytes / whole.seconds / 1e6,
           ratio);
    for (size_t i = 0; i < documents.count; i++) file_free(documents.body[i]);
    return ratio;
}

int main(int argc, char **argv)
{
    double seconds = (argc > 1 ? atof(argv[1]) : 40) / 1000, least = 1;
    printf("%-16s %4s %9s %8s %9s %8s %7s\n", "adapter", "docs", "parsed/s", "MB/s", "under./s",
           "MB/s", "ratio");
    for (size_t i = 0; i < carriers_count; i++) {
        double ratio = bench(carriers[i], seconds);
        if (ratio > 0 && ratio < least) least = ratio;
    }
    printf("least of all %.2f\n", least);
    return 0;
}
