#include "tests/overseas-warehouse/laws.h"

#define S(state)   (1u << (state))
#define IF(fact)   RETURN_IF(fact)
#define DOES(name) RETURN_DOES(name)
/* clang-format off */
#define DISPUTES (S(RETURN_DISPUTED) | S(RETURN_ESCALATED))
#define ASKING   (S(RETURN_REQUESTED) | DISPUTES)
#define REFUSED  (S(RETURN_DECLINED) | S(RETURN_CANCELED) | S(RETURN_EXPIRED) | S(RETURN_ARBITRATED))
#define GRANTED  (S(RETURN_APPROVED) | S(RETURN_CLOSED))
#define KNOWN    (ASKING | GRANTED | REFUSED)
#define DECIDED  (S(RETURN_DECLINED) | S(RETURN_EXPIRED) | S(RETURN_CLOSED))

static const struct power return_powers[] = {
    {BY_OPERATOR, DO_REQUEST, S(RETURN_NONE), RETURN_REQUESTED},
    {BY_MERCHANT, DO_REQUEST, S(RETURN_NONE), RETURN_REQUESTED},
    {BY_ADMIN,    DO_REQUEST, S(RETURN_NONE), RETURN_REQUESTED},
    {BY_PARTNER,  DO_REQUEST, S(RETURN_NONE), RETURN_REQUESTED},
    {BY_POLICY,   DO_REQUEST, S(RETURN_NONE), RETURN_REQUESTED},
    {BY_CLOCK,    DO_REQUEST, S(RETURN_NONE), RETURN_REQUESTED},
    {BY_POLICY,   DO_CANCEL,  S(RETURN_REQUESTED), RETURN_CANCELED},
    {BY_POLICY,   DO_APPROVE, S(RETURN_REQUESTED), RETURN_APPROVED},
    {BY_CLOCK,    DO_APPROVE, S(RETURN_REQUESTED), RETURN_APPROVED},
    {BY_MERCHANT, DO_APPROVE, ASKING | REFUSED, RETURN_APPROVED},
    {BY_ADMIN,    DO_APPROVE, ASKING | REFUSED, RETURN_APPROVED},
    {BY_PLATFORM, DO_APPROVE, S(RETURN_ESCALATED) | S(RETURN_ARBITRATED), RETURN_APPROVED},
    {BY_MERCHANT, DO_DECLINE, S(RETURN_DISPUTED), RETURN_ESCALATED},
    {BY_ADMIN,    DO_DECLINE, S(RETURN_DISPUTED), RETURN_ESCALATED},
    {BY_PLATFORM, DO_DECLINE, S(RETURN_ESCALATED), RETURN_ARBITRATED},
    {BY_ADMIN,    DO_DECLINE, S(RETURN_ESCALATED), RETURN_ARBITRATED},
    {BY_BUYER,    DO_DISPUTE,  DECIDED, RETURN_DISPUTED},
    {BY_OPERATOR, DO_DISPUTE,  DECIDED, RETURN_DISPUTED},
    {BY_ADMIN,    DO_DISPUTE,  DECIDED, RETURN_DISPUTED},
    {BY_PLATFORM, DO_DISPUTE,  DECIDED, RETURN_DISPUTED},
    {BY_BUYER,    DO_ESCALATE, S(RETURN_DISPUTED), RETURN_ESCALATED},
    {BY_OPERATOR, DO_ESCALATE, S(RETURN_DISPUTED), RETURN_ESCALATED},
    {BY_ADMIN,    DO_ESCALATE, S(RETURN_DISPUTED), RETURN_ESCALATED},
    {BY_PLATFORM, DO_ESCALATE, S(RETURN_DISPUTED), RETURN_ESCALATED},
    {BY_CLOCK,    DO_ESCALATE, S(RETURN_DISPUTED), RETURN_ESCALATED},
    {BY_BUYER,    DO_WITHDRAW, DISPUTES, RETURN_DECLINED},
    {BY_OPERATOR, DO_WITHDRAW, DISPUTES, RETURN_DECLINED},
    {BY_ADMIN,    DO_WITHDRAW, DISPUTES, RETURN_DECLINED},
    {BY_OPERATOR, DO_REPLACE,  S(RETURN_APPROVED), SAME},
    {BY_OPERATOR, DO_REPLACE,  S(RETURN_APPROVED), RETURN_CLOSED},
    {BY_MERCHANT, DO_REPLACE,  S(RETURN_APPROVED), SAME},
    {BY_MERCHANT, DO_REPLACE,  S(RETURN_APPROVED), RETURN_CLOSED},
    {BY_ADMIN,    DO_REPLACE,  S(RETURN_APPROVED), SAME},
    {BY_ADMIN,    DO_REPLACE,  S(RETURN_APPROVED), RETURN_CLOSED},
    {BY_MERCHANT, DO_REFUND_INSTEAD, S(RETURN_APPROVED), SAME},
    {BY_ADMIN,    DO_REFUND_INSTEAD, S(RETURN_APPROVED), SAME},
    {BY_CLOCK,    DO_REFUND_INSTEAD, S(RETURN_APPROVED), SAME},
    {BY_POLICY,   DO_PAY,      S(RETURN_APPROVED), SAME},
    {BY_POLICY,   DO_PAY,      S(RETURN_APPROVED), RETURN_CLOSED},
    {BY_POLICY,   DO_ADVANCE,  S(RETURN_APPROVED), SAME},
    {BY_MERCHANT, DO_DECLINE, S(RETURN_REQUESTED), RETURN_DECLINED},
    {BY_ADMIN,    DO_DECLINE, S(RETURN_REQUESTED), RETURN_DECLINED},
    {BY_OPERATOR, DO_CANCEL,  S(RETURN_REQUESTED) | S(RETURN_APPROVED), RETURN_CANCELED},
    {BY_MERCHANT, DO_CANCEL,  S(RETURN_REQUESTED) | S(RETURN_APPROVED), RETURN_CANCELED},
    {BY_ADMIN,    DO_CANCEL,  S(RETURN_REQUESTED) | S(RETURN_APPROVED), RETURN_CANCELED},
    {BY_BUYER,    DO_CANCEL,  S(RETURN_REQUESTED) | S(RETURN_APPROVED), RETURN_CANCELED},
    {BY_CLOCK,    DO_EXPIRE,  S(RETURN_REQUESTED) | S(RETURN_APPROVED) | S(RETURN_DISPUTED), RETURN_EXPIRED},
    {BY_CLOCK,    DO_EXPIRE,  S(RETURN_ESCALATED), RETURN_ARBITRATED},
    {BY_CLOCK,    DO_CLOSE,   S(RETURN_APPROVED), RETURN_CLOSED},
    {BY_CLOCK,    DO_RECHARGE, S(RETURN_EXPIRED) | S(RETURN_CLOSED), SAME},
    {BY_CARRIER,  DO_NOTE_ARRIVAL,     KNOWN, SAME},
    {BY_FLOOR,    DO_CLAIM_BOX,        KNOWN, SAME},
    {BY_FLOOR,    DO_CLAIM_BOX,        S(RETURN_CLOSED) | S(RETURN_EXPIRED), RETURN_APPROVED},
    {BY_FLOOR,    DO_TAKE_UNIT,        KNOWN, SAME},
    {BY_FLOOR,    DO_TAKE_UNIT,        S(RETURN_APPROVED), RETURN_CLOSED},
    {BY_FLOOR,    DO_NOTE_GRADE,       KNOWN, SAME},
    {BY_FLOOR,    DO_NOTE_DISPOSITION, KNOWN, SAME},
    {BY_FLOOR,    DO_NOTE_SETTLEMENT,  KNOWN, SAME},
};

