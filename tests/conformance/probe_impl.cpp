// SPDX-License-Identifier: Apache-2.0
#include "conformance/probe_impl.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <unistd.h>
#include <utility>

namespace ferrule::test {

void ProbeImpl::bind(PendingReceiver<Probe> pending) {
  receivers_.push_back(std::make_unique<Receiver<Probe>>(*this, std::move(pending), executor_));
  receivers_.back()->set_disconnect_handler([this](const Error& reason) {
    last_reason_ = reason;
    ++num_disconnects_;
  });
}

void ProbeImpl::Add(int32_t a, int32_t b, Reply<int32_t> reply) { reply(a + b); }

void ProbeImpl::EchoText(std::string text, Reply<std::string> reply) { reply(std::move(text)); }

void ProbeImpl::EchoBytes(Bytes bytes, Reply<Bytes> reply) { reply(std::move(bytes)); }

void ProbeImpl::SumBytes(Bytes bytes, Reply<uint64_t> reply) {
  reply(std::accumulate(bytes.begin(), bytes.end(), uint64_t{0}));
}

void ProbeImpl::Count(int32_t by) { total_ += by; }

void ProbeImpl::Total(Reply<int64_t> reply) { reply(total_); }

void ProbeImpl::Watch(PendingRemote<ProbeObserver> observer, int32_t num_events) {
  const Remote<ProbeObserver> remote(std::move(observer), executor_);
  for (int32_t i = 0; i < num_events; ++i) remote->OnEvent(i, "event " + std::to_string(i));
}

void ProbeImpl::Clone(PendingReceiver<Probe> receiver) { bind(std::move(receiver)); }

void ProbeImpl::EchoProbe(PendingRemote<Probe> probe, Reply<PendingRemote<Probe>> reply) {
  reply(std::move(probe));
}

void ProbeImpl::EchoFile(UniqueFd file, Reply<UniqueFd> reply) { reply(std::move(file)); }

void ProbeImpl::Wait(Reply<int32_t> reply) { waiting_.push_back(std::move(reply)); }

void ProbeImpl::Release() {
  // Newest first: answers need not come in the order of the calls.
  while (!waiting_.empty()) {
    Reply<int32_t> reply = std::move(waiting_.back());
    waiting_.pop_back();
    reply(static_cast<int32_t>(waiting_.size()));
  }
}

void ProbeImpl::Drop(Reply<int32_t> /*reply*/) {}

void ProbeImpl::Hang(Reply<> reply) { hanging_.push_back(std::move(reply)); }

void ProbeImpl::CountCancelled(Reply<int32_t> reply) {
  reply(static_cast<int32_t>(std::count_if(hanging_.begin(), hanging_.end(),
                                           [](const Reply<>& each) { return each.cancelled(); })));
}

void ProbeImpl::Touch(UniqueFd file) {
  const char byte = 0;
  // A test that waits for the byte waits for ever if it does not come.
  if (::write(file.get(), &byte, 1) != 1) std::abort();
}

void ProbeImpl::Cost(Reply<ProbeCost> reply) { reply(cost_()); }

void ProbeImpl::OpenNotebook(PendingReceiver<Notebook> notebook) {
  notebooks_.push_back(std::make_unique<NotebookImpl>(std::move(notebook), executor_));
}

void ProbeImpl::OpenPing(PendingReceiver<Ping> ping) {
  pings_.push_back(std::make_unique<PingImpl>(std::move(ping), executor_));
}

void ProbeImpl::OpenPourer(PendingReceiver<Pourer> pourer) {
  pourers_.push_back(std::make_unique<PourerImpl>(std::move(pourer), executor_));
}

void ProbeImpl::Die() { std::_Exit(7); }

}  // namespace ferrule::test
