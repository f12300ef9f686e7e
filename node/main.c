/* entrepot: the table of subcommands; those of the floor stand in node/cli/table_floor.c. */

#include <assert.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "node/cli/subcommands.h"
#include "node/log.h"

/* {noun, verb, arguments, words_min, words_max, takes, flags, help, examples, more, run} */
/* clang-format off */
static const struct subcommand subcommands[] = {
    {"node", NULL, "", 0, 0, ON_DISK, NULL,
     "run a node",
     "node --dir lax\n"
     "node --config /etc/entrepot/lax.conf\n"
     "node --dir lax --set http.port=0 --set log.level=debug\n",
     node_more, node_run},
    {"init", NULL, "", 0, 0, 0, init_flags,
     "make a node's directory: keys, store, own log, and the mesh when it is founded",
     "init --found --dir rtm --name Rotterdam --warehouse RTM --address tcp://203.0.113.7:7400 >rtm.card\n"
     "init --join rtm.card --dir lax --name \"Los Angeles\" --warehouse LAX >lax.card\n",
     init_more, init_node},
    {"config", "show", "", 0, 0, 0, config_flags,
     "print what a configuration may say",
     "config show\n"
     "config show --format file >lax/entrepot.conf\n",
     NULL, config_show},
    {"config", "check", "FILE", 1, 1, 0, NULL,
     "read a configuration and the files it names, and say what is wrong with them",
     "config check lax/entrepot.conf\n",
     NULL, config_check_file},

    {"status", NULL, "", 0, 0, READS, NULL,
     "how a running node is: peers, logs, what is not replicated or not answered",
     "status --dir lax\n"
     "status --url https://lax.example --token-file t --json\n",
     NULL, status_show},
    {"digests", NULL, "", 0, 0, READS, NULL,
     "digests of the views, by which two nodes compare what they hold",
     "digests --dir lax --json\n",
     NULL, digests_show},
    {"carriers", NULL, "", 0, 0, LISTS, NULL,
     "carriers whose webhooks the node takes",
     "carriers --dir lax\n",
     NULL, carriers_list},
    {"carrier", "list", "", 0, 0, TAKES_JSON, carrier_list_flags,
     "every carrier this program understands, and how its codes are known",
     "carrier list\n"
     "carrier list --file /etc/entrepot/ontrac.adapter\n",
     NULL, carrier_list},
    {"carrier", "number", "NUMBER", 1, 1, TAKES_JSON, NULL,
     "whose a tracking number may be, by its form and its check sign",
     "carrier number 1Z999AA10123456784\n"
     "carrier number \"RB 123 456 785 GB\" --json\n",
     NULL, carrier_number},
    {"carrier", "unknown", "", 0, 0, LISTS, carrier_unknown_flags,
     "codes of carriers that no table knows: how often they came, and in which words",
     "carrier unknown --dir lax\n"
     "carrier unknown --carrier gls --dir lax --json\n",
     NULL, carrier_unknown},
    {"carrier", "replay", "CARRIER", 1, 1, DOES, carrier_replay_flags,
     "have what was missed since then told again: after a link that was cut",
     "carrier replay easypost --since 2026-11-20T00:00:00Z --dir lax\n",
     NULL, carrier_replay},
    {"carrier", "check", "PATH", 1, 1, 0, NULL,
     "whether a file is an adapter of one's own, and what is wrong with it",
     "carrier check /etc/entrepot/ontrac.adapter\n",
     NULL, carrier_check},
    {"carrier", "test", "[CARRIER]", 0, 1, TAKES_JSON, carrier_test_flags,
     "how a carrier's body on standard input is understood",
     "carrier test dhl --json < body.json\n"
     "carrier test sendle --number S1234 < reply.json\n"
     "carrier test --file /etc/entrepot/ontrac.adapter < body.json\n",
     carrier_test_more, carrier_test},
    {"clock", "confirm", "", 0, 0, DOES, NULL,
     "say that the node's clock is right after it leapt: deadlines fire again",
     "clock confirm --dir lax\n",
     NULL, clock_confirm},

    {"membership", "card", "", 0, 0, ON_DISK, card_flags,
     "print the node's card",
     "membership card --dir lax >lax.card\n",
     NULL, membership_card},
    {"membership", "admit", "CARD", 1, 1, DECIDES, card_flags,
     "let a node into the mesh, or record its new address, keys or log",
     "membership admit lax.card --dir rtm\n"
     "membership admit - --dir rtm <lax.card\n",
     NULL, membership_admit},
    {"membership", "meet", "CARD", 1, 1, ON_DISK, card_flags,
     "dial a member where its present card says, beside where the membership says",
     "membership meet rtm.card --dir lax\n"
     "membership meet rtm.card --dir lax --address tcp://203.0.113.9:7400\n",
     membership_meet_more, membership_meet},
    {"membership", "list", "", 0, 0, LISTS, NULL,
     "the nodes of the mesh",
     "membership list --dir rtm\n",
     NULL, membership_list},
    {"membership", "revoke", "NODE", 1, 1, DECIDES | TAKES_YES, NULL,
     "put a node out of the mesh for good",
     "membership revoke 01JD... --dir rtm --yes\n",
     NULL, membership_revoke},
    {"membership", "merchant", "", 0, 0, DECIDES, merchant_flags,
     "record a merchant group, or change its policy",
     "membership merchant --name \"Shenzhen Lights\" --currency EUR --opener 01JD... --cap 5000.00 --window-days 30 --dir rtm\n"
     "membership merchant --merchant 01JE... --cap 8000.00 --dir rtm\n",
     NULL, membership_merchant},
    {"membership", "merchants", "", 0, 0, LISTS, NULL,
     "the merchant groups",
     "membership merchants --dir rtm\n",
     NULL, membership_merchants},
    {"membership", "succeeds", "CARD", 1, 1, DECIDES, succeeds_flags,
     "record that a node's new log goes on where a lost one ended",
     "membership succeeds lax.card --old 01JD... --dir rtm\n",
     NULL, membership_succeeds},
    {"membership", "open-book", "MERCHANT", 1, 1, DOES, NULL,
     "open a merchant's book, at the node that is to lead it",
     "membership open-book 01JE... --dir rtm\n",
     NULL, book_open},

    {"book", "list", "", 0, 0, LISTS, NULL,
     "the books, and who leads them",
     "book list --dir rtm\n",
     NULL, book_list},
    {"book", "show", "BOOK", 1, 1, READS, NULL,
     "one book",
     "book show 01JE... --dir rtm\n",
     NULL, book_show},
    {"book", "open", "MERCHANT", 1, 1, DOES, NULL,
     "as membership open-book",
     "book open 01JE... --dir rtm\n",
     NULL, book_open},
    {"book", "handover", "BOOK", 1, 1, DOES, book_handover_flags,
     "give a book to another leader",
     "book handover 01JE... --to 01JD... --dir rtm\n",
     NULL, book_handover},
    {"book", "recover", "BOOK", 1, 1, DOES | TAKES_YES, book_recover_flags,
     "take over a book whose leader's disk is gone",
     "book recover 01JE... --dir syd\n"
     "book recover 01JE... --dir syd --lost 01JD... --yes\n",
     book_recover_more, book_recover},

    {"token", "create", "", 0, 0, ON_DISK, token_create_flags,
     "make a token for this node's interface",
     "token create --dir lax --role operator --name \"dock 3\"\n"
     "token create --dir rtm --role merchant --merchant 01JE... --out shop.token\n",
     NULL, token_create},
    {"token", "list", "", 0, 0, ON_DISK | TAKES_JSON, NULL,
     "the tokens of this node, without their secrets",
     "token list --dir lax\n",
     NULL, token_list},
    {"token", "revoke", "TOKEN", 1, 1, ON_DISK, NULL,
     "make a token worthless",
     "token revoke 01JD... --dir lax\n",
     NULL, token_revoke},

    {"order", "import", "FILE", 1, 1, TAKES_NODE | TAKES_JSON | TAKES_KEY, order_import_flags,
     "import orders, a JSON object a line or the rows of a CSV file; - is standard input",
     "order import orders.ndjson --dir rtm\n"
     "order import orders.csv --merchant 01JE... --dir rtm\n"
     "order import - --csv --dir rtm --json <orders.csv\n",
     order_import_more, order_import},
    {"order", "show", "ORDER", 1, 1, READS, NULL,
     "one order",
     "order show 01JF... --dir rtm\n",
     NULL, order_show},
    {"order", "list", "", 0, 0, LISTS, NULL,
     "orders",
     "order list --dir rtm --limit 20\n",
     NULL, order_list},
    {"order", "amend", "ORDER FILE", 2, 2, CHANGES, NULL,
     "make the next version of an order: a further capture, a line more, a figure corrected",
     "order amend 01JF... more.json --dir rtm\n",
     order_amend_more, order_amend},
    {"order", "versions", "", 0, 0, LISTS, order_versions_flags,
     "former versions of orders",
     "order versions --order 01JF... --dir rtm\n",
     NULL, order_versions},

    {"reasons", NULL, "", 0, 0, READS, NULL,
     "why goods come back, as a tree in English and Chinese, and why returns are declined",
     "reasons --dir rtm\n",
     NULL, reasons_show},
    {"preset", "put", "MERCHANT NAME", 2, 2, DECIDES, preset_flags,
     "say what a request that names the preset may leave out",
     "preset put 01JE... refused --reason undeliverable_refused --channel marketplace --dir rtm\n"
     "preset put 01JE... refused --gone --dir rtm\n",
     NULL, preset_put},
    {"preset", "list", "MERCHANT", 1, 1, READS, NULL,
     "the presets of a merchant",
     "preset list 01JE... --dir rtm\n",
     NULL, preset_list},
    {"sku", "import", "FILE", 1, 1, TAKES_NODE | TAKES_JSON | TAKES_KEY, sku_import_flags,
     "import SKUs, a JSON object a line or the rows of a CSV file; - is standard input",
     "sku import skus.ndjson --dir rtm\n"
     "sku import skus.csv --merchant 01JE... --dir rtm\n",
     sku_import_more, sku_import},
    {"sku", "put", "FILE", 1, 1, CHANGES, NULL,
     "say what a SKU is from now on: its codes, names, measures, checklists",
     "sku put cup.json --dir rtm\n",
     sku_put_more, sku_put},
    {"sku", "show", "SKU", 1, 1, READS, NULL,
     "one SKU",
     "sku show 01JF... --dir rtm\n",
     NULL, sku_show},
    {"sku", "list", "", 0, 0, LISTS, sku_list_flags,
     "SKUs, or those that bear a scanned code",
     "sku list --merchant 01JE... --dir rtm\n"
     "sku list --code 4006381333931 --dir rtm\n",
     NULL, sku_list},
    {"sku", "versions", "", 0, 0, LISTS, sku_versions_flags,
     "former versions of SKUs",
     "sku versions --sku 01JF... --dir rtm\n",
     NULL, sku_versions},

    {"return", "request", "", 0, 0, DECIDES, return_request_flags,
     "ask for a return",
     "return request --merchant 01JE... --order \"#1001\" --line 0:1:defective --number 9400111899 --dir rtm\n",
     NULL, return_request},
    {"return", "note", "RETURN", 1, 1, CHANGES, return_note_flags,
     "add to a return: a further parcel, whose it is",
     "return note 01JF... --parcel 9400111900 --parcel 9400111901 --dir rtm\n",
     NULL, return_note},
    {"return", "group", "FILE", 1, 1, DECIDES, NULL,
     "ask for returns of several orders at once: one for each, all or none",
     "return group cart.json --dir rtm\n",
     return_group_more, return_group},
    {"return", "group-show", "GROUP", 1, 1, READS, NULL,
     "the returns that were asked for together",
     "return group-show 01JF... --dir rtm\n",
     NULL, return_group_show},
    {"return", "show", "RETURN", 1, 1, READS, NULL,
     "one return",
     "return show 01JF... --dir rtm\n",
     NULL, return_show},
    {"return", "list", "", 0, 0, LISTS, return_list_flags,
     "returns",
     "return list --dir rtm\n"
     "return list --number 9400111899\n",
     NULL, return_list},
    {"return", "approve", "RETURN", 1, 1, CHANGES, approve_flags,
     "grant a return",
     "return approve 01JF... --dir rtm\n"
     "return approve 01JF... --keep --reason \"not worth the freight\"\n",
     NULL, return_approve},
    {"return", "decline", "RETURN", 1, 1, CHANGES, decline_flags,
     "refuse a return",
     "return decline 01JF... --why worn --reason \"soles\" --dir rtm\n",
     NULL, return_decline},
    {"return", "cancel", "RETURN", 1, 1, CHANGES, reason_flags,
     "call a return off",
     "return cancel 01JF... --dir rtm\n",
     NULL, return_cancel},
    {"return", "dispute", "RETURN", 1, 1, CHANGES, reason_flags,
     "the buyer does not take the answer: the merchant gives in, or the platform decides",
     "return dispute 01JF... --reason \"the sole is broken\" --dir rtm\n",
     NULL, return_dispute},
    {"return", "escalate", "RETURN", 1, 1, CHANGES, reason_flags,
     "let the platform decide a dispute; its word is approve or decline",
     "return escalate 01JF... --dir rtm\n",
     NULL, return_escalate},
    {"return", "withdraw", "RETURN", 1, 1, CHANGES, reason_flags,
     "take a dispute back",
     "return withdraw 01JF... --dir rtm\n",
     NULL, return_withdraw},
    {"return", "replace", "RETURN", 1, 1, CHANGES, replace_flags,
     "say what was sent to the buyer for units of an exchange, a repair or a claim",
     "return replace 01JF... --line 0 --number 1Z999 --dir rtm\n",
     NULL, return_replace},
    {"return", "refund-instead", "RETURN", 1, 1, CHANGES, reason_flags,
     "pay money where a thing was promised",
     "return refund-instead 01JF... --reason \"out of stock\" --dir rtm\n",
     NULL, return_refund_instead},
    {"return", "link", "RETURN", 1, 1, DOES | TAKES_KEY, return_link_flags,
     "make a signed link for the buyer: to look, answer offers, add photographs, call it off",
     "return link 01JF... --days 14 --out link --dir rtm\n",
     NULL, return_link},
    {"return", "links", "", 0, 0, LISTS, return_links_flags,
     "links that were made",
     "return links --return 01JF... --dir rtm\n",
     NULL, return_links},
    {"return", "unlink", "LINK", 1, 1, DOES | TAKES_KEY, reason_flags,
     "withdraw a link: it opens nothing any more, at any node",
     "return unlink 01JK... --dir rtm\n",
     NULL, return_unlink},
    {"return", "evidence", "RETURN", 1, 1, TAKES_NODE, evidence_flags,
     "its whole history in one file, for who has to judge it: entries with their seals, and records",
     "return evidence 01JF... --dir rtm >pack.json\n"
     "return evidence 01JF... --personal --dir rtm >pack.json\n",
     NULL, return_evidence},
    {"return", "evidence-check", "FILE", 1, 1, 0, evidence_check_flags,
     "is such a file what the nodes wrote? needs no node",
     "return evidence-check pack.json\n"
     "return evidence-check pack.json --members members.json\n",
     NULL, return_evidence_check},
    {"return", "savings", "RETURN", 1, 1, READS, NULL,
     "what resolving it here saved against shipping to origin",
     "return savings 01JF... --dir rtm\n",
     NULL, return_savings},

    {"erase", "ask", "RETURN", 1, 1, DOES | TAKES_KEY | TAKES_YES, reason_flags,
     "drop what is stored about the person behind a return, on every node",
     "erase ask 01JF... --reason \"asked by the buyer\" --yes --dir rtm\n",
     NULL, erase_ask},
    {"erase", "status", "[RETURN]", 0, 1, LISTS, NULL,
     "where an erasure is done, and which nodes it waits for",
     "erase status --dir rtm\n"
     "erase status 01JF... --dir rtm\n",
     NULL, erase_status},

    {"policy", "set", "MERCHANT FILE", 2, 2, CHANGES, policy_set_flags,
     "the next version of a merchant's policy",
     "policy set 01JE... policy.json --dir rtm\n"
     "policy set 01JE... policy.json --effective 2026-12-01T00:00:00Z --dir rtm\n",
     policy_check_more, policy_set},
    {"policy", "show", "MERCHANT", 1, 1, READS, policy_show_flags,
     "the policy that holds, with its breaches of the law, or as it held",
     "policy show 01JE... --dir rtm\n"
     "policy show 01JE... --at 2026-11-22T10:00:00Z --dir rtm\n"
     "policy show 01JE... --version 3 --json --dir rtm\n",
     NULL, policy_show},
    {"policy", "check", "FILE", 1, 1, TAKES_JSON, NULL,
     "all that is wrong in a file of a policy, without a node",
     "policy check policy.json\n"
     "policy check - --json <policy.json\n",
     policy_check_more, policy_check},
    {"policy", "history", "MERCHANT", 1, 1, READS, NULL,
     "the versions of a merchant's policy",
     "policy history 01JE... --dir rtm\n",
     NULL, policy_history},

    {"deadline", "list", "", 0, 0, LISTS, deadline_list_flags,
     "who owes what by when, what is overdue first",
     "deadline list --dir rtm\n"
     "deadline list --owner merchant --state overdue --dir rtm\n",
     NULL, deadline_list},
    {"deadline", "override", "RETURN", 1, 1, CHANGES, reason_flags,
     "let silence act on a return although not every member was heard",
     "deadline override 01JF... --reason \"the gateway burnt down\" --dir rtm\n",
     NULL, deadline_override},

    {"numbers", "show", "", 0, 0, READS, numbers_flags,
     "a merchant's scorecard of a period: answers, solutions, deadlines, money",
     "numbers show --merchant 01JE... --from 2026-11-01T00:00:00Z --dir rtm\n",
     NULL, numbers_show},
    {"numbers", "carriers", "", 0, 0, READS, numbers_carriers_flags,
     "how carriers bring back what is returned",
     "numbers carriers --late-days 7 --dir rtm\n",
     NULL, numbers_carriers},
    {"numbers", "defects", "", 0, 0, READS, numbers_defects_flags,
     "what comes back and why, the most frequent first",
     "numbers defects --merchant 01JE... --by inbound --dir rtm\n",
     NULL, numbers_defects},
    {"numbers", "floor", "", 0, 0, READS, numbers_flags,
     "how warehouses work off what comes back, and what waits at which station",
     "numbers floor --merchant 01JE... --from 2026-11-01T00:00:00Z --dir rtm\n",
     NULL, numbers_floor},
    {"numbers", "inspectors", "", 0, 0, READS, numbers_inspectors_flags,
     "what each inspector of a warehouse did, and how often a second person agreed",
     "numbers inspectors --from 2026-11-01T00:00:00Z --dir lax\n",
     NULL, numbers_inspectors},
    {"corrective", "begin", "", 0, 0, DECIDES, corrective_begin_flags,
     "say what is done so that less of a SKU comes back, by whom and from when on",
     "corrective begin --merchant 01JE... --sku CUP-1 --reason defective --action \"a new glue\" --owner quality --dir rtm\n",
     NULL, corrective_begin},
    {"corrective", "close", "CORRECTIVE", 1, 1, CHANGES, corrective_close_flags,
     "close it with what came of it",
     "corrective close 01JF... --result \"boxes hold\" --dir rtm\n",
     NULL, corrective_close},
    {"corrective", "show", "CORRECTIVE", 1, 1, READS, NULL,
     "one corrective action",
     "corrective show 01JF... --dir rtm\n",
     NULL, corrective_show},
    {"corrective", "list", "", 0, 0, LISTS, corrective_list_flags,
     "what is done so that less comes back",
     "corrective list --merchant 01JE... --dir rtm\n",
     NULL, corrective_list},
    {"corrective", "effect", "CORRECTIVE", 1, 1, READS, NULL,
     "did it help: what came back of what was sold before it and since",
     "corrective effect 01JF... --dir rtm\n",
     NULL, corrective_effect},
    {"calendar", "list", "", 0, 0, READS, calendar_flags,
     "the calendars that are built in, and those of a merchant",
     "calendar list --dir rtm\n"
     "calendar list --merchant 01JE... --dir rtm\n",
     NULL, calendar_list},
    {"calendar", "show", "NAME", 1, 1, READS, calendar_show_flags,
     "one calendar with its holidays, their source, and what is to be confirmed",
     "calendar show DE --dir rtm\n"
     "calendar show rotterdam --merchant 01JE... --version 2 --json --dir rtm\n",
     NULL, calendar_show},
    {"calendar", "put", "MERCHANT FILE", 2, 2, CHANGES, NULL,
     "the next version of a calendar of a merchant's or a warehouse's",
     "calendar put 01JE... rotterdam.json --dir rtm\n",
     calendar_put_more, calendar_put},
    {"calendar", "explain", "WHAT", 1, 1, READS, calendar_flags,
     "when something is due in a calendar, and which days do not count",
     "calendar explain \"48 working hours after 2026-12-24T17:00 in DE\" --dir rtm\n"
     "calendar explain \"3 working days after 2026-11-22 in rotterdam\" --merchant 01JE... --dir rtm\n",
     calendar_explain_more, calendar_explain},

    {"article", "put", "FILE", 1, 1, CHANGES, NULL,
     "say what an article of the knowledge base is from now on",
     "article put packing.json --dir rtm\n",
     article_put_more, article_put},
    {"article", "show", "ARTICLE", 1, 1, READS, NULL,
     "one article",
     "article show 01JF... --dir rtm\n",
     NULL, article_show},
    {"article", "list", "", 0, 0, READS, article_list_flags,
     "the articles of a merchant, or those about a reason",
     "article list --merchant 01JE... --reason too_small --dir rtm\n",
     NULL, article_list},
    {"article", "versions", "", 0, 0, LISTS, article_versions_flags,
     "former versions of articles",
     "article versions --article 01JF... --dir rtm\n",
     NULL, article_versions},
    {"complaint", "open", "RETURN", 1, 1, DECIDES, complaint_open_flags,
     "say that somebody was not content with how a return went",
     "complaint open 01JF... --about \"waited three weeks\" --owner care --score 2 --dir rtm\n",
     NULL, complaint_open},
    {"complaint", "close", "COMPLAINT", 1, 1, CHANGES, complaint_close_flags,
     "close it with its post-mortem",
     "complaint close 01JF... --cause \"one desk\" --action \"a second one\" --dir rtm\n",
     NULL, complaint_close},
    {"complaint", "show", "COMPLAINT", 1, 1, READS, NULL,
     "one complaint",
     "complaint show 01JF... --dir rtm\n",
     NULL, complaint_show},
    {"complaint", "list", "", 0, 0, LISTS, complaint_list_flags,
     "complaints",
     "complaint list --return 01JF... --dir rtm\n",
     NULL, complaint_list},

    {"followup", "list", "", 0, 0, LISTS, followup_list_flags,
     "buyers who are to be asked how content they were, and what they answered",
     "followup list --merchant 01JE... --state due --dir rtm\n",
     NULL, followup_list},
    {"followup", "show", "RETURN", 1, 1, READS, NULL,
     "the follow-up of one return",
     "followup show 01JF... --dir rtm\n",
     NULL, followup_show},
    {"followup", "answer", "RETURN", 1, 1, CHANGES, followup_answer_flags,
     "say for a buyer how content they were",
     "followup answer 01JF... --score 4 --dir rtm\n",
     NULL, followup_answer},
    {"followup", "comment", "RETURN", 1, 1, DECIDES, followup_comment_flags,
     "note what the buyer said besides, to be erased with the person",
     "followup comment 01JF... --text \"the label was hard to print\" --dir rtm\n",
     NULL, followup_comment},
    {"followup", "consent", "RETURN", 1, 1, CHANGES, followup_consent_flags,
     "the buyer may be asked after the return, or no more",
     "followup consent 01JF... --withdraw --dir rtm\n",
     NULL, followup_consent},

    {"refund", "show", "REFUND", 1, 1, READS, NULL,
     "one refund",
     "refund show 01JH... --dir rtm\n",
     NULL, refund_show},
    {"refund", "list", "", 0, 0, LISTS, refund_list_flags,
     "refunds",
     "refund list --return 01JF... --dir rtm\n",
     NULL, refund_list},
    {"refund", "resolve", "REFUND", 1, 1, CHANGES, refund_resolve_flags,
     "say what became of a refund that nobody could tell",
     "refund resolve 01JH... --paid --provider-ref re_1 --reason \"seen in the provider's books\" --dir rtm\n",
     NULL, refund_resolve},
    {"refund", "record", "", 0, 0, CHANGES, refund_record_flags,
     "tell of a refund or a chargeback that was made elsewhere",
     "refund record --merchant 01JE... --payment stripe/pi_3N --how marketplace --reference MP-1"
     " --amount 12.50 --currency EUR --return 01JH... --line 0 --units 1 --dir rtm\n",
     refund_record_more, refund_record},
    {"refund", "reconcile", "FILE", 1, 1, READS, refund_reconcile_flags,
     "hold a provider's settlement file against the refunds, and list every difference",
     "refund reconcile november.csv --from 2026-11-01 --to 2026-12-01 --dir rtm\n"
     "refund reconcile - --merchant 01JE... --json --dir rtm <november.csv\n",
     refund_reconcile_more, refund_reconcile},

    {"webhook", "add", "", 0, 0, CHANGES, webhook_add_flags,
     "tell a merchant's system what happens to its returns, or change where",
     "webhook add --merchant 01JE... --endpoint https://shop.example/hooks --secret-file shop.whsec --dir rtm\n"
     "webhook add --webhook 01JN... --merchant 01JE... --endpoint https://shop.example/hooks "
     "--secret-file new.whsec --secret-file shop.whsec --dir rtm\n",
     webhook_add_more, webhook_add},
    {"webhook", "secret", "FILE", 1, 1, ON_DISK, NULL,
     "give a node the secret of an endpoint, and print its fingerprint",
     "webhook secret shop.whsec --dir lax\n",
     NULL, webhook_secret},
    {"webhook", "list", "", 0, 0, LISTS, webhook_list_flags,
     "the endpoints",
     "webhook list --merchant 01JE... --dir rtm\n",
     NULL, webhook_list},
    {"webhook", "deliveries", "WEBHOOK", 1, 1, LISTS, NULL,
     "the latest attempts, newest first, as the book's leader has them",
     "webhook deliveries 01JN... --dir rtm --limit 20\n",
     NULL, webhook_deliveries},
    {"webhook", "replay", "WEBHOOK", 1, 1, DECIDES, webhook_replay_flags,
     "send again what was sent, under the same ids",
     "webhook replay 01JN... --since 2026-11-01T00:00:00Z --dir rtm\n"
     "webhook replay 01JN... --event msg_1042_9f86d081884c7d659a2feaa0c55ad015 --dir rtm\n",
     NULL, webhook_replay},
    {"webhook", "disable", "WEBHOOK", 1, 1, CHANGES, reason_flags,
     "send nothing more to an endpoint",
     "webhook disable 01JN... --dir rtm --reason \"shop closed\"\n",
     NULL, webhook_disable},
    {"webhook", "test", "WEBHOOK", 1, 1, DECIDES, NULL,
     "send a test message",
     "webhook test 01JN... --dir rtm\n",
     NULL, webhook_test},
    {"grant", "give", "RETURN", 1, 1, CHANGES, grant_give_flags,
     "give the buyer money besides what units are worth, or offer it",
     "grant give 01JH... --for goodwill --amount 5.00 --currency EUR --reason \"late\" --dir rtm\n"
     "grant give 01JH... --for partial --line 0 --amount 9.90 --currency EUR --offer --dir rtm\n",
     NULL, grant_give},
    {"grant", "accept", "GRANT", 1, 1, CHANGES, reason_flags,
     "accept an offer for the buyer",
     "grant accept 01JH... --reason \"said so on the phone\" --dir rtm\n",
     NULL, grant_accept},
    {"grant", "refuse", "GRANT", 1, 1, CHANGES, reason_flags,
     "refuse an offer for the buyer",
     "grant refuse 01JH... --dir rtm\n",
     NULL, grant_refuse},
    {"grant", "withdraw", "GRANT", 1, 1, CHANGES, reason_flags,
     "withdraw an offer, or a grant whose money is not begun",
     "grant withdraw 01JH... --dir rtm\n",
     NULL, grant_withdraw},
    {"grant", "show", "GRANT", 1, 1, READS, NULL,
     "a grant as it stands",
     "grant show 01JH... --dir rtm\n",
     NULL, grant_show},
    {"grant", "list", "", 0, 0, LISTS, refund_list_flags,
     "money given and offered besides what units are worth",
     "grant list --return 01JH... --dir rtm\n",
     NULL, grant_list},

    {"claim", "file", "[CLAIM]", 0, 1, CHANGES, claim_file_flags,
     "claim money from a carrier or a warehouse, or file a draft or what was denied",
     "claim file --merchant 01JC... --carrier ups --kind lost --number 1Z999AA10123456784 "
     "--amount 40.00 --currency EUR --dir rtm\n"
     "claim file --merchant 01JC... --warehouse LAX --kind wrong_grade --unit 01JK... "
     "--amount 12.50 --currency EUR --draft --dir rtm\n"
     "claim file 01JP... --reason \"weighed again\" --dir rtm\n",
     NULL, claim_file},
    {"claim", "answer", "CLAIM", 1, 1, CHANGES, claim_answer_flags,
     "tell what the carrier or the warehouse said of it",
     "claim answer 01JP... --accepted --amount 25.00 --currency EUR --dir rtm\n"
     "claim answer 01JP... --denied --reason \"no proof of value\" --dir rtm\n",
     NULL, claim_answer},
    {"claim", "pay", "CLAIM", 1, 1, CHANGES, claim_pay_flags,
     "tell of money of it that came",
     "claim pay 01JP... --amount 25.00 --currency EUR --reference BANK-77 --dir rtm\n",
     NULL, claim_pay},
    {"claim", "withdraw", "CLAIM", 1, 1, CHANGES, reason_flags,
     "withdraw a claim that is not answered",
     "claim withdraw 01JP... --reason \"it turned up\" --dir rtm\n",
     NULL, claim_withdraw},
    {"claim", "show", "CLAIM", 1, 1, READS, NULL,
     "a claim as it stands",
     "claim show 01JP... --dir rtm\n",
     NULL, claim_show},
    {"claim", "list", "", 0, 0, LISTS, claim_list_flags,
     "claims against carriers and warehouses",
     "claim list --merchant 01JC... --state filed --dir rtm\n",
     NULL, claim_list},

    {"request", "show", "REQUEST", 1, 1, READS, NULL,
     "what became of a request",
     "request show 01JK... --dir lax\n",
     NULL, request_show},
    {"request", "list", "", 0, 0, LISTS, NULL,
     "requests that were asked of other nodes",
     "request list --dir lax\n",
     NULL, request_list},

    {"rules", NULL, "", 0, 0, 0, rules_flags,
     "print the tables of the business",
     "rules --table return\n"
     "rules --format graphviz --table refund | dot -Tsvg >refund.svg\n"
     "rules --format promela >entrepot.pml\n",
     NULL, rules_print},

    {"verify", NULL, "[COPY]", 0, 1, ON_DISK | TAKES_JSON, NULL,
     "is what a store shows what its logs say? COPY is a backup; without it the node's store",
     "verify --dir lax\n"
     "verify backups/monday --json\n",
     NULL, verify_store},
    {"backup", NULL, "DIR", 1, 1, ON_DISK | TAKES_NODE, NULL,
     "copy the store's truth, beside a running node or without one",
     "backup monday --dir lax\n",
     backup_more, backup_store},
    {"restore", NULL, "BACKUP", 1, 1, ON_DISK | TAKES_YES, restore_flags,
     "put a backup in the place of a store; the node goes on with a new log, in doubt",
     "restore backups/monday --dir lax --yes\n"
     "restore backups/monday --dir lax --join rtm.card\n",
     restore_more, restore_store},
    {"store", "renew", "", 0, 0, ON_DISK | TAKES_YES, NULL,
     "end the node's log and begin a new one, in doubt",
     "store renew --dir lax --yes\n",
     store_more, store_renew},
    {"store", "vouch", "", 0, 0, ON_DISK | TAKES_YES, NULL,
     "end a store's doubt on your word",
     "store vouch --dir lax --yes\n",
     store_more, store_vouch},

    {"version", NULL, "", 0, 0, 0, NULL,
     "print the version",
     "version\n",
     NULL, version_show},
};
/* clang-format on */

