// SPDX-License-Identifier: Apache-2.0
// Two nodes, and between them somebody who holds every frame in hand: he passes it on, or changes
// it, or drops it, or says it twice, or adds frames of his own. So names of ports that really exist
// turn up in frames that lie. An input is a row of operations, one byte each with operands behind.

#include <array>
#include <fcntl.h>

#include "ferrule/wire/message.h"

#include "fuzz/fuzz_input.h"
#include "fuzz/raw_link.h"

namespace ferrule::test {
namespace {

constexpr size_t kMaxOperations = 256;
constexpr size_t kMaxPipes = 32;

class Between {
 public:
  explicit Between(FuzzInput& input) : input_(input) {}

  void run() {
    for (size_t i = 0; i < kMaxOperations && !input_.empty(); ++i) {
      const size_t side = input_.below(2);
      RawLink& from = sides_[side];
      RawLink& to = sides_[1 - side];
      operate(from, to);
      from.settle();
      to.settle();
    }
    for (int i = 0; i < 64; ++i) {
      pass_on(sides_[0], sides_[1]);
      pass_on(sides_[1], sides_[0]);
    }
  }

 private:
  void operate(RawLink& from, RawLink& to) {
    switch (input_.below(10)) {
      case 0:
      case 1:
        return pass_on(from, to);
      case 2:
        return pass_on_changed(from, to);
      case 3:
        return pass_on_twice(from, to);
      case 4:
        if (!from.frames.empty()) from.frames.pop_front();
        return;
      case 5:
        return to.give(input_.take(input_.number<uint8_t>()));
      case 6:
        return attach(from);
      case 7:
        return send(from);
      case 8:
        return take(from);
      default:
        if (!from.pipes.empty()) from.pipes.erase(pick(from));
    }
  }

  std::vector<std::unique_ptr<wire::PipeEnd>>::iterator pick(RawLink& side) {
    return side.pipes.begin() + static_cast<std::ptrdiff_t>(input_.below(side.pipes.size()));
  }

  static void pass_on(RawLink& from, RawLink& to) {
    if (from.frames.empty()) return;
    transport::Frame frame = std::move(from.frames.front());
    from.frames.pop_front();
    to.give(std::move(frame));
  }

  // Some bytes of it; or other lengths, or other descriptors.
  void pass_on_changed(RawLink& from, RawLink& to) {
    if (from.frames.empty()) return;
    transport::Frame frame = std::move(from.frames.front());
    from.frames.pop_front();
    std::vector<uint8_t> bytes(frame.body.bytes().begin(), frame.body.bytes().end());
    bytes.insert(bytes.end(), frame.tail.begin(), frame.tail.end());
    for (size_t i = input_.below(4); i > 0 && !bytes.empty(); --i) {
      bytes[input_.number<uint16_t>() % bytes.size()] = input_.number<uint8_t>();
    }
    if (input_.below(4) == 0) bytes.resize(bytes.size() * input_.below(5) / 4);
    if (input_.below(4) == 0) frame.descriptors.clear();
    if (input_.below(8) == 0) {
      frame.descriptors.emplace_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    }
    to.give(bytes, std::move(frame.descriptors));
  }

  static void pass_on_twice(RawLink& from, RawLink& to) {
    if (from.frames.empty()) return;
    std::vector<uint8_t> bytes(from.frames.front().body.bytes().begin(),
                               from.frames.front().body.bytes().end());
    bytes.insert(bytes.end(), from.frames.front().tail.begin(), from.frames.front().tail.end());
    pass_on(from, to);
    to.give(bytes);
  }

  static void attach(RawLink& side) {
    if (side.pipes.size() >= kMaxPipes) return;
    auto [ours, theirs] = side.node().make_pipe_ends();
    side.pipes.push_back(std::move(ours));
    static_cast<void>(side.node().attach(side.link(), "pipe", std::move(theirs)));
  }

  void send(RawLink& side) {
    if (side.pipes.empty()) return;
    std::vector<wire::Handle> handles;
    wire::PipeEnd& pipe = **pick(side);
    if (input_.below(2) == 1) {
      auto [ours, theirs] = side.node().make_pipe_ends();
      if (side.pipes.size() < kMaxPipes) side.pipes.push_back(std::move(ours));
      handles.emplace_back(std::move(theirs));
    }
    if (input_.below(4) == 1) {
      handles.emplace_back(UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC)));
    }
    const auto text = input_.take(input_.below(32));
    Buffer buffer = Buffer::allocate(text.size());
    std::ranges::copy(text, buffer.data());
    static_cast<void>(pipe.send(wire::Message(std::move(buffer), std::move(handles))));
  }

  void take(RawLink& side) {
    if (side.pipes.empty()) return;
    wire::Message message;
    if ((*pick(side))->take(message) != wire::PipeEnd::TakeStatus::kMessage) return;
    for (wire::Handle& handle : message.handles()) {
      if (handle.is_pipe() && side.pipes.size() < kMaxPipes) {
        side.pipes.push_back(handle.take_pipe());
      }
    }
  }

  FuzzInput& input_;
  std::array<RawLink, 2> sides_;
};

}  // namespace
}  // namespace ferrule::test

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ferrule::test::FuzzInput input(data, size);
  ferrule::test::Between(input).run();
  return 0;
}
