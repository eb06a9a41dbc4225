// SPDX-License-Identifier: Apache-2.0
#include "conformance/pourer_impl.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "ferrule/stream/data_pipe.h"

#include "support/stream_bytes.h"

namespace ferrule::test {
namespace {

namespace asio = boost::asio;
using asio::use_awaitable;

constexpr uint64_t kForEver = UINT64_MAX;

// Pieces of odd sizes, some by copy and some in place.
size_t piece_at(uint64_t place) { return 1 + place * 7 % 30000; }

asio::awaitable<Poured> fill(DataPipeProducer& to, uint64_t first, uint64_t num_bytes) {
  Poured poured{.num_bytes = 0, .is_right = true, .end = ""};
  std::vector<uint8_t> bytes;
  error_code error;
  while (!error && poured.num_bytes < num_bytes) {
    const uint64_t place = first + poured.num_bytes;
    const size_t n = std::min<uint64_t>(piece_at(place), num_bytes - poured.num_bytes);
    if (n % 2 == 0) {
      bytes.resize(n);
      fill_stream(place, bytes);
      poured.num_bytes += co_await asio::async_write(to, asio::buffer(bytes),
                                                     asio::redirect_error(use_awaitable, error));
      continue;
    }
    co_await to.async_wait_writable(1, asio::redirect_error(use_awaitable, error));
    auto room = to.begin_write(n);
    if (error || !room) break;
    fill_stream(place, *room);
    to.end_write(room->size());
    poured.num_bytes += room->size();
  }
  poured.end = error.message();
  co_return poured;
}

asio::awaitable<Poured> drain(DataPipeConsumer& from, uint64_t first, uint64_t num_bytes) {
  Poured poured{.num_bytes = 0, .is_right = true, .end = ""};
  std::vector<uint8_t> bytes(30000);
  error_code error;
  while (!error && poured.num_bytes < num_bytes) {
    const uint64_t place = first + poured.num_bytes;
    const size_t max = std::min<uint64_t>(piece_at(place), num_bytes - poured.num_bytes);
    const size_t n = co_await from.async_read_some(asio::buffer(bytes.data(), max),
                                                   asio::redirect_error(use_awaitable, error));
    poured.is_right = poured.is_right && is_stream(place, {bytes.data(), n});
    poured.num_bytes += n;
  }
  poured.end = error.message();
  co_return poured;
}

asio::awaitable<void> fill_and_tell(DataPipeProducer to, uint64_t num_bytes, bool closes,
                                    std::optional<Reply<Poured>> reply) {
  Poured poured = co_await fill(to, 0, num_bytes);
  if (closes) to.close();
  if (reply) (*reply)(std::move(poured));
}

asio::awaitable<void> drain_and_tell(DataPipeConsumer from, Reply<Poured> reply) {
  reply(co_await drain(from, 0, kForEver));
}

asio::awaitable<void> pass(DataPipeConsumer from, DataPipeProducer to, Reply<Poured> reply) {
  Poured poured{.num_bytes = 0, .is_right = true, .end = ""};
  error_code error;
  for (;;) {
    co_await from.async_wait_readable(1, asio::redirect_error(use_awaitable, error));
    const auto bytes = from.begin_read();
    if (error || !bytes) break;
    poured.is_right = poured.is_right && is_stream(poured.num_bytes, *bytes);
    const size_t n = co_await asio::async_write(to, asio::buffer(bytes->data(), bytes->size()),
                                                asio::redirect_error(use_awaitable, error));
    from.end_read(n);
    poured.num_bytes += n;
    if (error) break;
  }
  to.close();
  poured.end = error.message();
  reply(std::move(poured));
}

asio::awaitable<void> use_some(PipeEnds ends, uint64_t first, uint64_t num_bytes,
                               Reply<PipeEnds, bool> reply) {
  const auto executor = co_await asio::this_coro::executor;
  Poured poured;
  if (ends.producer) {
    DataPipeProducer producer(executor, *std::move(ends.producer));
    poured = co_await fill(producer, first, num_bytes);
    ends.producer = producer.unbind();
  }
  if (ends.consumer) {
    DataPipeConsumer consumer(executor, *std::move(ends.consumer));
    poured = co_await drain(consumer, first, num_bytes);
    ends.consumer = consumer.unbind();
  }
  reply(std::move(ends), poured.is_right && poured.num_bytes == num_bytes);
}

}  // namespace

void PourerImpl::Fill(DataPipeProducerHandle to, uint64_t num_bytes, bool closes,
                      Reply<Poured> reply) {
  asio::co_spawn(executor_,
                 fill_and_tell(DataPipeProducer(executor_, std::move(to)), num_bytes, closes,
                               std::move(reply)),
                 asio::detached);
}

void PourerImpl::Drain(DataPipeConsumerHandle from, Reply<Poured> reply) {
  asio::co_spawn(executor_,
                 drain_and_tell(DataPipeConsumer(executor_, std::move(from)), std::move(reply)),
                 asio::detached);
}

void PourerImpl::Pass(DataPipeConsumerHandle from, DataPipeProducerHandle to, Reply<Poured> reply) {
  asio::co_spawn(executor_,
                 pass(DataPipeConsumer(executor_, std::move(from)),
                      DataPipeProducer(executor_, std::move(to)), std::move(reply)),
                 asio::detached);
}

void PourerImpl::UseSome(PipeEnds ends, uint64_t first, uint64_t num_bytes,
                         Reply<PipeEnds, bool> reply) {
  asio::co_spawn(executor_, use_some(std::move(ends), first, num_bytes, std::move(reply)),
                 asio::detached);
}

void PourerImpl::UseHandles(CommonHandles handles, BigBuffer buffer,
                            Reply<CommonHandles, BigBuffer, BigBuffer> reply) {
  BigBuffer changed = BigBuffer::make(buffer.size()).value();
  std::transform(buffer.bytes().begin(), buffer.bytes().end(), changed.mutable_bytes().begin(),
                 [](uint8_t byte) { return static_cast<uint8_t>(byte + 1); });
  // What is in the memory that all may write is one higher, too.
  const auto mapping = handles.unsafe_memory.map().value();
  for (uint8_t& byte : mapping.bytes()) ++byte;
  reply(std::move(handles), std::move(buffer), std::move(changed));
}

void PourerImpl::FillForEver(DataPipeProducerHandle to) {
  asio::co_spawn(
      executor_,
      fill_and_tell(DataPipeProducer(executor_, std::move(to)), kForEver, false, std::nullopt),
      asio::detached);
}

void PourerImpl::UseRing(common::SharedRing ring) {
  auto opened = SharedRingConsumer::open(std::move(ring));
  if (!opened) return receiver_.report_bad_message(opened.error().message());
  ring_ = *std::move(opened);
}

void PourerImpl::Show(common::SharedFrame frame, uint64_t first, bool keeps, Reply<bool> reply) {
  auto view = ring_.take(frame);
  if (!view) return receiver_.report_bad_message(view.error().message());
  reply(is_stream(first, view->bytes()));
  if (keeps) kept_.push_back(*std::move(view));
}

void PourerImpl::DropFrames() { kept_.clear(); }

}  // namespace ferrule::test
