// SPDX-License-Identifier: Apache-2.0
#include "sandbox/confined_probe.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <netinet/in.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <utility>

#include <gtest/gtest.h>

#include "ferrule/platform/memfd.h"
#include "ferrule/platform/unix_socket.h"
#include "ferrule/sandbox/internal/sandbox_setup.h"
#include "ferrule/sandbox/policy_text.h"

#include "programs/sandbox_attempts.h"

namespace ferrule::test {
namespace {

namespace fs = std::filesystem;
using sandbox::Policy;
using sandbox::SandboxSetup;
using sandbox::Step;

struct Pipe {
  UniqueFd read_end;
  UniqueFd write_end;
};

Pipe make_pipe() {
  int fds[2];
  EXPECT_EQ(::pipe2(fds, O_CLOEXEC), 0);
  return {UniqueFd(fds[0]), UniqueFd(fds[1])};
}

std::string read_all(const UniqueFd& fd) {
  std::string text;
  char bytes[4096];
  for (ssize_t count = 0; (count = ::read(fd.get(), bytes, sizeof(bytes))) > 0;) {
    text.append(bytes, static_cast<size_t>(count));
  }
  return text;
}

UniqueFd sealed_memory() {
  UniqueFd memory = platform::create_memfd("sealed", 4096).value();
  EXPECT_TRUE(platform::seal_memfd(memory, platform::Seals::kImmutable));
  return memory;
}

UniqueFd read_only_memory() {
  const UniqueFd memory = platform::create_memfd("read-only", 4096).value();
  const std::string path = "/proc/self/fd/" + std::to_string(memory.get());
  return UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
}

// The call that a line of the sandbox names; empty if there is none.
std::string refused_call(const std::string& errors) {
  constexpr std::string_view kBegin = "the sandbox refused ";
  const size_t begin = errors.find(kBegin);
  if (begin == std::string::npos) return {};
  return errors.substr(begin + kBegin.size(), errors.find('\n', begin) - begin - kBegin.size());
}

std::string to_outcome(const platform::ExitStatus& status, const std::string& errors) {
  if (status.was_killed()) {
    const std::string call = refused_call(errors);
    return "SIG" + std::string(::sigabbrev_np(status.signal)) + (call.empty() ? "" : " " + call);
  }
  if (status.code == 0) return "works";
  if (status.code == kHidden) return "hidden";
  const char* const name = ::strerrorname_np(status.code);
  return name != nullptr ? name : "exit code " + std::to_string(status.code) + " " + errors;
}

struct Started {
  platform::Process process;
  sandbox::Report report;
  UniqueFd output;
  UniqueFd errors;
};

Result<Started> start(const Policy& policy, Step step, std::vector<std::string> words,
                      UniqueFd input) {
  auto setup = SandboxSetup::make(policy, step, FERRULE_SANDBOX_PROBE);
  if (!setup) return std::move(setup).error();
  Pipe output = make_pipe();
  Pipe errors = make_pipe();
  platform::ProcessOptions options;
  options.program = FERRULE_SANDBOX_PROBE;
  options.arguments = std::move(words);
  options.environment = {{"SANDBOX_PROBE_POLICY=" + to_text(policy)}};
  options.descriptors.push_back(sealed_memory());
  options.descriptors.push_back(read_only_memory());
  options.standard_input = std::move(input);
  options.standard_output = std::move(output.write_end);
  options.standard_error = std::move(errors.write_end);
  options.dies_with_parent = true;
  if (policy.is_any_layer_wanted()) options.setup = setup->get();
  auto process = platform::Process::start(std::move(options));
  if (!process) return std::move(process).error();
  return Started{*std::move(process), (*setup)->report(), std::move(output.read_end),
                 std::move(errors.read_end)};
}

}  // namespace

ConfinedProbe::ConfinedProbe() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  loopback_.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  EXPECT_EQ(::bind(loopback_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)),
            0);
  EXPECT_EQ(::listen(loopback_.get(), 100), 0);
  socklen_t num_bytes = sizeof(address);
  ::getsockname(loopback_.get(), reinterpret_cast<sockaddr*>(&address), &num_bytes);
  port_ = ntohs(address.sin_port);

  abstract_name_ = "ferrule-test-" + std::to_string(::getpid());
  abstract_ = platform::listen_on("@" + abstract_name_, {}).value();

  shared_memory_key_ = 0x46000000 | ::getpid();
  shared_memory_ = ::shmget(shared_memory_key_, 4096, IPC_CREAT | IPC_EXCL | 0600);
  EXPECT_GE(shared_memory_, 0);

  private_file_ = folder_.file("private");
  std::ofstream(private_file_) << "secret";
  ::chmod(private_file_.c_str(), 0600);
  // A program that becomes another user; which only root can make.
  setuid_program_ = folder_.file("setuid");
  fs::copy_file(FERRULE_SANDBOX_PROBE, setuid_program_);
  if (::geteuid() == 0) {
    constexpr uid_t kSomebody = 1234;
    EXPECT_EQ(::chown(setuid_program_.c_str(), kSomebody, kSomebody), 0);
  }
  ::chmod(setuid_program_.c_str(), 04755);
  ::chmod(folder_.path().c_str(), 0755);
}

ConfinedProbe::~ConfinedProbe() { ::shmctl(shared_memory_, IPC_RMID, nullptr); }

std::vector<std::string> ConfinedProbe::arguments_of(const std::string& name) const {
  const std::string parent = std::to_string(::getpid());
  if (name == "open-parent-memory" || name == "debug-parent" || name == "signal-parent") {
    return {parent};
  }
  if (name == "connect-loopback") return {std::to_string(port_)};
  if (name == "connect-abstract") return {abstract_name_};
  if (name == "find-shared-memory") return {std::to_string(shared_memory_key_)};
  if (name == "open-given-file") return {private_file_};
  if (name == "create-file") return {folder_.file("created")};
  if (name == "start-given-program") return {setuid_program_};
  if (name == "learn-host-name" || name == "name-host") {
    utsname host{};
    ::uname(&host);
    return {host.nodename};
  }
  return {};
}

Outcome ConfinedProbe::attempt(const Policy& policy, const std::string& name, Step step) {
  std::vector<std::string> words{"sandbox_probe"};
  if (step == Step::kStart) words.emplace_back("--lock");
  words.push_back(name);
  for (std::string& word : arguments_of(name)) words.push_back(std::move(word));
  auto started = start(policy, step, std::move(words), {});
  if (!started) return {"does not start: " + started.error().message(), {}, {}, {}};
  const std::string output = read_all(started->output);
  const std::string errors = read_all(started->errors);
  const platform::ExitStatus status = started->process.wait().value();
  return {to_outcome(status, errors), errors, output, started->report};
}

sandbox::Observation ConfinedProbe::observe(const Policy& policy) {
  Pipe input = make_pipe();
  auto started =
      start(policy, Step::kStart, {"sandbox_probe", "--lock", "wait"}, std::move(input.read_end));
  EXPECT_TRUE(started) << started.error().message();
  // The report comes when it is locked; even without a layer there is a last line.
  std::string output;
  while (output.find("locked") == std::string::npos) {
    char byte = 0;
    if (::read(started->output.get(), &byte, 1) != 1) break;
    output += byte;
  }
  auto seen = sandbox::observe_process(started->process.id());
  EXPECT_TRUE(seen);
  return *std::move(seen);
}

const char* reason_to_skip() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return "the sanitizer in the confined program makes calls of its own and reserves terabytes";
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  return "the sanitizer in the confined program makes calls of its own and reserves terabytes";
#endif
#endif
  return nullptr;
}

}  // namespace ferrule::test
