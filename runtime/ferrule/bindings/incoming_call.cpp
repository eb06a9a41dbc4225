// SPDX-License-Identifier: Apache-2.0
#include "ferrule/bindings/incoming_call.h"

#include <cstddef>

namespace ferrule::bindings {

bool IncomingCall::begin(const char* method, bool expects_response) {
  method_ = method;
  const bool is_response = (header_.flags & wire::kIsResponse) != 0;
  const bool does_expect = (header_.flags & wire::kExpectsResponse) != 0;
  if (!is_response && does_expect == expects_response) return true;
  return decoder_.fail(wire::ValidationError::kMessageHeaderInvalidFlags,
                       offsetof(wire::MessageHeader, flags));
}

bool IncomingCall::unknown_method() {
  return decoder_.fail(wire::ValidationError::kMessageHeaderUnknownMethod,
                       offsetof(wire::MessageHeader, name));
}

std::string IncomingCall::method_name() const {
  return method_ != nullptr ? method_ : "method " + std::to_string(header_.name);
}

}  // namespace ferrule::bindings
