# SPDX-License-Identifier: Apache-2.0
# Warnings and hardening of every target, collected in the interface target signet_flags.
include(CheckCCompilerFlag)
include(CheckLinkerFlag)
include(CheckPIESupported)
check_pie_supported()

add_library(signet_flags INTERFACE)
target_compile_definitions(signet_flags INTERFACE _POSIX_C_SOURCE=200809L _XOPEN_SOURCE=700)

function(signet_add_flag flag)
  string(MAKE_C_IDENTIFIER "HAVE${flag}" var)
  check_c_compiler_flag("${flag}" ${var})
  if(${var})
    target_compile_options(signet_flags INTERFACE "${flag}")
  endif()
endfunction()

foreach(flag
    -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wstrict-prototypes
    -Wmissing-prototypes -Wold-style-definition -Wvla -Wundef -Wcast-qual -Wpointer-arith
    -Wwrite-strings -Wformat=2 -Wnull-dereference -Wswitch-enum -Wimplicit-fallthrough
    -Wdouble-promotion
    -Wduplicated-cond -Wduplicated-branches -Wlogical-op -Warith-conversion -Wcast-align=strict
    -Wjump-misses-init -Wformat-signedness
    -Wcomma -Wconditional-uninitialized -Wassign-enum
    -fstack-protector-strong -fstack-clash-protection -fcf-protection=full)
  signet_add_flag(${flag})
endforeach()

# clang 14 takes this only behind a second flag that names itself temporary.
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
  signet_add_flag(-ftrivial-auto-var-init=zero)
endif()
if(SIGNET_WERROR)
  target_compile_options(signet_flags INTERFACE -Werror)
endif()

if(SIGNET_SANITIZE)
  list(JOIN SIGNET_SANITIZE "," sanitizers)
  target_compile_options(signet_flags INTERFACE
    -fsanitize=${sanitizers} -fno-sanitize-recover=all -fno-omit-frame-pointer -O1)
  target_link_options(signet_flags INTERFACE -fsanitize=${sanitizers})
else()
  # _FORTIFY_SOURCE needs optimisation and hides overflows from ASan.
  target_compile_options(signet_flags INTERFACE
    $<$<CONFIG:Release,RelWithDebInfo>:-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3>)
endif()
if(SIGNET_FUZZ)
  target_compile_options(signet_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(SIGNET_COVERAGE)
  target_compile_options(signet_flags INTERFACE --coverage -O0)
  target_link_options(signet_flags INTERFACE --coverage)
endif()

set(CMAKE_C_FLAGS_RELEASE "-O2 -DNDEBUG")
foreach(flag -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,--as-needed)
  string(MAKE_C_IDENTIFIER "HAVE_LINK${flag}" var)
  check_linker_flag(C "${flag}" ${var})
  if(${var})
    target_link_options(signet_flags INTERFACE "${flag}")
  endif()
endforeach()
