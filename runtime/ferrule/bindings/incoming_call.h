// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "ferrule/wire/decoder.h"
#include "ferrule/wire/message_header.h"
#include "ferrule/bindings/endpoint.h"
#include "ferrule/bindings/reply.h"

namespace ferrule::bindings {

/// One call that arrived, on its way through generated code: which method, a decoder for its
/// parameters, and the means to answer. Lives for the dispatch.
class IncomingCall {
 public:
  IncomingCall(std::shared_ptr<Endpoint> endpoint, const wire::MessageHeader& header,
               wire::Decoder& decoder) noexcept
      : endpoint_(std::move(endpoint)), header_(header), decoder_(decoder) {}

  /// The method's ordinal.
  uint32_t name() const noexcept { return header_.name; }
  /// Says which method this is, for error texts, and checks the header's flags against it.
  bool begin(const char* method, bool expects_response);
  bool unknown_method();

  wire::Decoder& decoder() noexcept { return decoder_; }

  template <class... R>
  Reply<R...> reply(Result<wire::Message> (*encode)(const OutgoingMessage&, R&...)) {
    return Reply<R...>(std::move(endpoint_), header_, encode);
  }

  /// "Add", or "method 7" if it is not known.
  std::string method_name() const;

 private:
  std::shared_ptr<Endpoint> endpoint_;
  const wire::MessageHeader& header_;
  wire::Decoder& decoder_;
  const char* method_ = nullptr;
};

}  // namespace ferrule::bindings
