// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "ferrule/ferrule.h"

#include "attack.idl.h"
#include "image.idl.h"

/// A decoder in a sandbox, started again whenever it dies. Executor-bound.
class DecoderHost {
 public:
  /// Borrows the runtime.
  DecoderHost(ferrule::Runtime& runtime, std::string program, const std::string& preset);

  ferrule::Result<void> start() { return supervisor_.start(); }
  /// Waits until a decoder runs and is locked.
  boost::asio::awaitable<void> until_ready();
  /// Waits until the one that runs has ended, and tells how. Kills it after `patience`.
  boost::asio::awaitable<std::string> until_dead(std::chrono::milliseconds patience);

  ferrule::Remote<image::ImageDecoder>& decoder() { return decoder_; }
  ferrule::Remote<attack::Attacker>& attacker() { return attacker_; }
  ferrule::sandbox::Report report() { return supervisor_.child()->sandbox_report(); }
  size_t num_starts() const { return supervisor_.num_starts(); }

 private:
  void on_started(ferrule::ChildProcess& child);

  ferrule::Runtime& runtime_;
  const ferrule::sandbox::Policy policy_;
  ferrule::Supervisor supervisor_;
  ferrule::Remote<image::ImageDecoder> decoder_;
  ferrule::Remote<attack::Attacker> attacker_;
  std::optional<std::string> last_end_;
  bool is_ready_ = false;
  boost::asio::steady_timer changed_;  // cancelled whenever one of the two above changes
};
