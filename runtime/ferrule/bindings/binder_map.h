// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "ferrule/base/error.h"
#include "ferrule/base/result.h"
#include "ferrule/bindings/generic_pending_receiver.h"
#include "ferrule/bindings/pending.h"

namespace ferrule {

/// Which interfaces a program offers, and who takes them, by name:
///
///   BinderMap<UserId> binders;
///   binders.add<Calculator>([&](PendingReceiver<Calculator> pending, UserId user) { ... });
///   binders.set_policy([](std::string_view name, UserId user) { return is_allowed(name, user); });
///   if (auto bound = binders.bind(std::move(generic), user); !bound) log(bound.error());
///
/// `Context...` is what is known about who asks. What is not offered, or refused, is closed. Used
/// on one executor.
template <class... Context>
class BinderMap {
 public:
  /// In the place of what was offered under that name before.
  template <class Interface, class Binder>
  requires std::invocable<Binder&, PendingReceiver<Interface>, Context...>
  void add(Binder binder) {
    add(std::string(Interface::kInterfaceName),
        [binder = std::move(binder)](MessagePipe pipe, Context... context) mutable {
          binder(PendingReceiver<Interface>(pipe.take_end()), std::forward<Context>(context)...);
        });
  }
  /// For those who pass pipes on.
  void add(std::string interface_name, std::function<void(MessagePipe, Context...)> binder) {
    binders_.insert_or_assign(std::move(interface_name), std::move(binder));
  }
  bool remove(std::string_view interface_name) {
    const auto it = binders_.find(interface_name);
    if (it == binders_.end()) return false;
    binders_.erase(it);
    return true;
  }
  bool contains(std::string_view interface_name) const { return binders_.contains(interface_name); }

  /// Asked before each binding; false refuses. Asked for names that are not offered, too.
  void set_policy(std::function<bool(std::string_view interface_name, const Context&...)> policy) {
    policy_ = std::move(policy);
  }

  /// Errors: `Errc::kAccessDenied` by the policy, `Errc::kNotFound` where nobody offers it,
  /// `Errc::kInvalidArgument` for one that is not valid.
  Result<void> bind(GenericPendingReceiver receiver, Context... context) {
    if (!receiver) return Error(Errc::kInvalidArgument, "the pending receiver is not valid");
    const std::string& name = receiver.interface_name();
    if (policy_ && !policy_(name, context...)) {
      return Error(Errc::kAccessDenied, "the policy refuses " + name);
    }
    const auto it = binders_.find(name);
    if (it == binders_.end()) return Error(Errc::kNotFound, "nobody offers " + name);
    const auto binder = it->second;  // a copy: it may be replaced from inside
    binder(receiver.take_pipe(), std::forward<Context>(context)...);
    return {};
  }

 private:
  std::map<std::string, std::function<void(MessagePipe, Context...)>, std::less<>> binders_;
  std::function<bool(std::string_view, const Context&...)> policy_;
};

}  // namespace ferrule
