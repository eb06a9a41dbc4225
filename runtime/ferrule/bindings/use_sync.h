// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tuple>

#include <boost/asio/async_result.hpp>

#include "ferrule/base/error.h"
#include "ferrule/base/result.h"

namespace ferrule {

/// The token for calls that wait where they stand; for methods that are `[Sync]` in the IDL:
///
///   Result<int32_t> sum = calculator->Add(2, 3, use_sync);
///
/// Nothing else runs on the executor meanwhile, other than synchronous requests to it, which are
/// served: two sides may call each other. `[NoInterrupt]` methods do not even let those in.
struct UseSync {};
inline constexpr UseSync use_sync{};

namespace bindings {

template <class... R>
struct SyncResult {
  using Type = Result<std::tuple<R...>>;
};
template <class R>
struct SyncResult<R> {
  using Type = Result<R>;
};
template <>
struct SyncResult<> {
  using Type = Result<void>;
};

}  // namespace bindings
}  // namespace ferrule

/// Makes it a token in the eyes of Asio. Calls treat it themselves; nobody else can.
template <class... R>
struct boost::asio::async_result<ferrule::UseSync, void(ferrule::error_code, R...)> {
  using return_type = typename ferrule::bindings::SyncResult<R...>::Type;
  template <class Initiation, class... Arguments>
  static return_type initiate(Initiation&& initiation, ferrule::UseSync token,
                              Arguments&&... arguments);
};
