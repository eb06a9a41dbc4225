// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>

#include "ferrule/bindings/bound_end.h"
#include "ferrule/bindings/endpoint.h"
#include "ferrule/bindings/interface_traits.h"

namespace ferrule::bindings {

/// What all receivers have in common: an endpoint, and the implementation that its calls go to,
/// which is borrowed. Executor-bound.
template <class Interface>
class ReceiverEnd : public BoundEnd {
 public:
  /// Closes the end. Replies that are still owed disappear.
  void reset() noexcept { close_endpoint(); }

 protected:
  explicit ReceiverEnd(Interface& implementation) noexcept : implementation_(&implementation) {}
  ReceiverEnd(ReceiverEnd&&) noexcept = default;
  ReceiverEnd& operator=(ReceiverEnd&& other) noexcept {
    reset();
    implementation_ = other.implementation_;
    endpoint_ = std::move(other.endpoint_);
    return *this;
  }
  ~ReceiverEnd() { reset(); }

  void start(std::shared_ptr<Endpoint> endpoint) {
    static_assert(IdlInterface<Interface>);
    reset();
    endpoint_ = std::move(endpoint);
    endpoint_->start(
        implementation_,
        [](void* implementation, IncomingCall& call) {
          return InterfaceTraits<Interface>::dispatch(*static_cast<Interface*>(implementation),
                                                      call);
        },
        Interface::kInterfaceVersion);
  }
  std::shared_ptr<Endpoint> give_up() { return std::move(endpoint_); }

 private:
  Interface* implementation_;
};

}  // namespace ferrule::bindings
