// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>

#include <boost/asio/any_io_executor.hpp>

#include "ferrule/bindings/bound_end.h"
#include "ferrule/bindings/call_filter.h"
#include "ferrule/bindings/endpoint.h"
#include "ferrule/bindings/interface_traits.h"

namespace ferrule::bindings {

/// What all receivers have in common: an endpoint, and the implementation that its calls go to,
/// which is borrowed. `Pending` is what they are bound to. Executor-bound.
template <class Interface, class Pending>
class ReceiverEnd : public BoundEnd {
 public:
  explicit ReceiverEnd(Interface& implementation) noexcept : implementation_(&implementation) {}
  ReceiverEnd(Interface& implementation, Pending pending, boost::asio::any_io_executor executor)
      : implementation_(&implementation) {
    bind(std::move(pending), std::move(executor));
  }

  /// Begins to receive through `pending`, which must be valid, on an executor that runs one handler
  /// at a time.
  void bind(Pending pending, boost::asio::any_io_executor executor) {
    static_assert(IdlInterface<Interface>);
    reset();
    endpoint_ =
        Endpoint::create(pending.take_end(), std::move(executor), Interface::kInterfaceName);
    endpoint_->start(
        implementation_,
        [](void* implementation, IncomingCall& call) {
          return InterfaceTraits<Interface>::dispatch(*static_cast<Interface*>(implementation),
                                                      call);
        },
        Interface::kInterfaceVersion);
  }
  /// Closes the end. Replies that are still owed disappear.
  void reset() noexcept { close_endpoint(); }

  /// Sees every call from now on before the implementation does; null for none. Only while bound.
  void set_filter(std::shared_ptr<CallFilter> filter) { endpoint_->set_filter(std::move(filter)); }
  /// The calls that are not answered yet.
  size_t num_open_calls() const noexcept { return endpoint_ ? endpoint_->num_open_calls() : 0; }

 protected:
  ReceiverEnd(ReceiverEnd&&) noexcept = default;
  ReceiverEnd& operator=(ReceiverEnd&& other) noexcept {
    reset();
    implementation_ = other.implementation_;
    endpoint_ = std::move(other.endpoint_);
    return *this;
  }
  ~ReceiverEnd() { reset(); }

  std::shared_ptr<Endpoint> give_up() { return std::move(endpoint_); }

 private:
  Interface* implementation_;
};

}  // namespace ferrule::bindings