static const struct law return_laws[] = {
    {"a return names lines of a known order that have room",
     .verb = DO_REQUEST, .need = IF(ORDER_KNOWN) | IF(LINES_GOOD) | IF(ROOM), .spares = ~0u},
    {"policy asks only for what the carrier says is lost or damaged",
     .actor = BY_POLICY, .verb = DO_REQUEST, .need = IF(STRAYED)},
    {"silence asks only for what stands still, where everybody was heard",
     .actor = BY_CLOCK, .verb = DO_REQUEST, .need = IF(STRAYED) | IF(HEARD)},
    {"policy calls off only what came after all", .actor = BY_POLICY, .verb = DO_CANCEL, .need = IF(CAME_AFTER)},
    {"policy approves what is small and eligible, and nothing flagged",
     .actor = BY_POLICY, .verb = DO_APPROVE, .need = IF(ELIGIBLE) | IF(SMALL), .bar = IF(FLAGGED), .spares = ~0u},
    {"the clock acts on what is overdue", .actor = BY_CLOCK, .need = IF(OVERDUE)},
    {"silence approves what is eligible and not flagged",
     .actor = BY_CLOCK, .verb = DO_APPROVE, .need = IF(ELIGIBLE), .bar = IF(FLAGGED), .spares = ~0u},
    {"silence grants only where everybody was heard",
     .actor = BY_CLOCK, .verb = DO_APPROVE, .need = IF(HEARD), .spares = ~0u},
    {"silence expires no request that it would approve",
     .actor = BY_CLOCK, .verb = DO_EXPIRE, .from = S(RETURN_REQUESTED), .when = IF(ELIGIBLE), .need = IF(FLAGGED), .spares = ~0u},
    {"a request expires without more", .actor = BY_CLOCK, .verb = DO_EXPIRE, .from = S(RETURN_REQUESTED), .spares = ~0u},
    {"nothing is canceled once goods are here", .verb = DO_CANCEL, .bar = IF(GOODS_HERE), .spares = ~0u},
    {"nothing is canceled for which money went ahead",
     .verb = DO_CANCEL, .from = S(RETURN_APPROVED), .bar = IF(FRONTED), .spares = ~0u},
    {"nothing approved expires once goods are here, or where none are awaited, or something is owed",
     .verb = DO_EXPIRE, .from = S(RETURN_APPROVED), .bar = IF(GOODS_HERE) | IF(GOODSLESS) | IF(OWED)},
    {"money that went out for goods that did not come is looked at",
     .verb = DO_EXPIRE, .from = S(RETURN_APPROVED), .when = IF(FRONTED), .does = DOES(CONTEST)},
    {"what the merchant leaves unanswered goes to the platform, if there is one",
     .actor = BY_CLOCK, .verb = DO_ESCALATE, .need = IF(PLATFORM), .spares = ~0u},
    {"a dispute that nobody ends is looked at",
     .verb = DO_EXPIRE, .from = DISPUTES, .does = DOES(CONTEST), .spares = ~DOES(CONTEST)},
    {"a parcel that the carrier saw arrive is looked for",
     .verb = DO_EXPIRE, .from = S(RETURN_APPROVED), .when = IF(ARRIVED), .does = DOES(CONTEST), .spares = ~DOES(CONTEST)},
    {"silence closes over what is owed only before a person's eyes",
     .verb = DO_CLOSE, .when = IF(OWED), .does = DOES(CONTEST), .spares = ~DOES(CONTEST)},
    {"nothing else of what closes is looked at", .verb = DO_CLOSE, .need = IF(OWED), .having = DOES(CONTEST)},
    {"silence closes, and that is all", .verb = DO_CLOSE, .spares = ~DOES(CONTEST)},
    {"an approval is one", .verb = DO_APPROVE, .spares = ~0u},
    {"a decline is one", .verb = DO_DECLINE, .spares = ~0u},
    {"what was decided is disputed while there is time and room",
     .verb = DO_DISPUTE, .need = IF(ROOM) | IF(DISPUTABLE), .spares = ~0u},
    {"a dispute goes on, and that is all", .verb = DO_ESCALATE, .spares = ~0u},
    {"a dispute is taken back, and that is all", .verb = DO_WITHDRAW, .spares = ~0u},
    {"what is owed is sent", .verb = DO_REPLACE, .need = IF(OWED), .spares = ~0u},
    {"the last that is owed closes", .verb = DO_REPLACE, .to = RETURN_CLOSED, .need = IF(LAST)},
    {"money takes the place of a thing",
     .verb = DO_REFUND_INSTEAD, .need = IF(IN_KIND), .does = DOES(INSTEAD), .spares = ~DOES(INSTEAD)},
    {"silence pays in place of a thing that is owed, where everybody was heard",
     .actor = BY_CLOCK, .verb = DO_REFUND_INSTEAD, .need = IF(OWED) | IF(HEARD)},
    {"where a thing is due no money is paid, nor waited for: paid",
     .from = S(RETURN_APPROVED), .bar = IF(IN_KIND), .having = DOES(PAY)},
    {"where a thing is due no money is paid, nor waited for: waits",
     .from = S(RETURN_APPROVED), .bar = IF(IN_KIND), .having = DOES(QUEUE)},
    {"without goods only what is owed is paid", .verb = DO_PAY, .need = IF(OWED), .bar = IF(IN_KIND)},
    {"it is paid, waits for its turn, or is looked at",
     .verb = DO_PAY, .does = DOES(PAY), .spares = ~DOES(PAY), .lacking = DOES(QUEUE) | DOES(CONTEST)},
    {"it is paid when there is money for it", .verb = DO_PAY, .bar = IF(OVER) | IF(WAIT), .having = DOES(PAY)},
    {"it waits only for its turn", .verb = DO_PAY, .need = IF(WAIT), .bar = IF(OVER), .spares = ~DOES(QUEUE), .having = DOES(QUEUE)},
    {"only what has no money is looked at",
     .verb = DO_PAY, .need = IF(OVER), .spares = ~DOES(CONTEST), .having = DOES(CONTEST)},
    {"money goes ahead of goods only to whom policy trusts, and with the carrier's word",
     .verb = DO_ADVANCE, .need = IF(TRUSTED) | IF(HANDED_OVER), .bar = IF(IN_KIND)},
    {"and when its turn comes", .verb = DO_ADVANCE, .bar = IF(WAIT), .does = DOES(PAY), .spares = ~DOES(PAY), .lacking = DOES(QUEUE)},
    {"or it waits", .verb = DO_ADVANCE, .need = IF(WAIT), .spares = ~DOES(QUEUE), .having = DOES(QUEUE)},
    {"people decide, and that is all", .actor = BY_MERCHANT, .spares = ~DOES(INSTEAD)},
    {"admins decide, and that is all", .actor = BY_ADMIN, .spares = ~DOES(INSTEAD)},
    {"platforms decide, and that is all", .actor = BY_PLATFORM, .spares = ~0u},
    {"partners ask, and that is all", .actor = BY_PARTNER, .spares = ~0u},
    {"buyers call off and dispute, and that is all", .actor = BY_BUYER, .spares = ~0u},
    {"what was ended lives again only where there is room", .verb = DO_APPROVE, .from = REFUSED, .need = IF(ROOM)},
    {"a canceled return lives again only for goods that came", .verb = DO_APPROVE, .from = S(RETURN_CANCELED), .need = IF(GOODS_HERE)},
    {"an arrival is noted, and that is all", .verb = DO_NOTE_ARRIVAL, .spares = ~0u},
    {"a box that can be claimed is claimed",
     .verb = DO_CLAIM_BOX, .when = IF(CLAIMABLE), .does = DOES(CLAIM), .spares = ~(DOES(CLAIM) | DOES(CONTEST))},
    {"a box reopens only what was approved, has a rest and room",
     .verb = DO_CLAIM_BOX, .from = REFUSED | S(RETURN_CLOSED), .to = RETURN_APPROVED, .need = IF(CLAIMABLE) | IF(REOPENS),
     .spares = DOES(CONTEST)},
    {"a box of what was refused is contested",
     .verb = DO_CLAIM_BOX, .from = REFUSED & ~S(RETURN_EXPIRED), .when = IF(CLAIMABLE), .does = DOES(CONTEST)},
    {"a box that reopens nothing is contested: expired",
     .verb = DO_CLAIM_BOX, .from = S(RETURN_EXPIRED), .to = RETURN_EXPIRED, .when = IF(CLAIMABLE), .bar = IF(REOPENS),
     .does = DOES(CONTEST)},
    {"a box that reopens nothing is contested: closed",
     .verb = DO_CLAIM_BOX, .from = S(RETURN_CLOSED), .to = RETURN_CLOSED, .when = IF(CLAIMABLE), .bar = IF(REOPENS),
     .does = DOES(CONTEST)},
    {"nothing is paid before the approval",
     .verb = DO_TAKE_UNIT, .from = ASKING, .does = DOES(QUEUE), .spares = ~DOES(QUEUE)},
    {"what was refused pays nothing", .verb = DO_TAKE_UNIT, .from = REFUSED, .does = DOES(CONTEST), .spares = ~DOES(CONTEST)},
    {"what is over pays nothing and is contested",
     .verb = DO_TAKE_UNIT, .from = GRANTED, .when = IF(OVER), .does = DOES(CONTEST), .spares = ~DOES(CONTEST)},
    {"only what is over is contested", .verb = DO_TAKE_UNIT, .from = GRANTED, .need = IF(OVER), .having = DOES(CONTEST)},
    {"what was granted waits only for money",
     .verb = DO_TAKE_UNIT, .from = GRANTED, .need = IF(WAIT), .bar = IF(OVER) | IF(AHEAD), .spares = ~DOES(QUEUE), .having = DOES(QUEUE)},
    {"what is taken is not over",
     .verb = DO_TAKE_UNIT, .bar = IF(OVER), .spares = DOES(QUEUE) | DOES(CONTEST) | DOES(CLAIM), .having = DOES(TAKE)},
    {"what is paid is paid at once, and not for the second time",
     .verb = DO_TAKE_UNIT, .bar = IF(OVER) | IF(WAIT) | IF(AHEAD), .does = DOES(TAKE), .having = DOES(PAY)},
    {"what is taken unpaid was paid before", .verb = DO_TAKE_UNIT, .from = S(RETURN_CLOSED), .need = IF(AHEAD),
     .having = DOES(TAKE), .lacking = DOES(PAY)},
    {"and so where no thing is due", .verb = DO_TAKE_UNIT, .from = S(RETURN_APPROVED), .need = IF(AHEAD), .barring = IF(IN_KIND),
     .having = DOES(TAKE), .lacking = DOES(PAY)},
    {"a unit is taken, contested or left to do", .verb = DO_TAKE_UNIT, .does = DOES(QUEUE), .lacking = DOES(TAKE) | DOES(CONTEST)},
    {"what is paid is taken", .verb = DO_TAKE_UNIT, .does = DOES(TAKE), .having = DOES(PAY)},
    {"the last unit closes, and only that",
     .verb = DO_TAKE_UNIT, .from = S(RETURN_APPROVED), .to = RETURN_CLOSED, .need = IF(LAST), .does = DOES(TAKE)},
    {"an open return is not contested for its box", .verb = DO_CLAIM_BOX, .from = GRANTED & ~S(RETURN_CLOSED), .spares = DOES(CONTEST)},
    {"nor is a request, or a dispute", .verb = DO_CLAIM_BOX, .from = ASKING, .spares = DOES(CONTEST)},
    {"only a claimable box is claimed", .verb = DO_CLAIM_BOX, .need = IF(CLAIMABLE), .having = DOES(CLAIM)},
    {"what is not claimed is not contested", .verb = DO_CLAIM_BOX, .does = DOES(CLAIM), .having = DOES(CONTEST)},
    {"a box does nothing else", .verb = DO_CLAIM_BOX, .spares = ~(DOES(CLAIM) | DOES(CONTEST))},
    {"only a bad grade contests", .verb = DO_NOTE_GRADE, .need = IF(BAD), .having = DOES(CONTEST)},
    {"a grade does nothing else", .verb = DO_NOTE_GRADE, .spares = ~DOES(CONTEST)},
    {"a grade contests only what was granted", .verb = DO_NOTE_GRADE, .from = KNOWN & ~GRANTED, .spares = DOES(CONTEST)},
    {"a bad grade contests what was granted",
     .verb = DO_NOTE_GRADE, .from = GRANTED, .when = IF(BAD), .does = DOES(CONTEST), .spares = ~DOES(CONTEST)},
    {"a disposition is noted, and that is all", .verb = DO_NOTE_DISPOSITION, .spares = ~0u},
    {"a settlement is noted, and that is all", .verb = DO_NOTE_SETTLEMENT, .spares = ~0u},
    {"silence charges what went ahead and was lost when everybody was heard, and no goods wait for an answer",
     .verb = DO_RECHARGE, .need = IF(HEARD), .bar = IF(NEWS), .does = DOES(RECHARGE), .spares = ~DOES(RECHARGE)},
    {"nothing else charges: before", .verb = DO_EXPIRE, .spares = DOES(RECHARGE)},
    {"nothing else charges: at the end", .verb = DO_CLOSE, .spares = DOES(RECHARGE)},
};
#undef IF
#undef DOES

