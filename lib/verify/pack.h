/* SPDX-License-Identifier: Apache-2.0
 *
 * What the entries of a pack are called. The public half is <signet/pack.h>.
 */
#ifndef SIGNET_VERIFY_PACK_H
#define SIGNET_VERIFY_PACK_H

#include <signet/pack.h>

/** Room for the name of any entry. */
#define SIGNET_PACK_NAME 64

/** The policy. */
#define SIGNET_PACK_POLICY "policy.dsse"

/** The name of the root of that version. */
void signet_pack_root_name(char name[SIGNET_PACK_NAME], uint64_t version);

/** The name of the evidence of that index, from 0 to SIGNET_PACK_EVIDENCE - 1, or of the notes
 *  about its time. */
void signet_pack_evidence_name(char name[SIGNET_PACK_NAME], size_t index, bool time);

/** Adds an empty text to a list that has room for *room. Returns it, or NULL without memory. */
struct signet_pack_text *
signet_pack_grow(struct signet_pack_text **list, size_t *count, size_t *room);

#endif
