/* The tables as a model for spin: each becomes an inline that judges, and a small world moves them:
 * one return of one unit, its box, two refund slots (the second try of the first), a grant with a
 * slot of its own that draws on the same payment, an outbox that forgets at a crash, and a payment
 * provider that forgets keys, loses answers and answers late; and, by itself, a claim that a
 * carrier answers and pays in parts, or too late. */
#include "overseas-warehouse/rules.h"

static void put(const struct rule_sink *sink, const char *text)
{
    sink->text(sink->world, span_text(text));
}

static void put_number(const struct rule_sink *sink, uint64_t number)
{
    uint8_t digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (uint8_t)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    sink->text(sink->world, span_of(digits + at, sizeof digits - at));
}

static void define(const struct rule_sink *sink, const char *prefix, const char *middle,
                   const char *name, uint64_t value)
{
    put(sink, "#define ");
    put(sink, prefix);
    put(sink, middle);
    put(sink, name);
    put(sink, " ");
    put_number(sink, value);
    put(sink, "\n");
}

static void define_words(const struct rule_sink *sink, const char *prefix,
                         const struct words *words)
{
    for (size_t i = 0; i < words->count; i++)
        if (words->name[i] != NULL) define(sink, prefix, "_", words->name[i], i);
}

static void define_table(const struct rule_sink *sink, const struct rule_table *table)
{
    define_words(sink, table->name, table->states);
    for (size_t i = 0; i < table->facts_count; i++)
        define(sink, table->name, "_if_", table->facts[i], (uint64_t)1 << i);
    for (size_t i = 0; i < table->effects_count; i++)
        define(sink, table->name, "_does_", table->effects[i], (uint64_t)1 << i);
}

static void put_mask(const struct rule_sink *sink, const struct rule_table *table, uint32_t bits)
{
    bool first = true;
    put(sink, "(");
    for (size_t i = 0; i < table->facts_count; i++) {
        if ((bits >> i & 1) == 0) continue;
        if (!first) put(sink, " | ");
        put(sink, table->name);
        put(sink, "_if_");
        put(sink, table->facts[i]);
        first = false;
    }
    put(sink, first ? "0)" : ")");
}

static void put_name(const struct rule_sink *sink, const char *prefix, const char *name)
{
    put(sink, prefix);
    put(sink, "_");
    put(sink, name);
}

static void put_guard(const struct rule_sink *sink, const struct rule_table *table,
                      const struct rule *rule)
{
    put(sink, "    :: from == ");
    put_name(sink, table->name, word_of(table->states, rule->from));
    put(sink, " && actor == ");
    put_name(sink, "by", word_of(&actor_words, rule->actor));
    put(sink, " && verb == ");
    put_name(sink, "do", word_of(&verb_words, rule->verb));
    if (rule->need != 0) {
        put(sink, " &&\n       (facts & ");
        put_mask(sink, table, rule->need);
        put(sink, ") == ");
        put_mask(sink, table, rule->need);
    }
    if (rule->bar != 0) {
        put(sink, " &&\n       (facts & ");
        put_mask(sink, table, rule->bar);
        put(sink, ") == 0");
    }
}

static void put_inline(const struct rule_sink *sink, const struct rule_table *table)
{
    put(sink, "\ninline judge_");
    put(sink, table->name);
    put(sink, "(from)\n{\n    if\n");
    for (size_t i = 0; i < table->count; i++) {
        const struct rule *rule = &table->rules[i];
        put_guard(sink, table, rule);
        put(sink, " ->\n        to = ");
        put_name(sink, table->name, word_of(table->states, rule->to));
        put(sink, "; effects = ");
        put_number(sink, rule->effects);
        put(sink, "\n");
    }
    put(sink, "    :: else -> to = refused; effects = 0\n    fi\n}\n");
}