/* Completeness for goods and silence is proved over all facts; these are single sentences. */
static const struct wish return_wishes[] = {
    {RETURN_NONE, BY_POLICY, DO_REQUEST,
     RETURN_IF(ORDER_KNOWN) | RETURN_IF(LINES_GOOD) | RETURN_IF(ROOM) | RETURN_IF(STRAYED), RETURN_REQUESTED},
    {RETURN_NONE, BY_CLOCK, DO_REQUEST,
     RETURN_IF(ORDER_KNOWN) | RETURN_IF(LINES_GOOD) | RETURN_IF(ROOM) | RETURN_IF(STRAYED) | RETURN_IF(OVERDUE) | RETURN_IF(HEARD),
     RETURN_REQUESTED},
    {RETURN_REQUESTED, BY_POLICY, DO_CANCEL, RETURN_IF(CAME_AFTER), RETURN_CANCELED},
    {RETURN_REQUESTED, BY_CLOCK, DO_EXPIRE, RETURN_IF(OVERDUE) | RETURN_IF(FLAGGED), RETURN_EXPIRED},
    {RETURN_APPROVED, BY_FLOOR, DO_TAKE_UNIT, RETURN_IF(AHEAD), RETURN_APPROVED},
    {RETURN_APPROVED, BY_FLOOR, DO_TAKE_UNIT, RETURN_IF(AHEAD) | RETURN_IF(WAIT) | RETURN_IF(LAST), RETURN_CLOSED},
    {RETURN_CLOSED, BY_FLOOR, DO_TAKE_UNIT, RETURN_IF(AHEAD) | RETURN_IF(WAIT), RETURN_CLOSED},
    {RETURN_APPROVED, BY_FLOOR, DO_TAKE_UNIT, RETURN_IF(IN_KIND) | RETURN_IF(WAIT) | RETURN_IF(LAST), RETURN_APPROVED},
    {RETURN_APPROVED, BY_POLICY, DO_PAY, RETURN_IF(OWED) | RETURN_IF(TRUSTED), RETURN_APPROVED},
    {RETURN_APPROVED, BY_POLICY, DO_PAY, RETURN_IF(OWED) | RETURN_IF(LAST), RETURN_CLOSED},
    {RETURN_APPROVED, BY_POLICY, DO_PAY, RETURN_IF(OWED) | RETURN_IF(WAIT) | RETURN_IF(LAST), RETURN_APPROVED},
    {RETURN_APPROVED, BY_POLICY, DO_PAY, RETURN_IF(OWED) | RETURN_IF(WAIT) | RETURN_IF(OVER), RETURN_CLOSED},
    {RETURN_APPROVED, BY_POLICY, DO_ADVANCE, RETURN_IF(TRUSTED) | RETURN_IF(HANDED_OVER) | RETURN_IF(WAIT), RETURN_APPROVED},
    {RETURN_APPROVED, BY_POLICY, DO_ADVANCE, RETURN_IF(TRUSTED) | RETURN_IF(HANDED_OVER) | RETURN_IF(OVER), RETURN_APPROVED},
    {RETURN_EXPIRED, BY_CLOCK, DO_RECHARGE, RETURN_IF(OVERDUE) | RETURN_IF(HEARD), RETURN_EXPIRED},
    {RETURN_CLOSED, BY_CLOCK, DO_RECHARGE, RETURN_IF(OVERDUE) | RETURN_IF(HEARD), RETURN_CLOSED},
};

