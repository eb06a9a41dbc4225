// SPDX-License-Identifier: Apache-2.0
// gRPC over a Unix socket, without encryption. The variant "sync" uses the blocking interface on
// both sides, "callback" the callback one. One-way messages are those of one stream.
#include <condition_variable>
#include <grpcpp/grpcpp.h>
#include <mutex>

#include "bench/peers/peer.h"
#include "peer.grpc.pb.h"

namespace ferrule::bench {
namespace {

using grpc_peer::Answer;
using grpc_peer::Body;
using grpc_peer::Worker;

constexpr int kMaxBytes = 64 << 20;

uint64_t sum_of(const Body& body) {
  return sum_words({reinterpret_cast<const uint8_t*>(body.bytes().data()), body.bytes().size()});
}

class SyncWorker final : public Worker::Service {
  grpc::Status Sum(grpc::ServerContext*, const Body* body, Answer* answer) override {
    answer->set_number(sum_of(*body));
    return grpc::Status::OK;
  }
  grpc::Status Count(grpc::ServerContext*, grpc::ServerReader<Body>* reader,
                     Answer* answer) override {
    Body body;
    uint64_t count = 0;
    while (reader->Read(&body)) ++count;
    answer->set_number(count);
    return grpc::Status::OK;
  }
};

class CountReactor final : public grpc::ServerReadReactor<Body> {
 public:
  explicit CountReactor(Answer& answer) : answer_(answer) { StartRead(&body_); }
  void OnReadDone(bool has_more) override {
    if (has_more) {
      ++count_;
      StartRead(&body_);
    } else {
      answer_.set_number(count_);
      Finish(grpc::Status::OK);
    }
  }
  void OnDone() override { delete this; }

