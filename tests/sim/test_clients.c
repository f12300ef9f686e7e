/* What the simulated people and merchants do: a world is only worth its wishes. */
#include "sim/clients.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sim/faults.h"

struct game {
    struct world world;
    struct clients clients;
};

static const char *const CODES[] = {"LAX", "RTM", NULL, "SYD"};

static int open_game(void **state)
{
    struct game *game = calloc(1, sizeof *game);
    if (game == NULL) return -1;
    game->world.host[3].absent = true; /* it joins days later */
    world_open(&game->world, 1, CODES, 4);
    world_run(&game->world, 20 * SECOND_US);
    *state = game;
    return 0;
}

static int close_game(void **state)
{
    struct game *game = *state;
    world_close(&game->world);
    clients_close(&game->clients);
    free(game);
    return 0;
}

static void every_merchant_has_a_book_though_a_host_is_not_there_yet(void **state)
{
    struct game *game = *state;
    clients_open(&game->world, &game->clients, MERCHANTS_MAX, 0, HOUR_US);
    world_run(&game->world, 5 * MINUTE_US);
    for (unsigned i = 0; i < MERCHANTS_MAX; i++) assert_true(game->clients.merchant[i].open);
}

static void set_read_only(struct world *world, bool read_only)
{
    for (unsigned i = 0; i < world->hosts; i++) world->host[i].disk.read_only = read_only;
}

static void who_is_told_not_now_asks_less_and_less_often_and_gets_its_answer(void **state)
{
    struct game *game = *state;
    set_read_only(&game->world, true);
    clients_open(&game->world, &game->clients, 1, 0, HOUR_US);
    world_run(&game->world, DAY_US);
    const struct wish *wish = &game->clients.wish[0];
    assert_false(wish->answered || wish->asked);
    assert_in_range(wish->tries, 20, 60);
    set_read_only(&game->world, false);
    world_run(&game->world, DAY_US + 4 * HOUR_US);
    assert_true(wish->answered || wish->asked); /* it may be asked for at another node */
}

static void a_host_with_a_full_table_is_told_again_that_its_clock_is_right(void **state)
{
    struct game *game = *state;
    static struct faults faults;
    struct host *host = &game->world.host[1];
    const struct input nothing = {.kind = INPUT_LINK_DOWN, .link = {.link = UINT32_MAX}};
    game->world.faults = &faults;
    game->world.watcher = &game->clients;
    host->core->clock.suspect = true;
    host->paused = true;
    while (host_submit(host, &nothing, NULL)) {
    }
    faults_calm(&game->world, &faults);
    world_run(&game->world, game->world.now_us + 5 * MINUTE_US);
    assert_false(host->core->clock.suspect);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, open_game, close_game)
    const struct CMUnitTest tests[] = {
        T(every_merchant_has_a_book_though_a_host_is_not_there_yet),
        T(who_is_told_not_now_asks_less_and_less_often_and_gets_its_answer),
        T(a_host_with_a_full_table_is_told_again_that_its_clock_is_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