#define IF(fact)   UNIT_IF(fact)
#define DOES(name) UNIT_DOES(name)
#define FLOOR      (S(UNIT_RECEIVED) | S(UNIT_INSPECTED) | S(UNIT_GRADED) | S(UNIT_DISPOSED))
#define ALL        (FLOOR | S(UNIT_SETTLED) | S(UNIT_SHIPPED))
#define BOTH(verb, from, to) {BY_OPERATOR, verb, from, to}, {BY_ADMIN, verb, from, to}

static const struct power unit_powers[] = {
    BOTH(DO_RECEIVE, S(UNIT_NONE) | S(UNIT_SHIPPED), UNIT_RECEIVED),
    {BY_POLICY, DO_RECEIVE, FLOOR, SAME},
    BOTH(DO_INSPECT, S(UNIT_RECEIVED), UNIT_INSPECTED),
    BOTH(DO_GRADE,   S(UNIT_INSPECTED) | S(UNIT_GRADED) | S(UNIT_DISPOSED), UNIT_GRADED),
    BOTH(DO_DISPOSE, S(UNIT_GRADED) | S(UNIT_DISPOSED), UNIT_DISPOSED),
    BOTH(DO_SETTLE,  S(UNIT_DISPOSED), UNIT_SETTLED),
    BOTH(DO_SHIP,    FLOOR, UNIT_SHIPPED),
    BOTH(DO_VOID,    S(UNIT_RECEIVED), UNIT_VOID),
    BOTH(DO_VOID,    S(UNIT_RECEIVED), UNIT_SHIPPED),
    BOTH(DO_VOID,    S(UNIT_INSPECTED), UNIT_RECEIVED),
    BOTH(DO_VOID,    S(UNIT_GRADED) | S(UNIT_DISPOSED), UNIT_INSPECTED),
    {BY_BOOK, DO_ASSIGN, ALL, SAME},
};

static const struct law unit_laws[] = {
    {"only who holds it inspects", .verb = DO_INSPECT, .need = IF(HELD_HERE), .spares = ~0u},
    {"only who holds it grades", .verb = DO_GRADE, .need = IF(HELD_HERE) | IF(GRADE_GIVEN), .spares = ~0u},
    {"only who holds it disposes, as the grade allows", .verb = DO_DISPOSE, .need = IF(HELD_HERE) | IF(FITS), .spares = ~0u},
    {"who does not follow the cost table says why", .verb = DO_DISPOSE, .need = IF(JUSTIFIED)},
    {"nothing is chosen to be destroyed while a notice runs",
     .verb = DO_DISPOSE, .when = IF(IRREVOCABLE), .need = IF(UNNOTICED)},
    {"and nothing is destroyed then, or by one person alone",
     .verb = DO_SETTLE, .when = IF(IRREVOCABLE), .need = IF(UNNOTICED) | IF(SECOND)},
    {"only who holds it settles, and never what is held or worked on",
     .verb = DO_SETTLE, .need = IF(HELD_HERE), .bar = IF(HOLDING), .spares = DOES(NEXT_HOP)},
    {"nothing is done or sent on while a hold stands", .verb = DO_SETTLE, .need = IF(UNHELD)},
    {"nothing is done while two grades of it differ", .verb = DO_SETTLE, .need = IF(AGREED)},
    {"and nothing is shipped then", .verb = DO_SHIP, .need = IF(UNHELD)},
    {"what cannot be undone needs the owner's leave", .verb = DO_DISPOSE, .when = IF(IRREVOCABLE), .need = IF(RELEASED)},
    {"and still needs it when it is done", .verb = DO_SETTLE, .when = IF(IRREVOCABLE), .need = IF(RELEASED)},
    {"restocking puts into stock", .verb = DO_SETTLE, .when = IF(RESTOCKING), .does = DOES(STOCK)},
    {"only restocking puts into stock", .need = IF(RESTOCKING), .having = DOES(STOCK)},
    {"only who holds it ships, to a warehouse that is known", .verb = DO_SHIP, .need = IF(HELD_HERE) | IF(ROUTED), .spares = ~0u},
    {"only where it was sent is it taken", .verb = DO_RECEIVE, .from = S(UNIT_SHIPPED), .need = IF(DESTINED_HERE)},
    {"only a successor adopts, and only what its warehouse holds",
     .verb = DO_RECEIVE, .from = FLOOR, .need = IF(HELD_HERE) | IF(INHERITED)},
    {"custody begins with a hop", .verb = DO_RECEIVE, .does = DOES(NEXT_HOP), .spares = DOES(STOCK)},
    {"only who holds it takes back what was done last, and nothing rests on",
     .verb = DO_VOID, .need = IF(HELD_HERE) | IF(LATEST) | IF(UNUSED), .spares = ~0u},
    {"an assignment changes nothing else", .verb = DO_ASSIGN, .spares = ~0u},
};

