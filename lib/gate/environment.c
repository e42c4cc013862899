/* SPDX-License-Identifier: Apache-2.0
 *
 * The list of <signet/environment.h>, and taking out what is on it. Of glibc: ld.so(8), "unsecure"
 * variables in sysdeps/generic/unsecvars.h; of the others: their manuals.
 */
#include <signet/environment.h>

#include <stdlib.h>
#include <string.h>

#include "base/err.h"

static const char *const list[] = {
    /* dynamic linker and C library; not TMPDIR, which is on glibc's list for what is written */
    "LD_*",
    "GCONV_PATH",
    "GETCONF_DIR",
    "GLIBC_TUNABLES",
    "HOSTALIASES",
    "LOCALDOMAIN",
    "LOCPATH",
    "MALLOC_*",
    "NIS_PATH",
    "NLSPATH",
    "RESOLV_HOST_CONF",
    "RES_OPTIONS",
    "TZDIR",
    /* shells */
    "BASHOPTS",
    "BASH_ENV",
    "BASH_FUNC_*",
    "BASH_LOADABLES_PATH",
    "CDPATH",
    "ENV",
    "FPATH",
    "GLOBIGNORE",
    "IFS",
    "NULLCMD",
    "PROMPT_COMMAND",
    "PS4",
    "READNULLCMD",
    "SHELLOPTS",
    "ZDOTDIR",
    /* interpreters */
    "AWKLIBPATH",
    "AWKPATH",
    "BUNDLE_*",
    "BUN_*",
    "CAML_LD_LIBRARY_PATH",
    "CLASSPATH",
    "COMPlus_*",
    "CORECLR_*",
    "COR_*",
    "DENO_*",
    "DOTNET_*",
    "EMACSDATA",
    "EMACSLOADPATH",
    "ERL_*",
    "EXINIT",
    "GEM_*",
    "GHCRTS",
    "GUILE_*",
    "IBM_JAVA_OPTIONS",
    "JAVA_TOOL_OPTIONS",
    "JDK_JAVAC_OPTIONS",
    "JDK_JAVA_OPTIONS",
    "JULIA_*",
    "LUA_*",
    "MAKEFILES",
    "MAKEFLAGS",
    "MONO_*",
    "NODE_COMPILE_CACHE",
    "NODE_EXTRA_CA_CERTS",
    "NODE_ICU_DATA",
    "NODE_OPTIONS",
    "NODE_PATH",
    "NODE_REPL_EXTERNAL_MODULE",
    "OCAMLPARAM",
    "OCAMLPATH",
    "OPENJ9_JAVA_OPTIONS",
    "PERL*",
    "PHPRC",
    "PHP_INI_SCAN_DIR",
    "PYTHON*",
    "RUBY*",
    "R_*",
    "TCL*",
    "TK_LIBRARY",
    "VIMINIT",
    "_JAVA_OPTIONS",
    "__PYVENV_LAUNCHER__",
    /* compilers */
    "COMPILER_PATH",
    "GCC_EXEC_PREFIX",
    "LIBRARY_PATH",
    /* libraries with plug-ins */
    "ALSA_*",
    "CUDA_INJECTION*",
    "FI_PROVIDER_PATH",
    "GBM_BACKENDS_PATH",
    "GDAL_DRIVER_PATH",
    "GDK_PIXBUF_*",
    "GEGL_PATH",
    "GGML_BACKEND_PATH",
    "GIO_EXTRA_MODULES",
    "GIO_MODULE_DIR",
    "GI_TYPELIB_PATH",
    "GSS_MECH_CONFIG",
    "GST_*",
    "GTK*",
    "HDF5_PLUGIN_PATH",
    "HSA_TOOLS_LIB",
    "HWLOC_PLUGINS_PATH",
    "INTEL_LIBITTNOTIFY*",
    "KRB5_CONFIG",
    "LADSPA_PATH",
    "LESSCLOSE",
    "LESSOPEN",
    "LIBGL_*",
    "LIBVA_*",
    "LTDL_LIBRARY_PATH",
    "LV2_PATH",
    "MAGICK_*",
    "NCCL_NET_PLUGIN",
    "NCCL_PROFILER_PLUGIN",
    "NCCL_TUNER_PLUGIN",
    "NVTX_INJECTION*",
    "OCL_ICD_*",
    "ODBCINI",
    "ODBCINSTINI",
    "ODBCSYSINI",
    "OMP_TOOL_LIBRARIES",
    "OMPI_MCA_*",
    "OPENCL_VENDOR_PATH",
    "OPENSSL_*",
    "P11_KIT_*",
    "PKCS11_*",
    "PMIX_MCA_*",
    "QML*",
    "QT_PLUGIN_PATH",
    "QT_QPA_*",
    "SASL_CONF_PATH",
    "SASL_PATH",
    "SDL_DYNAMIC_API",
    "SDL3_DYNAMIC_API",
    "TF_PLUGGABLE_DEVICE_LIBRARY_PATH",
    "TORCHINDUCTOR_*",
    "TORCH_EXTENSIONS_DIR",
    "TRITON_*",
    "UCX_MODULE_DIR",
    "UR_*",
    "VALGRIND_*",
    "VDPAU_DRIVER*",
    "VK_*",
    "XLOCALEDIR",
    "XPTI_*",
    "XTABLES_LIBDIR",
    "ZE_*",
    "__EGL_*",
    "__GLX_*",
    NULL,
};

