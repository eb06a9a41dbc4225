// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <tuple>
#include <utility>

#include "ferrule/base/error.h"
#include "ferrule/base/result.h"
#include "ferrule/bindings/reply_handler.h"
#include "ferrule/bindings/use_sync.h"

namespace ferrule::bindings {

/// Takes the answer to a synchronous call. It is on the stack of the caller, so its owner in the
/// endpoint's table destroys nothing.
template <class... R>
class SyncReply final : public ReplyHandler {
 public:
  using Results = std::tuple<R...>;
  using Decode = bool (*)(wire::Decoder&, Results&);

  SyncReply(const char* method_name, Decode decode) : decode_(decode) { method = method_name; }

  void set(error_code error, Results results) {
    error_ = error;
    results_ = std::move(results);
  }
  typename SyncResult<R...>::Type take_result() {
    if (error_) return Error(error_, std::string(method) + ": " + error_.message());
    if constexpr (sizeof...(R) == 0) {
      return {};
    } else if constexpr (sizeof...(R) == 1) {
      return std::get<0>(std::move(results_));
    } else {
      return std::move(results_);
    }
  }

 private:
  bool complete(Pointer& self, wire::Decoder& decoder,
                const boost::asio::any_io_executor& /*current*/) override {
    Results results{};
    if (!decode_(decoder, results)) return false;
    results_ = std::move(results);
    error_ = {};
    self.reset();
    return true;
  }
  void fail(Pointer /*self*/, error_code error) override { error_ = error; }
  void destroy() noexcept override {}

  const Decode decode_;
  Results results_{};
  error_code error_ = make_error_code(Errc::kCancelled);
};

}  // namespace ferrule::bindings
