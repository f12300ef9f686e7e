/* Labels as people move them: bought, taken back, settled; and where a warehouse is reached. */
#include "overseas-warehouse/label/lane.h"
#include "overseas-warehouse/parts.h"

static bool refuse(struct decision *decision, enum error error, const char *rule)
{
    decision_refuse(decision, error, rule);
    return false;
}

/* A refusal that names the list and the field in it. */
static bool refuse_lack(struct decision *decision, const char *whose, const char *field)
{
    char rule[RULE_BYTES_MAX];
    struct span parts[] = {span_text(whose), span_text("/"), span_text(field)};
    size_t size = 0;
    for (unsigned i = 0; i < 3; i++) {
        memcpy(rule + size, parts[i].at, parts[i].size);
        size += parts[i].size;
    }
    rule[size] = '\0';
    return refuse(decision, ERROR_MISSING_FIELD, rule);
}

/* --- buying ----------------------------------------------------------------------------------- */

struct purchase {
    struct case_file file;
    const struct label_begin *wish;
    const struct label_accounts *accounts;
    struct label_row sold; /* of a pickup: the label whose parcel is fetched */
    struct label_moved *moved;
    struct lane_choice choice; /* whose texts the entry bears */
};

/* Is there one that may be used still, and how many are there? */
static uint32_t count_labels(const struct rows *rows, const struct id *return_id, uint64_t what,
                             bool *open)
{
    struct key prefix = key_of(return_id);
    struct walk walk = walk_over(&prefix);
    struct row at;
    uint32_t count = 0;
    *open = false;
    while (walk_next(rows, VIEW_LABEL_BY_RETURN, &walk, &at)) {
        struct id label;
        struct label_row row;
        memcpy(label.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (!label_load(rows, &label, &row)) continue;
        count++;
        if (row.what == what && !label_is_over(row.state)) *open = true;
    }
    return count;
}

static bool is_wanted(const struct purchase *purchase)
{
    const struct return_row *row = &purchase->file.row;
    struct decision *decision = purchase->file.decision;
    bool open;
    if (row->state != RETURN_APPROVED)
        return refuse(decision, ERROR_CONFLICT, "return_id: it_is_approved");
    if (row->keep != 0) return refuse(decision, ERROR_CONFLICT, "return_id: nothing_is_asked_back");
    uint32_t count = count_labels(&purchase->file.desk->rows, &purchase->file.return_id,
                                  purchase->moved->what, &open);
    if (count >= LABELS_PER_RETURN_MAX)
        return refuse(decision, ERROR_OUT_OF_RANGE, "labels: sixteen_a_return");
    if (open && purchase->wish->again == 0)
        return refuse(decision, ERROR_CONFLICT, "again: there_is_one_already");
    if (row->parcels_count == PARCELS_MAX)
        return refuse(decision, ERROR_OUT_OF_RANGE, "parcels: eight_a_return");
    return true;
}

/* A pickup goes where its label goes, by the same account. */
static bool take_label(struct purchase *purchase)
{
    const struct label_begin *wish = purchase->wish;
    struct decision *decision = purchase->file.decision;
    struct label_row *sold = &purchase->sold;
    struct label_moved *moved = purchase->moved;
    if (id_is_zero(&wish->of))
        return refuse(decision, ERROR_MISSING_FIELD, "of: the label whose parcel is fetched");
    bool known = label_load(&purchase->file.desk->rows, &wish->of, sold) &&
                 id_equal(&sold->return_id, &wish->return_id) && sold->what == LABEL_IS_LABEL;
    if (!known) return refuse(decision, ERROR_NOT_FOUND, "of");
    if (sold->state != LABEL_BOUGHT) return refuse(decision, ERROR_CONFLICT, "of: it_is_bought");
    if (wish->pickup_until_ms < wish->pickup_ms || wish->pickup_ms < moved->at_ms)
        return refuse(decision, ERROR_OUT_OF_RANGE, "pickup_ms: ahead_and_before_pickup_until_ms");
    moved->carrier = sold->carrier;
    moved->account = sold->account;
    moved->service = sold->service;
    moved->warehouse = sold->warehouse;
    moved->weight_g = sold->weight_g;
    moved->of = wish->of;
    moved->pickup_ms = wish->pickup_ms;
    moved->pickup_until_ms = wish->pickup_until_ms;
    return true;
}

/* Nobody named a carrier: the merchant's lanes do. */
static bool choose(struct purchase *purchase)
{
    const struct case_file *file = &purchase->file;
    struct label_moved *moved = purchase->moved;
    struct lane_choice *choice = &purchase->choice;
    struct lane_parcel parcel;
    struct label_address address;
    if (!lane_parcel_of(file->desk, &file->return_id, &moved->warehouse, moved->weight_g,
                        moved->at_ms, &address, &parcel))
        return refuse(file->decision, ERROR_MISSING_FIELD,
                      "carrier: it is not known from where the buyer sends (person/country)");
    lanes_choose(&file->desk->rows, &parcel, purchase->accounts, choice);
    if (choice->count == 0)
        return refuse(file->decision, ERROR_MISSING_FIELD,
                      "carrier: the merchant has no lanes from there");
    if (choice->at[0].why != LANE_FITS)
        return refuse(file->decision, ERROR_MISSING_FIELD,
                      "carrier: no lane fits; label choose tells why");
    const struct lane_row *row = &choice->at[0].row;
    moved->carrier = row->carrier;
    moved->account = row->account;
    moved->service = row->service;
    moved->lane = choice->at[0].lane;
    moved->quoted_minor = row->price_minor;
    return true;
}

static bool take_wish(struct purchase *purchase)
{
    const struct label_begin *wish = purchase->wish;
    struct decision *decision = purchase->file.decision;
    struct label_moved *moved = purchase->moved;
    bool named = wish->carrier.size > 0;
    if (!named && (wish->account.size > 0 || wish->service.size > 0))
        return refuse(decision, ERROR_MISSING_FIELD, "carrier: an account or a service is one's");
    if (id_is_zero(&wish->warehouse)) return refuse(decision, ERROR_MISSING_FIELD, "warehouse");
    struct key key = key_of(&wish->warehouse);
    if (!rows_has(&purchase->file.desk->rows, VIEW_WAREHOUSE, &key))
        return refuse(decision, ERROR_NOT_FOUND, "warehouse");
    moved->carrier = wish->carrier;
    moved->account = wish->account;
    moved->service = wish->service;
    moved->warehouse = wish->warehouse;
    moved->weight_g = wish->weight_g != 0
                          ? wish->weight_g
                          : label_weight(purchase->file.desk, &purchase->file.return_id);
    if (moved->weight_g == 0)
        return refuse(decision, ERROR_MISSING_FIELD, "weight_g: no master data tells it");
    return named || choose(purchase);
}

/* How an uncertain outcome is settled is frozen with the intent. */
static bool take_account(struct purchase *purchase)
{
    const struct label_accounts *accounts = purchase->accounts;
    struct label_moved *moved = purchase->moved;
    uint32_t at;
    if (!label_account_find(accounts, moved->carrier, moved->account, &at))
        return refuse(purchase->file.decision, ERROR_CONFIG,
                      "carrier: where this book is led no [carrier] section of it and its account "
                      "has a key_file");
    const struct label_account *account = &accounts->at[at];
    bool pickup = moved->what == LABEL_IS_PICKUP;
    if (pickup && !account->can_pickup)
        return refuse(purchase->file.decision, ERROR_UNSUPPORTED,
                      "what: this carrier takes no orders for pickups");
    if (!pickup && moved->form == LABEL_QR && !account->can_qr)
        return refuse(purchase->file.decision, ERROR_UNSUPPORTED,
                      "form: this carrier gives no QR code; pdf, or another carrier");
    moved->recovery = pickup ? account->pickup_recovery : account->recovery;
    moved->can_void = (pickup ? account->can_void_pickup : account->can_void) ? 1 : 0;
    return true;
}

static bool is_addressed(const struct purchase *purchase)
{
    const struct rows *rows = &purchase->file.desk->rows;
    struct key subject = key_of(&purchase->file.return_id);
    struct label_address address;
    if (rows_has(rows, VIEW_ERASED, &subject))
        return refuse(purchase->file.decision, ERROR_CONFLICT,
                      "return_id: its personal data was erased");
    label_buyer(rows, &purchase->file.return_id, &address);
    const char *lacks = label_address_lacks(&address);
    if (lacks != NULL) return refuse_lack(purchase->file.decision, "person", lacks);
    label_site(rows, &purchase->moved->warehouse, &address);
    lacks = label_address_lacks(&address);
    return lacks == NULL || refuse_lack(purchase->file.decision, "warehouse address", lacks);
}

static void buy(const struct desk *desk, const struct command *command, struct moment *moment,
                struct decision *decision)
{
    const struct label_begin *wish = &command->body->label_begin;
    struct label_moved moved = {.step = LABEL_INTEND,
                                .to = LABEL_INTENDED,
                                .by = command->by,
                                .at_ms = moment->wall_ms,
                                .return_id = wish->return_id,
                                .what = wish->what != 0 ? wish->what : LABEL_IS_LABEL,
                                .form = wish->form != 0 ? wish->form : LABEL_PDF,
                                .reason = wish->reason};
    struct purchase purchase;
    memset(&purchase, 0, offsetof(struct purchase, choice));
    purchase.wish = wish;
    purchase.accounts = desk->labels;
    purchase.moved = &moved;
    decision->entity = wish->return_id;
    if (!case_open(desk, &wish->return_id, moment, decision, &purchase.file)) {
        refuse(decision, ERROR_NOT_FOUND, "return_id");
        return;
    }
    if (!command_covers(command, &purchase.file.row.merchant, decision)) return;
    if (!command_matches(command, purchase.file.row.version, decision)) return;
    if (!is_wanted(&purchase)) return;
    bool taken = moved.what == LABEL_IS_PICKUP ? take_label(&purchase) : take_wish(&purchase);
    if (!taken || !take_account(&purchase) || !is_addressed(&purchase)) return;
    moved.label = mint_of(desk, moment, &purchase.file.merchant.book);
    decision->entity = moved.label;
    decision_add(decision, EVENT_LABEL_MOVED, &moved.label, &moved);
}

/* --- taking back ------------------------------------------------------------------------------ */

static void take_back(const struct desk *desk, const struct command *command,
                      const struct label_row *row, const struct moment *moment,
                      struct decision *decision)
{
    const struct label_retract *wish = &command->body->label_retract;
    const struct label_step_row *step = label_asked((enum label_state)row->state, LABEL_BEGIN_VOID);
    if (step == NULL) {
        refuse(decision, ERROR_CONFLICT, "label: it_is_bought");
        return;
    }
    if (row->can_void == 0) {
        refuse(decision, ERROR_UNSUPPORTED, "label: this carrier takes none back");
        return;
    }
    if (label_has_left(desk, row)) {
        refuse(decision, ERROR_CONFLICT, "label: no_scan_has_seen_its_parcel");
        return;
    }
    struct label_moved moved = {.label = wish->label,
                                .step = step->step,
                                .to = step->to,
                                .by = command->by,
                                .at_ms = moment->wall_ms,
                                .reason = wish->reason};
    decision_add(decision, EVENT_LABEL_MOVED, &moved.label, &moved);
}

/* --- settling --------------------------------------------------------------------------------- */

static enum label_step step_of(uint64_t end)
{
    if (end == LABEL_WAS_BOUGHT) return LABEL_SETTLE_BOUGHT;
    return end == LABEL_WAS_VOIDED ? LABEL_SETTLE_VOIDED : LABEL_SETTLE_FAILED;
}

/* What was bought has a number, or the parcel is never found by it. */
static bool names_what_was_bought(const struct label_settle *wish, const struct label_row *row,
                                  struct decision *decision)
{
    bool number = wish->number.size > 0 || row->number.size > 0;
    if (!number && row->what == LABEL_IS_LABEL)
        return refuse(decision, ERROR_MISSING_FIELD, "number");
    if (wish->cost_minor < 0)
        return refuse(decision, ERROR_OUT_OF_RANGE, "cost_minor: not_below_zero");
    return wish->cost_minor == 0 || wish->currency != 0 ||
           refuse(decision, ERROR_MISSING_FIELD, "currency");
}

static void settle(const struct desk *desk, const struct command *command,
                   const struct label_row *row, const struct moment *moment,
                   struct decision *decision)
{
    const struct label_settle *wish = &command->body->label_settle;
    uint8_t room[TRACKING_NUMBER_BYTES_MAX];
    const struct label_step_row *step =
        label_asked((enum label_state)row->state, step_of(wish->end));
    if (step == NULL) {
        refuse(decision, ERROR_CONFLICT, "end: nobody_can_say_what_became_of_it");
        return;
    }
    bool bought = step->to == LABEL_BOUGHT;
    if (bought && !names_what_was_bought(wish, row, decision)) return;
    struct label_moved moved = {.label = wish->label,
                                .step = step->step,
                                .to = step->to,
                                .by = command->by,
                                .at_ms = moment->wall_ms,
                                .reference = wish->reference,
                                .reason = wish->reason};
    if (bought) {
        moved.number = parcel_number(wish->number, room);
        moved.carrier_ref = wish->carrier_ref;
        moved.cost_minor = wish->cost_minor;
        moved.currency = wish->currency;
    }
    decision_add(decision, EVENT_LABEL_MOVED, &moved.label, &moved);
    if (moved.number.size > 0 && row->what == LABEL_IS_LABEL)
        return_note_number(desk, &row->return_id, moved.number, &command->by, moment, decision);
    decision->entity = wish->label;
}

void label_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                  struct decision *decision)
{
    struct label_row row;
    if (command->kind == COMMAND_LABEL_BUY) {
        buy(desk, command, moment, decision);
        return;
    }
    const struct id *label = command->kind == COMMAND_LABEL_VOID
                                 ? &command->body->label_retract.label
                                 : &command->body->label_settle.label;
    decision->entity = *label;
    if (!label_load(&desk->rows, label, &row)) {
        refuse(decision, ERROR_NOT_FOUND, "label");
        return;
    }
    if (!command_covers(command, &row.merchant, decision)) return;
    if (!command_matches(command, row.version, decision)) return;
    if (command->kind == COMMAND_LABEL_VOID)
        take_back(desk, command, &row, moment, decision);
    else
        settle(desk, command, &row, moment, decision);
}

/* --- where a warehouse is reached --------------------------------------------------------------
 */

void site_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                 struct decision *decision)
{
    const struct site_address_put *wish = &command->body->site_address_put;
    struct site_address address = {.by = command->by, .at_ms = moment->wall_ms};
    (void)desk;
    decision->entity = wish->warehouse;
    if (wish->name.size == 0 && wish->company.size == 0)
        refuse(decision, ERROR_MISSING_FIELD, "name");
    else if (wish->street1.size == 0)
        refuse(decision, ERROR_MISSING_FIELD, "street1");
    else if (wish->city.size == 0)
        refuse(decision, ERROR_MISSING_FIELD, "city");
    else if (!label_is_country(wish->country))
        refuse(decision, ERROR_OUT_OF_RANGE, "country: two_capital_letters");
    if (decision->error != OK) return;
    shape_copy(&site_address_shape, &address, &site_address_put_shape, wish);
    decision_add(decision, EVENT_SITE_ADDRESS, &wish->warehouse, &address);
}
