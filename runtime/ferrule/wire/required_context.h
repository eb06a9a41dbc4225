// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace ferrule {

/// What a process must have been granted to be sent an end of an interface, as `[RequireContext]`
/// in the IDL says it: a value of an enum of the program's own, or a lower one, which means more
/// rights.
struct RequiredContext {
  std::string_view interface_name;
  std::string_view enumeration;  ///< its full name, "module.Enum"
  int32_t value = 0;
};

namespace wire {

/// Whether not everybody may hold ends of the interface. Where that is not defined nobody can know,
/// so it does not compile.
template <class Interface>
constexpr bool requires_context() noexcept {
  static_assert(sizeof(Interface) > 0, "include the header of the interface");
  return requires { Interface::kRequiredContext; };
}

/// Null for an interface whose ends anybody may hold.
template <class Interface>
constexpr const RequiredContext* required_context_of() noexcept {
  if constexpr (requires_context<Interface>()) {
    return &Interface::kRequiredContext;
  } else {
    return nullptr;
  }
}

}  // namespace wire
}  // namespace ferrule
