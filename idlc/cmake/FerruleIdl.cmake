# SPDX-License-Identifier: Apache-2.0
# ferrule_add_idl: from .idl files to a library of generated C++.
#
#   ferrule_add_idl(TARGET calculator_idl
#     SOURCES calculator.idl shapes/square.idl
#     [IMPORT_ROOT dir]              imports and #includes are relative to it; default: this directory
#     [DEPENDS other_idl_target...]  IDL targets whose modules are imported
#     [FEATURES name...]             features to enable
#     [COMMON_TYPES]                 C++ types for those of import "ferrule/time.idl" and so on
#     [MAPPINGS file...]             type mappings (docs/cpp-guide.md), besides those of DEPENDS
#     [RUNTIME_TARGETS target...])   what to link; default ferrule::runtime
#
# The target's generated headers are included by the path of their .idl file:
#   #include "shapes/square.idl.h"
#
# The rule to remember: a run of the compiler and a changed header are two things. idlc leaves a file
# alone whose text did not change. Ninja looks at the outputs again after each run (CMake sets
# `restat` on custom commands) and compiles only what includes a header that really changed. No stamp
# file is needed for that, and a lost header is made again. The depfile adds imported .idl files to
# the run's inputs; Ninja demands that it names the outputs in the order of OUTPUT below. Make has no
# restat: there a touched .idl costs a needless run, never a wrong result.
#
# The same file serves the source tree and the installed tree. The compiler's package stands one
# folder up in both; the IDL files that come with Ferrule stand in idl/ beside that.
cmake_minimum_required(VERSION 3.25)

set(FERRULE_PYTHON /usr/bin/python3 CACHE FILEPATH "Python 3.11 or later with Jinja2, runs idlc")

function(ferrule_add_idl)
  cmake_parse_arguments(PARSE_ARGV 0 arg "COMMON_TYPES" "TARGET;IMPORT_ROOT"
    "SOURCES;DEPENDS;FEATURES;MAPPINGS;RUNTIME_TARGETS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "ferrule_add_idl: unknown arguments: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT arg_TARGET OR NOT arg_SOURCES)
    message(FATAL_ERROR "ferrule_add_idl needs TARGET and SOURCES")
  endif()
  if(NOT DEFINED arg_RUNTIME_TARGETS)
    set(arg_RUNTIME_TARGETS ferrule::runtime)
  endif()
  if(NOT arg_IMPORT_ROOT)
    set(arg_IMPORT_ROOT "${CMAKE_CURRENT_SOURCE_DIR}")
  endif()
  cmake_path(ABSOLUTE_PATH arg_IMPORT_ROOT NORMALIZE)

  _ferrule_idl_import_roots(roots "${arg_IMPORT_ROOT}" "${arg_DEPENDS}")
  if(arg_COMMON_TYPES)
    _ferrule_idl_common_root(common_root)
    list(APPEND arg_MAPPINGS "${common_root}/ferrule/common.mapping.json")
  endif()
  _ferrule_idl_mappings(mappings "${arg_MAPPINGS}" "${arg_DEPENDS}")
  set(out_dir ${CMAKE_CURRENT_BINARY_DIR}/${arg_TARGET}.gen)

  add_library(${arg_TARGET} STATIC)
  foreach(source IN LISTS arg_SOURCES)
    _ferrule_idl_generate(${arg_TARGET} "${source}" "${arg_IMPORT_ROOT}" "${roots}" "${out_dir}"
      "${arg_FEATURES}" "${mappings}")
  endforeach()

  set_target_properties(${arg_TARGET} PROPERTIES
    FERRULE_IDL_ROOTS "${roots}"
    FERRULE_IDL_MAPPINGS "${mappings}"
    FERRULE_IDL_OUT_DIR "${out_dir}"
    LINKER_LANGUAGE CXX
    POSITION_INDEPENDENT_CODE ON)
  target_compile_features(${arg_TARGET} PUBLIC cxx_std_20)
  target_include_directories(${arg_TARGET} PUBLIC $<BUILD_INTERFACE:${out_dir}>)
  target_link_libraries(${arg_TARGET} PUBLIC ${arg_DEPENDS} ${arg_RUNTIME_TARGETS})
