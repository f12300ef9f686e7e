#include "node/nearest.h"

#include <string.h>

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Optimal string alignment: Levenshtein's distance, where swapping two neighbours costs one. */
size_t nearest_distance(const char *a, const char *b)
{
    size_t rows = strlen(a), columns = strlen(b);
    size_t cost[NEAREST_BYTES_MAX + 1][NEAREST_BYTES_MAX + 1];
    if (rows > NEAREST_BYTES_MAX || columns > NEAREST_BYTES_MAX) return rows + columns;
    for (size_t i = 0; i <= rows; i++) cost[i][0] = i;
    for (size_t j = 0; j <= columns; j++) cost[0][j] = j;
    for (size_t i = 1; i <= rows; i++)
        for (size_t j = 1; j <= columns; j++) {
            size_t change = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            cost[i][j] = least(change, least(cost[i - 1][j], cost[i][j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                cost[i][j] = least(cost[i][j], cost[i - 2][j - 2] + 1);
        }
    return cost[rows][columns];
}

struct nearest nearest_to(const char *wanted)
{
    return (struct nearest){.wanted = wanted};
}

void nearest_offer(struct nearest *nearest, const char *word)
{
    size_t allowed = least(strlen(nearest->wanted) / 3 + 1, 3);
    size_t distance = nearest_distance(nearest->wanted, word);
    if (distance > allowed || (nearest->found != NULL && distance >= nearest->distance)) return;
    nearest->found = word;
    nearest->distance = distance;
}
