/* order amend, order versions: an order's next version, from a file of what changes, and those that
 * it had before. */
#include <stdio.h>
#include <string.h>

#include "node/cli/act.h"
#include "node/cli/subcommands.h"
#include "node/file.h"

#define BODY_BYTES_MAX (64u * 1024)

enum exit_code body_of_file(const struct cli *cli, const char *path, struct json_out *body)
{
    static char text[BODY_BYTES_MAX];
    char why[FILE_WHY_BYTES];
    struct json_fault fault;
    enum error error = file_read(path, text, sizeof text, why);
    if (error != OK) {
        cli_say("%s", why);
        return cli_exit_of(error);
    }
    struct json *json = json_parse(span_text(text), &fault);
    bool good = json_is_object(json);
    json_free(json);
    if (!good)
        return cli_usage(cli, "%s: not one JSON object (line %u column %u: %s)", path, fault.line,
                         fault.column, fault.text);
    json_put_raw(body, NULL, span_text(text));
    return EXIT_DONE;
}

void order_amend_more(FILE *out)
{
    fputs(
        "\nThe file is a JSON object of what changes; - is standard input. What is left out stays\n"
        "as it is. Lines and payments are named by their index, the next index adds one:\n"
        "{\"reason\":\"a belt was added\",\n"
        "\"lines\":[{\"line\":1,\"sku\":\"BELT\",\"quantity\":1,\"price_minor\":500}],\n"
        "\"payments\":[{\"payment\":1,\"provider\":\"stripe\",\"reference\":\"pi_2\","
        "\"captured_minor\":500}]}\n"
        "Without --if-match the version is the one that is read a moment before.\n",
        out);
}

enum exit_code order_amend(struct cli *cli)
{
    struct json_out body = {0};
    struct query query = query_on("/v1/orders");
    query_step(&query, cli->words[0]);
    enum exit_code code = body_of_file(cli, cli->words[1], &body);
    return act_send_seen(cli, code, &query, "amend", &body);
}

const struct cli_flag order_versions_flags[] = {
    {"order", "ORDER", "of this order only"},
    {NULL, NULL, NULL},
};

enum exit_code order_versions(struct cli *cli)
{
    static const struct out_column columns[] = {
        {"ORDER", "id", OUT_TEXT},
        {"VERSION", "version", OUT_NUMBER},
        {"UNTIL", "until_ms", OUT_TEXT},
        {"LINES", "lines", OUT_NUMBER},
        {"PAYMENTS", "payments", OUT_NUMBER},
        {"BY", "by.kind", OUT_TEXT},
        {"REASON", "reason", OUT_TEXT},
    };
    static const char *const filters[] = {"order", NULL};
    return act_list(cli, "/v1/order-versions", "versions", filters, columns, 7);
}
