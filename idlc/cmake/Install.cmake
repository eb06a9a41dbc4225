# SPDX-License-Identifier: Apache-2.0
# What a user gets: one library, the headers of the public rooms, the IDL compiler, and two ways to
# find them, CMake and pkg-config. Everything is found relative to itself, so the tree can be moved.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/Ferrule)
set(share_dir ${CMAKE_INSTALL_DATADIR}/ferrule)

# The library and its headers. platform, transport and node are ours alone: they stay here.
install(TARGETS ferrule_runtime EXPORT FerruleTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
foreach(room IN ITEMS base wire bindings stream types sandbox service)
  if(EXISTS ${PROJECT_SOURCE_DIR}/runtime/ferrule/${room})
    install(DIRECTORY runtime/ferrule/${room} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/ferrule
      FILES_MATCHING PATTERN "*.h" PATTERN internal EXCLUDE)
  endif()
endforeach()
install(FILES runtime/ferrule/ferrule.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/ferrule OPTIONAL)

install(TARGETS ferrule-run ferrule-ps DESTINATION ${CMAKE_INSTALL_BINDIR})

# The types users import, as IDL and as headers.
install(DIRECTORY idl/ferrule DESTINATION ${share_dir}/idl FILES_MATCHING
  PATTERN "*.idl" PATTERN "*.mapping.json")
foreach(target IN ITEMS ferrule_control_idl ferrule_common_idl)
  if(TARGET ${target})
    get_target_property(headers ${target} FERRULE_IDL_OUT_DIR)
    install(DIRECTORY ${headers}/ferrule DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
      FILES_MATCHING PATTERN "*.idl.h")
  endif()
endforeach()

# The compiler.
file(RELATIVE_PATH prefix_from_bin "/${CMAKE_INSTALL_BINDIR}" "/")
install(DIRECTORY idlc/idlc DESTINATION ${share_dir} PATTERN "__pycache__" EXCLUDE)
configure_file(idlc/cmake/idlc.in ${PROJECT_BINARY_DIR}/install/idlc @ONLY)
install(PROGRAMS ${PROJECT_BINARY_DIR}/install/idlc DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES idlc/idlc.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(DIRECTORY idlc/editors DESTINATION ${share_dir})
install(FILES idlc/cmake/FerruleIdl.cmake DESTINATION ${share_dir}/cmake)

# What ferrule_add_fuzzer compiles into a fuzz target for an interface.
install(FILES idlc/cmake/FerruleFuzzer.cmake DESTINATION ${share_dir}/cmake)
install(FILES
  tests/fuzz/fuzz_input.h tests/fuzz/interface_fuzzer.cpp tests/fuzz/replay_main.cpp
  DESTINATION ${share_dir}/fuzzing/fuzz)
install(FILES
  tests/support/wire_case.h tests/support/wire_glue.py tests/support/wire_judge.cpp
  tests/support/wire_judge.h tests/support/wire_text.h
  DESTINATION ${share_dir}/fuzzing/support)

# find_package(Ferrule 0.1 CONFIG)
install(EXPORT FerruleTargets NAMESPACE ferrule:: DESTINATION ${config_dir})
set(idl_module ${share_dir}/cmake/FerruleIdl.cmake)
set(fuzzer_module ${share_dir}/cmake/FerruleFuzzer.cmake)
configure_package_config_file(idlc/cmake/FerruleConfig.cmake.in
  ${PROJECT_BINARY_DIR}/install/FerruleConfig.cmake
  INSTALL_DESTINATION ${config_dir}
  PATH_VARS idl_module fuzzer_module
  NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/install/FerruleConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/install/FerruleConfig.cmake
  ${PROJECT_BINARY_DIR}/install/FerruleConfigVersion.cmake
  DESTINATION ${config_dir})

# pkg-config ferrule
file(RELATIVE_PATH prefix_from_pc "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
configure_file(idlc/cmake/ferrule.pc.in ${PROJECT_BINARY_DIR}/install/ferrule.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/install/ferrule.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
