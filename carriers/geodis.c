/* Geodis in France: opaque situations and justifications, which stay unknown; dates and hours in
 * two fields. */
#include "carriers/dialect.h"

static const struct dialect dialects[] = {{
    .parcels = "contenu[noSuivi]",
    .number = "noSuivi",
    .events = "listSuivis",
    .at = {"dateSuivi", "heureSuivi"},
    .codes = {"codeSituationJustification"},
    .text = "libelleSuivi",
    .places = {"libelleCentre"},
    .verdicts = {{"codeErreur|texteErreur", NULL, REPLY_REFUSED, false}},
    .verdict_code = "codeErreur",
    .verdict_text = "texteErreur",
}};

const struct carrier carrier_geodis = {
    .name = "geodis",
    .content_type = "application/json",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .captured = true,
    DIALECTS(dialects),
};
