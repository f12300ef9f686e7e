#include "node/blobs/parts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

bool raster_make(struct raster *raster, uint32_t width, uint32_t height)
{
    assert(width > 0 && width <= PICTURE_SIDE_MAX && height > 0 && height <= PICTURE_SIDE_MAX);
    *raster = (struct raster){.width = width, .height = height};
    raster->at = malloc((size_t)width * height * RGB);
    return raster->at != NULL;
}

void raster_free(struct raster *raster)
{
    free(raster->at);
    *raster = (struct raster){0};
}

static uint32_t divided(uint32_t side, uint32_t factor)
{
    return (side + factor - 1) / factor;
}

bool shrink_begin(struct shrink *shrink, uint32_t width, uint32_t height, uint32_t factor)
{
    assert(factor > 0 && factor <= SHRINK_MAX);
    *shrink = (struct shrink){.width = width, .height = height, .factor = factor};
    if (!raster_make(&shrink->to, divided(width, factor), divided(height, factor))) return false;
    shrink->sums = calloc((size_t)shrink->to.width * RGB, sizeof *shrink->sums);
    if (shrink->sums == NULL) raster_free(&shrink->to);
    return shrink->sums != NULL;
}

/* The row of `to` that is full: sums become means. */
static void put_row(struct shrink *shrink, uint32_t rows)
{
    uint8_t *to =
        shrink->to.at + (size_t)((shrink->row - 1) / shrink->factor) * shrink->to.width * RGB;
    for (uint32_t x = 0; x < shrink->to.width; x++) {
        uint32_t left = shrink->width - x * shrink->factor;
        uint32_t count = (left < shrink->factor ? left : shrink->factor) * rows;
        for (uint32_t c = 0; c < RGB; c++)
            to[x * RGB + c] = (uint8_t)((shrink->sums[x * RGB + c] + count / 2) / count);
    }
    memset(shrink->sums, 0, (size_t)shrink->to.width * RGB * sizeof *shrink->sums);
}

void shrink_row(struct shrink *shrink, const uint8_t *row)
{
    assert(shrink->row < shrink->height);
    for (uint32_t x = 0; x < shrink->width; x++)
        for (uint32_t c = 0; c < RGB; c++)
            shrink->sums[x / shrink->factor * RGB + c] += row[(size_t)x * RGB + c];
    shrink->row++;
    uint32_t rows = (shrink->row - 1) % shrink->factor + 1;
    if (rows == shrink->factor || shrink->row == shrink->height) put_row(shrink, rows);
}

void shrink_end(struct shrink *shrink)
{
    free(shrink->sums);
    shrink->sums = NULL;
}
