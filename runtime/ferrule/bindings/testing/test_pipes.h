// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "ferrule/wire/pipe_end.h"
#include "ferrule/bindings/pending.h"

namespace ferrule::testing {

/// What goes wrong with the messages of one direction of a pipe. Thread-safe.
class PipeFaults {
 public:
  PipeFaults();
  ~PipeFaults();

  /// The next messages disappear. A real pipe does not do that; a service that forgets calls does.
  void drop_next(size_t num_messages);
  /// The next messages arrive with their bytes destroyed, as from a peer gone mad.
  void destroy_next(size_t num_messages);
  /// After so many more messages the sender is gone.
  void disconnect_after(size_t num_messages);
  /// Nothing arrives until `release`.
  void hold();
  void release();

  size_t num_sent() const;
  size_t num_bad_message_reports() const;

  struct State;

 private:
  friend class TestPipes;
  std::shared_ptr<State> state_;  // shared with the ends
};

/// Makes pipes inside one process, without a `Runtime`, whose messages meet with faults that a test
/// asks for:
///
///   TestPipes pipes;
///   auto [pipe, to_service, to_client] = pipes.make_faulty<Calculator>();
///   to_client.disconnect_after(2);
///
/// Ends may be sent through each other, not through the pipes of a `Runtime`. Thread-safe.
class TestPipes final : public wire::PipeFactory {
 public:
  template <class Interface>
  struct Faulty {
    PendingPipe<Interface> pipe;
    PipeFaults to_receiver;
    PipeFaults to_remote;
  };

  std::pair<std::unique_ptr<wire::PipeEnd>, std::unique_ptr<wire::PipeEnd>> make_pipe_ends()
      override;

  template <class Interface>
  Faulty<Interface> make_faulty() {
    PipeFaults forth;
    PipeFaults back;
    auto [first, second] = make_ends(forth, back);
    return {
        {PendingRemote<Interface>(std::move(first)), PendingReceiver<Interface>(std::move(second))},
        std::move(forth),
        std::move(back)};
  }

 private:
  std::pair<std::unique_ptr<wire::PipeEnd>, std::unique_ptr<wire::PipeEnd>> make_ends(
      const PipeFaults& forth, const PipeFaults& back);
};

}  // namespace ferrule::testing
