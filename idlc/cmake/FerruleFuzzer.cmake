# SPDX-License-Identifier: Apache-2.0
# ferrule_add_fuzzer: a fuzz target for the interfaces of an IDL file.
#
#   ferrule_add_fuzzer(TARGET calculator_fuzzer
#     IDL calculator.idl
#     [IMPORT_ROOTS dir...]   imports are relative to them; default: the folder of the file
#     [SEEDS dir]             what the test begins with
#     [RUNS n]                inputs of the test; default 5000)
#
# Any message, with any handles, goes to the generated code of any of the file's interfaces, as a
# request or an answer (tests/fuzz/interface_fuzzer.cpp). Code that is to be fuzzed must be compiled
# so: -fsanitize=fuzzer-no-link,address,undefined with Clang, for the whole program. Where it is not
# the target replays its seeds and simple mutations of them.
#
# The same file serves the source tree, whose sources of fuzz targets stand in tests/, and the
# installed tree, where they stand in fuzzing/ beside the compiler.
if(EXISTS ${CMAKE_CURRENT_LIST_DIR}/../fuzzing)
  set(_ferrule_fuzzing ${CMAKE_CURRENT_LIST_DIR}/../fuzzing)
else()
  set(_ferrule_fuzzing ${CMAKE_CURRENT_LIST_DIR}/../../tests)
endif()

# A target from sources with LLVMFuzzerTestOneInput, and a short run of it as a test, always the same.
function(ferrule_add_fuzz_target target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "SEEDS;RUNS" "SOURCES;LINK")
  cmake_path(ABSOLUTE_PATH _ferrule_fuzzing NORMALIZE)
  if(NOT arg_RUNS)
    set(arg_RUNS 5000)
  endif()
  add_executable(${target} ${arg_SOURCES})
  target_include_directories(${target} PRIVATE ${_ferrule_fuzzing})
  target_link_libraries(${target} PRIVATE ${arg_LINK} ferrule::runtime)
  set(found ${CMAKE_CURRENT_BINARY_DIR}/${target}.found)
  file(MAKE_DIRECTORY ${found})
  if("${FERRULE_SANITIZE} ${CMAKE_CXX_FLAGS}" MATCHES "fuzzer")
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
    set(arguments -seed=1 -rss_limit_mb=2560 -max_len=4096 -artifact_prefix=${found}/ ${found})
  else()
    target_sources(${target} PRIVATE ${_ferrule_fuzzing}/fuzz/replay_main.cpp)
    set(arguments)
  endif()
  if(arg_SEEDS)
    list(APPEND arguments ${arg_SEEDS})
  endif()
  add_test(NAME ${target} COMMAND ${target} -runs=${arg_RUNS} ${arguments})
  set_tests_properties(${target} PROPERTIES LABELS fuzz TIMEOUT 600)
endfunction()

function(ferrule_add_fuzzer)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "TARGET;IDL;SEEDS;RUNS" "IMPORT_ROOTS")
  if(NOT arg_TARGET OR NOT arg_IDL)
    message(FATAL_ERROR "ferrule_add_fuzzer needs TARGET and IDL")
  endif()
  cmake_path(ABSOLUTE_PATH _ferrule_fuzzing NORMALIZE)
  cmake_path(ABSOLUTE_PATH arg_IDL NORMALIZE)
  cmake_path(GET arg_IDL PARENT_PATH folder)
  if(NOT arg_IMPORT_ROOTS)
    set(arg_IMPORT_ROOTS ${folder})
  endif()
  set(gen ${CMAKE_CURRENT_BINARY_DIR}/${arg_TARGET}.gen)
  list(TRANSFORM arg_IMPORT_ROOTS PREPEND "-I" OUTPUT_VARIABLE roots)
  set(glue ${_ferrule_fuzzing}/support/wire_glue.py)
  file(GLOB_RECURSE compiler CONFIGURE_DEPENDS
    ${_ferrule_fuzzing}/../idlc/*.py ${_ferrule_fuzzing}/../idlc/*.jinja)
  # One translation unit with all that is generated: how many files there are, the imports say.
  add_custom_command(
    OUTPUT ${gen}/all.cpp
    COMMAND ${FERRULE_PYTHON} -B ${glue} ${roots} --out-dir ${gen} --list ${gen}/all.cpp ${arg_IDL}
    DEPENDS ${arg_IDL} ${glue} ${compiler}
    COMMENT "Generating ${arg_TARGET}"
    VERBATIM)
  set_source_files_properties(${gen}/all.cpp PROPERTIES COMPILE_OPTIONS "-Wno-unused-parameter")
  ferrule_add_fuzz_target(${arg_TARGET}
    SOURCES ${_ferrule_fuzzing}/fuzz/interface_fuzzer.cpp
      ${_ferrule_fuzzing}/support/wire_judge.cpp
      ${gen}/all.cpp
    SEEDS ${arg_SEEDS}
    RUNS ${arg_RUNS})
  target_include_directories(${arg_TARGET} PRIVATE ${gen})
endfunction()
