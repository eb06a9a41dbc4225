// SPDX-License-Identifier: Apache-2.0
#include "support/travel_stop.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace ferrule::test {

bool TravelStop::has_visitor() const {
  return std::any_of(visitors_.begin(), visitors_.end(),
                     [](const Visitor& visitor) { return visitor.pipe->is_open(); });
}

std::shared_ptr<PipeUser> TravelStop::hold_courier(Pipe end) {
  return PipeUser::hold(executor_, std::move(end),
                        {.on_message = [this](const std::string& text,
                                              Pipe visitor) { receive(text, std::move(visitor)); },
                         .on_closed = {},
                         .on_writable = {}});
}

void TravelStop::receive(const std::string& text, Pipe end) {
  if (text == "?" && next_) {
    next_->send("?");
  } else if (text == "?" || text.starts_with("=")) {
    const auto num_behind = text == "?" ? 0 : std::strtoul(text.c_str() + 1, nullptr, 10);
    previous_->send("=" + std::to_string(options_.count_ports() + num_behind));
  } else {
    welcome(text, std::move(end));
  }
}

void TravelStop::welcome(const std::string& way, Pipe end) {
  const VisitorRef visitor = visitors_.insert(visitors_.end(), {.way = way});
  visitor->pipe = PipeUser::hold(executor_, std::move(end),
                                 {.on_message =
                                      [this, visitor](const std::string& text, Pipe) {
                                        visitor->pipe->send(text);
                                        ++visitor->num_answered;
                                        send_on_if_done(visitor);
                                      },
                                  .on_closed =
                                      [this] {
                                        if (options_.on_visitor_closed)
                                          options_.on_visitor_closed();
                                      },
                                  .on_writable = [this, visitor] { send_on_if_done(visitor); }});
  visitor->pipe->send("at " + options_.name);
}

/// What holds the end stays: it may be called once more.
void TravelStop::send_on_if_done(VisitorRef visitor) {
  if (visitor->way.empty() || visitor->num_answered < options_.num_texts ||
      !visitor->pipe->has_sent_all()) {
    return;
  }
  const std::string way = std::exchange(visitor->way, {});
  PipeUser& courier = way.front() == 'n' ? *next_ : *previous_;
  courier.send(way.substr(1), visitor->pipe->release());
  if (way.front() == 'p' && options_.on_sent_back) options_.on_sent_back();
}

}  // namespace ferrule::test
