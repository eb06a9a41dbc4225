// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ferrule/ferrule.h"

#include "conformance/probe_impl.h"
#include "probe.idl.h"
#include "support/io_loop.h"
#include "support/process_counts.h"
#include "support/raw_peer.h"
#include "support/temporary_folder.h"

namespace ferrule::test {

/// A runtime that listens and has one honest client, and strangers that connect with a raw socket.
/// Whatever a stranger says ends at most the stranger's own connection: after every test the honest
/// client still gets its answers, and everything of the strangers is gone.
class HostileTest : public ::testing::Test {
 protected:
  struct Stranger {
    RawPeer peer;
    // The connection as the runtime sees it, and how often and why it was told that it ended.
    Connection connection;
    int num_closed = 0;
    std::optional<Error> reason;
    // Messages of this connection's probe come from here.
    std::unique_ptr<ProbeImpl> probe;
  };

  HostileTest() {
    auto listening = victim_.listen(folder_.file("socket"), [this](Connection connection) {
      accepted_ = std::move(connection);
      is_accepted_ = true;
    });
    listener_ = std::move(listening).value();
    honest_connection_ = honest_.connect(folder_.file("socket")).value();
    honest_probe_.bind(honest_connection_.request<Probe>(), io_.get_executor());
    run_until([this] { return is_accepted_; });
    served_ = std::move(accepted_);
    served_.provide<Probe>([this](PendingReceiver<Probe> end) { probe_.bind(std::move(end)); });
    expect_honest_goes_on();
    counts_before_ = count_process();
    num_ports_before_ = victim_.num_ports();
  }

  ~HostileTest() override {
    expect_honest_goes_on();
    strangers_.clear();
    run_ready(io_);
    EXPECT_EQ(victim_.num_ports(), num_ports_before_);
    EXPECT_EQ(count_process(), counts_before_);
  }

  void run_until(const std::function<bool()>& is_done) { test::run_until(io_, is_done); }

  /// Connects a raw socket.
  Stranger& connect_stranger() {
    is_accepted_ = false;
    strangers_.push_back(
        std::make_unique<Stranger>(Stranger{RawPeer(folder_.file("socket")), {}, 0, {}, {}}));
    Stranger& stranger = *strangers_.back();
    run_until([this] { return is_accepted_; });
    stranger.connection = std::move(accepted_);
    stranger.probe = std::make_unique<ProbeImpl>(io_.get_executor());
    stranger.connection.set_closed_handler([&stranger](const Error& reason) {
      ++stranger.num_closed;
      stranger.reason = reason;
    });
    return stranger;
  }

  static void provide_probe(Stranger& stranger) {
    stranger.connection.provide<Probe>(
        [&stranger](PendingReceiver<Probe> end) { stranger.probe->bind(std::move(end)); });
  }

  /// A pipe to a probe: the port at the other side that messages go to.
  node::PortName open_probe(Stranger& stranger) {
    provide_probe(stranger);
    stranger.peer.write_hello();
    stranger.peer.write_attachment("ferrule.test.Probe");
    return read_accepted_port(stranger);
  }
  node::PortName read_accepted_port(Stranger& stranger) {
    std::optional<node::PortAccepted> accepted;
    run_until([&] {
      accepted = stranger.peer.try_read_control<node::PortAccepted>();
      return accepted.has_value();
    });
    return accepted->port.port;
  }

  /// The stranger's connection ends, for breaking `rule`; the handler is told once.
  void expect_closed(Stranger& stranger, const std::string& rule, Errc code = Errc::kBadMessage) {
    run_until([&] { return stranger.reason.has_value() && stranger.peer.is_ended(); });
    run_ready(io_);
    EXPECT_EQ(stranger.reason->code(), make_error_code(code)) << stranger.reason->message();
    EXPECT_THAT(stranger.reason->message(), ::testing::HasSubstr(rule));
    EXPECT_EQ(stranger.num_closed, 1);
    EXPECT_FALSE(stranger.connection.is_open());
  }

  void expect_honest_goes_on() {
    std::optional<int32_t> sum;
    honest_probe_->Add(2, 3, [&sum](error_code error, int32_t result) {
      EXPECT_FALSE(error) << error.message();
      sum = result;
    });
    run_until([&] { return sum.has_value(); });
    EXPECT_EQ(sum, 5);
  }

  Runtime& victim() { return victim_; }

  boost::asio::io_context io_{1};

 private:
  TemporaryFolder folder_;
  Runtime victim_{io_.get_executor()};
  Runtime honest_{io_.get_executor()};
  ProbeImpl probe_{io_.get_executor()};
  Connection accepted_;
  bool is_accepted_ = false;
  Listener listener_;
  Connection served_;
  Connection honest_connection_;
  Remote<Probe> honest_probe_;
  std::vector<std::unique_ptr<Stranger>> strangers_;
  ProcessCounts counts_before_;
  size_t num_ports_before_ = 0;
};

}  // namespace ferrule::test
