# SPDX-License-Identifier: Apache-2.0
# The packages signet builds on, each with the oldest version it was tested with.
find_package(PkgConfig REQUIRED)
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

function(signet_require prefix module minimum package why)
  pkg_check_modules(${prefix} QUIET IMPORTED_TARGET GLOBAL "${module}>=${minimum}")
  if(NOT ${prefix}_FOUND)
    pkg_check_modules(${prefix}_ANY QUIET "${module}")
    if(${prefix}_ANY_FOUND)
      set(found "version ${${prefix}_ANY_VERSION} was found")
    else()
      set(found "it was not found")
    endif()
    message(FATAL_ERROR "signet needs ${module} ${minimum} or newer (${why}), but ${found}.\n"
                        "On Debian or Ubuntu: apt-get install ${package}")
  endif()
  set(${prefix}_LIBRARY_DIRS "${${prefix}_LIBRARY_DIRS}" PARENT_SCOPE)
  set(${prefix}_LIBDIR "${${prefix}_LIBDIR}" PARENT_SCOPE)
  set(${prefix}_VERSION "${${prefix}_VERSION}" PARENT_SCOPE)
endfunction()

signet_require(SODIUM libsodium 1.0.18 libsodium-dev "Ed25519, BLAKE2b, secretbox, guarded memory")
signet_require(CJSON libcjson 1.7.15 libcjson-dev "typed access to small JSON documents")
signet_require(CRYPTO libcrypto 3.0 libssl-dev "SHA-384 and SHA-512")
signet_require(ARCHIVE libarchive 3.6 libarchive-dev "reading tar, zip and 7z archives")
signet_require(ISAL libisal 2.30 libisal-dev "check sums of zip and gzip")
if(BUILD_TESTING)
  signet_require(CMOCKA cmocka 1.1.5 libcmocka-dev "unit tests; configure with -DBUILD_TESTING=OFF to do without")
endif()

# libcrypto and libarchive cost 3 ms to load, more than a whole small verification, so they are
# opened on first need, by absolute path: neither the environment nor the caller's directory chooses.
find_library(SIGNET_LIBCRYPTO_PATH NAMES libcrypto.so.3 HINTS ${CRYPTO_LIBDIR} REQUIRED)
find_library(SIGNET_LIBARCHIVE_PATH NAMES libarchive.so.13 HINTS ${ARCHIVE_LIBDIR} REQUIRED)
find_library(SIGNET_LIBISAL_PATH NAMES libisal.so.2 HINTS ${ISAL_LIBDIR} REQUIRED)
