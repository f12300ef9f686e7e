/* sku: what a merchant sells, and by which codes it is scanned. */
#include <stdio.h>

#include "node/cli/act.h"
#include "node/cli/subcommands.h"

void sku_put_more(FILE *out)
{
    fputs(
        "\nThe file is a JSON object; - is standard input. It is the SKU whole: what is left out "
        "is\n"
        "not known of it. The same facts once more make no version.\n"
        "{\"merchant\":ID,\"code\":\"CUP-1\",\"name_en\":\"Cup\",\"name_zh\":\"杯\",\n"
        "\"aliases\":[{\"kind\":\"ean\",\"code\":\"4006381333931\"}],\n"
        "\"length_mm\":90,\"width_mm\":80,\"height_mm\":100,\"weight_g\":310,\n"
        "\"hs_code\":\"691200\",\"battery\":\"none\",\"value_minor\":450,\n"
        "\"accessories\":[{\"name_en\":\"lid\"}],\"functions\":[{\"name_en\":\"holds water\"}]}\n",
        out);
}

enum exit_code sku_put(struct cli *cli)
{
    struct client client;
    struct json_out body = {0};
    enum exit_code code = body_of_file(cli, cli->words[0], &body);
    if (code == EXIT_DONE) code = client_open(cli, &client);
    if (code != EXIT_DONE) {
        json_out_free(&body);
        return code;
    }
    code = act_post(cli, &client, "/v1/skus", &body, NULL);
    client_close(&client);
    return code;
}

enum exit_code sku_show(struct cli *cli)
{
    struct query query = query_on("/v1/skus");
    query_step(&query, cli->words[0]);
    return act_show(cli, query.text);
}

static const struct out_column columns[] = {
    {"SKU", "id", OUT_TEXT},
    {"CODE", "code", OUT_TEXT},
    {"VERSION", "version", OUT_NUMBER},
    {"NAME", "name_en", OUT_TEXT},
    {"ALIASES", "aliases", OUT_NUMBER},
    {"WEIGHT", "weight_g", OUT_NUMBER},
    {"SINCE", "at_ms", OUT_TEXT},
};

const struct cli_flag sku_list_flags[] = {
    {"merchant", "MERCHANT", "of this merchant only"},
    {"code", "CODE", "that bear this code, in any form that a scanner reads"},
    {NULL, NULL, NULL},
};

enum exit_code sku_list(struct cli *cli)
{
    static const char *const filters[] = {"merchant", "code", NULL};
    return act_list(cli, "/v1/skus", "skus", filters, columns, 7);
}

const struct cli_flag sku_versions_flags[] = {
    {"sku", "SKU", "of this SKU only"},
    {NULL, NULL, NULL},
};

enum exit_code sku_versions(struct cli *cli)
{
    static const char *const filters[] = {"sku", NULL};
    return act_list(cli, "/v1/sku-versions", "versions", filters, columns, 7);
}