static bool running_a_node;

/* LMDB reads its file as memory: where the file was cut, or its disk fails, there is no error but
 * this signal. Nothing was answered for what was being read. */
static void on_bus_error(int number)
{
#define DAMAGED                                                                                    \
    "a file of the store ends before its last page, or its disk cannot be read: it is damaged or " \
    "half a copy; `entrepot restore` puts a backup in its place"
    static const char text[] = "entrepot: " DAMAGED "\n",
                      json[] = "{\"level\":\"error\",\"component\":\"store\",\"message\":\"" DAMAGED
                               "\"}\n";
    bool line = running_a_node && log_is_json();
    (void)number;
    ssize_t wrote =
        write(STDERR_FILENO, line ? json : text, (line ? sizeof json : sizeof text) - 1);
    (void)wrote;
    _exit(EXIT_FAILED);
}

/* Whoever starts us may have closed these: the store's file would be given one of their numbers,
 * and the next line of the log would be written into it. */
static bool keep_standard_files(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd) return false;
    return true;
}

/* What a disk or a pipe did not take is not done, whatever was printed. */
static enum exit_code close_output(enum exit_code code)
{
    bool failed = ferror(stdout) != 0;
    if (fflush(stdout) == 0 && !failed) return code;
    cli_say("standard output could not be written: what it was to say is lost");
    return code == EXIT_DONE ? EXIT_FAILED : code;
}

int main(int argc, char **argv)
{
    static char version[] = "version";
    if (!keep_standard_files()) return EXIT_FAILED;
    running_a_node = argc > 1 && strcmp(argv[1], "node") == 0;
    (void)signal(SIGBUS, on_bus_error);
    if (argc == 2 && strcmp(argv[1], "--version") == 0) argv[1] = version;
    struct subcommand all[SUBCOMMANDS_MAX];
    size_t count = sizeof subcommands / sizeof subcommands[0];
    assert(count + floor_subcommands_count <= SUBCOMMANDS_MAX);
    memcpy(all, subcommands, sizeof subcommands);
    memcpy(all + count, floor_subcommands, floor_subcommands_count * sizeof all[0]);
    return (int)close_output(cli_run(all, count + floor_subcommands_count, argc, argv));
}
