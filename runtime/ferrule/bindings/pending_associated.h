// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>

namespace ferrule::bindings {

class AssociatedEnd;

/// What the pending ends of associated interfaces have in common, without their types.
class PendingAssociatedEnd {
 public:
  PendingAssociatedEnd() noexcept;
  explicit PendingAssociatedEnd(std::unique_ptr<AssociatedEnd> end) noexcept;
  PendingAssociatedEnd(PendingAssociatedEnd&&) noexcept;
  PendingAssociatedEnd& operator=(PendingAssociatedEnd&&) noexcept;
  ~PendingAssociatedEnd();

  bool is_valid() const noexcept { return end_ != nullptr; }
  explicit operator bool() const noexcept { return is_valid(); }
  /// Closes the end, which the other one is told.
  void reset() noexcept;
  /// The end itself; this is invalid afterwards.
  std::unique_ptr<AssociatedEnd> take_end() noexcept;

  /// Both ends of a new associated interface, which belongs to no pipe yet.
  static std::pair<PendingAssociatedEnd, PendingAssociatedEnd> make_pair();

 private:
  std::unique_ptr<AssociatedEnd> end_;
};

}  // namespace ferrule::bindings

namespace ferrule {

/// The end through which an `Interface` will be called that shares a pipe with others and keeps one
/// order with them. Travels once, through the pipe that it will belong to. Move-only;
/// executor-bound, to the executor of that pipe. `Interface` may be incomplete.
template <class Interface>
class PendingAssociatedRemote : public bindings::PendingAssociatedEnd {
 public:
  PendingAssociatedRemote() = default;
  explicit PendingAssociatedRemote(PendingAssociatedEnd end) noexcept
      : PendingAssociatedEnd(std::move(end)) {}
};

/// The end at which calls to such an `Interface` will arrive. While one waits for an end that
/// nobody binds, all that came after it on the pipe waits too: bind it, or destroy it.
template <class Interface>
class PendingAssociatedReceiver : public bindings::PendingAssociatedEnd {
 public:
  PendingAssociatedReceiver() = default;
  explicit PendingAssociatedReceiver(PendingAssociatedEnd end) noexcept
      : PendingAssociatedEnd(std::move(end)) {}
};

/// The two ends of a new associated interface.
template <class Interface>
struct PendingAssociatedPair {
  PendingAssociatedRemote<Interface> remote;
  PendingAssociatedReceiver<Interface> receiver;
};

/// A new associated interface. It begins to work when one of the two ends is sent through a pipe;
/// what is called before waits until then.
template <class Interface>
PendingAssociatedPair<Interface> make_associated() {
  auto [first, second] = bindings::PendingAssociatedEnd::make_pair();
  return {PendingAssociatedRemote<Interface>(std::move(first)),
          PendingAssociatedReceiver<Interface>(std::move(second))};
}

}  // namespace ferrule
