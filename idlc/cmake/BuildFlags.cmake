# SPDX-License-Identifier: Apache-2.0
# How this tree compiles itself: warnings, sanitizers, ccache. Included by the top level only, never
# installed; what users compile with is theirs to choose.

add_compile_options(-Wall -Wextra -Wconversion -Wshadow -Wnon-virtual-dtor)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # What GCC 12 only imagines when it optimises: overlapping copies in "[" + std::to_string(n) (its
  # bug 105651), and uninitialised members of the alternatives that a moved std::variant does not hold.
  add_compile_options(-Wno-restrict -Wno-maybe-uninitialized)
endif()
if(FERRULE_WERROR)
  add_compile_options(-Werror)
endif()

# __FILE__ in messages of failed checks: relative, the same wherever the tree stands.
add_compile_options(-fmacro-prefix-map=${CMAKE_SOURCE_DIR}/=)

if(FERRULE_SANITIZE)
  # Without recovery: a finding is a failed test, not a line in a log.
  add_compile_options(-fsanitize=${FERRULE_SANITIZE} -fno-sanitize-recover=all)
  # What Clang 14 puts in front of functions for this check cannot be assembled for coroutines.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    add_compile_options(-fno-sanitize=function)
  endif()
  add_link_options(-fsanitize=${FERRULE_SANITIZE})
endif()

if(FERRULE_SANITIZE MATCHES "thread")
  # The thread sanitizer does not understand fences. Asio orders its handlers by locks as well, so
  # its fences can go; a fence of our own stays an error.
  add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK)
endif()

if(NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(FERRULE_CCACHE ccache)
  if(FERRULE_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${FERRULE_CCACHE})
  endif()
endif()
