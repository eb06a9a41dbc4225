// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "support/pipe_user.h"

namespace ferrule::test {

/// One of a row of nodes through which ends of pipes travel.
///
/// An end comes over the courier from a neighbour, with its way to go, a letter a step: 'n' to the
/// next node, 'p' to the previous one. While it is here all that comes out of it is sent back,
/// after "at <name>". "?" instead of an end asks how many ports there are in all nodes from here
/// on; "=N" is the answer.
class TravelStop {
 public:
  using Pipe = std::unique_ptr<wire::PipeEnd>;

  struct Options {
    std::string name;
    size_t num_texts = 0;  ///< to answer before an end goes on
    std::function<size_t()> count_ports{};
    std::function<void()> on_visitor_closed{};
    /// An end was sent to the previous node.
    std::function<void()> on_sent_back{};
  };

  TravelStop(boost::asio::any_io_executor executor, Options options)
      : executor_(std::move(executor)), options_(std::move(options)) {}

  void set_previous(Pipe courier) { previous_ = hold_courier(std::move(courier)); }
  void set_next(Pipe courier) { next_ = hold_courier(std::move(courier)); }
  bool has_visitor() const;

 private:
  struct Visitor {
    std::string way;
    size_t num_answered = 0;
    std::shared_ptr<PipeUser> pipe{};
  };
  using VisitorRef = std::list<Visitor>::iterator;

  std::shared_ptr<PipeUser> hold_courier(Pipe end);
  void receive(const std::string& text, Pipe end);
  void welcome(const std::string& way, Pipe end);
  void send_on_if_done(VisitorRef visitor);

  const boost::asio::any_io_executor executor_;
  const Options options_;
  std::shared_ptr<PipeUser> previous_;
  std::shared_ptr<PipeUser> next_;
  std::list<Visitor> visitors_;
};

}  // namespace ferrule::test
