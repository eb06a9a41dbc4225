// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <tuple>
#include <utility>
#include <variant>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>

#include "ferrule/bindings/proxy_base.h"

namespace ferrule::bindings {

/// Calls what every interface understands besides its methods. Executor-bound.
class ControlProxy : public ProxyBase {
 public:
  using ProxyBase::ProxyBase;

  /// `void(error_code, uint32_t version)`: of the interface as the other side knows it.
  template <class Token>
  auto query_version(Token&& token) const {
    return boost::asio::async_initiate<Token, void(error_code, uint32_t)>(
        [](auto handler, const boost::asio::any_io_executor& executor,
           std::variant<PendingCall, uint32_t> sent_or_known) {
          if (auto* const sent = std::get_if<PendingCall>(&sent_or_known)) {
            return wait_for(std::move(*sent), "QueryVersion", &decode_version, std::move(handler));
          }
          const uint32_t known = std::get<uint32_t>(sent_or_known);
          const auto to = boost::asio::get_associated_executor(handler, executor);
          boost::asio::post(to, [handler = std::move(handler), known]() mutable {
            std::move(handler)(error_code(), known);
          });
        },
        token, endpoint().executor(), ask_for_version());
  }
  /// `void(error_code)`, when everything that was sent before was handled at the other side.
  template <class Token>
  auto flush(Token&& token) const {
    return call(encode_flush(), "Flush", &decode_flushed, std::forward<Token>(token));
  }
  /// The other side closes the pipe if it is older.
  void require_version(uint32_t version) const;

 private:
  /// The question, on its way; or the answer, if it was asked before.
  std::variant<PendingCall, uint32_t> ask_for_version() const;
  Result<wire::Message> encode_query_version() const;
  Result<wire::Message> encode_flush() const;
  static bool decode_version(wire::Decoder& decoder, std::tuple<uint32_t>& out);
  static bool decode_flushed(wire::Decoder& decoder, std::tuple<>& out);
};

}  // namespace ferrule::bindings
