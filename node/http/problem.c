#include "node/http/problem.h"

/* An error that the caller cannot help is 500; what may succeed later is 503, or 507 when the disk
 * is the reason; then nothing was stored. */
/* clang-format off */
static const uint16_t statuses[ERROR_COUNT] = {
    [OK] = 200,
    [ERROR_MALFORMED] = 400,
    [ERROR_TOO_LARGE] = 413,
    [ERROR_TOO_DEEP] = 400,
    [ERROR_NOT_CANONICAL] = 400,
    [ERROR_TRAILING] = 400,
    [ERROR_UNKNOWN_FIELD] = 400,
    [ERROR_MISSING_FIELD] = 400,
    [ERROR_OUT_OF_RANGE] = 400,
    [ERROR_BAD_TEXT] = 400,
    [ERROR_BAD_ID] = 400,
    [ERROR_BAD_SIGNATURE] = 401,
    [ERROR_UNKNOWN_PEER] = 404,
    [ERROR_UNKNOWN_LOG] = 404,
    [ERROR_UNKNOWN_CARRIER] = 404,
    [ERROR_NOT_FOUND] = 404,
    [ERROR_FORBIDDEN] = 403,
    [ERROR_UNAUTHENTICATED] = 401,
    [ERROR_NO_RULE] = 409,
    [ERROR_FACT_MISSING] = 409,
    [ERROR_FACT_BARS] = 409,
    [ERROR_CONFLICT] = 412,
    [ERROR_KEY_REUSED] = 422,
    [ERROR_KEY_MISSING] = 400,
    [ERROR_OVER_CAPTURED] = 409,
    [ERROR_OVER_CAP] = 409,
    [ERROR_OVER_QUANTITY] = 409,
    [ERROR_SLOT_OPEN] = 409,
    [ERROR_HELD_ELSEWHERE] = 409,
    [ERROR_DEPS_MISSING] = 503,
    [ERROR_FULL] = 507,
    [ERROR_BUSY] = 503,
    [ERROR_TIMEOUT] = 503,
    [ERROR_UNREACHABLE] = 503,
    [ERROR_READ_ONLY] = 507,
    [ERROR_CLOCK_SUSPECT] = 503,
    [ERROR_CORRUPT] = 500,
    [ERROR_FORK] = 503,
    [ERROR_IN_DOUBT] = 503,
    [ERROR_OUTCOME_UNKNOWN] = 500,
    [ERROR_IO] = 500,
    [ERROR_CONFIG] = 409,
    [ERROR_USAGE] = 400,
    [ERROR_WRONG_LOG] = 400,
    [ERROR_NOT_COMMITTED] = 503,
    [ERROR_PRECONDITION] = 428,
    [ERROR_UNSUPPORTED] = 501,
};

static const struct { unsigned status; const char *phrase; } phrases[] = {
    {200, "OK"}, {201, "Created"}, {202, "Accepted"}, {204, "No Content"}, {304, "Not Modified"},
    {400, "Bad Request"}, {401, "Unauthorized"}, {403, "Forbidden"}, {404, "Not Found"},
    {405, "Method Not Allowed"}, {409, "Conflict"}, {412, "Precondition Failed"},
    {413, "Content Too Large"}, {415, "Unsupported Media Type"}, {417, "Expectation Failed"},
    {422, "Unprocessable Content"}, {428, "Precondition Required"},
    {431, "Request Header Fields Too Large"}, {500, "Internal Server Error"},
    {501, "Not Implemented"}, {503, "Service Unavailable"}, {507, "Insufficient Storage"},
};
/* clang-format on */

unsigned problem_status(enum error error)
{
    return (unsigned)error < ERROR_COUNT && statuses[error] != 0 ? statuses[error] : 500;
}

const char *status_phrase(unsigned status)
{
    for (size_t i = 0; i < sizeof phrases / sizeof phrases[0]; i++)
        if (phrases[i].status == status) return phrases[i].phrase;
    return "Unknown";
}

static void put_errors(struct json_out *out, const struct problem *problem)
{
    char pointer[FAULT_PATH_BYTES + 1];
    size_t size = strlen(problem->fault->path);
    pointer[0] = '/';
    memcpy(pointer + 1, problem->fault->path, size);
    json_open(out, "errors", '[');
    json_open(out, NULL, '{');
    json_put_text(out, "pointer", span_of(pointer, size + 1));
    json_put_text(out, "code", span_text(error_name(problem->error)));
    json_put_text(out, "detail", span_text(error_text(problem->error)));
    json_close(out, '}');
    json_close(out, ']');
}

void problem_put(struct json_out *out, const struct problem *problem)
{
    const char *name = error_name(problem->error);
    char type[64] = "urn:entrepot:problem:";
    strncat(type, name, sizeof type - strlen(type) - 1);
    json_open(out, NULL, '{');
    json_put_text(out, "type", span_text(type));
    json_put_text(out, "title", span_text(error_text(problem->error)));
    unsigned status = problem->status != 0 ? problem->status : problem_status(problem->error);
    json_put_uint(out, "status", status);
    json_put_text(out, "code", span_text(name));
    if (problem->detail != NULL) json_put_text(out, "detail", span_text(problem->detail));
    if (problem->rule != NULL && problem->rule[0] != '\0')
        json_put_text(out, "rule", span_text(problem->rule));
    if (problem->fault != NULL && problem->fault->path[0] != '\0') put_errors(out, problem);
    if (problem->request != NULL) json_put_id(out, "request_id", problem->request);
    if (problem->number != 0) json_put_uint(out, "call", problem->number);
    json_close(out, '}');
}
