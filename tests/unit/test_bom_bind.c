/* SPDX-License-Identifier: Apache-2.0
 *
 * signet/bind.h. Digests are of sha256sum; each document that is refused stands beside one that is
 * bound and differs in one thing.
 */
#include "boms.h"
#include "measure.h"

#include <signet/bind.h>

#define MODEL(more)                                                                                \
    "\"metadata\": {\"component\": {\"type\": \"machine-learning-model\", \"name\": \"m\"" more "}}"
#define BOM(version, rest)                                                                         \
    "{ \"bomFormat\": \"CycloneDX\", \"specVersion\": \"" version "\", " rest " }\n"
#define OF_CONFIG "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
#define OF_WEIGHTS "9a129038d9a00aed0cf6a7ea059ca50a813449061ab87848cf1a13eafdf33b2c"
/* printf '%s%s' HEX HEX | xxd -r -p | sha256sum */
#define OMS_ROOT "c3bf65fb99ad2d0895377a5964fe0881130addd6c41095e22e5ba7da167dcde9"
#define FILES(type)                                                                                \
    "{\"type\": \"file\", \"bom-ref\": \"signet:file/config.json\", \"name\": \"config.json\", "   \
    "\"hashes\": [{\"alg\": \"SHA-256\", \"content\": \"" OF_CONFIG "\"}]},\n"                     \
    "{\"type\": \"" type "\", \"bom-ref\": \"signet:file/w/0.bin\", \"name\": \"w/0.bin\", "       \
    "\"hashes\": [{\"alg\": \"SHA-256\", \"content\": \"" OF_WEIGHTS "\"}]}"
#define ROOT "{\"name\": \"signet:oms-root\", \"value\": \"sha256:" OMS_ROOT "\"}"
#define COMPOSITION                                                                                \
    "{\"aggregate\": \"complete\", \"assemblies\": [\n\"signet:file/config.json\",\n"              \
    "\"signet:file/w/0.bin\"\n]}"

struct model {
    struct scratch scratch;
    struct signet_manifest manifest;
};

static void model_open(struct model *model)
{
    char path[512];
    struct signet_err err;
    const struct signet_measure_opts opts = standard_opts();
    scratch_open(&model->scratch);
    scratch_put(&model->scratch, "m/config.json", "{}");
    scratch_put(&model->scratch, "m/w/0.bin", "weights");
    CHECK_OK(measure(scratch_path(&model->scratch, "m", path), &opts, &model->manifest, &err),
             &err);
}

static void model_close(struct model *model)
{
    signet_manifest_free(&model->manifest);
    scratch_close(&model->scratch);
}

static void check_bound(const struct model *model, const char *document, const char *expected)
{
    struct signet_buf out;
    struct signet_err err;
    signet_err_clear(&err);
    CHECK_OK(signet_bind(signet_span_str(document), &model->manifest, NULL, &out, &err), &err);
    CHECK_SPAN(signet_buf_span(&out), expected);
    signet_buf_free(&out);
}

static void check_refused(const struct model *model,
                          const char *document,
                          const struct signet_limits *limits,
                          int code,
                          const char *message)
{
    struct signet_buf out;
    struct signet_err err;
    signet_err_clear(&err);
    CHECK_CODE(signet_bind(signet_span_str(document), &model->manifest, limits, &out, &err), code);
    if (strstr(err.msg, message) == NULL) {
        fail_msg("expected \"%s\" in: %s", message, err.msg);
    }
    assert_int_equal(out.len, 0);
    assert_null(out.data);
}

static void text_is_spliced_in(void **state)
{
    (void)state;
    struct model model;
    model_open(&model);
    check_bound(
        &model, BOM("1.6", MODEL("")),
        "{ \"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.6\", \"metadata\": {\"component\": "
        "{\"type\": \"machine-learning-model\", \"name\": \"m\",\n\"components\": [\n" FILES(
            "data") "\n],\n\"properties\": [\n" ROOT "\n]}},\n\"compositions\": [\n" COMPOSITION
                    "\n] }\n");
    /* lists that are there, in another order, and hollow ones */
    check_bound(
        &model,
        BOM("1.6", "\"compositions\": [ {\"aggregate\": \"unknown\"} ], " MODEL(
                       ", \"properties\": [{\"name\": \"a\"}], \"components\": [ ]  ")),
        "{ \"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.6\", \"compositions\": [ "
        "{\"aggregate\": \"unknown\"},\n" COMPOSITION " ], \"metadata\": {\"component\": "
        "{\"type\": \"machine-learning-model\", \"name\": \"m\", \"properties\": [{\"name\": "
        "\"a\"},\n" ROOT "], \"components\": [\n" FILES("data") " ]  }} }\n");
    /* no type data before 1.5 */
    check_bound(
        &model, BOM("1.4", MODEL("")),
        "{ \"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.4\", \"metadata\": {\"component\": "
        "{\"type\": \"machine-learning-model\", \"name\": \"m\",\n\"components\": [\n" FILES(
            "file") "\n],\n\"properties\": [\n" ROOT "\n]}},\n\"compositions\": [\n" COMPOSITION
                    "\n] }\n");
    model_close(&model);
}

