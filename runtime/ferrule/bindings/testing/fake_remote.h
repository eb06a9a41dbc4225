// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include <boost/asio/any_io_executor.hpp>

#include "ferrule/bindings/pending.h"
#include "ferrule/bindings/receiver.h"
#include "ferrule/bindings/testing/test_pipes.h"

namespace ferrule::testing {

/// A fake service with a pipe to it, for code that is given a remote:
///
///   FakeRemote<Calculator, FakeCalculator> fake(executor);
///   fake->add.answer(5);
///   Till till(fake.take_pending());            // what is tested
///
/// What goes wrong on the pipe is up to the test, too. Executor-bound.
template <class Interface, class Fake>
class FakeRemote {
 public:
  explicit FakeRemote(boost::asio::any_io_executor executor)
      : faulty_(pipes_.make_faulty<Interface>()),
        receiver_(fake_, std::move(faulty_.pipe.receiver), std::move(executor)) {}
  FakeRemote(const FakeRemote&) = delete;
  FakeRemote& operator=(const FakeRemote&) = delete;

  Fake* operator->() noexcept { return &fake_; }
  Fake& operator*() noexcept { return fake_; }
  /// Once.
  PendingRemote<Interface> take_pending() noexcept { return std::move(faulty_.pipe.remote); }

  Receiver<Interface>& receiver() noexcept { return receiver_; }
  PipeFaults& to_service() noexcept { return faulty_.to_receiver; }
  PipeFaults& to_client() noexcept { return faulty_.to_remote; }

 private:
  TestPipes pipes_;
  Fake fake_;
  TestPipes::Faulty<Interface> faulty_;
  Receiver<Interface> receiver_;
};

}  // namespace ferrule::testing
