// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "ferrule/bindings/call_filter.h"

namespace ferrule::testing {

/// Notes every call that a receiver gets, and refuses those that a test wants refused:
///
///   const auto calls = std::make_shared<CallRecorder>();
///   receiver.set_filter(calls);
///   EXPECT_EQ(calls->count(0), 2U);  // the method with the ordinal 0
///
/// Used on the executor of the receiver.
class CallRecorder final : public CallFilter {
 public:
  const std::vector<CallInfo>& calls() const noexcept { return calls_; }
  size_t count(uint32_t method) const {
    return static_cast<size_t>(
        std::count_if(calls_.begin(), calls_.end(),
                      [method](const CallInfo& call) { return call.method == method; }));
  }
  /// What becomes of calls from now on.
  void set_verdict(std::function<Verdict(const CallInfo&)> verdict) {
    verdict_ = std::move(verdict);
  }

  Verdict before(const CallInfo& call) override {
    calls_.push_back(call);
    return verdict_ ? verdict_(call) : Verdict::kAccept;
  }

 private:
  std::vector<CallInfo> calls_;
  std::function<Verdict(const CallInfo&)> verdict_;
};

}  // namespace ferrule::testing
