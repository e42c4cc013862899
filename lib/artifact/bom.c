/* SPDX-License-Identifier: Apache-2.0
 *
 * What a document says that it is: see bom.h. CycloneDX JSON 1.2 to 2.0, SPDX JSON 2.2 and 2.3,
 * SPDX JSON-LD 3.0 and 3.1.
 */
#include "artifact/bom.h"

#include <signet/text.h>

#include "artifact/bom_graph.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/num.h"

/* Bytes of a document's text that a report shows. */
enum {
    SHOWN_MAX = 256
};

/* Members of the top object that are read, in the order of their names below. */
enum {
    BOM_FORMAT,
    SPEC_FORMAT,
    SPDX_VERSION,
    GRAPH,
    CONTEXT,
    SPEC_VERSION,
    SERIAL_NUMBER,
    NAMESPACE,
    PACKAGES,
    MEMBER_COUNT,
    MARK_COUNT = CONTEXT, /* the first ones mark a kind */
};

static const char *const member_names[MEMBER_COUNT + 1] = {
    "bomFormat",   "specFormat",   "spdxVersion",       "@graph",   "@context",
    "specVersion", "serialNumber", "documentNamespace", "packages", NULL};

/* Members of an element of an SPDX 3 graph. */
enum {
    TYPE,
    LD_TYPE,
    SPDX_ID,
    LD_ID,
    VERSION,
    CREATION,
    ELEMENT_COUNT,
};

static const char *const element_names[ELEMENT_COUNT + 1] = {
    "type", "@type", "spdxId", "@id", "specVersion", "creationInfo", NULL};

static const struct {
    int mark; /* the member that marks the kind */
    const char *text;
    unsigned version;
    enum signet_bom_form form;
} versions[] = {
    {BOM_FORMAT, "1.2", 12, SIGNET_BOM_UNSIGNED},
    {BOM_FORMAT, "1.3", 13, SIGNET_BOM_UNSIGNED},
    {BOM_FORMAT, "1.4", 14, SIGNET_BOM_JSF},
    {BOM_FORMAT, "1.5", 15, SIGNET_BOM_JSF},
    {BOM_FORMAT, "1.6", 16, SIGNET_BOM_JSF},
    {BOM_FORMAT, "1.7", 17, SIGNET_BOM_JSF},
    {SPEC_FORMAT, "2.0", 20, SIGNET_BOM_JSS},
    {SPDX_VERSION, "SPDX-2.2", 22, SIGNET_BOM_UNSIGNED},
    {SPDX_VERSION, "SPDX-2.3", 23, SIGNET_BOM_UNSIGNED},
    {GRAPH, "3.0", 30, SIGNET_BOM_UNSIGNED},
    {GRAPH, "3.1", 31, SIGNET_BOM_JSS},
};

static bool is_text(struct signet_json_value value, const char *text)
{
    return signet_json_string_is(value, signet_span_str(text));
}

/* Whether a version is the one of a row; an SPDX 3 version may go on with a patch, as 3.0.1. */
static bool is_version(struct signet_json_value value, int mark, const char *text)
{
    struct signet_span rest;
    if (mark != GRAPH || !signet_json_plain_string(value, &rest) ||
        !signet_span_begins(rest, text)) {
        return is_text(value, text);
    }
    size_t known = strlen(text);
    bool patch = rest.len > known + 1 && rest.ptr[known] == '.';
    for (size_t i = known + 1; patch && i < rest.len; i++) {
        patch = rest.ptr[i] >= '0' && rest.ptr[i] <= '9';
    }
    return patch || rest.len == known;
}

/* Takes a version; one that differs from that of before makes both unknown. */
static void take_version(struct signet_bom *bom, struct signet_json_value value, int mark)
{
    bool first = bom->version_text.kind == 0;
    unsigned version = 0;
    enum signet_bom_form form = SIGNET_BOM_UNSIGNED;
    for (size_t i = 0; i < SIGNET_COUNT(versions); i++) {
        if (versions[i].mark == mark && is_version(value, mark, versions[i].text)) {
            version = versions[i].version;
            form = versions[i].form;
        }
    }
    if (first) {
        bom->version_text = value;
    } else if (bom->version != version) {
        version = 0;
        form = SIGNET_BOM_UNSIGNED;
    }
    bom->version = version;
    bom->form = form;
}

static int wrong(struct signet_err *err, const char *what, const char *expected)
{
    return signet_err_set(err, SIGNET_E_MALFORMED, "BOM: expected %s to be %s", what, expected);
}

/* A serial number may be absent. */
static int take_serial(struct signet_bom *bom,
                       struct signet_json_value value,
                       const char *name,
                       struct signet_err *err)
{
    if (value.kind != 0 && value.kind != SIGNET_JSON_STRING) {
        return wrong(err, name, "a string");
    }
    bom->serial = value;
    return SIGNET_OK;
}