/* Everything below is written by hand; only the tables above follow from the rows. */
/* clang-format off */
static const char *const world[] = {
    "\n",
    "/* --- the world: see overseas-warehouse/README.md, \"The model\" --- */\n",
    "byte ret = return_none, unit = unit_none;\n",
    "bool boxed, claimed, assigned, taken, approved, arrived;\n",
    "bool keep, in_kind, trusted; /* of the request: nothing back, a thing, money ahead */\n",
    "bool disputes; /* the buyer may not take the answer */\n",
    "bool served, replaced; /* the buyer has got money, or a thing */\n",
    "byte gra = grant_none;\n",
    "bool promised, withheld; /* somebody gave or accepted the grant; refused, withdrew or let it lapse */\n",
    "byte captured; /* 1 or 2: the unit and the grant are worth 1 each */\n",
    "byte calls; /* how often it is called: 2 where a unit is tried twice, 1 where there is a grant too */\n",
    "/* of the unit's refund 0 and its second try 1, and of the grant's 2 */\n",
    "byte slot[3], tries[3], flight[3], paid[3];\n",
    "byte phase[3]; /* what the outbox knows: 0 nothing, 1 fresh, 2 attempted, 3 absent */\n",
    "bool key[3], failed[3];\n",
    "bool elsewhere, barred[3]; /* others refunded the unit, and the book knows */\n",
    "/* of a claim that is worth 2: what they accepted and what came, whether it was sent or taken back */\n",
    "byte com = compensation_none, accepted, got, part;\n",
    "bool lodged, dropped, appealed;\n",
    "bool by_hand; /* paid by other means as soon as the book has taken it */\n",
    "bool back; /* what was paid comes back as soon as the book has taken it */\n",
    "/* the move at hand; all 0 between two moves */\n",
    "byte actor, verb, to, effects;\n",
    "int facts;\n",
    "\n",
    "#define is_open(s) (slot[s] == refund_intended || slot[s] == refund_submitted || \\\n",
    "                    slot[s] == refund_unknown || slot[s] == refund_manual)\n",
    "#define any_open (is_open(0) || is_open(1) || is_open(2))\n",
    "#define holds(s) (is_open(s) || slot[s] == refund_settled)\n",
    "#define reserved (holds(0) || holds(1))\n",
    "#define gone (holds(0) + holds(1) + holds(2) + elsewhere)\n",
    "\n",
    "/* The law of it all: one thing, one payment; nothing unapproved; nothing that did not come;\n",
    " * nothing that was not promised, or was taken back; and no more than there is. */\n",
    "inline check()\n",
    "{\n",
    "    assert(paid[0] + paid[1] <= 1);\n",
    "    assert(paid[2] <= 1);\n",
    "    assert(paid[0] + paid[1] + paid[2] <= captured);\n",
    "    assert(holds(0) + holds(1) + holds(2) <= captured);\n",
    "    assert(slot[2] == refund_none || (promised && !withheld && gra == grant_paid));\n",
    "    assert(gra != grant_paid || slot[2] != refund_none);\n",
    "    assert(paid[0] + paid[1] == 0 ||\n",
    "           (approved && ((assigned && taken) || keep || (trusted && arrived))));\n",
    "    assert(!replaced || paid[0] + paid[1] == 0);\n",
    "    assert(!(slot[0] == refund_failed && paid[0] > 0));\n",
    "    assert(!(slot[1] == refund_failed && paid[1] > 0));\n",
    "    assert(!(slot[2] == refund_failed && paid[2] > 0));\n",
    "    assert(is_open(0) + is_open(1) + is_open(2) <= 1)\n",
    "}\n",
    "\n",
    "inline done()\n",
    "{\n",
    "    actor = 0; verb = 0; to = 0; effects = 0; facts = 0; by_hand = false; back = false\n",
    "}\n",
    "\n",
    "inline return_facts()\n",
    "{\n",
    "    facts = return_if_order_known | return_if_lines_good | return_if_room | return_if_last |\n",
    "            return_if_overdue | return_if_heard | return_if_strayed | return_if_came_after;\n",
    "    if\n",
    "    :: ret != return_requested\n",
    "    :: ret == return_requested -> facts = facts | return_if_eligible\n",
    "    :: ret == return_requested -> facts = facts | return_if_eligible | return_if_small\n",
    "    :: ret == return_requested -> facts = facts | return_if_flagged\n",
    "    fi;\n",
    "    if :: verb == do_note_grade -> facts = facts | return_if_bad :: true fi;\n",
    "    if :: arrived -> facts = facts | return_if_arrived :: else fi;\n",
    "    if :: claimed -> facts = facts | return_if_goods_here :: else -> facts = facts | return_if_claimable fi;\n",
    "    facts = facts | return_if_disputable;\n",
    "    if :: facts = facts | return_if_platform :: disputes -> skip fi;\n",
    "    if :: keep -> facts = facts | return_if_goodsless :: else fi;\n",
    "    if :: in_kind -> facts = facts | return_if_in_kind :: else fi;\n",
    "    if :: trusted -> facts = facts | return_if_trusted :: else fi;\n",
    "    if :: arrived -> facts = facts | return_if_handed_over :: else fi;\n",
    "    if :: trusted && served && !taken -> facts = facts | return_if_fronted :: else fi;\n",
    "    if :: (taken || keep) && !served -> facts = facts | return_if_owed :: else fi;\n",
    "    if :: approved && !taken -> facts = facts | return_if_reopens :: else fi;\n",
    "    if\n",
    "    :: taken || (!elsewhere && !served && gone >= captured) -> facts = facts | return_if_over\n",
    "    :: else\n",
    "    fi;\n",
    "    if :: (elsewhere || served) && !taken -> facts = facts | return_if_paid_ahead :: else fi;\n",
    "    if :: any_open -> facts = facts | return_if_wait :: else fi\n",
    "}\n",
    "\n",
    "inline intend(s)\n",
    "{\n",
    "    facts = 0;\n",
    "    if :: s == 2 || !reserved -> facts = facts | refund_if_within_line :: else fi;\n",
    "    if :: gone < captured -> facts = facts | refund_if_within_captured :: else fi;\n",
    "    if :: slot[s] == refund_none -> facts = facts | refund_if_slot_free :: else fi;\n",
    "    if :: s != 1 || slot[0] == refund_failed -> facts = facts | refund_if_fresh :: else fi;\n",
    "    if :: !any_open -> facts = facts | refund_if_payment_free :: else fi;\n",
    "    if :: facts = facts | refund_if_within_cap :: facts = facts | refund_if_above_cap fi;\n",
    "    verb = do_intend;\n",
    "    judge_refund(refund_none);\n",
    "    if\n",
    "    :: to != refused ->\n",
    "        assert(slot[s] == refund_none);\n",
    "        slot[s] = to;\n",
    "        if :: (effects & refund_does_call_provider) != 0 -> phase[s] = 1 :: else fi\n",
    "    :: else\n",
    "    fi\n",
    "}\n",
    "\n",
    "inline move_return()\n",
    "{\n",
    "    return_facts();\n",
    "    judge_return(ret);\n",
    "    if\n",
    "    :: to != refused ->\n",
    "        ret = to;\n",
    "        if :: ret == return_approved -> approved = true :: else fi;\n",
    "        if :: (effects & return_does_claim_box) != 0 -> claimed = true :: else fi;\n",
    "        if :: (effects & return_does_take_unit) != 0 -> taken = true :: else fi;\n",
    "        if :: (effects & return_does_refund_instead) != 0 -> in_kind = false :: else fi;\n",
    "        if :: verb == do_replace -> served = true; replaced = true :: else fi;\n",
    "        if :: elsewhere && taken -> served = true :: else fi;\n",
    "        if\n",
    "        :: (effects & return_does_intend_refund) != 0 ->\n",
    "            served = true; actor = by_policy; intend(0)\n",
    "        :: else\n",
    "        fi\n",
    "    :: else -> assert(actor != by_floor && actor != by_carrier) /* observations are never refused */\n",
    "    fi;\n",
    "    done()\n",
    "}\n",
    "\n",
    "inline move_grant()\n",
    "{\n",
    "    facts = grant_if_overdue;\n",
    "    if :: facts = facts | grant_if_thing_good | grant_if_within_goodwill :: true fi;\n",
    "    if :: gone < captured -> facts = facts | grant_if_room :: else fi;\n",
    "    if :: any_open -> facts = facts | grant_if_wait :: else fi;\n",
    "    judge_grant(gra);\n",
    "    if\n",
    "    :: to != refused ->\n",
    "        gra = to;\n",
    "        if :: verb == do_give || verb == do_accept -> promised = true :: else fi;\n",
    "        if\n",
    "        :: verb == do_refuse || verb == do_withdraw || verb == do_lapse -> withheld = true\n",
    "        :: else\n",
    "        fi;\n",
    "        if :: (effects & grant_does_intend_refund) != 0 -> actor = by_policy; intend(2) :: else fi\n",
    "    :: else\n",
    "    fi;\n",
    "    done();\n",
    "    check()\n",
    "}\n",
    "\n",
    "/* Nothing comes of what was never sent, or was taken back; no more comes than was claimed. */\n",
    "inline check_claim()\n",
    "{\n",
    "    assert(got <= 2 && accepted <= 2);\n",
    "    assert(got == 0 || (lodged && !dropped && com != compensation_denied));\n",
    "    assert(com != compensation_paid || got > 0);\n",
    "    assert(com != compensation_accepted || got < accepted)\n",
    "}\n",
    "\n",
    "inline move_claim()\n",
    "{\n",
    "    facts = compensation_if_thing_good | compensation_if_kind_fits | compensation_if_overdue |\n",
    "            compensation_if_amount_good | compensation_if_free | compensation_if_credible;\n",
    "    if :: facts = facts | compensation_if_in_time :: true fi;\n",
    "    if :: lodged -> facts = facts | compensation_if_sent :: else fi;\n",
    "    if :: !appealed -> facts = facts | compensation_if_appealable :: else fi;\n",
    "    if :: verb == do_accept && part > got -> facts = facts | compensation_if_within_claimed :: else fi;\n",
    "    if\n",
    "    :: verb == do_recover && got + part <= (accepted > 0 -> accepted : 2) ->\n",
    "        facts = facts | compensation_if_within_claimed\n",
    "    :: else\n",
    "    fi;\n",
    "    if\n",
    "    :: got + part == (accepted > 0 -> accepted : 2) -> facts = facts | compensation_if_whole\n",
    "    :: else\n",
    "    fi;\n",
    "    judge_compensation(com);\n",
    "    if\n",
    "    :: to != refused ->\n",
    "        assert(com != compensation_paid && com != compensation_withdrawn);\n",
    "        if :: com == compensation_denied && verb == do_file -> appealed = true :: else fi;\n",
    "        com = to;\n",
    "        if :: verb == do_file -> lodged = true :: else fi;\n",
    "        if :: verb == do_withdraw -> dropped = true :: else fi;\n",
    "        if :: verb == do_accept -> accepted = part :: else fi;\n",
    "        if :: (effects & compensation_does_count_recovered) != 0 -> got = got + part :: else fi\n",
    "    :: else\n",
    "    fi;\n",
    "    part = 0;\n",
    "    done();\n",
    "    check_claim()\n",
    "}\n",
    "\n",
    "inline move_refund(s)\n",
    "{\n",
    "    if :: tries[s] < calls -> facts = refund_if_tries_left :: else fi;\n",
    "    if :: s != 0 || slot[1] == refund_none -> facts = facts | refund_if_latest :: else fi;\n",
    "    if :: s == 2 || !reserved -> facts = facts | refund_if_within_line :: else fi;\n",
    "    if :: gone < captured -> facts = facts | refund_if_within_captured :: else fi;\n",
    "    if :: barred[s] -> facts = facts | refund_if_barred :: else fi;\n",
    "    if :: barred[s] && flight[s] > 0 -> facts = facts | refund_if_under_way :: else fi;\n",
    "    if :: back -> facts = facts | refund_if_came_back :: else fi;\n",
    "    judge_refund(slot[s]);\n",
    "    if\n",
    "    :: to != refused ->\n",
    "        if :: back -> paid[s]-- :: else fi;\n",
    "        if :: back && elsewhere -> barred[s] = true :: else fi;\n",
    "        slot[s] = to; phase[s] = 0;\n",
    "        if :: verb == do_bar -> barred[s] = true :: else fi;\n",
    "        if :: by_hand -> paid[s]++ :: else fi;\n",
    "        if\n",
    "        :: (effects & refund_does_call_provider) != 0 ->\n",
    "            phase[s] = 2; if :: tries[s] < calls -> tries[s]++ :: else fi\n",
    "        :: else\n",
    "        fi;\n",
    "        if\n",
    "        :: (effects & refund_does_intend_next_part) != 0 && s == 0 && calls == 2 -> actor = by_admin; intend(1)\n",
    "        :: else\n",
    "        fi\n",
    "    :: else\n",
    "    fi;\n",
    "    done();\n",
    "    check()\n",
    "}\n",
    "\n",
    "proctype people()\n",
    "{\n",
    "    do\n",
    "    :: atomic {\n",
    "        if\n",
    "        :: ret == return_none -> actor = by_operator; verb = do_request\n",
    "        :: ret == return_none && keep -> actor = by_policy; verb = do_request\n",
    "        :: ret == return_none && keep -> actor = by_clock; verb = do_request\n",
    "        :: ret == return_requested && keep -> actor = by_policy; verb = do_cancel\n",
    "        :: ret == return_requested -> actor = by_policy; verb = do_approve\n",
    "        :: ret != return_none -> actor = by_merchant; verb = do_approve\n",
    "        :: ret != return_none -> actor = by_merchant; verb = do_decline\n",
    "        :: ret != return_none -> actor = by_operator; verb = do_cancel\n",
    "        :: ret != return_none -> actor = by_clock; verb = do_approve\n",
    "        :: ret != return_none -> actor = by_clock; verb = do_expire\n",
    "        :: ret != return_none -> actor = by_clock; verb = do_close\n",
    "        :: disputes && ret != return_none -> actor = by_clock; verb = do_escalate\n",
    "        :: ret != return_none -> actor = by_clock; verb = do_refund_instead\n",
    "        :: disputes && ret != return_none -> actor = by_buyer; verb = do_dispute\n",
    "        :: disputes && ret != return_none -> actor = by_buyer; verb = do_escalate\n",
    "        :: disputes && ret != return_none -> actor = by_buyer; verb = do_withdraw\n",
    "        :: disputes && ret != return_none -> actor = by_platform; verb = do_approve\n",
    "        :: disputes && ret != return_none -> actor = by_platform; verb = do_decline\n",
    "        :: ret != return_none -> actor = by_merchant; verb = do_refund_instead\n",
    "        :: ret != return_none && !elsewhere -> actor = by_operator; verb = do_replace\n",
    "        fi;\n",
    "        move_return() }\n",
    "    od\n",
    "}\n",
    "\n",
    "/* What the book sees of goods and carriers. */\n",
    "proctype book()\n",
    "{\n",
    "    do\n",
    "    :: atomic {\n",
    "        if\n",
    "        :: ret != return_none && !arrived ->\n",
    "            arrived = true; actor = by_carrier; verb = do_note_arrival\n",
    "        :: ret != return_none && boxed && !claimed -> actor = by_floor; verb = do_claim_box\n",
    "        :: ret == return_approved && (taken || keep) && !served && !elsewhere ->\n",
    "            actor = by_policy; verb = do_pay\n",
    "        :: ret == return_approved && trusted && arrived && !served && !taken && !elsewhere ->\n",
    "            actor = by_policy; verb = do_advance\n",
    "        :: ret != return_none && assigned && !taken -> actor = by_floor; verb = do_take_unit\n",
    "        :: ret != return_none && assigned && unit >= unit_graded ->\n",
    "            actor = by_floor; verb = do_note_grade\n",
    "        :: ret != return_none && assigned && unit >= unit_disposed ->\n",
    "            actor = by_floor; verb = do_note_disposition\n",
    "        :: ret != return_none && assigned && unit == unit_settled ->\n",
    "            actor = by_floor; verb = do_note_settlement\n",
    "        fi;\n",
    "        move_return();\n",
    "        check() }\n",
    "    od\n",
    "}\n",
    "\n",
    "proctype warehouse()\n",
    "{\n",
    "    do\n",
    "    :: atomic {\n",
    "        if\n",
    "        :: unit == unit_none -> actor = by_operator; verb = do_receive\n",
    "        :: unit == unit_received -> actor = by_operator; verb = do_inspect\n",
    "        :: unit == unit_inspected -> actor = by_operator; verb = do_grade\n",
    "        :: unit == unit_graded -> actor = by_operator; verb = do_dispose\n",
    "        :: unit == unit_disposed -> actor = by_operator; verb = do_settle\n",
    "        :: claimed && !assigned -> actor = by_book; verb = do_assign\n",
    "        fi;\n",
    "        facts = unit_if_held_here | unit_if_grade_given | unit_if_fits;\n",
    "        judge_unit(unit);\n",
    "        assert(to != refused);\n",
    "        if :: verb == do_assign -> assigned = true :: else -> unit = to; boxed = true fi;\n",
    "        done() }\n",
    "    od\n",
    "}\n",
    "\n",
    "/* Money besides what the unit is worth: offered and answered, given, taken back, paid. */\n",
    "proctype giver()\n",
    "{\n",
    "    do\n",
    "    :: atomic {\n",
    "        if\n",
    "        :: ret != return_none && gra == grant_none -> actor = by_merchant; verb = do_offer\n",
    "        :: ret != return_none && gra == grant_none -> actor = by_merchant; verb = do_give\n",
    "        :: gra != grant_none -> actor = by_buyer; verb = do_accept\n",
    "        :: gra != grant_none -> actor = by_buyer; verb = do_refuse\n",
    "        :: gra != grant_none -> actor = by_merchant; verb = do_withdraw\n",
    "        :: gra != grant_none -> actor = by_clock; verb = do_lapse\n",
    "        :: gra != grant_none -> actor = by_policy; verb = do_pay\n",
    "        fi;\n",
    "        move_grant() }\n",
    "    od\n",
    "}\n",
    "\n",
    "/* A marketplace refunds the unit, or the buyer's bank takes the money back, and the book hears of\n",
    " * it. The grant is barred where the money does not reach for both. */\n",
    "proctype others()\n",
    "{\n",
    "    atomic { ret != return_none && paid[0] + paid[1] == 0 && paid[2] < captured ->\n",
    "        elsewhere = true;\n",
    "        actor = by_policy; verb = do_bar; move_refund(0);\n",
    "        actor = by_policy; verb = do_bar; move_refund(1);\n",
    "        if\n",
    "        :: gone > captured && is_open(2) ->\n",
    "            actor = by_policy; verb = do_bar; move_refund(2)\n",
    "        :: else\n",
    "        fi }\n",
    "}\n",
    "\n",
    "/* Who claims, and silence; and those against whom it is. */\n",
    "proctype claimant()\n",
    "{\n",
    "    do\n",
    "    :: atomic {\n",
    "        if\n",
    "        :: com == compensation_none -> actor = by_merchant; verb = do_draft\n",
    "        :: actor = by_merchant; verb = do_file\n",
    "        :: actor = by_merchant; verb = do_withdraw\n",
    "        :: actor = by_clock; verb = do_run_out\n",
    "        fi;\n",
    "        move_claim() }\n",
    "    od\n",
    "}\n",
    "\n",
    "proctype debtor()\n",
    "{\n",
    "    do\n",
    "    :: atomic {\n",
    "        if\n",
    "        :: part = 1\n",
    "        :: part = 2\n",
    "        fi;\n",
    "        actor = by_carrier;\n",
    "        if\n",
    "        :: verb = do_accept\n",
    "        :: verb = do_deny\n",
    "        :: verb = do_recover\n",
    "        fi;\n",
    "        move_claim() }\n",
    "    od\n",
    "}\n",
    "\n",
    "/* DESIGN 6: blind only in the run of the intent; else attempt, ask, and send what is absent. */\n",
    "proctype outbox(byte s)\n",
    "{\n",
    "    do\n",
    "    :: atomic { phase[s] == 1 && slot[s] == refund_intended ->\n",
    "                assert(!elsewhere || (s == 2 && !barred[s])); phase[s] = 0; flight[s]++ }\n",
    "    :: atomic { phase[s] == 2 && paid[s] == 0 && !(key[s] && failed[s]) -> phase[s] = 3 }\n",
    "    :: atomic { phase[s] == 3 && flight[s] < calls && slot[s] == refund_submitted ->\n",
    "                assert(!elsewhere || (s == 2 && !barred[s])); phase[s] = 0; flight[s]++ }\n",
    "    :: atomic { phase[s] != 0 -> phase[s] = 0 } /* a crash: memory is lost */\n",
    "    :: atomic {\n",
    "        if\n",
    "        :: is_open(s) -> actor = by_policy; verb = do_submit\n",
    "        :: is_open(s) -> actor = by_policy; verb = do_lose\n",
    "        :: phase[s] == 2 && paid[s] > 0 -> actor = by_provider; verb = do_find_paid\n",
    "        :: phase[s] == 2 && paid[s] == 0 && key[s] && failed[s] ->\n",
    "            actor = by_provider; verb = do_find_failed\n",
    "        fi;\n",
    "        move_refund(s) }\n",
    "    od\n",
    "}\n",
    "\n",
    "/* Pays once for each key that it remembers; answers get lost. */\n",
    "proctype provider(byte s)\n",
    "{\n",
    "    do\n",
    "    :: atomic { flight[s] > 0 ->\n",
    "        flight[s]--;\n",
    "        if\n",
    "        :: key[s]\n",
    "        :: !key[s] -> key[s] = true; failed[s] = false; paid[s]++\n",
    "        :: !key[s] && paid[s] == 0 -> key[s] = true; failed[s] = true\n",
    "        fi;\n",
    "        actor = by_provider;\n",
    "        if\n",
    "        :: failed[s] -> verb = do_find_failed\n",
    "        :: !failed[s] -> verb = do_find_paid\n",
    "        :: verb = 0\n",
    "        fi;\n",
    "        move_refund(s) }\n",
    "    :: atomic { slot[s] == refund_settled && paid[s] > 0 && flight[s] == 0 ->\n",
    "        back = true; actor = by_provider; verb = do_find_failed; move_refund(s) }\n",
    "    :: atomic { key[s] && !failed[s] && flight[s] == 0 && phase[s] != 3 -> key[s] = false }\n",
    "    od\n",
    "}\n",
    "\n",
    "/* A person looks at the provider's ledger before speaking. */\n",
    "proctype admin(byte s)\n",
    "{\n",
    "    do\n",
    "    :: atomic {\n",
    "        if\n",
    "        :: paid[s] > 0 -> verb = do_resolve_paid\n",
    "        :: paid[s] == 0 && flight[s] == 0 && slot[s] != refund_none -> verb = do_resolve_unpaid\n",
    "        :: (slot[s] == refund_manual || slot[s] == refund_failed) && paid[s] == 0 &&\n",
    "           flight[s] == 0 && gone - holds(s) < captured && (s == 2 || !elsewhere) ->\n",
    "            by_hand = true; verb = do_resolve_paid\n",
    "        fi;\n",
    "        actor = by_admin;\n",
    "        move_refund(s) }\n",
    "    od\n",
    "}\n",
    "\n",
    "init {\n",
    "    atomic {\n",
    "        if\n",
    "        :: run claimant(); run debtor()\n",
    "        :: calls = 2; run outbox(1); run provider(1); run admin(1)\n",
    "        :: calls = 1; run giver(); run outbox(2); run provider(2); run admin(2)\n",
    "        :: calls = 1; keep = true\n",
    "        :: calls = 1; disputes = true\n",
    "        :: calls = 1; trusted = true\n",
    "        :: calls = 1; in_kind = true\n",
    "        :: calls = 1; keep = true; in_kind = true\n",
    "        fi;\n",
    "        if\n",
    "        :: calls > 0 ->\n",
    "            if :: captured = 1 :: captured = 2 fi;\n",
    "            run people(); run book(); run warehouse(); run others();\n",
    "            run outbox(0); run provider(0); run admin(0)\n",
    "        :: else\n",
    "        fi\n",
    "    }\n",
    "}\n",
};
/* clang-format on */

void rules_promela(const struct rule_sink *sink)
{
    put(sink, "/* Printed by `entrepot rules --format promela`; to run it:\n"
              " *     spin -a rules.pml && cc -O0 -DSAFETY -o pan pan.c && ./pan -m1000000 -n */\n"
              "#define refused 255\n");
    define_words(sink, "by", &actor_words);
    define_words(sink, "do", &verb_words);
    for (unsigned i = 0; i < TABLE_COUNT; i++) define_table(sink, rule_tables[i]);
    for (unsigned i = 0; i < TABLE_COUNT; i++) put_inline(sink, rule_tables[i]);
    for (size_t i = 0; i < sizeof world / sizeof world[0]; i++) put(sink, world[i]);
}