#define DISPOSABLE (IF(HELD_HERE) | IF(FITS) | IF(JUSTIFIED))
#define LEAVE      (IF(IRREVOCABLE) | IF(RELEASED))
#define WISH_BOTH(from, verb, facts, to) {from, BY_OPERATOR, verb, facts, to}, {from, BY_ADMIN, verb, facts, to}
static const struct wish unit_wishes[] = {
    WISH_BOTH(UNIT_GRADED,   DO_DISPOSE, DISPOSABLE,                         UNIT_DISPOSED),
    WISH_BOTH(UNIT_GRADED,   DO_DISPOSE, DISPOSABLE | LEAVE | IF(UNNOTICED), UNIT_DISPOSED),
    WISH_BOTH(UNIT_DISPOSED, DO_DISPOSE, DISPOSABLE,                         UNIT_DISPOSED),
    WISH_BOTH(UNIT_DISPOSED, DO_DISPOSE, DISPOSABLE | LEAVE | IF(UNNOTICED), UNIT_DISPOSED),
    WISH_BOTH(UNIT_DISPOSED, DO_SETTLE,  IF(HELD_HERE) | IF(UNHELD) | IF(AGREED),                      UNIT_SETTLED),
    WISH_BOTH(UNIT_DISPOSED, DO_SETTLE,  IF(HELD_HERE) | IF(UNHELD) | IF(AGREED) | IF(RESTOCKING),     UNIT_SETTLED),
    WISH_BOTH(UNIT_DISPOSED, DO_SETTLE,  IF(HELD_HERE) | IF(UNHELD) | IF(AGREED) | LEAVE | IF(UNNOTICED) | IF(SECOND), UNIT_SETTLED),
};
#undef IF
#undef DOES

#define IF(fact)   REFUND_IF(fact)
#define DOES(name) REFUND_DOES(name)
#define CALLED     (S(REFUND_INTENDED) | S(REFUND_SUBMITTED))
#define WAITING    (CALLED | S(REFUND_UNKNOWN))
#define ASKED      (S(REFUND_UNKNOWN) | S(REFUND_MANUAL))

static const struct power refund_powers[] = {
    {BY_POLICY,   DO_RECHARGE,       S(REFUND_NONE), REFUND_INTENDED},
    {BY_ADMIN,    DO_RECHARGE,       S(REFUND_NONE), REFUND_INTENDED},
    {BY_POLICY,   DO_INTEND,         S(REFUND_NONE), REFUND_INTENDED},
    {BY_POLICY,   DO_INTEND,         S(REFUND_NONE), REFUND_MANUAL},
    {BY_ADMIN,    DO_INTEND,         S(REFUND_NONE), REFUND_INTENDED},
    {BY_ADMIN,    DO_INTEND,         S(REFUND_NONE), REFUND_MANUAL},
    {BY_POLICY,   DO_SUBMIT,         CALLED, REFUND_SUBMITTED},
    {BY_POLICY,   DO_SUBMIT,         S(REFUND_SUBMITTED), REFUND_UNKNOWN},
    {BY_PROVIDER, DO_FIND_PAID,      WAITING | S(REFUND_MANUAL), REFUND_SETTLED},
    {BY_PROVIDER, DO_FIND_FAILED,    WAITING | S(REFUND_MANUAL) | S(REFUND_SETTLED), REFUND_FAILED},
    {BY_POLICY,   DO_BAR,            CALLED | S(REFUND_MANUAL), REFUND_MANUAL},
    {BY_POLICY,   DO_BAR,            S(REFUND_UNKNOWN), REFUND_UNKNOWN},
    {BY_POLICY,   DO_BAR,            S(REFUND_FAILED), REFUND_FAILED},
    {BY_POLICY,   DO_FILL,           S(REFUND_MANUAL), REFUND_SETTLED},
    {BY_POLICY,   DO_LOSE,           CALLED, REFUND_UNKNOWN},
    {BY_ADMIN,    DO_RESOLVE_PAID,   ASKED | S(REFUND_FAILED), REFUND_SETTLED},
    {BY_ADMIN,    DO_RESOLVE_UNPAID, ASKED | S(REFUND_FAILED), REFUND_FAILED},
};

#define SOUND (IF(SLOT_FREE) | IF(FRESH) | IF(WITHIN_CAPTURED) | IF(WITHIN_LINE) | IF(PAYMENT_FREE))
#define CHARGE (IF(SLOT_FREE) | IF(FRESH) | IF(PAYMENT_FREE) | IF(MANDATED) | IF(WITHIN_FRONTED))

