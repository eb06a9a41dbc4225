// SPDX-License-Identifier: Apache-2.0
// A server of HTTP like nginx: a master that accepts, and workers that answer, each in a sandbox.
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "server/master.h"
#include "server/web_worker.h"

namespace {

constexpr const char* kUsage =
    "usage: prefork_server [--port N] [--workers N] [--greeting FILE] [--sandbox PRESET]\n"
    "SIGHUP: read the file again; SIGTERM: answer what was asked, and end\n";

int serve(prefork::Master::Options options) {
  boost::asio::io_context io{1};
  prefork::Master master(io, std::move(options));
  if (auto started = master.start(); !started) {
    std::cerr << "prefork_server: " << started.error().message() << '\n';
    return EXIT_FAILURE;
  }
  io.run();
  std::cout << "ended" << std::endl;
  return master.exit_code();
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() == 1 && words[0] == "worker") return prefork::run_worker();
  prefork::Master::Options options{.program = std::filesystem::read_symlink("/proc/self/exe")};
  for (size_t i = 0; i < words.size(); i += 2) {
    const std::string value = i + 1 < words.size() ? words[i + 1] : "";
    if (words[i] == "--port" && !value.empty()) {
      options.port = static_cast<uint16_t>(std::strtoul(value.c_str(), nullptr, 10));
    } else if (words[i] == "--workers" && std::atoi(value.c_str()) > 0) {
      options.num_workers = std::strtoul(value.c_str(), nullptr, 10);
    } else if (words[i] == "--greeting" && !value.empty()) {
      options.configuration_file = value;
    } else if (words[i] == "--sandbox" && !value.empty()) {
      options.sandbox = value;
    } else {
      std::cerr << kUsage;
      return 2;
    }
  }
  return serve(std::move(options));
}
