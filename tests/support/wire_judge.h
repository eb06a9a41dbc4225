// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <tuple>

#include "ferrule/wire/decoder.h"
#include "ferrule/wire/received_header.h"
#include "ferrule/bindings/incoming_call.h"
#include "ferrule/bindings/interface_traits.h"

#include "support/wire_case.h"

namespace ferrule::test {

/// How much of a message is judged.
enum class Strictness {
  /// The format alone, as the published validator does it: handles are only counted, a map may hold
  /// a key twice, a string any bytes.
  kFormat,
  /// Also what the C++ types refuse.
  kValues,
};

/// An interface whose generated code can be asked about messages.
struct JudgedInterface {
  using Request = bool (*)(bindings::IncomingCall& call);
  using Response = bool (*)(wire::Decoder& decoder);
  struct Method {
    uint32_t ordinal;
    std::string_view name;
    Response decode_response;  ///< null for a method without one
  };

  std::string_view name;
  Request dispatch;
  std::span<const Method> methods;
};

/// Gives a message to the generated code, after the checks of the header that the bindings make.
wire::DecodeFailure judge(const JudgedInterface& interface, const WireCase& message,
                          bool is_response, Strictness strictness);

/// What `failure` reads like in an `.expected` file.
std::string expected_line(wire::ValidationError error);

// ---- for the glue of an interface, which wire_glue.py writes ------------------------------------

template <class Interface, class Stub>
bool dispatch_to_stub(bindings::IncomingCall& call) {
  Stub stub;
  return bindings::InterfaceTraits<Interface>::dispatch(stub, call);
}

/// The decoders of responses are private to a proxy. An explicit instantiation may name what is
/// private, and hands it on: `open(Tag())` is the function.
template <class Tag, auto Function>
struct Opened {
  friend constexpr auto open(Tag /*tag*/) { return Function; }
};

template <class... Results>
bool decode_results(bool (*decode)(wire::Decoder&, std::tuple<Results...>&),
                    wire::Decoder& decoder) {
  std::tuple<Results...> results{};
  return decode(decoder, results);
}

/// Defined by the glue.
std::span<const JudgedInterface> judged_interfaces();

}  // namespace ferrule::test
