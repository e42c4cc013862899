/* SPDX-License-Identifier: Apache-2.0
 *
 * By what a policy decided, in words: rule, roles, the keys that counted, and times. Decides
 * nothing.
 */
#include <signet/report.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "trust/trust.h"
#include "verify/report_words.h"
#include "verify/verification.h"

/* Whether the signature at index is one that a demand counted, and the first one by its key. */
static bool
counted(const struct signet_trust *trust, const struct signet_demand_found *demand, size_t index)
{
    const struct signet_payload_key *keys = demand->payload->keys;
    for (size_t i = 0; i < index; i++) {
        if (keys[i].key == keys[index].key &&
            signet_judge_counts(&trust->root, &demand->counted, &keys[i], trust->now)) {
            return false;
        }
    }
    return signet_judge_counts(&trust->root, &demand->counted, &keys[index], trust->now);
}

static void put_key(struct signet_buf *out,
                    const struct signet_trust *trust,
                    const struct signet_payload_key *signature)
{
    char when[SIGNET_CLOCK_TEXT];
    const struct signet_root_key *key = &trust->root.keys[signature->key];
    signet_buf_puts(out, "    ");
    signet_buf_puts(out, key->id);
    signet_buf_puts(out, " (");
    signet_utf8_escape(out, signet_span_str(key->owner));
    signet_buf_puts(out, signature->signed_at == SIGNET_TIME_UNKNOWN ? "), judged by the clock"
                                                                     : "), signed by ");
    signet_buf_puts(out, signature->signed_at == SIGNET_TIME_UNKNOWN
                             ? ""
                             : signet_clock_format(signature->signed_at, when));
    signet_buf_putc(out, '\n');
}

static void put_demand(struct signet_buf *out,
                       const struct signet_trust *trust,
                       const struct signet_demand_found *demand)
{
    signet_buf_puts(out, demand->holds ? "  holds: " : "  FAILS: ");
    signet_utf8_escape(out, signet_span_str(demand->type != NULL ? demand->type : "signed"));
    signet_buf_puts(out, " by role ");
    signet_utf8_escape(out, signet_span_str(demand->role));
    signet_buf_puts(out, ", ");
    signet_report_number(out, demand->keys, " of ");
    signet_report_number(out, demand->needed, demand->needed == 1 ? " key\n" : " keys\n");
    for (size_t i = 0; demand->payload != NULL && i < demand->payload->key_count; i++) {
        if (counted(trust, demand, i)) {
            put_key(out, trust, &demand->payload->keys[i]);
        }
    }
}

int signet_report_explain(const struct signet_verification *verification, struct signet_buf *out)
{
    char when[SIGNET_CLOCK_TEXT];
    const struct signet_trust *trust = verification->trust;
    if (trust == NULL) {
        return out->status;
    }
    signet_buf_puts(out, "  policy ");
    signet_utf8_escape(out, signet_span_str(trust->policy.name));
    signet_buf_puts(out, ", version ");
    signet_report_number(out, trust->policy.version, "; root version ");
    signet_report_number(out, trust->root.version, "; now ");
    signet_buf_puts(out, signet_clock_format(trust->now, when));
    signet_buf_puts(out, "\n  at ");
    signet_utf8_escape(
        out,
        signet_span_str(verification->real_path != NULL ? verification->real_path : "no path"));
    signet_buf_puts(out, verification->rule != NULL ? ", by rule " : ", which no rule is for\n");
    if (verification->rule != NULL) {
        signet_utf8_escape(out, signet_span_str(verification->rule));
        signet_buf_putc(out, '\n');
    }
    for (size_t i = 0; i < verification->demand_count; i++) {
        put_demand(out, trust, &verification->demands[i]);
    }
    return out->status;
}

void signet_report_entry(struct signet_buf *out, const struct signet_source *source)
{
    if (source->entry != NULL) {
        signet_buf_puts(out, ", entry ");
        signet_utf8_escape(out, signet_oms_use_name(source->entry));
        signet_buf_puts(out, " of ");
        signet_utf8_escape(out, signet_span_str(source->name));
    }
}

static void put_json_keys(struct signet_jsonout *json,
                          const struct signet_trust *trust,
                          const struct signet_demand_found *demand)
{
    signet_jsonout_open_array(json, "keys");
    for (size_t i = 0; demand->payload != NULL && i < demand->payload->key_count; i++) {
        if (counted(trust, demand, i)) {
            signet_jsonout_text(json, NULL, trust->root.keys[demand->payload->keys[i].key].id);
        }
    }
    signet_jsonout_close_array(json);
}

void signet_report_demands(const struct signet_verification *verification,
                           struct signet_jsonout *json)
{
    signet_jsonout_open_array(json, "demands");
    for (size_t i = 0; i < verification->demand_count; i++) {
        const struct signet_demand_found *demand = &verification->demands[i];
        signet_jsonout_open_object(json, NULL);
        signet_jsonout_text(json, "role", demand->role);
        signet_jsonout_text(json, "type", demand->type);
        signet_jsonout_number(json, "threshold", demand->needed);
        put_json_keys(json, verification->trust, demand);
        signet_jsonout_bool(json, "holds", demand->holds);
        signet_jsonout_close_object(json);
    }
    signet_jsonout_close_array(json);
}
