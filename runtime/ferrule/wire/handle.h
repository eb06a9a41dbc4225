// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <variant>

#include "ferrule/base/unique_fd.h"
#include "ferrule/wire/pipe_end.h"

namespace ferrule::wire {

/// Two descriptors that are one thing, such as the end of a data pipe.
struct DescriptorPair {
  UniqueFd first;
  UniqueFd second;
};

/// Something that travels beside the bytes of a message and is owned by it: a file descriptor, two
/// that belong together, or one end of a message pipe. Move-only; destroying it closes what it
/// holds. In IDL it is `handle`.
class Handle {
 public:
  Handle() = default;
  explicit Handle(UniqueFd descriptor) : held_(std::move(descriptor)) {}
  explicit Handle(DescriptorPair pair) : held_(std::move(pair)) {}
  explicit Handle(std::unique_ptr<PipeEnd> pipe) : held_(std::move(pipe)) {}

  bool is_descriptor() const noexcept {
    const auto* descriptor = std::get_if<UniqueFd>(&held_);
    return descriptor != nullptr && descriptor->is_valid();
  }
  bool is_pipe() const noexcept {
    const auto* pipe = std::get_if<std::unique_ptr<PipeEnd>>(&held_);
    return pipe != nullptr && *pipe != nullptr;
  }
  bool is_descriptor_pair() const noexcept {
    const auto* pair = std::get_if<DescriptorPair>(&held_);
    return pair != nullptr && pair->first.is_valid() && pair->second.is_valid();
  }
  bool is_valid() const noexcept { return is_descriptor() || is_descriptor_pair() || is_pipe(); }
  size_t num_descriptors() const noexcept {
    return is_descriptor() ? 1 : is_descriptor_pair() ? 2 : 0;
  }

  /// What is held, moved out; an invalid one where the handle is of another kind.
  UniqueFd take_descriptor() noexcept {
    auto* descriptor = std::get_if<UniqueFd>(&held_);
    return descriptor != nullptr ? std::move(*descriptor) : UniqueFd();
  }
  DescriptorPair take_descriptor_pair() noexcept {
    auto* pair = std::get_if<DescriptorPair>(&held_);
    return pair != nullptr ? std::move(*pair) : DescriptorPair();
  }
  std::unique_ptr<PipeEnd> take_pipe() noexcept {
    auto* pipe = std::get_if<std::unique_ptr<PipeEnd>>(&held_);
    return pipe != nullptr ? std::move(*pipe) : nullptr;
  }
  /// The pipe end, borrowed; null where there is none.
  PipeEnd* pipe() const noexcept {
    const auto* pipe = std::get_if<std::unique_ptr<PipeEnd>>(&held_);
    return pipe != nullptr ? pipe->get() : nullptr;
  }

 private:
  std::variant<std::monostate, UniqueFd, DescriptorPair, std::unique_ptr<PipeEnd>> held_;
};

}  // namespace ferrule::wire