 private:
  Answer& answer_;
  Body body_;
  uint64_t count_ = 0;
};

class CallbackWorker final : public Worker::CallbackService {
  grpc::ServerUnaryReactor* Sum(grpc::CallbackServerContext* context, const Body* body,
                                Answer* answer) override {
    answer->set_number(sum_of(*body));
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
  grpc::ServerReadReactor<Body>* Count(grpc::CallbackServerContext*, Answer* answer) override {
    return new CountReactor(*answer);
  }
};

void check(const grpc::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "gRPC: %s\n", status.error_message().c_str());
  std::_Exit(1);
}

/// Counted down by the library's threads.
class Latch {
 public:
  explicit Latch(uint64_t count) : count_(count) {}
  void count_down() {
    const std::lock_guard lock(mutex_);
    if (--count_ == 0) is_zero_.notify_one();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    is_zero_.wait(lock, [this] { return count_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable is_zero_;
  uint64_t count_;
};

class WriteReactor final : public grpc::ClientWriteReactor<Body> {
 public:
  WriteReactor(Worker::Stub& stub, const Body& body, uint64_t count) : body_(body), rest_(count) {
    stub.async()->Count(&context_, &answer_, this);
    write_next();
    StartCall();
  }
  void OnWriteDone(bool) override {
    if (rest_ != 0) write_next();
  }
  void OnDone(const grpc::Status& status) override {
    check(status);
    done_.count_down();
  }
  uint64_t wait() {
    done_.wait();
    return answer_.number();
  }

 private:
  void write_next() {
    grpc::WriteOptions options;
    if (--rest_ == 0) {
      StartWriteLast(&body_, options);
    } else {
      StartWrite(&body_, options.set_buffer_hint());
    }
  }

  const Body& body_;
  uint64_t rest_;
  grpc::ClientContext context_;
  Answer answer_;
  Latch done_{1};
};

class GrpcClient final : public Client {
 public:
  explicit GrpcClient(const Job& job) : is_callback_(job.variant == "callback") {
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(kMaxBytes);
    arguments.SetMaxSendMessageSize(kMaxBytes);
    stub_ = Worker::NewStub(grpc::CreateCustomChannel(
        "unix:" + job.address(), grpc::InsecureChannelCredentials(), arguments));
  }

  uint64_t call(std::span<const uint8_t> request) override {
    Body body;
    body.set_bytes(request.data(), request.size());
    return send(body);
  }
  uint64_t send_frame(size_t num_bytes, uint64_t first) override {
    std::string& bytes = *frame_.mutable_bytes();
    bytes.resize(num_bytes);
    fill_words({reinterpret_cast<uint8_t*>(bytes.data()), bytes.size()}, first);
    return send(frame_);
  }

  void stream(std::span<const uint8_t> message, uint64_t count) override {
    Body body;
    body.set_bytes(message.data(), message.size());
    if (is_callback_) {
      WriteReactor writer(*stub_, body, count);
      if (writer.wait() != count) die("messages are missing");
      return;
    }
    grpc::ClientContext context;
    Answer answer;
    const auto writer = stub_->Count(&context, &answer);
    for (uint64_t i = 0; i < count; ++i) {
      writer->Write(body, grpc::WriteOptions().set_buffer_hint());
    }
    writer->WritesDone();
    check(writer->Finish());
    if (answer.number() != count) die("messages are missing");
  }

  void fly(std::span<const uint8_t> request, uint64_t count, unsigned num_in_flight) override {
    if (!is_callback_) throw Unsupported();
    struct Call {
      grpc::ClientContext context;
      Answer answer;
    };
    Body body;
    body.set_bytes(request.data(), request.size());
    std::atomic<uint64_t> num_to_send = count;
    Latch done(count);
    const std::function<void()> send = [&] {
      uint64_t rest = num_to_send.load();
      do {
        if (rest == 0) return;
      } while (!num_to_send.compare_exchange_weak(rest, rest - 1));
      auto call = std::make_shared<Call>();
      stub_->async()->Sum(&call->context, &body, &call->answer,
                          [&done, &send, call](const grpc::Status& status) {
                            check(status);
                            send();
                            done.count_down();
                          });
    };
    for (unsigned i = 0; i < num_in_flight; ++i) send();
    done.wait();
  }

 private:
  uint64_t send(const Body& body) {
    grpc::ClientContext context;
    Answer answer;
    if (!is_callback_) {
      check(stub_->Sum(&context, body, &answer));
      return answer.number();
    }
    Latch done(1);
    stub_->async()->Sum(&context, &body, &answer, [&done](const grpc::Status& status) {
      check(status);
      done.count_down();
    });
    done.wait();
    return answer.number();
  }

  const bool is_callback_;
  std::unique_ptr<Worker::Stub> stub_;
  Body frame_;
};

class GrpcPeer final : public Peer {
 public:
  std::string name() const override { return "gRPC"; }
  std::string settings(const Job& job) const override {
    return "gRPC " + grpc::Version() + " over a Unix socket, without encryption, " +
           (job.variant == "callback" ? "callback interface" : "blocking interface") +
           " on both sides, streams with buffer_hint";
  }

  void serve(const Job& job, const std::function<void()>& is_ready) override {
    SyncWorker sync_worker;
    CallbackWorker callback_worker;
    grpc::ServerBuilder builder;
    builder.AddListeningPort("unix:" + job.address(), grpc::InsecureServerCredentials());
    builder.SetMaxReceiveMessageSize(kMaxBytes);
    if (job.variant == "callback") {
      builder.RegisterService(&callback_worker);
    } else {
      builder.RegisterService(&sync_worker);
    }
    const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
    if (!server) die("gRPC");
    is_ready();
    server->Wait();
  }
  std::unique_ptr<Client> connect(const Job& job) override {
    return std::make_unique<GrpcClient>(job);
  }
};

}  // namespace
}  // namespace ferrule::bench

int main(int argc, char** argv) {
  const int status = ferrule::bench::run_peer(argc, argv, ferrule::bench::GrpcPeer());
  // Its threads, when they are to end, sometimes take ten seconds.
  std::fflush(stdout);
  std::_Exit(status);
}
