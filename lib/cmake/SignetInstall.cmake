# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` puts where: libraries, public headers, the CMake package, pkg-config files
# and manual pages. Each tool installs itself (cmd/CMakeLists.txt).
include(CMakePackageConfigHelpers)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/signet TYPE INCLUDE FILES_MATCHING PATTERN "*.h")
install(TARGETS signet_verify_static signet_verify_shared signet_static signet_shared
                signet_gate_static signet_gate_shared
        EXPORT signet-targets)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/signet)
install(EXPORT signet-targets NAMESPACE signet:: DESTINATION ${package_dir})
configure_package_config_file(
  ${CMAKE_CURRENT_LIST_DIR}/signet-config.cmake.in ${PROJECT_BINARY_DIR}/signet-config.cmake
  INSTALL_DESTINATION ${package_dir} NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/signet-config-version.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/signet-config.cmake ${PROJECT_BINARY_DIR}/signet-config-version.cmake
        DESTINATION ${package_dir})

# A prefix may be moved, so the paths in .pc files are relative to where the file lies.
file(RELATIVE_PATH SIGNET_PC_PREFIX
     ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" SIGNET_PC_PREFIX "${SIGNET_PC_PREFIX}")
function(signet_pkgconfig name description)
  set(PC_NAME ${name})
  set(PC_DESCRIPTION ${description})
  configure_file(${CMAKE_CURRENT_FUNCTION_LIST_DIR}/signet.pc.in ${PROJECT_BINARY_DIR}/${name}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endfunction()
signet_pkgconfig(signet "Sign and verify artifacts, SBOMs and model bundles with Ed25519")
signet_pkgconfig(signet-verify "Verify artifacts, SBOMs and model bundles; holds no secret-key code")
signet_pkgconfig(signet-gate "Verify artifacts and hand on exactly what was verified")

foreach(section 1 7)
  file(GLOB pages CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/cmd/*/*.${section})
  install(FILES ${pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
endforeach()
