// SPDX-License-Identifier: Apache-2.0
#include "conformance/world.h"

#include <exception>
#include <future>
#include <thread>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <gtest/gtest.h>

#include "ferrule/transport/loopback_transport.h"
#include "ferrule/node/node.h"
#include "ferrule/ferrule.h"

#include "support/temporary_folder.h"

namespace ferrule::test {

void World::run(const std::function<boost::asio::awaitable<void>()>& body) {
  std::exception_ptr failure;
  bool is_done = false;
  boost::asio::co_spawn(io_, body, [&](std::exception_ptr thrown) {
    failure = std::move(thrown);
    is_done = true;
  });
  run_until([&is_done] { return is_done; });
  if (failure) std::rethrow_exception(failure);
}

void World::run_until(const std::function<bool()>& is_done) {
  const auto work = boost::asio::make_work_guard(io_);
  io_.restart();  // it stops when it runs out of work, as it may between two runs
  while (!is_done()) io_.run_one();
}

namespace {

class LocalWorld final : public World {
 public:
  wire::PipeFactory& pipes() override { return runtime_; }
  PendingRemote<Probe> probe() override {
    auto pipe = runtime_.make_pipe<Probe>();
    probe_.bind(std::move(pipe.receiver));
    return std::move(pipe.remote);
  }

 private:
  Runtime runtime_{io_.get_executor()};
  ProbeImpl probe_{io_.get_executor()};
};

/// Two nodes without a Runtime around them, over the transport of the unit tests.
class LoopbackWorld final : public World {
 public:
  LoopbackWorld() {
    auto [left, right] =
        transport::LoopbackTransport::make_pair(io_.get_executor(), io_.get_executor());
    link_ = here_->connect(std::move(left), {});
    there_->connect(std::move(right), owner_);
  }
  ~LoopbackWorld() override {
    here_->disconnect_all();
    there_->disconnect_all();
  }

  wire::PipeFactory& pipes() override { return *here_; }
  PendingRemote<Probe> probe() override {
    auto pipe = make_pipe<Probe>(*here_);
    EXPECT_TRUE(here_->attach(link_, "probe", pipe.receiver.take_end()).ok());
    return std::move(pipe.remote);
  }

 private:
  struct Owner final : node::Node::LinkOwner {
    explicit Owner(ProbeImpl& to) : probe(to) {}
    void on_attachment(std::string /*name*/, std::unique_ptr<wire::PipeEnd> end) override {
      probe.bind(PendingReceiver<Probe>(std::move(end)));
    }
    void on_link_closed(const Error& /*reason*/) override {}
    ProbeImpl& probe;
  };

  ProbeImpl probe_{io_.get_executor()};
  std::shared_ptr<Owner> owner_ = std::make_shared<Owner>(probe_);
  std::shared_ptr<node::Node> here_ = node::Node::create();
  std::shared_ptr<node::Node> there_ = node::Node::create();
  node::LinkId link_;
};

/// Two runtimes that share an io_context, over a socket in a temporary folder.
class SocketWorld final : public World {
 public:
  SocketWorld() {
    auto listening = there_.listen(folder_.file("socket"), [this](Connection connection) {
      accepted_ = std::move(connection);
      accepted_.provide<Probe>(
          [this](PendingReceiver<Probe> pending) { probe_.bind(std::move(pending)); });
    });
    listener_ = std::move(listening).value();
    connection_ = here_.connect(folder_.file("socket")).value();
  }

  wire::PipeFactory& pipes() override { return here_; }
  PendingRemote<Probe> probe() override { return connection_.request<Probe>(); }

 private:
  TemporaryFolder folder_;
  Runtime here_{io_.get_executor()};
  Runtime there_{io_.get_executor()};
  ProbeImpl probe_{io_.get_executor()};
  Listener listener_;
  Connection accepted_;
  Connection connection_;
};

/// A runtime in another thread.
class ThreadWorld final : public World {
 public:
  ThreadWorld() : thread_([this] { serve(); }) {
    is_listening_.get_future().wait();
    connection_ = here_.connect(folder_.file("socket")).value();
  }
  ~ThreadWorld() override {
    boost::asio::post(there_io_, [this] { there_io_.stop(); });
    thread_.join();
  }

  wire::PipeFactory& pipes() override { return here_; }
  PendingRemote<Probe> probe() override { return connection_.request<Probe>(); }

 private:
  void serve() {
    Runtime runtime(there_io_.get_executor());
    ProbeImpl probe(there_io_.get_executor());
    Connection accepted;
    auto listener = runtime.listen(folder_.file("socket"), [&](Connection connection) {
      accepted = std::move(connection);
      accepted.provide<Probe>(
          [&probe](PendingReceiver<Probe> pending) { probe.bind(std::move(pending)); });
    });
    is_listening_.set_value();
    const auto work = boost::asio::make_work_guard(there_io_);
    there_io_.run();
  }

  TemporaryFolder folder_;
  boost::asio::io_context there_io_{1};
  std::promise<void> is_listening_;
  Runtime here_{io_.get_executor()};
  Connection connection_;
  std::thread thread_;  // last: it uses the others
};

class ProcessWorld final : public World {
 public:
  wire::PipeFactory& pipes() override { return runtime_; }
  PendingRemote<Probe> probe() override { return child_.connection().request<Probe>(); }

 private:
  Runtime runtime_{io_.get_executor()};
  ChildProcess child_ = runtime_.launch({.program = FERRULE_PROBE_PROGRAM}).value();
};

template <class Kind>
std::unique_ptr<World> make_world() {
  return std::make_unique<Kind>();
}

}  // namespace

std::vector<WorldKind> all_worlds() {
  return {{"Local", &make_world<LocalWorld>},
          {"Loopback", &make_world<LoopbackWorld>},
          {"Socket", &make_world<SocketWorld>},
          {"Thread", &make_world<ThreadWorld>},
          {"Process", &make_world<ProcessWorld>}};
}

}  // namespace ferrule::test
