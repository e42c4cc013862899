/* SPDX-License-Identifier: Apache-2.0
 *
 * Which objects of a BOM may be signed, and where they can lie: the part of the CycloneDX JSON
 * schemas 1.4 to 1.7 that leads to a signature, as a table, and one walk along it. CycloneDX 2.0 is
 * a draft: of it what 1.7 has is known. An SPDX document is one object.
 */
#ifndef SIGNET_ARTIFACT_BOM_GRAPH_H
#define SIGNET_ARTIFACT_BOM_GRAPH_H

#include "json/read.h"

/* X(TYPE, name, whether it may be signed): in each version that has it, from 1.4 on. */
#define SIGNET_BOM_TYPES(X)                                                                        \
    X(BOM, "bom", 1)                                                                               \
    X(COMPONENT, "component", 1)                                                                   \
    X(SERVICE, "service", 1)                                                                       \
    X(COMPOSITION, "composition", 1)                                                               \
    X(ANNOTATION, "annotation", 1)                                                                 \
    X(DECLARATIONS, "declarations", 1)                                                             \
    X(ATTESTATION, "attestation", 1)                                                               \
    X(CLAIM, "claim", 1)                                                                           \
    X(EVIDENCE, "evidence", 1)                                                                     \
    X(AFFIRMATION, "affirmation", 1)                                                               \
    X(SIGNATORY, "signatory", 1)                                                                   \
    X(STANDARD, "standard", 1)                                                                     \
    X(CITATION, "citation", 1)                                                                     \
    X(METADATA, "metadata", 0)                                                                     \
    X(TOOLS, "tools", 0)                                                                           \
    X(PEDIGREE, "pedigree", 0)                                                                     \
    X(FORMULA, "formula", 0)                                                                       \
    X(VULNERABILITY, "vulnerability", 0)                                                           \
    X(ANNOTATOR, "annotator", 0)                                                                   \
    X(TARGETS, "targets", 0)                                                                       \
    X(DEFINITIONS, "definitions", 0)                                                               \
    X(DOCUMENT, "document", 1)

/** Types of object. */
enum signet_bom_type {
#define SIGNET_BOM_TYPE_ENUM(type, name, signable) SIGNET_BOM_##type,
    SIGNET_BOM_TYPES(SIGNET_BOM_TYPE_ENUM)
#undef SIGNET_BOM_TYPE_ENUM
    SIGNET_BOM_TYPE_COUNT
};

/** What the value of a member is. */
enum signet_bom_shape {
    SIGNET_BOM_ONE = 1,     /* an object */
    SIGNET_BOM_LIST,        /* an array of objects */
    SIGNET_BOM_ONE_OR_LIST, /* an object, or an array of something else (tools of before 1.5) */
};

/** A member through which a walk goes: X(owner, member, shape, target, first version), 16 being
 *  version 1.6. Those of one owner stand together. */
