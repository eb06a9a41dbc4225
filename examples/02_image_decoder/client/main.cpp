// SPDX-License-Identifier: Apache-2.0
// Opens files that nobody trusts, has them decoded in a process of its own, and writes a thumbnail
// of each. Whatever a file does to the decoder, the next file finds a decoder that works.
#include <cerrno>
#include <exception>
#include <fcntl.h>
#include <iostream>
#include <system_error>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "ferrule/ferrule.h"

#include "client/decoder.h"
#include "client/options.h"
#include "client/printable.h"
#include "client/table.h"
#include "client/thumbnail_folder.h"
#include "picture/thumbnail.h"

namespace {

namespace asio = boost::asio;
using client::Decoder;
using client::Row;

constexpr const char* kProgram = "image_decoder_client";
constexpr uint32_t kThumbnailSide = 256;
constexpr int kFailed = 1;
constexpr int kWrongUse = 2;

/// One run over all files.
struct Run {
  client::Options options;
  client::ThumbnailFolder thumbnails;
  std::vector<Row> rows;
  int num_failures = 0;
};

asio::awaitable<ferrule::Expected<Row, std::string>> process_file(const std::string& name,
                                                                  Decoder& decoder, Run& run) {
  // Without O_NONBLOCK, opening a named pipe would wait for its writer.
  ferrule::UniqueFd file(::open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file) {
    co_return ferrule::Unexpected("cannot open the file: " + std::system_category().message(errno));
  }
  auto decoded = co_await decoder.decode(std::move(file));
  if (!decoded) co_return ferrule::Unexpected(decoded.error());
  const image::Bitmap& bitmap = decoded->bitmap;
  const auto saved = run.thumbnails.save(
      name, picture::make_thumbnail({bitmap.width, bitmap.height, bitmap.rgba}, kThumbnailSide));
  if (!saved) co_return ferrule::Unexpected(saved.error());
  co_return Row{std::filesystem::path(name).filename(),
                bitmap.width,
                bitmap.height,
                decoded->time,
                decoded->socket_bytes,
                decoded->shared_bytes};
}

asio::awaitable<void> process_all(ferrule::Runtime& runtime, Run& run) {
  const auto self = std::filesystem::read_symlink("/proc/self/exe");
  Decoder decoder(runtime, self.parent_path() / "image_decoder_service");
  const size_t victim = std::min<size_t>(1, run.options.files.size() - 1);
  for (size_t i = 0; i < run.options.files.size(); ++i) {
    const std::string& name = run.options.files[i];
    if (run.options.kill_decoder && i == victim) decoder.kill_in_next_call();
    auto row = co_await process_file(name, decoder, run);
    if (row) {
      run.rows.push_back(std::move(row).value());
    } else {
      std::cerr << kProgram << ": " << client::to_printable(name) << ": " << row.error() << '\n';
      ++run.num_failures;
    }
  }
}

void report(const Run& run) {
  if (!run.rows.empty()) {
    std::cout << client::format_table(run.rows) << "thumbnails: " << run.thumbnails.path().string()
              << '\n';
  }
  if (run.num_failures > 0) {
    std::cerr << kProgram << ": " << run.num_failures << " of " << run.options.files.size()
              << " files failed\n";
  }
}

}  // namespace

int main(int argc, char** argv) {
  auto options = client::parse_options({argv + 1, argv + argc});
  if (!options) {
    std::cerr << kProgram << ": " << options.error() << '\n' << client::kUsage;
    return kWrongUse;
  }
  if (options->wants_help) {
    std::cout << client::kUsage;
    return 0;
  }

  Run run{*options, client::ThumbnailFolder(options->out), {}, 0};
  asio::io_context io;
  ferrule::Runtime runtime(io.get_executor());
  asio::co_spawn(io, process_all(runtime, run), [](const std::exception_ptr& failure) {
    if (failure) std::rethrow_exception(failure);
  });
  io.run();
  report(run);
  return run.num_failures > 0 ? kFailed : 0;
}