/* That no second payment is reachable is proved by walking all states (explorer.h). */
static const struct law refund_laws[] = {
    {"whatever is intended is sound", .verb = DO_INTEND, .need = SOUND},
    {"a new charge has its mandate and its turn, takes no more than went ahead, and is called",
     .verb = DO_RECHARGE, .need = CHARGE, .does = DOES(CALL), .spares = ~DOES(CALL)},
    {"an intent reserves its money", .verb = DO_INTEND, .does = DOES(RESERVE), .spares = DOES(FREE) | DOES(AGAIN)},
    {"what fits the cap is called",
     .verb = DO_INTEND, .to = REFUND_INTENDED, .need = IF(WITHIN_CAP), .bar = IF(ABOVE_CAP) | IF(OTHERS_PAY), .does = DOES(CALL)},
    {"what no day would pay is left to a person, and what others pay to them",
     .verb = DO_INTEND, .to = REFUND_MANUAL, .spares = DOES(CALL)},
    {"an attempt is a call", .verb = DO_SUBMIT, .to = REFUND_SUBMITTED, .does = DOES(CALL), .spares = ~DOES(CALL)},
    {"after the last try nothing is called", .verb = DO_SUBMIT, .to = REFUND_UNKNOWN, .bar = IF(TRIES_LEFT), .spares = ~0u},
    {"there is a last try", .verb = DO_SUBMIT, .from = S(REFUND_SUBMITTED), .to = REFUND_SUBMITTED, .need = IF(TRIES_LEFT)},
    {"what was paid stays reserved: found", .verb = DO_FIND_PAID, .spares = ~0u},
    {"what was paid stays reserved: told", .verb = DO_RESOLVE_PAID, .from = ASKED, .spares = ~0u},
    {"what failed and is paid by other means counts again, once",
     .verb = DO_RESOLVE_PAID, .from = S(REFUND_FAILED), .need = IF(LATEST) | IF(WITHIN_CAPTURED) | IF(WITHIN_LINE),
     .does = DOES(RESERVE), .spares = ~DOES(RESERVE)},
    {"what may be paid stays reserved", .verb = DO_LOSE, .spares = ~0u},
    {"what failed frees its money", .verb = DO_FIND_FAILED, .does = DOES(FREE), .spares = ~DOES(FREE)},
    {"what is settled fails only where the provider tells that it came back",
     .verb = DO_FIND_FAILED, .from = S(REFUND_SETTLED), .need = IF(CAME_BACK)},
    {"what a person says failed frees its money", .verb = DO_RESOLVE_UNPAID, .from = ASKED, .does = DOES(FREE), .spares = ~DOES(FREE)},
    {"what failed is tried once more, unless it was refunded elsewhere",
     .verb = DO_RESOLVE_UNPAID, .from = S(REFUND_FAILED), .bar = IF(BARRED), .does = DOES(AGAIN), .spares = ~DOES(AGAIN)},
    {"what may be on its way is not called unpaid",
     .verb = DO_RESOLVE_UNPAID, .from = S(REFUND_MANUAL), .bar = IF(UNDER_WAY)},
    {"what is barred stays reserved, and nothing is called", .verb = DO_BAR, .spares = ~0u},
    {"a rest is barred once", .verb = DO_BAR, .from = ASKED | S(REFUND_FAILED), .bar = IF(BARRED)},
    {"of several tries the last one is barred", .verb = DO_BAR, .from = S(REFUND_FAILED), .need = IF(LATEST)},
    {"what others paid stays reserved, and is theirs", .verb = DO_FILL, .bar = IF(BARRED), .spares = ~0u},
};

static const struct wish refund_wishes[] = {
    {REFUND_NONE, BY_POLICY, DO_RECHARGE, CHARGE, REFUND_INTENDED},
    {REFUND_NONE, BY_ADMIN,  DO_RECHARGE, CHARGE, REFUND_INTENDED},
    {REFUND_NONE, BY_POLICY, DO_INTEND, SOUND | IF(WITHIN_CAP), REFUND_INTENDED},
    {REFUND_NONE, BY_POLICY, DO_INTEND, SOUND | IF(ABOVE_CAP),  REFUND_MANUAL},
    {REFUND_NONE, BY_ADMIN,  DO_INTEND, SOUND | IF(WITHIN_CAP), REFUND_INTENDED},
    {REFUND_NONE, BY_ADMIN,  DO_INTEND, SOUND | IF(ABOVE_CAP),  REFUND_MANUAL},
    {REFUND_NONE, BY_POLICY, DO_INTEND, SOUND | IF(OTHERS_PAY), REFUND_MANUAL},
    {REFUND_NONE, BY_ADMIN,  DO_INTEND, SOUND | IF(OTHERS_PAY), REFUND_MANUAL},
    {REFUND_NONE, BY_POLICY, DO_INTEND, SOUND | IF(OTHERS_PAY) | IF(WITHIN_CAP), REFUND_MANUAL},
    {REFUND_INTENDED,  BY_POLICY, DO_BAR, 0, REFUND_MANUAL},
    {REFUND_SUBMITTED, BY_POLICY, DO_BAR, 0, REFUND_MANUAL},
    {REFUND_MANUAL,    BY_POLICY, DO_BAR, 0, REFUND_MANUAL},
    {REFUND_UNKNOWN,   BY_POLICY, DO_BAR, 0, REFUND_UNKNOWN},
    {REFUND_FAILED,    BY_POLICY, DO_BAR, IF(LATEST), REFUND_FAILED},
    {REFUND_MANUAL,    BY_POLICY, DO_FILL, 0, REFUND_SETTLED},
    {REFUND_INTENDED,  BY_POLICY, DO_SUBMIT, 0,              REFUND_SUBMITTED},
    {REFUND_INTENDED,  BY_POLICY, DO_SUBMIT, IF(TRIES_LEFT), REFUND_SUBMITTED},
    {REFUND_SUBMITTED, BY_POLICY, DO_SUBMIT, 0,              REFUND_UNKNOWN},
    {REFUND_SUBMITTED, BY_POLICY, DO_SUBMIT, IF(TRIES_LEFT), REFUND_SUBMITTED},
    {REFUND_SETTLED, BY_PROVIDER, DO_FIND_FAILED, IF(CAME_BACK), REFUND_FAILED},
    {REFUND_FAILED, BY_ADMIN, DO_RESOLVE_PAID, IF(LATEST) | IF(WITHIN_CAPTURED) | IF(WITHIN_LINE), REFUND_SETTLED},
};
#undef IF
#undef DOES
#undef SOUND

#define IF(fact)   GRANT_IF(fact)
#define DOES(name) GRANT_DOES(name)
#define SOUND      (IF(THING_GOOD) | IF(ROOM) | IF(WITHIN_GOODWILL))
#define OPEN       (S(GRANT_OFFERED) | S(GRANT_GRANTED))
#define ANY_OF_FOUR(verb, to) \
    {BY_BUYER, verb, S(GRANT_OFFERED), to}, {BY_OPERATOR, verb, S(GRANT_OFFERED), to}, \
    {BY_MERCHANT, verb, S(GRANT_OFFERED), to}, {BY_ADMIN, verb, S(GRANT_OFFERED), to}

static const struct power grant_powers[] = {
    {BY_MERCHANT, DO_OFFER, S(GRANT_NONE), GRANT_OFFERED},
    {BY_ADMIN,    DO_OFFER, S(GRANT_NONE), GRANT_OFFERED},
    {BY_MERCHANT, DO_GIVE,  S(GRANT_NONE), GRANT_GRANTED},
    {BY_ADMIN,    DO_GIVE,  S(GRANT_NONE), GRANT_GRANTED},
    ANY_OF_FOUR(DO_ACCEPT, GRANT_GRANTED),
    ANY_OF_FOUR(DO_REFUSE, GRANT_REFUSED),
    {BY_MERCHANT, DO_WITHDRAW, OPEN, GRANT_WITHDRAWN},
    {BY_ADMIN,    DO_WITHDRAW, OPEN, GRANT_WITHDRAWN},
    {BY_CLOCK,    DO_LAPSE, S(GRANT_OFFERED), GRANT_LAPSED},
    {BY_POLICY,   DO_PAY,   S(GRANT_GRANTED), GRANT_PAID},
    {BY_POLICY,   DO_PAY,   S(GRANT_GRANTED), GRANT_GRANTED},
    {BY_POLICY,   DO_PAY,   S(GRANT_GRANTED), GRANT_SHORT},
};

