// SPDX-License-Identifier: Apache-2.0
//
// The end is the hard part. Closing a connection while a request is on its way loses that request,
// and nobody can see whether one is. So at the end the next answer says "Connection: close", and
// the client closes. Clients that ask nothing for a while lose nothing when they are closed.
#include "server/web_worker.h"

#include <csignal>
#include <iostream>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

namespace prefork {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
constexpr auto kToken = asio::as_tuple(asio::use_awaitable);

/// What a client may send as one request; nothing here has a body.
constexpr size_t kMaxHeaderBytes = 8192;
constexpr size_t kMaxBodyBytes = 0;

/// Below the eight seconds that the master waits.
constexpr std::chrono::milliseconds kDeadline{6000};
/// At the end, for connections on which nothing is asked.
constexpr std::chrono::milliseconds kGrace{500};

}  // namespace

void WebWorker::Start(std::string name, ferrule::UniqueFd counters, ferrule::UniqueFd configuration,
                      ferrule::Reply<> reply) {
  name_ = std::move(name);
  auto memory = SharedMemory::map(counters, SharedMemory::Access::kWrite, sizeof(Counters));
  if (!memory) return reply.report_bad_message(memory.error().message());
  counters_memory_ = *std::move(memory);
  counters_ = static_cast<Counters*>(counters_memory_->bytes());
  Configure(std::move(configuration), std::move(reply));
}

void WebWorker::Configure(ferrule::UniqueFd configuration, ferrule::Reply<> reply) {
  auto read = from_memory(configuration);
  if (!read) return reply.report_bad_message(read.error().message());
  configuration_ = *std::move(read);
  reply();
}

void WebWorker::Serve(ferrule::UniqueFd connection) {
  tcp::socket socket(io_);
  ferrule::error_code error;
  socket.assign(tcp::v4(), connection.get(), error);
  if (error || counters_ == nullptr) return;
  static_cast<void>(connection.release());
  asio::co_spawn(io_, serve(std::move(socket)), asio::detached);
}

asio::awaitable<void> WebWorker::serve(tcp::socket socket) {
  const auto work = hold_();
  Session session{socket};
  sessions_.insert(&session);
  co_await answer_all(session);
  sessions_.erase(&session);
  ferrule::error_code ignored;
  socket.close(ignored);
  counters_->num_closed.fetch_add(1, std::memory_order_relaxed);
}

asio::awaitable<void> WebWorker::answer_all(Session& session) {
  boost::beast::flat_buffer buffer;
  for (bool is_kept = true; is_kept;) {
    http::request_parser<http::empty_body> parser;
    parser.header_limit(kMaxHeaderBytes);
    parser.body_limit(kMaxBodyBytes);
    session.is_idle = true;
    const auto [read_error, num_read] =
        co_await http::async_read(session.socket, buffer, parser, kToken);
    session.is_idle = false;
    if (read_error) co_return;

    http::response<http::string_body> response(http::status::ok, parser.get().version());
    is_kept = parser.get().keep_alive() && !is_ending_;
    response.keep_alive(is_kept);
    response.set("X-Worker", name_);
    response.set("X-Configuration", std::to_string(configuration_.number));
    response.body() = configuration_.greeting + "\n";
    response.prepare_payload();
    const auto [write_error, num_written] =
        co_await http::async_write(session.socket, response, kToken);
    if (write_error) co_return;
    counters_->num_answered.fetch_add(1, std::memory_order_relaxed);
  }
}

void WebWorker::begin_to_end() {
  is_ending_ = true;
  grace_.expires_after(kGrace);
  grace_.async_wait([this](ferrule::error_code error) {
    if (error) return;
    ferrule::error_code ignored;
    for (Session* const session : sessions_) {
      if (session->is_idle) session->socket.cancel(ignored);
    }
  });
}

int run_worker() {
  asio::io_context io{1};
  ferrule::Runtime runtime(io.get_executor());
  // From the next line on this process is locked.
  auto master = runtime.accept_invitation();
  if (!master) {
    std::cerr << "worker: " << master.error().message() << '\n';
    return 1;
  }
  WebWorker worker(io);
  ferrule::Receiver<Worker> receiver(worker);
  master->provide<Worker>([&](ferrule::PendingReceiver<Worker> pending) {
    receiver.bind(std::move(pending), io.get_executor());
  });
  master->set_closed_handler([&io] { io.stop(); });
  ferrule::GracefulShutdown shutdown(runtime, {.signals = {SIGTERM, SIGINT},
                                               .deadline = kDeadline,
                                               .on_begin = [&worker] { worker.begin_to_end(); },
                                               .on_done = [&io] { io.stop(); }});
  shutdown.follow(*master);
  worker.set_hold([&shutdown] { return shutdown.hold(); });
  io.run();
  return shutdown.exit_code();
}

}  // namespace prefork
