// SPDX-License-Identifier: Apache-2.0
#include "ferrule/bindings/incoming_call.h"

#include "ferrule/base/internal/status_page.h"
#include "ferrule/wire/received_header.h"

namespace ferrule::bindings {

bool IncomingCall::begin(const char* method, bool expects_response) {
  method_ = method;
  status::note_call(endpoint_->interface_name(), method);
  if (wire::is_request_for(header_.flags, expects_response)) return true;
  return decoder_.fail(wire::ValidationError::kMessageHeaderInvalidFlags,
                       wire::kMessageFlagsOffset);
}

bool IncomingCall::unknown_method() {
  return decoder_.fail(wire::ValidationError::kMessageHeaderUnknownMethod,
                       wire::kMessageNameOffset);
}

std::string IncomingCall::method_name() const {
  return method_ != nullptr ? method_ : "method " + std::to_string(header_.name);
}

}  // namespace ferrule::bindings