endfunction()

# Where idlc looks for imports: the target's own root, those of the targets it depends on, Ferrule's.
function(_ferrule_idl_import_roots result own_root depends)
  set(roots "${own_root}")
  foreach(dependency IN LISTS depends)
    if(NOT TARGET ${dependency})
      message(FATAL_ERROR "ferrule_add_idl: DEPENDS names ${dependency}, which is not a target yet")
    endif()
    get_target_property(dependency_roots ${dependency} FERRULE_IDL_ROOTS)
    if(NOT dependency_roots)
      message(FATAL_ERROR "ferrule_add_idl: DEPENDS names ${dependency}, which is no IDL target")
    endif()
    list(APPEND roots ${dependency_roots})
  endforeach()
  _ferrule_idl_common_root(common_root)
  list(APPEND roots "${common_root}")
  list(REMOVE_DUPLICATES roots)
  set(${result} "${roots}" PARENT_SCOPE)
endfunction()

# A type has one C++ type in all targets: who imports a module follows the mappings of its target.
function(_ferrule_idl_mappings result own depends)
  set(mappings)
  foreach(file IN LISTS own)
    cmake_path(ABSOLUTE_PATH file NORMALIZE)
    list(APPEND mappings "${file}")
  endforeach()
  foreach(dependency IN LISTS depends)
    get_target_property(inherited ${dependency} FERRULE_IDL_MAPPINGS)
    if(inherited)
      list(APPEND mappings ${inherited})
    endif()
  endforeach()
  list(REMOVE_DUPLICATES mappings)
  set(${result} "${mappings}" PARENT_SCOPE)
endfunction()

function(_ferrule_idl_common_root result)
  cmake_path(SET parent NORMALIZE "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../idl")
  if(NOT EXISTS "${parent}")
    cmake_path(SET parent NORMALIZE "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../../idl")
  endif()
  set(${result} "${parent}" PARENT_SCOPE)
endfunction()

# One run of idlc for one .idl file.
function(_ferrule_idl_generate target source import_root roots out_dir features mappings)
  cmake_path(ABSOLUTE_PATH source NORMALIZE)
  cmake_path(IS_PREFIX import_root "${source}" NORMALIZE is_below_root)
  if(NOT is_below_root)
    message(FATAL_ERROR "ferrule_add_idl: ${source} is not below IMPORT_ROOT ${import_root}")
  endif()
  cmake_path(RELATIVE_PATH source BASE_DIRECTORY "${import_root}" OUTPUT_VARIABLE name)

  cmake_path(GET CMAKE_CURRENT_FUNCTION_LIST_DIR PARENT_PATH package_root)
  file(GLOB_RECURSE compiler CONFIGURE_DEPENDS
    "${package_root}/idlc/*.py" "${package_root}/idlc/*.jinja" "${package_root}/idlc/*.j2")
  list(TRANSFORM roots PREPEND "-I" OUTPUT_VARIABLE import_options)
  list(TRANSFORM features PREPEND "--feature=" OUTPUT_VARIABLE feature_options)

  list(TRANSFORM mappings PREPEND "--mapping=" OUTPUT_VARIABLE mapping_options)

  set(generated "${out_dir}/${name}.h" "${out_dir}/${name}.cpp")
  set(depfile "${out_dir}/${name}.d")
  add_custom_command(
    OUTPUT ${generated}
    # PYTHONSAFEPATH: a folder named idlc where the build runs must not be taken for the compiler.
    COMMAND ${CMAKE_COMMAND} -E env "PYTHONPATH=${package_root}" PYTHONSAFEPATH=1
      "${FERRULE_PYTHON}" -m idlc generate --out-dir "${out_dir}" ${import_options}
      ${feature_options} ${mapping_options} --depfile "${depfile}" "${source}"
    DEPENDS "${source}" ${mappings} ${compiler}
    DEPFILE "${depfile}"
    COMMENT "Generating ${name}.h, ${name}.cpp"
    VERBATIM)
  target_sources(${target} PRIVATE ${generated})
endfunction()
