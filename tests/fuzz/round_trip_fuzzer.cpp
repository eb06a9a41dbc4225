// SPDX-License-Identifier: Apache-2.0
// Values of the kitchen sink's types are made of the input, written, read and written again: the
// bytes must be the same, whatever lay in the memory before. Then the bytes are damaged and read:
// what is taken can be sent, and comes back as the same bytes.

#include <cstdlib>
#include <cstring>
#include <memory>
#include <tuple>
#include <utility>
#include <vector>

#include "ferrule/wire/codec/all.h"

#include "fuzz/fill.h"
#include "fuzz/fuzz_input.h"
#include "kitchen_sink.idl.h"

namespace kitchen::sink {

// Found where the filler meets the union as a part of something else.
void fill_choice(ferrule::test::Filler& filler, Choice& out) {
  const auto make = [&filler]<class T>(T value) {
    filler.fill(value);
    return value;
  };
  switch (filler.pick(9)) {
    case 0:
      return out.set_flag(make(bool()));
    case 1:
      return out.set_number(make(int32_t()));
    case 2:
      return out.set_real(make(double()));
    case 3:
      return out.set_speed(make(Speed()));
    case 4:
      return out.set_text(make(std::string()));
    case 5:
      return out.set_maybe_text(make(std::optional<std::string>()));
    case 6:
      return out.set_bytes(make(ferrule::Bytes()));
    case 7:
      return out.set_dictionary(make(std::map<std::string, std::string>()));
    default:
      return out.set_point(make(geometry::shapes::Point()));
  }
}

}  // namespace kitchen::sink

template <>
inline void ferrule::test::Filler::fill(kitchen::sink::Choice& out) {
  kitchen::sink::fill_choice(*this, out);
}

namespace ferrule::test {
namespace {

using Buffered = std::vector<uint8_t>;

template <class T>
Buffered encode(const T& value, uint8_t garbage) {
  wire::SizeCounter counter;
  wire::StructTraits<T>::measure(counter, value);
  Buffer buffer = Buffer::allocate(counter.num_bytes());
  std::memset(buffer.data(), garbage, buffer.size());
  wire::Encoder encoder = wire::Encoder::for_payload(std::move(buffer));
  wire::StructTraits<T>::encode(encoder, value);
  auto message = std::move(encoder).finish();
  if (!message) std::abort();
  message->buffer().complete();
  return {message->buffer().bytes().begin(), message->buffer().bytes().end()};
}

template <class T>
bool decode(const Buffered& bytes, T& out) {
  const std::unique_ptr<uint8_t[]> exact(new uint8_t[bytes.size()]);
  std::copy(bytes.begin(), bytes.end(), exact.get());
  std::vector<wire::Handle> handles;
  wire::Decoder decoder(std::span<const uint8_t>(exact.get(), bytes.size()), handles);
  const bool is_fine = wire::StructTraits<T>::decode(decoder, 0, out);
  if (is_fine != (decoder.failure().error == wire::ValidationError::kNone)) std::abort();
  return is_fine;
}

template <class T>
void check(FuzzInput& input) {
  T value;
  Filler(input).fill(value);
  Buffered bytes = encode(value, 0xcd);
  T read;
  if (!decode(bytes, read) || encode(read, 0x5a) != bytes) std::abort();

  for (size_t i = 1 + input.below(4); i > 0; --i) {
    bytes[input.number<uint16_t>() % bytes.size()] = input.number<uint8_t>();
  }
  T damaged;
  if (!decode(bytes, damaged)) return;
  T again;
  if (!decode(encode(damaged, 0xcd), again)) std::abort();
}

template <class... T>
void check_one(FuzzInput& input, std::tuple<T...>* /*types*/) {
  constexpr void (*kChecks[])(FuzzInput&) = {&check<T>...};
  kChecks[input.below(sizeof...(T))](input);
}

using namespace kitchen::sink;
using Types = std::tuple<Numbers, NullableNumbers, Texts, Containers, Shuffled, Versioned,
                         ManyVersions, Node, Tree, Outer, Defaults>;

}  // namespace
}  // namespace ferrule::test

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ferrule::test::FuzzInput input(data, size);
  ferrule::test::check_one(input, static_cast<ferrule::test::Types*>(nullptr));
  return 0;
}
