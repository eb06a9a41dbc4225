// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "ferrule/bindings/associated_receiver.h"
#include "ferrule/bindings/receiver.h"
#include "ferrule/bindings/remote.h"
#include "ferrule/bindings/use_sync.h"

#include "ping.idl.h"

namespace ferrule::test {

/// Does what ping.idl says.
class PingImpl final : public Ping {
 public:
  PingImpl(PendingReceiver<Ping> pending, boost::asio::any_io_executor executor)
      : executor_(std::move(executor)), receiver_(*this, std::move(pending), executor_) {}

  std::vector<int32_t> notes;
  /// Called in the middle of `Descend`.
  std::function<void()> on_descend = [] {};

  void SetOther(PendingRemote<Ping> other) override { other_.bind(std::move(other), executor_); }

 private:
  void Descend(int32_t depth, Reply<int32_t> reply) override {
    on_descend();
    if (depth == 0) return reply(0);
    const Result<int32_t> below = other_->Descend(depth - 1, use_sync);
    if (below) reply(depth + *below);
  }
  void Add(int32_t a, int32_t b, Reply<int32_t> reply) override { reply(a + b); }
  void Nothing(Reply<> reply) override { reply(); }
  void Both(int32_t a, std::string b, Reply<int32_t, std::string> reply) override {
    reply(a, std::move(b));
  }
  void Chatter(int32_t num_notes, Reply<> reply) override {
    for (int32_t i = 0; i < num_notes; ++i) other_->Note(i);
    reply();
  }
  void Hang(Reply<> reply) override { hanging_.push_back(std::move(reply)); }
  void Leave(Reply<> reply) override {
    hanging_.push_back(std::move(reply));
    receiver_.reset();
  }
  void Note(int32_t number) override { notes.push_back(number); }
  void OpenBeside(PendingAssociatedReceiver<Ping> beside) override {
    beside_.bind(std::move(beside), executor_);
  }

  const boost::asio::any_io_executor executor_;
  Remote<Ping> other_;
  std::vector<Reply<>> hanging_;
  AssociatedReceiver<Ping> beside_{*this};
  Receiver<Ping> receiver_;
};

}  // namespace ferrule::test