static int
count_object(void *ctx, const struct signet_bom_at *at, size_t *tag, struct signet_err *err)
{
    uint64_t *count = ctx;
    (void)tag;
    (void)err;
    *count += at->type == SIGNET_BOM_COMPONENT;
    return SIGNET_OK;
}

static int read_cyclonedx(const struct signet_json_value *members,
                          struct signet_bom *bom,
                          struct signet_err *err)
{
    int mark = members[BOM_FORMAT].kind != 0 ? BOM_FORMAT : SPEC_FORMAT;
    bom->kind = SIGNET_BOM_CYCLONEDX;
    if (members[SPEC_VERSION].kind != SIGNET_JSON_STRING) {
        return wrong(err, "specVersion of a CycloneDX document", "a string");
    }
    take_version(bom, members[SPEC_VERSION], mark);
    return take_serial(bom, members[SERIAL_NUMBER], "serialNumber", err);
}

static int
read_spdx2(const struct signet_json_value *members, struct signet_bom *bom, struct signet_err *err)
{
    struct signet_json_walk walk = signet_json_walk(members[PACKAGES]);
    struct signet_json_value package;
    bom->kind = SIGNET_BOM_SPDX;
    take_version(bom, members[SPDX_VERSION], SPDX_VERSION);
    if (members[PACKAGES].kind != 0 && members[PACKAGES].kind != SIGNET_JSON_ARRAY) {
        return wrong(err, "packages", "an array");
    }
    while (signet_json_next_element(&walk, &package)) {
        if (package.kind != SIGNET_JSON_OBJECT) {
            return wrong(err, "each of packages", "an object");
        }
        bom->components++;
    }
    return take_serial(bom, members[NAMESPACE], "documentNamespace", err);
}

static int
take_creation(struct signet_bom *bom, struct signet_json_value version, struct signet_err *err)
{
    if (version.kind != SIGNET_JSON_STRING) {
        return wrong(err, "specVersion of a CreationInfo", "a string");
    }
    take_version(bom, version, GRAPH);
    return SIGNET_OK;
}

static int take_document(struct signet_bom *bom,
                         const struct signet_json_value *members,
                         struct signet_err *err)
{
    int id = members[SPDX_ID].kind != 0 ? SPDX_ID : LD_ID;
    if (members[id].kind != SIGNET_JSON_STRING) {
        return wrong(err, "spdxId of the SpdxDocument", "a string");
    }
    if (bom->serial.kind != 0) {
        return signet_err_set(err, SIGNET_E_MALFORMED,
                              "BOM: expected one SpdxDocument in @graph, found two");
    }
    bom->serial = members[id];
    return SIGNET_OK;
}

static int take_element(struct signet_bom *bom,
                        const struct signet_json_value *members,
                        struct signet_err *err)
{
    static const char *const packages[] = {"software_Package", "ai_AIPackage",
                                           "dataset_DatasetPackage"};
    struct signet_json_value type = members[members[TYPE].kind != 0 ? TYPE : LD_TYPE];
    struct signet_json_value version = {0};
    int rc = SIGNET_OK;
    for (size_t i = 0; i < SIGNET_COUNT(packages); i++) {
        bom->components += is_text(type, packages[i]);
    }
    if (members[CREATION].kind == SIGNET_JSON_OBJECT) { /* written where it is used */
        SIGNET_IGNORE(signet_json_member(members[CREATION], "specVersion", &version));
        rc = take_creation(bom, version, err);
    }
    if (rc == SIGNET_OK && is_text(type, "CreationInfo")) {
        rc = take_creation(bom, members[VERSION], err);
    }
    if (rc == SIGNET_OK && is_text(type, "SpdxDocument")) {
        rc = take_document(bom, members, err);
    }
    return rc;
}

static int
read_spdx3(const struct signet_json_value *members, struct signet_bom *bom, struct signet_err *err)
{
    struct signet_json_walk walk = signet_json_walk(members[GRAPH]);
    struct signet_json_value element;
    struct signet_json_value found[ELEMENT_COUNT];
    size_t others = 0;
    int rc = SIGNET_OK;
    bom->kind = SIGNET_BOM_SPDX;
    while (rc == SIGNET_OK &&
           signet_json_next_object(&walk, element_names, &element, found, &others)) {
        rc = element.kind == SIGNET_JSON_OBJECT ? take_element(bom, found, err)
                                                : wrong(err, "each of @graph", "an object");
    }
    if (rc == SIGNET_OK && bom->version_text.kind == 0) {
        rc = signet_err_set(err, SIGNET_E_MALFORMED,
                            "BOM: expected a CreationInfo with specVersion in @graph, found none");
    }
    return rc;
}

/* Whether @context, or one entry of it, is one of SPDX 3. */
static bool is_spdx_context(struct signet_json_value context)
{
    static const char *const begin = "https://spdx.org/rdf/3.";
    struct signet_json_walk walk = signet_json_walk(context);
    struct signet_json_value entry = context;
    do {
        if (signet_json_string_begins(entry, begin)) {
            return true;
        }
    } while (context.kind == SIGNET_JSON_ARRAY && signet_json_next_element(&walk, &entry));
    return false;
}