static void documents_that_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *document;
        int code;
        const char *message;
    } rows[] = {
        {BOM("1.6", MODEL("") ", \"signature\": {}"), SIGNET_E_UNSUPPORTED, "signed already"},
        {BOM("1.6", MODEL(", \"signature\": {}")), SIGNET_E_UNSUPPORTED, "signed already"},
        {BOM("1.6", MODEL(", \"components\": [{\"type\": \"file\"}]")), SIGNET_E_UNSUPPORTED,
         "lists 1 files of the model already"},
        {BOM("1.6", MODEL(", \"properties\": [" ROOT "]")), SIGNET_E_UNSUPPORTED,
         "the property signet:oms-root already"},
        {BOM("1.6",
             MODEL(", \"hashes\": [{\"alg\": \"SHA-256\", \"content\": \"" OF_CONFIG "\"}]")),
         SIGNET_E_AMBIGUOUS, "a hash of its own"},
        {BOM("1.6", MODEL("") ", \"components\": [{\"bom-ref\": \"signet:file/w/0.bin\"}]"),
         SIGNET_E_AMBIGUOUS, "two components have the bom-ref"},
        {BOM("1.6", "\"metadata\": {\"component\": {\"type\": \"application\"}}"),
         SIGNET_E_UNSUPPORTED, "machine-learning-model"},
        {BOM("1.6", "\"metadata\": {}"), SIGNET_E_UNSUPPORTED, "found none"},
        {BOM("1.6", "\"version\": 1"), SIGNET_E_UNSUPPORTED, "found none"},
        {BOM("1.6", MODEL(", \"components\": {}")), SIGNET_E_MALFORMED, "expected an array"},
        {BOM("1.6", MODEL(", \"properties\": {}")), SIGNET_E_MALFORMED, "expected an array"},
        {BOM("1.6", MODEL("") ", \"compositions\": {}"), SIGNET_E_MALFORMED, "expected an array"},
        {BOM("1.3", MODEL("")), SIGNET_E_UNSUPPORTED, "expected CycloneDX 1.4 to 1.7"},
        {"{\"spdxVersion\": \"SPDX-2.3\"}", SIGNET_E_UNSUPPORTED, "expected CycloneDX 1.4 to 1.7"},
        {"{", SIGNET_E_MALFORMED, ""},
    };
    struct model model;
    model_open(&model);
    for (size_t i = 0; i < SIGNET_COUNT(rows); i++) {
        check_refused(&model, rows[i].document, NULL, rows[i].code, rows[i].message);
    }
    struct signet_limits limits = signet_limits_default();
    limits.document = 500;
    check_refused(&model, BOM("1.6", MODEL("")), &limits, SIGNET_E_LIMIT, "no room");
    model_close(&model);
}

static void manifests_that_are_refused(void **state)
{
    (void)state;
    struct model model;
    model_open(&model);
    model.manifest.partial = true;
    check_refused(&model, BOM("1.6", MODEL("")), NULL, SIGNET_E_USAGE, "all of them");
    model.manifest.partial = false;
    model.manifest.shard_size = 4;
    check_refused(&model, BOM("1.6", MODEL("")), NULL, SIGNET_E_USAGE, "whole files");
    model.manifest.shard_size = 0;
    model.manifest.alg = SIGNET_DIGEST_SHA512;
    check_refused(&model, BOM("1.6", MODEL("")), NULL, SIGNET_E_USAGE, "SHA-256");
    model_close(&model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_spliced_in),
        cmocka_unit_test(documents_that_are_refused),
        cmocka_unit_test(manifests_that_are_refused),
    };
    return CHECK_RUN(tests);
}
