// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <string_view>

namespace ferrule::bindings {

class IncomingCall;

/// What the generated code of an interface tells the bindings: how to decode a call and hand it to
/// an implementation. Specialised by generated headers:
///
///   static bool dispatch(Interface& implementation, IncomingCall& call);
template <class Interface>
struct InterfaceTraits;

/// A class that idlc generated for an interface.
template <class Interface>
concept IdlInterface = requires(Interface& implementation, IncomingCall& call) {
  { Interface::kInterfaceName } -> std::convertible_to<std::string_view>;
  { Interface::kInterfaceVersion } -> std::convertible_to<uint32_t>;
  { InterfaceTraits<Interface>::dispatch(implementation, call) } -> std::same_as<bool>;
};

}  // namespace ferrule::bindings
