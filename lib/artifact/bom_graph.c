/* SPDX-License-Identifier: Apache-2.0
 *
 * The walk along the types of a BOM: see bom_graph.h. One cursor goes through the text and a stack
 * of its own remembers the containers around it, so that depth costs neither time nor calls.
 */
#include "artifact/bom_graph.h"

#include <signet/text.h>

#include "base/err.h"
#include "base/grow.h"
#include "base/num.h"

static const struct signet_bom_edge all_rows[] = {
#define ROW(owner, member, shape, target, since)                                                   \
    {(member), SIGNET_BOM_##owner, SIGNET_BOM_##shape, SIGNET_BOM_##target, (since)},
    SIGNET_BOM_EDGES(ROW)
#undef ROW
};

static const struct signet_bom_edge inventory_rows[] = {
    {"components", SIGNET_BOM_BOM, SIGNET_BOM_LIST, SIGNET_BOM_COMPONENT, 0},
    {"components", SIGNET_BOM_COMPONENT, SIGNET_BOM_LIST, SIGNET_BOM_COMPONENT, 0},
};

const struct signet_bom_edges signet_bom_all_edges = {all_rows, SIGNET_COUNT(all_rows)};
const struct signet_bom_edges signet_bom_inventory_edges = {inventory_rows,
                                                            SIGNET_COUNT(inventory_rows)};

static const struct {
    const char *name;
    bool signable;
} types[] = {
#define TYPE(type, name, signable) {(name), (signable)},
    SIGNET_BOM_TYPES(TYPE)
#undef TYPE
};

/* A container that the cursor is in. */
struct frame {
    enum signet_bom_type type; /* of the object, or of each object of a list */
    bool list;
    size_t items;   /* of a list, so far */
    size_t pointer; /* bytes of the pointer to it */
    size_t outer;   /* tag of the object around it */
    size_t tag;     /* its own; of a list that of its owner */
};

struct range {
    size_t from, to;
};

struct walker {
    struct signet_json_walk at;
    const struct signet_bom_edges *edges;
    struct range owned[SIGNET_BOM_TYPE_COUNT]; /* which rows are of an owner */
    unsigned version;
    const struct signet_bom_steps *steps;
    struct signet_buf pointer;
    struct frame *frames; /* the innermost last */
    size_t depth, room;
    struct signet_err *err;
};

const char *signet_bom_type_name(enum signet_bom_type type)
{
    return types[type].name;
}

const char *signet_bom_value_name(enum signet_json_kind kind)
{
    static const char *const names[] = {
        [SIGNET_JSON_NULL] = "null",       [SIGNET_JSON_BOOL] = "true or false",
        [SIGNET_JSON_NUMBER] = "a number", [SIGNET_JSON_STRING] = "a string",
        [SIGNET_JSON_ARRAY] = "an array",  [SIGNET_JSON_OBJECT] = "an object",
    };
    return names[kind];
}

bool signet_bom_signable(enum signet_bom_type type)
{
    return types[type].signable;
}

static int no_memory(struct walker *w)
{
    return signet_err_set(w->err, SIGNET_E_NOMEM, "out of memory while reading a BOM");
}

static int wrong_kind(struct walker *w, const char *expected)
{
    char shown[SIGNET_SHOW_MAX];
    return signet_err_set(w->err, SIGNET_E_MALFORMED, "BOM%s%s: expected %s, found %s",
                          w->pointer.len > 0 ? " " : "",
                          signet_utf8_show(signet_buf_span(&w->pointer), shown), expected,
                          signet_bom_value_name(signet_json_ahead(&w->at)));
}

static int push(struct walker *w, struct frame frame)
{
    if (w->depth == w->room) {
        struct frame *grown = signet_grow(w->frames, &w->room, sizeof(*grown));
        if (grown == NULL) {
            return no_memory(w);
        }
        w->frames = grown;
    }
    w->frames[w->depth++] = frame;
    signet_json_enter(&w->at);
    return SIGNET_OK;
}

static struct signet_bom_at where(const struct walker *w, const struct frame *frame)
{
    struct signet_bom_at at = {frame->type, frame->outer, frame->tag, w->at, {NULL, 0}};
    return at;
}

/* Goes into the object that the cursor stands before and the pointer names. */
static int open_object(struct walker *w, enum signet_bom_type type, size_t outer)
{
    if (signet_json_ahead(&w->at) != SIGNET_JSON_OBJECT) {
        return wrong_kind(w, "an object");
    }
    struct frame frame = {type, false, 0, w->pointer.len, outer, outer};
    struct signet_bom_at at = where(w, &frame);
    at.pointer = signet_buf_span(&w->pointer);
    int rc = w->steps->open(w->steps->ctx, &at, &frame.tag, w->err);
    return rc == SIGNET_OK ? push(w, frame) : rc;
}

/* Steps out of the container of which nothing is left. */
static void pop(struct walker *w)
{
    struct frame left = w->frames[--w->depth];
    signet_json_leave(&w->at, w->depth > 0 && !w->frames[w->depth - 1].list);
    if (!left.list && w->steps->close != NULL) {
        struct signet_bom_at at = where(w, &left);
        w->steps->close(w->steps->ctx, &at);
    }
}

static int next_item(struct walker *w)
{
    struct frame *list = &w->frames[w->depth - 1];
    char number[SIGNET_NUM_TEXT];
    if (!signet_json_next_item(&w->at)) {
        pop(w);
        return SIGNET_OK;
    }
    w->pointer.len = list->pointer;
    signet_num_format(list->items++, number);
    signet_buf_putc(&w->pointer, '/');
    if (signet_buf_puts(&w->pointer, number) != SIGNET_OK) {
        return no_memory(w);
    }
    return open_object(w, list->type, list->tag);
}

static const struct signet_bom_edge *
edge_of(const struct walker *w, enum signet_bom_type owner, struct signet_json_value name)
{
    for (size_t i = w->owned[owner].from; i < w->owned[owner].to; i++) {
        const struct signet_bom_edge *edge = &w->edges->rows[i];
        if (edge->since <= w->version &&
            signet_json_string_is(name, signet_span_str(edge->member))) {
            return edge;
        }
    }
    return NULL;
}

static int follow(struct walker *w, const struct signet_bom_edge *edge)
{
    const struct frame *owner = &w->frames[w->depth - 1];
    bool array = signet_json_ahead(&w->at) == SIGNET_JSON_ARRAY;
    w->pointer.len = owner->pointer;
    signet_buf_putc(&w->pointer, '/');
    if (signet_buf_puts(&w->pointer, edge->member) != SIGNET_OK) {
        return no_memory(w);
    }
    if (edge->shape == SIGNET_BOM_ONE_OR_LIST && array) {
        signet_json_take(&w->at);
        return SIGNET_OK;
    }
    if (edge->shape != SIGNET_BOM_LIST) {
        return open_object(w, edge->target, owner->tag);
    }
    if (!array) {
        return wrong_kind(w, "an array");
    }
    struct frame list = {edge->target, true, 0, w->pointer.len, owner->tag, owner->tag};
    return push(w, list);
}

static int next_member(struct walker *w)
{
    const struct frame *object = &w->frames[w->depth - 1];
    struct signet_json_value name;
    if (!signet_json_next_name(&w->at, &name)) {
        pop(w);
        return SIGNET_OK;
    }
    const struct signet_bom_edge *edge = edge_of(w, object->type, name);
    if (edge != NULL) {
        return follow(w, edge);
    }
    struct signet_json_value value = signet_json_take(&w->at);
    if (w->steps->member == NULL) {
        return SIGNET_OK;
    }
    struct signet_bom_at at = where(w, object);
    return w->steps->member(w->steps->ctx, &at, name, value, w->err);
}

int signet_bom_walk(struct signet_json_value top,
                    enum signet_bom_type type,
                    const struct signet_bom_edges *edges,
                    unsigned version,
                    const struct signet_bom_steps *steps,
                    struct signet_err *err)
{
    struct walker w = {
        .at = signet_json_before(top),
        .edges = edges,
        .version = version,
        .steps = steps,
        .err = err,
    };
    for (size_t i = 0; i < edges->count; i++) {
        struct range *owned = &w.owned[edges->rows[i].owner];
        owned->from = owned->to == 0 ? i : owned->from;
        owned->to = i + 1;
    }
    /* Each name and number of a pointer stands for brackets and quotes that are half as long. */
    signet_buf_init(&w.pointer,
                    top.text.len <= SIZE_MAX / 4 ? 64 + 2 * top.text.len : SIZE_MAX / 2);
    int rc = open_object(&w, type, SIZE_MAX);
    while (rc == SIGNET_OK && w.depth > 0) {
        rc = w.frames[w.depth - 1].list ? next_item(&w) : next_member(&w);
    }
    signet_buf_free(&w.pointer);
    free(w.frames);
    return rc;
}