static const struct law grant_laws[] = {
    {"what is promised is sound: offered", .verb = DO_OFFER, .need = SOUND, .spares = ~0u},
    {"what is promised is sound: given", .verb = DO_GIVE, .need = SOUND, .spares = ~0u},
    {"an offer is accepted while there is money for it", .verb = DO_ACCEPT, .need = IF(ROOM), .spares = ~0u},
    {"a buyer may always refuse", .verb = DO_REFUSE, .spares = ~0u},
    {"what is not paid may be withdrawn", .verb = DO_WITHDRAW, .spares = ~0u},
    {"silence ends what is overdue", .verb = DO_LAPSE, .need = IF(OVERDUE), .spares = ~0u},
    {"what is paid has room and its turn", .verb = DO_PAY, .to = GRANT_PAID, .need = IF(ROOM), .bar = IF(WAIT),
     .does = DOES(PAY), .spares = ~DOES(PAY)},
    {"what waits has room, and is tried again", .verb = DO_PAY, .to = GRANT_GRANTED, .need = IF(ROOM) | IF(WAIT),
     .does = DOES(QUEUE), .spares = ~DOES(QUEUE)},
    {"only what has no room falls short, and is seen", .verb = DO_PAY, .to = GRANT_SHORT, .bar = IF(ROOM),
     .does = DOES(CONTEST), .spares = ~DOES(CONTEST)},
};

static const struct wish grant_wishes[] = {
    {GRANT_OFFERED, BY_BUYER,    DO_ACCEPT,   IF(ROOM), GRANT_GRANTED},
    {GRANT_OFFERED, BY_OPERATOR, DO_ACCEPT,   IF(ROOM), GRANT_GRANTED},
    {GRANT_OFFERED, BY_MERCHANT, DO_ACCEPT,   IF(ROOM), GRANT_GRANTED},
    {GRANT_OFFERED, BY_ADMIN,    DO_ACCEPT,   IF(ROOM), GRANT_GRANTED},
    {GRANT_OFFERED, BY_BUYER,    DO_REFUSE,   0, GRANT_REFUSED},
    {GRANT_OFFERED, BY_OPERATOR, DO_REFUSE,   0, GRANT_REFUSED},
    {GRANT_OFFERED, BY_MERCHANT, DO_REFUSE,   0, GRANT_REFUSED},
    {GRANT_OFFERED, BY_ADMIN,    DO_REFUSE,   0, GRANT_REFUSED},
    {GRANT_OFFERED, BY_MERCHANT, DO_WITHDRAW, 0, GRANT_WITHDRAWN},
    {GRANT_OFFERED, BY_ADMIN,    DO_WITHDRAW, 0, GRANT_WITHDRAWN},
    {GRANT_GRANTED, BY_MERCHANT, DO_WITHDRAW, 0, GRANT_WITHDRAWN},
    {GRANT_GRANTED, BY_ADMIN,    DO_WITHDRAW, 0, GRANT_WITHDRAWN},
    {GRANT_OFFERED, BY_CLOCK,    DO_LAPSE,    IF(OVERDUE), GRANT_LAPSED},
    {GRANT_GRANTED, BY_POLICY,   DO_PAY,      IF(ROOM), GRANT_PAID},
    {GRANT_GRANTED, BY_POLICY,   DO_PAY,      IF(ROOM) | IF(WAIT), GRANT_GRANTED},
    {GRANT_GRANTED, BY_POLICY,   DO_PAY,      IF(WAIT), GRANT_SHORT},
    {GRANT_NONE, BY_MERCHANT, DO_OFFER, SOUND, GRANT_OFFERED},
    {GRANT_NONE, BY_ADMIN,    DO_OFFER, SOUND, GRANT_OFFERED},
    {GRANT_NONE, BY_MERCHANT, DO_GIVE,  SOUND, GRANT_GRANTED},
    {GRANT_NONE, BY_ADMIN,    DO_GIVE,  SOUND, GRANT_GRANTED},
};
#undef IF
#undef DOES
#undef SOUND
#undef OPEN

#define IF(fact)   COMPENSATION_IF(fact)
#define DOES(name) COMPENSATION_DOES(name)
#define SOUND      (IF(THING_GOOD) | IF(KIND_FITS) | IF(AMOUNT_GOOD) | IF(FREE) | IF(IN_TIME))
#define SAID       (IF(CREDIBLE) | IF(WITHIN))
#define DRAFTED    S(COMPENSATION_DRAFTED)
#define FILED      S(COMPENSATION_FILED)
#define EXPIRED    S(COMPENSATION_EXPIRED)
#define THREE(verb, from, to) \
    {BY_OPERATOR, verb, from, to}, {BY_MERCHANT, verb, from, to}, {BY_ADMIN, verb, from, to}
#define WISH_THREE(from, verb, facts, to) \
    {from, BY_OPERATOR, verb, facts, to}, {from, BY_MERCHANT, verb, facts, to}, {from, BY_ADMIN, verb, facts, to}

static const struct power compensation_powers[] = {
    THREE(DO_DRAFT,    S(COMPENSATION_NONE), COMPENSATION_DRAFTED),
    THREE(DO_FILE,     S(COMPENSATION_NONE) | DRAFTED | S(COMPENSATION_DENIED), COMPENSATION_FILED),
    THREE(DO_WITHDRAW, DRAFTED | FILED, COMPENSATION_WITHDRAWN),
    {BY_CARRIER, DO_ACCEPT,  FILED | EXPIRED, COMPENSATION_ACCEPTED},
    {BY_CARRIER, DO_DENY,    FILED, COMPENSATION_DENIED},
    {BY_CARRIER, DO_RECOVER, FILED | S(COMPENSATION_ACCEPTED) | EXPIRED, COMPENSATION_PAID},
    {BY_CARRIER, DO_RECOVER, S(COMPENSATION_ACCEPTED) | EXPIRED, SAME},
    {BY_CLOCK,   DO_RUN_OUT, DRAFTED | FILED | S(COMPENSATION_ACCEPTED), COMPENSATION_EXPIRED},
};

