// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/any_io_executor.hpp>

#include "ferrule/bindings/receiver.h"

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

  const boost::asio::any_io_executor executor_;
  Receiver<Pourer> receiver_;
};

}  // namespace ferrule::test
