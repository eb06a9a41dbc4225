// SPDX-License-Identifier: Apache-2.0
// A file through a data pipe and through pipe(2), to another process that adds up its words: the
// same chunk, in turns, in one run.
//
//   data_pipe_bench [FILE_MIB] [ROUNDS]
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <functional>
#include <string>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "ferrule/base/check.h"
#include "ferrule/stream/data_pipe.h"

namespace {

namespace asio = boost::asio;
using asio::use_awaitable;

struct Work {
  int file = -1;
  size_t num_bytes = 0;
  size_t chunk = 0;
};

struct Sum {
  uint64_t value = 0;
  void add(const uint8_t* bytes, size_t n) {
    for (size_t i = 0; i + 8 <= n; i += 8) {
      uint64_t word = 0;
      std::memcpy(&word, bytes + i, 8);
      value += word;
    }
  }
};

size_t read_file(const Work& work, uint8_t* to, size_t n, size_t at) {
  const ssize_t count = ::pread(work.file, to, n, static_cast<off_t>(at));
  FERRULE_CHECK(count >= 0);
  return static_cast<size_t>(count);
}

struct Outcome {
  double seconds = 0;
  double cpu_seconds = 0;  // of both processes
  long max_rss_kib = 0;    // of the reader
};

double cpu_of(const rusage& usage) {
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// Writes here and reads in a child.
Outcome run(const std::function<void()>& writer, const std::function<uint64_t()>& reader,
            const std::function<void()>& close_reader, const std::function<void()>& close_writer,
            uint64_t expected) {
  rusage before{};
  ::getrusage(RUSAGE_SELF, &before);
  const auto begin = std::chrono::steady_clock::now();
  const pid_t child = ::fork();
  if (child == 0) {
    close_writer();
    const uint64_t sum = reader();
    std::_Exit(sum == expected ? 0 : 1);
  }
  close_reader();
  writer();
  int status = 0;
  rusage child_usage{};
  ::wait4(child, &status, 0, &child_usage);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  FERRULE_CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  rusage after{};
  ::getrusage(RUSAGE_SELF, &after);
  return {took.count(), cpu_of(after) - cpu_of(before) + cpu_of(child_usage),
          child_usage.ru_maxrss};
}

Outcome through_pipe2(const Work& work, int pipe_bytes, uint64_t expected) {
  int ends[2];
  FERRULE_CHECK(::pipe2(ends, O_CLOEXEC) == 0);
  if (pipe_bytes != 0) ::fcntl(ends[1], F_SETPIPE_SZ, pipe_bytes);
  return run(
      [&] {
        std::vector<uint8_t> buffer(work.chunk);
        for (size_t at = 0; at < work.num_bytes;) {
          const size_t n = read_file(work, buffer.data(), buffer.size(), at);
          for (size_t done = 0; done < n;) {
            const ssize_t count = ::write(ends[1], buffer.data() + done, n - done);
            FERRULE_CHECK(count > 0);
            done += static_cast<size_t>(count);
          }
          at += n;
        }
        ::close(ends[1]);
      },
      [&] {
        Sum sum;
        std::vector<uint8_t> buffer(work.chunk);
        for (;;) {
          size_t have = 0;
          while (have < buffer.size()) {
            const ssize_t count = ::read(ends[0], buffer.data() + have, buffer.size() - have);
            if (count <= 0) break;
            have += static_cast<size_t>(count);
          }
          if (have == 0) return sum.value;
          sum.add(buffer.data(), have);
        }
      },
      [&] { ::close(ends[0]); }, [&] { ::close(ends[1]); }, expected);
}

Outcome through_data_pipe(const Work& work, size_t capacity, bool in_place, uint64_t expected) {
  auto pipe = ferrule::make_data_pipe({.capacity = capacity}).value();
  const auto write_copied = [&work](ferrule::DataPipeProducer& to) -> asio::awaitable<void> {
    std::vector<uint8_t> buffer(work.chunk);
    for (size_t at = 0; at < work.num_bytes;) {
      const size_t n = read_file(work, buffer.data(), buffer.size(), at);
      at += co_await asio::async_write(to, asio::buffer(buffer.data(), n), use_awaitable);
    }
    to.close();
  };
  const auto write_in_place = [&work](ferrule::DataPipeProducer& to) -> asio::awaitable<void> {
    for (size_t at = 0; at < work.num_bytes;) {
      co_await to.async_wait_writable(std::min(work.chunk, to.capacity() / 2), use_awaitable);
      const auto room = to.begin_write(work.chunk).value();
      const size_t n = read_file(work, room.data(), room.size(), at);
      to.end_write(n);
      at += n;
    }
    to.close();
  };
  const auto read_copied = [&work](ferrule::DataPipeConsumer& from,
                                   Sum& sum) -> asio::awaitable<void> {
    std::vector<uint8_t> buffer(work.chunk);
    boost::system::error_code error;
    while (!error) {
      const size_t n = co_await asio::async_read(from, asio::buffer(buffer),
                                                 asio::redirect_error(use_awaitable, error));
      sum.add(buffer.data(), n);
    }
  };
  const auto read_in_place = [](ferrule::DataPipeConsumer& from,
                                Sum& sum) -> asio::awaitable<void> {
    boost::system::error_code error;
    for (;;) {
      co_await from.async_wait_readable(8, asio::redirect_error(use_awaitable, error));
      const auto bytes = from.begin_read();
      if (error || !bytes) co_return;
      const size_t n = bytes->size() / 8 * 8;
      sum.add(bytes->data(), n);
      from.end_read(n);
    }
  };
  return run(
      [&] {
        asio::io_context io{1};
        ferrule::DataPipeProducer producer(io.get_executor(), std::move(pipe.producer));
        if (in_place) {
          asio::co_spawn(io, write_in_place(producer), asio::detached);
        } else {
          asio::co_spawn(io, write_copied(producer), asio::detached);
        }
        io.run();
      },
      [&] {
        asio::io_context io{1};
        ferrule::DataPipeConsumer consumer(io.get_executor(), std::move(pipe.consumer));
        Sum sum;
        if (in_place) {
          asio::co_spawn(io, read_in_place(consumer, sum), asio::detached);
        } else {
          asio::co_spawn(io, read_copied(consumer, sum), asio::detached);
        }
        io.run();
        return sum.value;
      },
      [&] { pipe.consumer = {}; }, [&] { pipe.producer = {}; }, expected);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  const size_t num_mib = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1024;
  const int num_rounds = argc > 2 ? std::atoi(argv[2]) : 5;
  Work work;
  std::string path = "data_pipe_bench.XXXXXX";
  work.file = ::mkstemp(path.data());
  FERRULE_CHECK(work.file >= 0);
  ::unlink(path.c_str());
  work.num_bytes = num_mib << 20;
  std::vector<uint8_t> block(1U << 20);
  Sum expected;
  for (size_t i = 0; i < num_mib; ++i) {
    for (size_t at = 0; at < block.size(); ++at) block[at] = static_cast<uint8_t>(at * 31 + i);
    FERRULE_CHECK(::write(work.file, block.data(), block.size()) ==
                  static_cast<ssize_t>(block.size()));
    expected.add(block.data(), block.size());
  }
  struct Lane {
    const char* name;
    std::function<Outcome()> run;
    std::vector<double> seconds{};
    std::vector<double> cpu{};
    long max_rss = 0;
  };
  std::printf("%zu MiB, %d rounds in turns, medians\n", num_mib, num_rounds);
  std::printf("%-34s %9s %7s %7s %12s\n", "", "GB/s", "ratio", "CPU s", "reader KiB");
  for (const size_t chunk : {size_t{4} << 10, size_t{64} << 10, size_t{256} << 10}) {
    work.chunk = chunk;
    std::vector<Lane> lanes;
    const auto add = [&lanes](const char* name, std::function<Outcome()> body) {
      lanes.push_back({name, std::move(body)});
    };
    add("pipe(2)", [&] { return through_pipe2(work, 0, expected.value); });
    add("pipe(2), 1 MiB of room", [&] { return through_pipe2(work, 1 << 20, expected.value); });
    add("data pipe, 256 KiB",
        [&] { return through_data_pipe(work, 256 << 10, false, expected.value); });
    add("data pipe, 1 MiB",
        [&] { return through_data_pipe(work, 1 << 20, false, expected.value); });
    add("data pipe, 256 KiB, in place",
        [&] { return through_data_pipe(work, 256 << 10, true, expected.value); });
    for (int round = -1; round < num_rounds; ++round) {
      for (Lane& lane : lanes) {
        const Outcome outcome = lane.run();
        if (round < 0) continue;  // a warm-up
        lane.seconds.push_back(outcome.seconds);
        lane.cpu.push_back(outcome.cpu_seconds);
        lane.max_rss = std::max(lane.max_rss, outcome.max_rss_kib);
      }
    }
    std::printf("chunks of %zu KiB\n", chunk >> 10);
    const double floor = median(lanes[0].seconds);
    for (const Lane& lane : lanes) {
      const double seconds = median(lane.seconds);
      std::printf("  %-32s %9.2f %7.2f %7.2f %12ld\n", lane.name,
                  static_cast<double>(work.num_bytes) / seconds / 1e9, floor / seconds,
                  median(lane.cpu), lane.max_rss);
    }
  }
}