static const struct law compensation_laws[] = {
    {"what is claimed is sound, and the window open: drafted", .verb = DO_DRAFT, .need = SOUND, .spares = ~0u},
    {"what is claimed is sound, and the window open: filed", .verb = DO_FILE, .from = S(COMPENSATION_NONE), .need = SOUND},
    {"a draft is filed in time", .verb = DO_FILE, .from = DRAFTED, .need = IF(IN_TIME)},
    {"a denial is appealed in time, and for nothing that is claimed again",
     .verb = DO_FILE, .from = S(COMPENSATION_DENIED), .need = IF(APPEALABLE) | IF(FREE)},
    {"filing recovers nothing", .verb = DO_FILE, .spares = ~0u},
    {"what is not answered may be withdrawn", .verb = DO_WITHDRAW, .spares = ~0u},
    {"who may tell it says what they accept, and no more than was claimed", .verb = DO_ACCEPT, .need = SAID, .spares = ~0u},
    {"who may tell it says what they deny", .verb = DO_DENY, .need = IF(CREDIBLE), .spares = ~0u},
    {"money that came is told by who may, counted, and within the claim",
     .verb = DO_RECOVER, .need = SAID, .does = DOES(RECOVERED), .spares = ~DOES(RECOVERED)},
    {"a part of what they accepted leaves the rest owed",
     .verb = DO_RECOVER, .from = S(COMPENSATION_ACCEPTED), .to = COMPENSATION_ACCEPTED, .bar = IF(WHOLE)},
    {"all of what they accepted ends it", .verb = DO_RECOVER, .from = S(COMPENSATION_ACCEPTED), .to = COMPENSATION_PAID, .need = IF(WHOLE)},
    {"late money that is a part leaves it expired", .verb = DO_RECOVER, .from = EXPIRED, .to = COMPENSATION_EXPIRED, .bar = IF(WHOLE)},
    {"late money that is all ends it", .verb = DO_RECOVER, .from = EXPIRED, .to = COMPENSATION_PAID, .need = IF(WHOLE)},
    {"a late word is heard of what was filed, and is not claimed again", .actor = BY_CARRIER, .from = EXPIRED, .need = IF(SENT) | IF(FREE)},
    {"silence ends what is overdue", .actor = BY_CLOCK, .need = IF(OVERDUE), .spares = ~0u},
};

static const struct wish compensation_wishes[] = {
    WISH_THREE(COMPENSATION_NONE,    DO_DRAFT,    SOUND,                     COMPENSATION_DRAFTED),
    WISH_THREE(COMPENSATION_NONE,    DO_FILE,     SOUND,                     COMPENSATION_FILED),
    WISH_THREE(COMPENSATION_DRAFTED, DO_FILE,     IF(IN_TIME),               COMPENSATION_FILED),
    WISH_THREE(COMPENSATION_DENIED,  DO_FILE,     IF(APPEALABLE) | IF(FREE), COMPENSATION_FILED),
    WISH_THREE(COMPENSATION_DRAFTED, DO_WITHDRAW, 0,                         COMPENSATION_WITHDRAWN),
    WISH_THREE(COMPENSATION_FILED,   DO_WITHDRAW, 0,                         COMPENSATION_WITHDRAWN),
    {COMPENSATION_FILED,    BY_CARRIER, DO_ACCEPT,  SAID,             COMPENSATION_ACCEPTED},
    {COMPENSATION_FILED,    BY_CARRIER, DO_DENY,    IF(CREDIBLE),     COMPENSATION_DENIED},
    {COMPENSATION_FILED,    BY_CARRIER, DO_RECOVER, SAID,             COMPENSATION_PAID},
    {COMPENSATION_ACCEPTED, BY_CARRIER, DO_RECOVER, SAID,             COMPENSATION_ACCEPTED},
    {COMPENSATION_ACCEPTED, BY_CARRIER, DO_RECOVER, SAID | IF(WHOLE), COMPENSATION_PAID},
    {COMPENSATION_EXPIRED,  BY_CARRIER, DO_ACCEPT,  SAID | IF(SENT) | IF(FREE),             COMPENSATION_ACCEPTED},
    {COMPENSATION_EXPIRED,  BY_CARRIER, DO_RECOVER, SAID | IF(SENT) | IF(FREE),             COMPENSATION_EXPIRED},
    {COMPENSATION_EXPIRED,  BY_CARRIER, DO_RECOVER, SAID | IF(SENT) | IF(FREE) | IF(WHOLE), COMPENSATION_PAID},
    {COMPENSATION_DRAFTED,  BY_CLOCK,   DO_RUN_OUT, IF(OVERDUE),      COMPENSATION_EXPIRED},
    {COMPENSATION_FILED,    BY_CLOCK,   DO_RUN_OUT, IF(OVERDUE),      COMPENSATION_EXPIRED},
    {COMPENSATION_ACCEPTED, BY_CLOCK,   DO_RUN_OUT, IF(OVERDUE),      COMPENSATION_EXPIRED},
};
/* clang-format on */

#define COUNT(array) (sizeof array / sizeof array[0])
#define LAWS_OF(table)                                                                             \
    {                                                                                              \
        table##_powers, COUNT(table##_powers), table##_laws, COUNT(table##_laws), table##_wishes,  \
            COUNT(table##_wishes)                                                                  \
    }
const struct laws table_laws[TABLE_COUNT] = {LAWS_OF(return ), LAWS_OF(unit), LAWS_OF(refund),
                                             LAWS_OF(grant), LAWS_OF(compensation)};

/* --- judging ---------------------------------------------------------------------------------- */

static bool has_power(const struct rule *rule, const struct power *power)
{
    if (rule->actor != power->actor || rule->verb != power->verb) return false;
    if ((power->from >> rule->from & 1) == 0) return false;
    return rule->to == (power->to == SAME ? rule->from : power->to);
}

static bool is_empowered(const struct rule *rule, const struct laws *laws)
{
    for (size_t i = 0; i < laws->powers_count; i++)
        if (has_power(rule, &laws->powers[i])) return true;
    return false;
}

static bool power_is_kept(const struct rule_table *table, const struct power *power)
{
    uint32_t found = 0;
    for (size_t i = 0; i < table->count; i++)
        if (has_power(&table->rules[i], power)) found |= 1u << table->rules[i].from;
    return found == power->from;
}

static bool law_is_kept(const struct rule *rule, const struct law *law)
{
    if (law->actor != 0 && law->actor != rule->actor) return true;
    if (law->verb != 0 && law->verb != rule->verb) return true;
    if (law->from != 0 && (law->from >> rule->from & 1) == 0) return true;
    if (law->to != 0 && law->to != rule->to) return true;
    if ((law->barring & ~rule->bar) != 0) return true;
    if ((law->having & ~rule->effects) != 0 || (law->lacking & rule->effects) != 0) return true;
    if ((rule->bar & law->when) != 0) return true; /* it never applies while they hold */
    uint32_t need = rule->need | law->when;
    return (law->need & ~need) == 0 && (law->bar & ~rule->bar) == 0 &&
           (law->does & ~rule->effects) == 0 && (law->spares & rule->effects) == 0;
}

const char *laws_broken(const struct rule_table *table, const struct laws *laws)
{
    for (size_t i = 0; i < table->count; i++) {
        if (!is_empowered(&table->rules[i], laws))
            return "nobody has more powers than he was given";
        for (size_t j = 0; j < laws->laws_count; j++)
            if (!law_is_kept(&table->rules[i], &laws->laws[j])) return laws->laws[j].name;
    }
    for (size_t i = 0; i < laws->powers_count; i++)
        if (!power_is_kept(table, &laws->powers[i])) return "everybody has the powers he was given";
    for (size_t i = 0; i < laws->wishes_count; i++) {
        const struct wish *wish = &laws->wishes[i];
        struct verdict verdict = rule_judge(table, wish->from, (enum actor_kind)wish->actor,
                                            (enum verb)wish->verb, wish->facts);
        if (verdict.rule == NULL || verdict.rule->to != wish->to)
            return "what must be possible is possible";
    }
    return NULL;
}
