// SPDX-License-Identifier: Apache-2.0
//
// Who counts calls would do so for every call of a program's life, for the few milliseconds at its
// end. So nobody counts: at the end somebody looks, again and again, until nothing is left.
//
// A call that had arrived when the end began is a call in progress, though nobody has read it yet:
// the sockets are read once more before receivers pause.
#include "ferrule/service/internal/shutdown_state.h"

#include <chrono>
#include <utility>

#include <boost/asio/post.hpp>

#include "ferrule/service/runtime.h"

namespace ferrule::service {
namespace {

/// From one handler to the second next the loop asks the kernel once for what is readable, and
/// handles it.
constexpr int kTurnsToReadAll = 2;

constexpr std::chrono::milliseconds kBetweenLooks{5};

}  // namespace

ShutdownState::ShutdownState(Runtime& runtime, std::shared_ptr<RuntimeCore> core,
                             ShutdownOptions options)
    : runtime_(&runtime),
      core_(std::move(core)),
      group_(bindings::SyncGroup::of(core_->executor)),
      options_(std::move(options)),
      signals_(core_->executor),
      next_look_(core_->executor),
      deadline_(core_->executor) {}

void ShutdownState::listen() {
  for (const int signal : options_.signals) signals_.add(signal);
  signals_.async_wait([weak = weak_from_this()](error_code error, int) {
    const auto self = weak.lock();
    if (self && !error) self->begin();
  });
}

// The signals stay caught: a second one, from somebody who is in a hurry, cuts nothing, and one
// that comes when all is done does not spoil the exit code.
void ShutdownState::begin() {
  if (runtime_ == nullptr || std::exchange(has_begun_, true)) return;
  deadline_.expires_after(options_.deadline);
  deadline_.async_wait([weak = weak_from_this()](error_code error) {
    const auto self = weak.lock();
    if (!self || error) return;
    self->was_cut_ = true;
    self->end();
  });
  runtime_->stop_accepting();
  after_turns(kTurnsToReadAll);
}

void ShutdownState::after_turns(int num_turns) {
  boost::asio::post(core_->executor, [weak = weak_from_this(), num_turns] {
    const auto self = weak.lock();
    if (!self || self->runtime_ == nullptr) return;
    if (num_turns > 1) return self->after_turns(num_turns - 1);
    self->group_->pause_receivers();
    if (self->options_.on_begin) self->options_.on_begin();
    self->look();
  });
}

void ShutdownState::look() {
  if (runtime_ == nullptr) return;
  if (!is_work_left()) return end();
  next_look_.expires_after(kBetweenLooks);
  next_look_.async_wait([weak = weak_from_this()](error_code error) {
    const auto self = weak.lock();
    if (self && !error) self->look();
  });
}

bool ShutdownState::is_work_left() const {
  return work_.use_count() > 1 || group_->num_open_calls() > 0 ||
         core_->node->num_queued_bytes() > 0;
}

void ShutdownState::end() {
  runtime_ = nullptr;
  next_look_.cancel();
  deadline_.cancel();
  const auto on_done = options_.on_done;
  if (on_done) on_done();  // may destroy this
}

void ShutdownState::abandon() {
  runtime_ = nullptr;
  error_code ignored;
  signals_.clear(ignored);
  next_look_.cancel();
  deadline_.cancel();
}

}  // namespace ferrule::service