const char *const *signet_environment_list(void)
{
    return list;
}

static bool is_of(struct signet_span name, const char *entry)
{
    size_t len = strlen(entry);
    return len > 0 && entry[len - 1] == '*'
               ? name.len >= len - 1 && memcmp(name.ptr, entry, len - 1) == 0
               : signet_span_is(name, entry);
}

static bool is_listed(struct signet_span name)
{
    size_t i = 0;
    while (list[i] != NULL && !is_of(name, list[i])) {
        i++;
    }
    return list[i] != NULL;
}

static bool is_named(struct signet_span name, const char *const *names)
{
    while (names != NULL && *names != NULL && !signet_span_is(name, *names)) {
        names++;
    }
    return names != NULL && *names != NULL;
}

/* Adds one variable to where it belongs. */
static void sort_out(struct signet_environment *out,
                     size_t *kept_count,
                     char *variable,
                     const char *const *names)
{
    const char *equals = strchr(variable, '=');
    struct signet_span name = equals != NULL ? signet_span_of(variable, (size_t)(equals - variable))
                                             : signet_span_str(variable);
    if (name.len > 0 && equals != NULL && (!is_listed(name) || is_named(name, names))) {
        out->kept[(*kept_count)++] = variable;
    } else {
        out->removed[out->removed_count++] = name;
    }
}

int signet_environment_keep(char *const *environment,
                            const char *const *names,
                            struct signet_environment *out,
                            struct signet_err *err)
{
    size_t count = 0;
    size_t kept_count = 0;
    while (environment[count] != NULL) {
        count++;
    }
    struct signet_environment sorted = {
        .kept = calloc(count + 1, sizeof(*sorted.kept)),
        .removed = calloc(count + 1, sizeof(*sorted.removed)),
    };
    if (sorted.kept == NULL || sorted.removed == NULL) {
        signet_environment_free(&sorted);
        return signet_err_set(err, SIGNET_E_NOMEM, "out of memory for an environment");
    }
    for (size_t i = 0; i < count; i++) {
        sort_out(&sorted, &kept_count, environment[i], names);
    }
    *out = sorted;
    return SIGNET_OK;
}

void signet_environment_free(struct signet_environment *environment)
{
    free(environment->kept);
    free(environment->removed);
    *environment = (struct signet_environment){0};
}
