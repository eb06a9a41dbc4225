// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ferrule/wire/required_context.h"

namespace ferrule {

/// What the IDL says of the processes around an interface: the sandbox that its implementation must
/// run in, and what those that hold its ends must have been granted. A value; its words are those
/// of the generated code.
struct InterfaceNeeds {
  std::string_view interface_name;
  std::string_view service_sandbox{};                 ///< the name of a policy; empty: any
  const RequiredContext* required_context = nullptr;  ///< null: none
};

template <class Interface>
constexpr InterfaceNeeds needs_of() noexcept {
  InterfaceNeeds needs{Interface::kInterfaceName, {}, wire::required_context_of<Interface>()};
  if constexpr (requires { Interface::kServiceSandbox; }) {
    needs.service_sandbox = Interface::kServiceSandbox;
  }
  return needs;
}

/// A process may hold ends of interfaces that require `value` of the enum `enumeration`
/// ("module.Enum") or a higher one.
struct GrantedContext {
  std::string enumeration;
  int32_t value = 0;
};

}  // namespace ferrule
