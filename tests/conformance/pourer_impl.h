// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "ferrule/bindings/receiver.h"
#include "ferrule/stream/shared_ring_consumer.h"

#include "pourer.idl.h"

namespace ferrule::test {

/// A pourer that does what pourer.idl says.
class PourerImpl final : public Pourer {
 public:
  PourerImpl(PendingReceiver<Pourer> pending, const boost::asio::any_io_executor& executor)
      : executor_(executor), receiver_(*this, std::move(pending), executor) {}

 private:
  void Fill(DataPipeProducerHandle to, uint64_t num_bytes, bool closes,
            Reply<Poured> reply) override;
  void Drain(DataPipeConsumerHandle from, Reply<Poured> reply) override;
  void Pass(DataPipeConsumerHandle from, DataPipeProducerHandle to, Reply<Poured> reply) override;
  void UseSome(PipeEnds ends, uint64_t first, uint64_t num_bytes,
               Reply<PipeEnds, bool> reply) override;
  void UseHandles(CommonHandles handles, BigBuffer buffer,
                  Reply<CommonHandles, BigBuffer, BigBuffer> reply) override;
  void FillForEver(DataPipeProducerHandle to) override;
  void UseRing(common::SharedRing ring) override;
  void Show(common::SharedFrame frame, uint64_t first, bool keeps, Reply<bool> reply) override;
  void DropFrames() override;

  const boost::asio::any_io_executor executor_;
  SharedRingConsumer ring_;
  std::vector<SharedRingView> kept_;
  Receiver<Pourer> receiver_;
};

}  // namespace ferrule::test
