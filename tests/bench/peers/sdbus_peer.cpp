// SPDX-License-Identifier: Apache-2.0
// sd-bus between two processes without a daemon: D-Bus messages over a Unix socket.
#include <cerrno>
#include <deque>
#include <systemd/sd-bus.h>

#include "bench/peers/peer.h"
#include "bench/peers/raw_socket.h"

namespace ferrule::bench {
namespace {

constexpr const char* kPath = "/worker";
constexpr const char* kInterface = "ferrule.bench.Worker";

int check(int result, const char* what) {
  if (result >= 0) return result;
  errno = -result;
  die(what);
}

uint64_t read_number(sd_bus_message* message) {
  uint64_t number = 0;
  check(sd_bus_message_read(message, "t", &number), "sd_bus_message_read");
  return number;
}

struct Worker {
  uint64_t count = 0;

  static int on_sum(sd_bus_message* message, void*, sd_bus_error*) {
    const void* bytes = nullptr;
    size_t num_bytes = 0;
    check(sd_bus_message_read_array(message, 'y', &bytes, &num_bytes), "sd_bus_message_read_array");
    const uint64_t sum = sum_words({static_cast<const uint8_t*>(bytes), num_bytes});
    return sd_bus_reply_method_return(message, "t", sum);
  }
  static int on_count(sd_bus_message*, void* self, sd_bus_error*) {
    ++static_cast<Worker*>(self)->count;
    return 1;
  }
  static int on_take_count(sd_bus_message* message, void* self, sd_bus_error*) {
    return sd_bus_reply_method_return(message, "t",
                                      std::exchange(static_cast<Worker*>(self)->count, 0));
  }
};

const sd_bus_vtable kTable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD("Sum", "ay", "t", &Worker::on_sum, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("Count", "ay", "", &Worker::on_count,
                  SD_BUS_VTABLE_UNPRIVILEGED | SD_BUS_VTABLE_METHOD_NO_REPLY),
    SD_BUS_METHOD("TakeCount", "", "t", &Worker::on_take_count, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_VTABLE_END,
};

sd_bus* make_bus(UniqueFd socket, bool is_server) {
  sd_bus* bus = nullptr;
  check(sd_bus_new(&bus), "sd_bus_new");
  const int fd = socket.release();
  check(sd_bus_set_fd(bus, fd, fd), "sd_bus_set_fd");
  if (is_server) {
    sd_id128_t id;
    check(sd_id128_randomize(&id), "sd_id128_randomize");
    check(sd_bus_set_server(bus, 1, id), "sd_bus_set_server");
    check(sd_bus_set_anonymous(bus, 1), "sd_bus_set_anonymous");
  }
  return bus;
}

class SdBusClient final : public Client {
 public:
  explicit SdBusClient(const Job& job) : bus_(make_bus(connect_to(job.address()), false)) {
    check(sd_bus_start(bus_), "sd_bus_start");
  }
  ~SdBusClient() override { sd_bus_unref(bus_); }

  uint64_t call(std::span<const uint8_t> request) override {
    sd_bus_message* message = make_call("Sum", request);
    return finish(message);
  }
  uint64_t send_frame(size_t num_bytes, uint64_t first) override {
    sd_bus_message* message = make_message("Sum");
    void* bytes = nullptr;
    check(sd_bus_message_append_array_space(message, 'y', num_bytes, &bytes), "append");
    fill_words({static_cast<uint8_t*>(bytes), num_bytes}, first);
    return finish(message);
  }

  void stream(std::span<const uint8_t> message, uint64_t count) override {
    for (uint64_t i = 0; i < count; ++i) {
      sd_bus_message* one_way = make_call("Count", message);
      check(sd_bus_message_set_expect_reply(one_way, 0), "set_expect_reply");
      while (sd_bus_send(bus_, one_way, nullptr) == -ENOBUFS) check(sd_bus_flush(bus_), "flush");
      sd_bus_message_unref(one_way);
    }
    if (finish(make_message("TakeCount")) != count) die("messages are missing");
  }

  void fly(std::span<const uint8_t> request, uint64_t count, unsigned num_in_flight) override {
    uint64_t num_sent = 0;
    num_answers_ = 0;
    while (num_answers_ < count) {
      while (num_sent < count && num_sent - num_answers_ < num_in_flight) {
        sd_bus_message* message = make_call("Sum", request);
        check(sd_bus_call_async(bus_, nullptr, message, &SdBusClient::on_answer, this, 0), "call");
        sd_bus_message_unref(message);
        ++num_sent;
      }
      const int has_done = check(sd_bus_process(bus_, nullptr), "sd_bus_process");
      if (has_done == 0) check(sd_bus_wait(bus_, UINT64_MAX), "sd_bus_wait");
    }
  }

 private:
  static int on_answer(sd_bus_message* message, void* self, sd_bus_error*) {
    read_number(message);
    ++static_cast<SdBusClient*>(self)->num_answers_;
    return 1;
  }

  sd_bus_message* make_message(const char* method) {
    sd_bus_message* message = nullptr;
    check(sd_bus_message_new_method_call(bus_, &message, nullptr, kPath, kInterface, method),
          "sd_bus_message_new_method_call");
    return message;
  }
  sd_bus_message* make_call(const char* method, std::span<const uint8_t> bytes) {
    sd_bus_message* message = make_message(method);
    check(sd_bus_message_append_array(message, 'y', bytes.data(), bytes.size()), "append");
    return message;
  }
  uint64_t finish(sd_bus_message* message) {
    sd_bus_message* answer = nullptr;
    check(sd_bus_call(bus_, message, 0, nullptr, &answer), "sd_bus_call");
    const uint64_t number = read_number(answer);
    sd_bus_message_unref(answer);
    sd_bus_message_unref(message);
    return number;
  }

  sd_bus* bus_;
  uint64_t num_answers_ = 0;
};

class SdBusPeer final : public Peer {
 public:
  std::string name() const override { return "sd-bus"; }
  std::string settings(const Job&) const override {
    return "peer to peer over a Unix socket, anonymous, no daemon";
  }

  void serve(const Job& job, const std::function<void()>& is_ready) override {
    const UniqueFd listener = listen_at(job.address());
    is_ready();
    sd_bus* bus = make_bus(accept_from(listener), true);
    Worker worker;
    check(sd_bus_add_object_vtable(bus, nullptr, kPath, kInterface, kTable, &worker), "vtable");
    check(sd_bus_start(bus), "sd_bus_start");
    for (;;) {
      const int has_done = sd_bus_process(bus, nullptr);
      if (has_done < 0) break;
      if (has_done == 0 && sd_bus_wait(bus, UINT64_MAX) < 0) break;
    }
    ::pause();
  }
  std::unique_ptr<Client> connect(const Job& job) override {
    return std::make_unique<SdBusClient>(job);
  }
};

}  // namespace
}  // namespace ferrule::bench

int main(int argc, char** argv) {
  return ferrule::bench::run_peer(argc, argv, ferrule::bench::SdBusPeer());
}