#define SIGNET_BOM_EDGES(X)                                                                        \
    X(BOM, "components", LIST, COMPONENT, 14)                                                      \
    X(BOM, "services", LIST, SERVICE, 14)                                                          \
    X(BOM, "compositions", LIST, COMPOSITION, 14)                                                  \
    X(BOM, "metadata", ONE, METADATA, 14)                                                          \
    X(BOM, "annotations", LIST, ANNOTATION, 15)                                                    \
    X(BOM, "formulation", LIST, FORMULA, 15)                                                       \
    X(BOM, "vulnerabilities", LIST, VULNERABILITY, 15)                                             \
    X(BOM, "declarations", ONE, DECLARATIONS, 16)                                                  \
    X(BOM, "definitions", ONE, DEFINITIONS, 16)                                                    \
    X(BOM, "citations", LIST, CITATION, 17)                                                        \
    X(COMPONENT, "components", LIST, COMPONENT, 14)                                                \
    X(COMPONENT, "pedigree", ONE, PEDIGREE, 14)                                                    \
    X(SERVICE, "services", LIST, SERVICE, 14)                                                      \
    X(ANNOTATION, "annotator", ONE, ANNOTATOR, 15)                                                 \
    X(DECLARATIONS, "attestations", LIST, ATTESTATION, 16)                                         \
    X(DECLARATIONS, "claims", LIST, CLAIM, 16)                                                     \
    X(DECLARATIONS, "evidence", LIST, EVIDENCE, 16)                                                \
    X(DECLARATIONS, "affirmation", ONE, AFFIRMATION, 16)                                           \
    X(DECLARATIONS, "targets", ONE, TARGETS, 16)                                                   \
    X(AFFIRMATION, "signatories", LIST, SIGNATORY, 16)                                             \
    X(METADATA, "component", ONE, COMPONENT, 14)                                                   \
    X(METADATA, "tools", ONE_OR_LIST, TOOLS, 15)                                                   \
    X(TOOLS, "components", LIST, COMPONENT, 15)                                                    \
    X(TOOLS, "services", LIST, SERVICE, 15)                                                        \
    X(PEDIGREE, "ancestors", LIST, COMPONENT, 14)                                                  \
    X(PEDIGREE, "descendants", LIST, COMPONENT, 14)                                                \
    X(PEDIGREE, "variants", LIST, COMPONENT, 14)                                                   \
    X(FORMULA, "components", LIST, COMPONENT, 15)                                                  \
    X(FORMULA, "services", LIST, SERVICE, 15)                                                      \
    X(VULNERABILITY, "tools", ONE_OR_LIST, TOOLS, 15)                                              \
    X(ANNOTATOR, "component", ONE, COMPONENT, 15)                                                  \
    X(ANNOTATOR, "service", ONE, SERVICE, 15)                                                      \
    X(TARGETS, "components", LIST, COMPONENT, 16)                                                  \
    X(TARGETS, "services", LIST, SERVICE, 16)                                                      \
    X(DEFINITIONS, "standards", LIST, STANDARD, 16)

/** A row of such a table. */
struct signet_bom_edge {
    const char *member;
    enum signet_bom_type owner;
    enum signet_bom_shape shape;
    enum signet_bom_type target;
    unsigned since;
};

/** The table above. */
struct signet_bom_edges {
    const struct signet_bom_edge *rows;
    size_t count;
};

/** All rows, and those of the inventory alone: components of the BOM and of its components, in any
 *  version. */
extern const struct signet_bom_edges signet_bom_all_edges;
extern const struct signet_bom_edges signet_bom_inventory_edges;

/** A name such as "component"; static storage. */
const char *signet_bom_type_name(enum signet_bom_type type);

/** A kind of value in a message: "an array"; static storage. */
const char *signet_bom_value_name(enum signet_json_kind kind);

/** Whether objects of a type may be signed. */
bool signet_bom_signable(enum signet_bom_type type);

/** Where a walk stands: at the beginning or the end of an object. */
struct signet_bom_at {
    enum signet_bom_type type;
    size_t outer; /* tag of the object around it; SIZE_MAX if there is none */
    size_t tag;   /* what open() gave this one */
    /* Before the object in open(), behind it in close(). */
    struct signet_json_walk walk;
    struct signet_span pointer; /* RFC 6901; valid during the call of open(), empty in close() */
};

/** What is called on the way; a call that fails ends the walk. */
struct signet_bom_steps {
    /* An object begins. Sets *tag, which is that of the object around it at first. */
    int (*open)(void *ctx, const struct signet_bom_at *at, size_t *tag, struct signet_err *err);
    /* It has a member that the table does not lead through. May be NULL. */
    int (*member)(void *ctx,
                  const struct signet_bom_at *at,
                  struct signet_json_value name,
                  struct signet_json_value value,
                  struct signet_err *err);
    /* It ends. May be NULL. */
    void (*close)(void *ctx, const struct signet_bom_at *at);
    void *ctx;
};

/**
 * Walks from top, an object of this type, along those edges that a version has, in the order of the
 * text, an outer object before inner ones. Each byte is looked at once; memory is that of the
 * nesting. Returns SIGNET_OK; SIGNET_E_MALFORMED (top or the value of a member in the table is not
 * what its shape says); SIGNET_E_NOMEM; or what a step returned.
 */
SIGNET_NODISCARD int signet_bom_walk(struct signet_json_value top,
                                     enum signet_bom_type type,
                                     const struct signet_bom_edges *edges,
                                     unsigned version,
                                     const struct signet_bom_steps *steps,
                                     struct signet_err *err);

#endif