static bool is_marked(const struct signet_json_value *members, int mark)
{
    switch (mark) {
    case BOM_FORMAT:
    case SPEC_FORMAT:
        return is_text(members[mark], "CycloneDX");
    case SPDX_VERSION:
        return members[mark].kind == SIGNET_JSON_STRING;
    default:
        return members[mark].kind == SIGNET_JSON_ARRAY && is_spdx_context(members[CONTEXT]);
    }
}

static int
read_marked(const struct signet_json_value *members, struct signet_bom *bom, struct signet_err *err)
{
    int marked = MARK_COUNT;
    int other = MARK_COUNT;
    for (int i = 0; i < MARK_COUNT; i++) {
        if (marked == MARK_COUNT && is_marked(members, i)) {
            marked = i;
        } else if (members[i].kind != 0) {
            other = i;
        }
    }
    if (marked == MARK_COUNT) {
        return signet_err_set(err, SIGNET_E_UNSUPPORTED,
                              "expected a CycloneDX or SPDX document, found none of their marks: "
                              "bomFormat, specFormat, spdxVersion, @graph");
    }
    if (other != MARK_COUNT) {
        return signet_err_set(err, SIGNET_E_AMBIGUOUS,
                              "BOM: expected the mark of one kind of document, found %s and %s",
                              member_names[marked], member_names[other]);
    }
    if (marked == SPDX_VERSION) {
        return read_spdx2(members, bom, err);
    }
    return marked == GRAPH ? read_spdx3(members, bom, err) : read_cyclonedx(members, bom, err);
}

int signet_bom_identify(const struct signet_json_text *text,
                        struct signet_bom *bom,
                        struct signet_err *err)
{
    struct signet_json_value members[MEMBER_COUNT];
    signet_json_text_members(text, member_names, members);
    *bom = (struct signet_bom){0};
    int rc = read_marked(members, bom, err);
    if (rc != SIGNET_OK) {
        *bom = (struct signet_bom){0};
    }
    return rc;
}

int signet_bom_count(struct signet_json_value top,
                     const struct signet_bom *bom,
                     uint64_t *components,
                     struct signet_err *err)
{
    struct signet_bom_steps steps = {.open = count_object, .ctx = components};
    if (bom->kind != SIGNET_BOM_CYCLONEDX) {
        *components = bom->components;
        return SIGNET_OK;
    }
    *components = 0;
    int rc = signet_bom_walk(top, SIGNET_BOM_BOM, &signet_bom_inventory_edges, 0, &steps, err);
    *components = rc == SIGNET_OK ? *components : 0;
    return rc;
}

int signet_bom_recognize(struct signet_json_value top,
                         struct signet_bom *bom,
                         struct signet_err *err)
{
    struct signet_json_value members[MEMBER_COUNT];
    SIGNET_IGNORE(signet_json_members(top, member_names, members)); /* others are not asked for */
    *bom = (struct signet_bom){0};
    int rc = read_marked(members, bom, err);
    if (rc == SIGNET_OK) {
        rc = signet_bom_count(top, bom, &bom->components, err);
    }
    if (rc != SIGNET_OK) {
        *bom = (struct signet_bom){0};
    }
    return rc;
}

/* What stands between the quotes, without a prefix; a text of any length is cut. */
static void put_inside(struct signet_buf *out, struct signet_json_value string, const char *prefix)
{
    struct signet_span inside = signet_json_between_quotes(string);
    if (signet_span_begins(inside, prefix)) {
        size_t len = strlen(prefix);
        inside = signet_span_of(inside.ptr + len, inside.len - len);
    }
    bool cut = inside.len > SHOWN_MAX;
    inside.len = cut ? SHOWN_MAX : inside.len;
    signet_utf8_escape(out, inside);
    signet_buf_puts(out, cut ? "..." : "");
}

int signet_bom_describe(const struct signet_bom *bom, struct signet_buf *out)
{
    char count[SIGNET_NUM_TEXT];
    bool spdx = bom->kind == SIGNET_BOM_SPDX;
    signet_num_format(bom->components, count);
    signet_buf_puts(out, spdx ? "SPDX " : "CycloneDX ");
    put_inside(out, bom->version_text, "SPDX-");
    signet_buf_puts(out, bom->version == 0 ? " (unknown version), " : ", ");
    signet_buf_puts(out, count);
    signet_buf_puts(out, spdx ? " package" : " component");
    signet_buf_puts(out, bom->components == 1 ? "" : "s");
    if (bom->serial.kind != 0) {
        signet_buf_puts(out, spdx ? ", document " : ", serial ");
        put_inside(out, bom->serial, "");
    }
    return out->status;
}
