// SPDX-License-Identifier: Apache-2.0
// Runs a program in a sandbox: the same policies that a program of one's own is launched with, put
// in force before the program starts. Ends as the program ends.
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <sys/prctl.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "ferrule/platform/process.h"
#include "ferrule/sandbox/internal/sandbox_setup.h"
#include "ferrule/sandbox/policy_text.h"

#include "programs/refused_calls.h"

namespace {

using ferrule::Errc;
using ferrule::Error;
using ferrule::Result;
using ferrule::platform::ExitStatus;
using ferrule::sandbox::Policy;

constexpr int kCannotRun = 125;  // as env(1) and others say it

constexpr std::string_view kUsage =
    R"(usage: ferrule-run --sandbox PRESET|FILE [--report] [--] PROGRAM [ARGUMENT...]
       ferrule-run --sandbox PRESET|FILE --show

Runs PROGRAM under a policy: a preset (none, utility, network, renderer, decoder) or a file that
holds one. A name with a slash is a file. The program is looked for in PATH, reads the libraries of
the system, and ends when this program ends.

  --report   say on standard error which layers are in force, before it runs
  --show     print the policy as a file and run nothing

Exits as PROGRAM does; with 128 and the signal's number if it was killed; with 125 if it could not
be started.
)";

struct Options {
  std::optional<std::string> sandbox{};
  bool is_reporting = false;
  bool is_showing = false;
  std::vector<std::string> words{};  // the program and its arguments
};

Result<Options> parse_options(const std::vector<std::string>& words) {
  Options options;
  size_t i = 0;
  for (; i < words.size() && words[i].starts_with("-"); ++i) {
    if (words[i] == "--") {
      ++i;
      break;
    }
    if (words[i] == "--sandbox" && i + 1 < words.size()) {
      options.sandbox = words[++i];
    } else if (words[i].starts_with("--sandbox=")) {
      options.sandbox = words[i].substr(std::string_view("--sandbox=").size());
    } else if (words[i] == "--report") {
      options.is_reporting = true;
    } else if (words[i] == "--show") {
      options.is_showing = true;
    } else {
      return Error(Errc::kInvalidArgument, "unknown option " + words[i]);
    }
  }
  options.words.assign(words.begin() + static_cast<std::ptrdiff_t>(i), words.end());
  if (!options.sandbox) return Error(Errc::kInvalidArgument, "--sandbox is missing");
  if (options.words.empty() && !options.is_showing) {
    return Error(Errc::kInvalidArgument, "there is no program to run");
  }
  return options;
}

Result<Policy> load_policy(const std::string& name) {
  if (name.find('/') == std::string::npos) return Policy::preset(name);
  std::ifstream file(name);
  if (!file) return Error::from_errno("open(" + name + ")");
  std::string text(ferrule::sandbox::kMaxPolicyBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  auto policy = ferrule::sandbox::parse_policy(text);
  if (!policy) return Error(policy.error().code(), name + ": " + policy.error().message());
  return policy;
}

/// The file behind a name, as a shell finds it.
Result<std::string> find_program(const std::string& name) {
  const auto real = [](const std::string& path) {
    std::error_code error;
    return std::filesystem::canonical(path, error).string();
  };
  if (name.find('/') != std::string::npos) {
    std::string path = real(name);
    if (path.empty()) return Error::from_errno(ENOENT, name);
    return path;
  }
  const char* const path_variable = std::getenv("PATH");
  std::string folders = path_variable == nullptr ? "/usr/bin:/bin" : path_variable;
  for (size_t begin = 0; begin <= folders.size();) {
    const size_t end = std::min(folders.find(':', begin), folders.size());
    const std::string path = folders.substr(begin, end - begin) + "/" + name;
    if (::access(path.c_str(), X_OK) == 0) return real(path);
    begin = end + 1;
  }
  return Error(Errc::kNotFound, "no program " + name + " in PATH");
}

Result<ExitStatus> run(const Options& options, const Policy& policy) {
  auto program = find_program(options.words.front());
  if (!program) return std::move(program).error();
  auto setup =
      ferrule::sandbox::SandboxSetup::make(policy, ferrule::sandbox::Step::kWhole, *program);
  if (!setup) return std::move(setup).error();

  ferrule::platform::ProcessOptions process_options;
  process_options.program = *program;
  process_options.arguments = options.words;
  process_options.dies_with_parent = true;
  ferrule::programs::WatchedSetup watched(**setup);
  const bool is_watched =
      policy.need(ferrule::sandbox::Layer::kSeccomp) != ferrule::sandbox::Need::kOff;
  process_options.setup =
      is_watched ? &watched : static_cast<ferrule::platform::ProcessSetup*>(setup->get());
  auto process = ferrule::platform::Process::start(std::move(process_options));
  if (!process) return std::move(process).error();
  if (options.is_reporting) std::cerr << to_text((*setup)->report());
  if (!is_watched) return process->wait();
  return ferrule::programs::wait_and_name_refused_calls(process->id());
}

int fail(const Error& error) {
  std::cerr << "ferrule-run: " << error.message() << '\n';
  return kCannotRun;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() == 1 && (words[0] == "--help" || words[0] == "-h")) {
    std::cout << kUsage;
    return 0;
  }
  const auto options = parse_options(words);
  if (!options) {
    std::cerr << kUsage;
    return fail(options.error());
  }
  const auto policy = load_policy(*options->sandbox);
  if (!policy) return fail(policy.error());
  if (options->is_showing) {
    std::cout << to_text(*policy);
    return 0;
  }
  const auto status = run(*options, *policy);
  if (!status) return fail(status.error());
  if (status->was_killed()) {
    std::cerr << "ferrule-run: " << status->to_text() << '\n';
    return 128 + status->signal;
  }
  return status->code;
}
