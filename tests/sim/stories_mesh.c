/* Stories that the design tells about the mesh, compared with what they should be. */
#include "tests/sim/acts.h"
#include "tests/sim/told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
los_angeles_grades_while_cut_off_and_rotterdam_refunds_after_the_heal(struct story *story)
{
    union command_body body = {0};
    unsigned refund = 0;
    return_lamp(story, LAX, NEW);
    story_cut(story, LAX, true);
    receive_lamp(story, LAX);
    assert_true(story_unit(story, LAX, &body.unit_act.unit));
    wish_at(story, LAX, COMMAND_UNIT_INSPECT, BY_OPERATOR, &body, NEW);
    body.unit_act.grade = GRADE_LIKE_NEW;
    wish_at(story, LAX, COMMAND_UNIT_GRADE, BY_OPERATOR, &body, NEW);
    story_cut(story, LAX, false);
    assert_string_equal(story->told, "LAX: asked\n"
                                     "LAX is cut off\n"
                                     "LAX: done\n"
                                     "LAX: done\n"
                                     "LAX: done\n"
                                     "LAX is back\n"
                                     "RTM sends a refund of 2999\n");
    assert_int_equal(story_refunds(story, SYD, &refund), 1);
    assert_int_equal(refund, REFUND_SETTLED);
}

static void two_boxes_for_one_return_pay_once(struct story *story)
{
    return_lamp(story, LAX, NEW);
    receive_lamp(story, LAX);
    story_wait(story, 30);
    receive_lamp(story, SYD);
    story_wait(story, 600);
    assert_string_equal(story->told, "LAX: asked\n"
                                     "LAX: done\n"
                                     "RTM sends a refund of 2999\n"
                                     "SYD: done\n");
    assert_int_equal(story_paid(story), 1);
}

static void a_request_retried_at_another_node_is_decided_once(struct story *story)
{
    struct id request = return_lamp(story, LAX, NEW);
    return_lamp(story, SYD, request);
    struct id first = story->last_entity;
    return_lamp(story, RTM, request);
    assert_string_equal(story->told, "LAX: asked\n"
                                     "SYD: done as before\n"
                                     "RTM: done as before\n");
    assert_memory_equal(first.bytes, story->last_entity.bytes, ID_BYTES);
    carrier_delivers(story, GATE, "1Z1");
    receive_lamp(story, SYD);
    story_wait(story, 60);
    assert_int_equal(story_paid(story), 1);
}

static void copy_store(struct story *story, enum site place)
{
    struct host *host = &story->world.host[place];
    char command[512];
    host_crash(host);
    snprintf(command, sizeof command, "cp -r '%s' '%s.old'", host->directory, host->directory);
    assert_int_equal(system(command), 0);
    host_start(host);
    story_wait(story, 30);
}

static void put_back(struct story *story, enum site place, const char *name)
{
    struct host *host = &story->world.host[place];
    char command[512];
    host_crash(host);
    snprintf(command, sizeof command, "rm -r '%s' && mv '%s.old' '%s'", host->directory,
             host->directory, host->directory);
    assert_int_equal(system(command), 0);
    tell(story, "%s gets its old store back\n", name);
    host_start(host);
}

/* The copy is older than what the others hold of its log: it learns so, and writes no more. What
 * its former store wrote it reads like any other's. */
static void an_old_copy_of_a_store_stops_and_says_so(struct story *story)
{
    copy_store(story, SYD);
    return_lamp(story, SYD, NEW);
    put_back(story, SYD, "SYD");
    story_wait(story, 60);
    return_lamp(story, SYD, NEW);
    assert_string_equal(story->told, "SYD: asked\n"
                                     "SYD gets its old store back\n"
                                     "SYD: store in doubt\n"
                                     "SYD: refused in_doubt\n");
}

/* Rotterdam handed its book over, and its old copy goes on in it before it meets anybody. The book
 * is Sydney's: nobody is misled, and Rotterdam is told so by the entry that it wrote itself. */
static void an_old_copy_of_a_former_leader_stops_and_nobody_else_does(struct story *story)
{
    struct input input = {.kind = INPUT_HANDOVER};
    story->apart[RTM] = true; /* what it wrote on its own stands nowhere else */
    copy_store(story, RTM);
    input.book.book = story->book;
    input.book.leader = story->world.host[SYD].self.node;
    input.book.by.kind = BY_ADMIN;
    host_submit(&story->world.host[RTM], &input, NULL);
    story_wait(story, 20);
    story_cut(story, RTM, true);
    put_back(story, RTM, "RTM");
    return_lamp(story, RTM, NEW);
    story_cut(story, RTM, false);
    return_lamp(story, RTM, NEW);
    return_lamp(story, LAX, NEW);
    receive_lamp(story, LAX);
    story_wait(story, 60);
    assert_string_equal(story->told, "RTM is cut off\n"
                                     "RTM gets its old store back\n"
                                     "RTM: done\n"
                                     "RTM is back\n"
                                     "RTM: store in doubt\n"
                                     "RTM: refused in_doubt\n"
                                     "LAX: asked\n"
                                     "LAX: done\n"
                                     "SYD sends a refund of 2999\n");
    assert_int_equal(story_paid(story), 1);
}

static const struct told_story stories[] = {
    TOLD(los_angeles_grades_while_cut_off_and_rotterdam_refunds_after_the_heal),
    TOLD(two_boxes_for_one_return_pay_once),
    TOLD(a_request_retried_at_another_node_is_decided_once),
    TOLD(an_old_copy_of_a_store_stops_and_says_so),
    TOLD(an_old_copy_of_a_former_leader_stops_and_nobody_else_does),
};

const struct told_list stories_of_mesh = TOLD_LIST(stories);
