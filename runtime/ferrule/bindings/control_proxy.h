// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <tuple>
#include <utility>

#include "ferrule/bindings/proxy_base.h"

namespace ferrule::bindings {

/// Calls what every interface understands besides its methods. Executor-bound.
class ControlProxy : public ProxyBase {
 public:
  using ProxyBase::ProxyBase;

  /// `void(error_code, uint32_t version)`: of the interface as the other side knows it.
  template <class Token>
  auto query_version(Token&& token) const {
    return call(encode_query_version(), "QueryVersion", &decode_version,
                std::forward<Token>(token));
  }
  /// `void(error_code)`, when everything that was sent before was handled at the other side.
  template <class Token>
  auto flush(Token&& token) const {
    return call(encode_flush(), "Flush", &decode_flushed, std::forward<Token>(token));
  }
  /// The other side closes the pipe if it is older.
  void require_version(uint32_t version) const;

 private:
  Result<wire::Message> encode_query_version() const;
  Result<wire::Message> encode_flush() const;
  static bool decode_version(wire::Decoder& decoder, std::tuple<uint32_t>& out);
  static bool decode_flushed(wire::Decoder& decoder, std::tuple<>& out);
};

}  // namespace ferrule::bindings
