// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "ferrule/bindings/receiver.h"
#include "ferrule/bindings/remote.h"

#include "conformance/notebook_impl.h"
#include "conformance/ping_impl.h"
#include "conformance/pourer_impl.h"
#include "probe.idl.h"

namespace ferrule::test {

/// A probe that does what probe.idl says. It may have several ends.
class ProbeImpl final : public Probe {
 public:
  explicit ProbeImpl(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}

  void bind(PendingReceiver<Probe> pending);
  void close_all() { receivers_.clear(); }
  /// Why the end that was lost last was lost.
  const Error& last_reason() const { return last_reason_; }
  int num_disconnects() const { return num_disconnects_; }
  /// What `Cost` answers.
  void set_cost(std::function<ProbeCost()> cost) { cost_ = std::move(cost); }

 private:
  void Add(int32_t a, int32_t b, Reply<int32_t> reply) override;
  void EchoText(std::string text, Reply<std::string> reply) override;
  void EchoBytes(Bytes bytes, Reply<Bytes> reply) override;
  void SumBytes(Bytes bytes, Reply<uint64_t> reply) override;
  void Count(int32_t by) override;
  void Total(Reply<int64_t> reply) override;
  void Watch(PendingRemote<ProbeObserver> observer, int32_t num_events) override;
  void Clone(PendingReceiver<Probe> receiver) override;
  void EchoProbe(PendingRemote<Probe> probe, Reply<PendingRemote<Probe>> reply) override;
  void EchoFile(UniqueFd file, Reply<UniqueFd> reply) override;
  void Wait(Reply<int32_t> reply) override;
  void Release() override;
  void Drop(Reply<int32_t> reply) override;
  void Hang(Reply<> reply) override;
  void CountCancelled(Reply<int32_t> reply) override;
  void Touch(UniqueFd file) override;
  void Cost(Reply<ProbeCost> reply) override;
  void OpenNotebook(PendingReceiver<Notebook> notebook) override;
  void OpenPing(PendingReceiver<Ping> ping) override;
  void OpenPourer(PendingReceiver<Pourer> pourer) override;
  void Die() override;

  const boost::asio::any_io_executor executor_;
  std::vector<std::unique_ptr<Receiver<Probe>>> receivers_;
  std::vector<std::unique_ptr<NotebookImpl>> notebooks_;
  std::vector<std::unique_ptr<PingImpl>> pings_;
  std::vector<std::unique_ptr<PourerImpl>> pourers_;
  std::vector<Reply<int32_t>> waiting_;
  std::vector<Reply<>> hanging_;
  std::function<ProbeCost()> cost_ = [] { return ProbeCost(); };
  int64_t total_ = 0;
  Error last_reason_{Errc::kNotFound, ""};
  int num_disconnects_ = 0;
};

}  // namespace ferrule::test
