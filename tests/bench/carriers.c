/* What understanding a carrier costs: documents and megabytes a second for proof, parse and mapping
 * of each adapter, beside two plain parses of the same bytes, alternately in one run: by the parser
 * that the adapters use, and by the libraries that others would (jansson for JSON, whose tree is
 * built and freed; expat for XML, without a handler). The documents are the project's own fixtures,
 * and the samples beside the source tree where they are there.
 *
 *     bench_carriers [MILLISECONDS a round, 40] */
#include "tests/carriers/collect.h"

#include "carriers/body.h"
#include "node/keys.h"
#include <dirent.h>
#include <expat.h>
#include <inttypes.h>
#include <jansson.h>
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

static void parse_by_library(struct span body)
{
    size_t at = 0;
    while (at < body.size && (body.at[at] == ' ' || body.at[at] == '\n')) at++;
    bool xml = at < body.size && (body.at[at] == '<' || body.at[at] == 0xef);
    if (!xml) {
        json_decref(json_loadb((const char *)body.at, body.size, JSON_DECODE_ANY, NULL));
        return;
    }
    XML_Parser parser = XML_ParserCreate(NULL);
    (void)XML_Parse(parser, (const char *)body.at + at, (int)(body.size - at), 1);
    XML_ParserFree(parser);
}

enum what { PLAIN, LIBRARY, WHOLE, WHATS };

static void measure(struct rate *rate, enum what what, const struct carrier *carrier,
                    const struct documents *documents, double seconds, uint64_t *taken)
{
    double begin = now_s(), end = begin;
    while (end - begin < seconds) {
        if (what == WHOLE)
            understand_all(carrier, documents, taken);
        else if (what == PLAIN)
            parse_all(documents);
        else
            for (size_t i = 0; i < documents->count; i++) parse_by_library(documents->body[i]);
        rate->documents += documents->count;
        rate->bytes += documents->bytes;
        end = now_s();
    }
    rate->seconds += end - begin;
}

static double rate_of(const struct rate *rate)
{
    return (double)rate->documents / rate->seconds;
}

static double mb_of(const struct rate *rate)
{
    return (double)rate->bytes / rate->seconds / 1e6;
}

/* false: it has no documents. */
static bool bench(const struct carrier *carrier, double seconds, double least[2])
{
    static struct documents documents;
    char folder[256];
    uint64_t taken = 0;
    struct rate rate[WHATS] = {{0, 0, 0}};
    documents = (struct documents){.count = 0};
    snprintf(folder, sizeof folder, "tests/carriers/fixtures/%s", carrier->name);
    add_folder(&documents, folder);
    snprintf(folder, sizeof folder, "../shared/carriers/samples/%s", carrier->name);
    add_folder(&documents, folder);
    if (documents.count == 0) return false;
    for (unsigned i = 0; i < ROUNDS; i++)
        for (enum what what = PLAIN; what < WHATS; what++)
            measure(&rate[what], what, carrier, &documents, seconds, &taken);
    double own = rate_of(&rate[WHOLE]) / rate_of(&rate[PLAIN]);
    double library = rate_of(&rate[WHOLE]) / rate_of(&rate[LIBRARY]);
    printf("%-16s %4zu %9.0f %7.1f %9.0f %7.1f %9.0f %7.1f %6.2f %6.2f\n", carrier->name,
           documents.count, rate_of(&rate[PLAIN]), mb_of(&rate[PLAIN]), rate_of(&rate[LIBRARY]),
           mb_of(&rate[LIBRARY]), rate_of(&rate[WHOLE]), mb_of(&rate[WHOLE]), own, library);
    if (own < least[0]) least[0] = own;
    if (library < least[1]) least[1] = library;
    for (size_t i = 0; i < documents.count; i++) file_free(documents.body[i]);
    return true;
}

int main(int argc, char **argv)
{
    double seconds = (argc > 1 ? atof(argv[1]) : 40) / 1000, least[2] = {1e9, 1e9};
    printf("%-16s %4s %17s %17s %17s %13s\n", "adapter", "docs", "own parse /s MB/s",
           "library /s MB/s", "understood /s MB/s", "of own, lib.");
    for (size_t i = 0; i < carriers_count; i++) (void)bench(carriers[i], seconds, least);
    printf("least of all: %.2f of the own parser, %.2f of the library\n", least[0], least[1]);
    return 0;
}
