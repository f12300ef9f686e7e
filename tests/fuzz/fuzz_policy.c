/* Any bytes as a file of a policy: complained of by field and rule, or sound; and what is sound
 * keeps its promises: it encodes to a record that reads back, contradicts nothing, and judges any
 * return without harm: what is known better is never answered the other way round. */
#include <assert.h>
#include <stdlib.h>

#include "node/cli/policy_file.h"

#define DAY_MS UINT64_C(86400000)

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void try_record(const struct policy *policy)
{
    static uint8_t encoded[64 * 1024], again[64 * 1024];
    static struct policy second;
    struct span first, other;
    enum error error = shape_encode(&policy_shape, policy, encoded, sizeof encoded, &first);
    assert(error == OK);
    error = shape_decode(&policy_shape, first, &second, NULL);
    assert(error == OK && policy_contradictions(&second, NULL, 0) == 0);
    error = shape_encode(&policy_shape, &second, again, sizeof again, &other);
    assert(error == OK && span_equal(first, other));
}

static void try_return(const struct policy *policy, uint64_t reason, struct span country)
{
    const struct policy_line line = {
        .sku = span_text("A-1"), .reason = reason, .quantity = 2, .price_minor = 1999};
    struct policy_facts facts = {.requested_ms = 40 * DAY_MS,
                                 .sold_ms = 10 * DAY_MS,
                                 .lines = &line,
                                 .lines_count = 1,
                                 .evidence = CHECK_UNKNOWN};
    struct policy_finding blind, seeing;
    policy_judge(policy, &facts, &blind);
    facts.country = country;
    facts.delivered_ms = 12 * DAY_MS;
    policy_judge(policy, &facts, &seeing);
    for (int check = CHECK_WINDOW; check <= CHECK_AUTO; check++) {
        assert(blind.answers[check] >= CHECK_YES && blind.answers[check] <= CHECK_UNKNOWN);
        if (blind.answers[check] != CHECK_UNKNOWN)
            assert(seeing.answers[check] == blind.answers[check]);
    }
    struct policy_charge charge = policy_charge(policy, FEE_RESTOCKING, country, reason, 3998);
    assert(charge.amount_minor >= 0 && charge.amount_minor <= 3998);
}

static void try_law(const struct policy *policy)
{
    struct policy_breach breaches[64];
    uint32_t count = policy_breaches(policy, breaches, 64);
    assert(count <= law_rows_count);
    for (uint32_t i = 0; i < count; i++)
        assert(breaches[i].countries[0] != '\0' && breaches[i].field[0] != '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct policy_file file;
    if (size >= POLICY_FILE_BYTES_MAX) return 0;
    bool sound = policy_file_read(span_of(bytes, size), &file);
    assert(sound == (file.complaints_count == 0));
    if (sound) {
        try_record(&file.policy);
        try_law(&file.policy);
        for (uint64_t reason = 1; reason < reason_words.count; reason++)
            if (reason_words.name[reason] != NULL)
                try_return(&file.policy, reason, span_text(reason % 2 == 0 ? "DE" : "US"));
    }
    policy_file_free(&file);
    return 0;
}
