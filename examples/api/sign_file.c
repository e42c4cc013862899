/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes a key, signs a file or folder with it, and writes KEY.pub and SIGNATURE; the secret half
 * never leaves this process:
 *
 *     sign_file ARTIFACT PUBLIC-KEY-OUT SIGNATURE-OUT
 */
#include <signet/io.h>
#include <signet/seckey.h>
#include <signet/sign.h>
#include <stdio.h>

enum {
    OUTPUT_MAX = 1 << 26
};

static int write_public(const struct signet_seckey *key, const char *path, struct signet_err *err)
{
    struct signet_buf pem;
    signet_buf_init(&pem, OUTPUT_MAX);
    int rc = signet_pubkey_write(signet_seckey_public(key), SIGNET_KEY_FORM_PEM, &pem);
    if (rc == SIGNET_OK) {
        rc = signet_io_write(path, signet_buf_span(&pem), 0644, true, err);
    }
    signet_buf_free(&pem);
    return rc;
}

static int sign(struct signet_artifact *artifact,
                const struct signet_seckey *key,
                const char *signature_path,
                struct signet_err *err)
{
    const struct signet_sign_opts opts = {.size = sizeof(opts)};
    struct signet_signing *signing = NULL;
    struct signet_output *signature = NULL;
    struct signet_verification *verification = NULL;
    int rc = signet_signing_new(artifact, &opts, &signing, err);
    if (rc == SIGNET_OK) {
        rc = signet_output_open(signature_path, 0644, true, &signature, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_signing_finish(signing, key, signature_path, signature, &verification, err);
    }
    if (rc == SIGNET_OK) {
        rc = signet_output_commit(signature, err);
    }
    signet_output_free(signature);
    signet_verification_free(verification);
    signet_signing_free(signing);
    return rc;
}

int main(int argc, char **argv)
{
    struct signet_artifact *artifact = NULL;
    struct signet_seckey *key = NULL;
    struct signet_err err;

    if (argc != 4) {
        fprintf(stderr, "usage: sign_file ARTIFACT PUBLIC-KEY-OUT SIGNATURE-OUT\n");
        return 2;
    }
    signet_err_clear(&err);
    int rc = signet_seckey_generate(&key, &err);
    if (rc == SIGNET_OK) {
        rc = signet_artifact_open(argv[1], &artifact, &err);
    }
    if (rc == SIGNET_OK) {
        rc = sign(artifact, key, argv[3], &err);
    }
    if (rc == SIGNET_OK) {
        rc = write_public(key, argv[2], &err);
    }
    if (rc != SIGNET_OK) {
        fprintf(stderr, "not signed: %s\n", err.msg);
    }
    signet_artifact_close(artifact);
    signet_seckey_free(key);
    return signet_err_exit(rc);
}
