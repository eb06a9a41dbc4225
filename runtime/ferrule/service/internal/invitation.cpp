// SPDX-License-Identifier: Apache-2.0
#include "ferrule/service/internal/invitation.h"

#include <array>
#include <charconv>
#include <cstdlib>
#include <fcntl.h>
#include <optional>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "ferrule/platform/unix_socket.h"
#include "ferrule/sandbox/internal/sandbox_setup.h"
#include "ferrule/sandbox/lock.h"
#include "ferrule/sandbox/policy_text.h"
#include "ferrule/service/internal/arrival.h"

extern "C" char** environ;  // NOLINT: its name is POSIX's

namespace ferrule::service {
namespace {

constexpr const char* kInvitation = "FERRULE_INVITATION";
constexpr const char* kArrival = "FERRULE_ARRIVAL";
constexpr const char* kSandbox = "FERRULE_SANDBOX";
constexpr const char* kStatus = "FERRULE_STATUS";

std::vector<std::string> own_environment() {
  std::vector<std::string> variables;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    variables.emplace_back(*variable);
  }
  return variables;
}

void set_variable(std::vector<std::string>& environment, const std::string& name,
                  const std::optional<std::string>& value) {
  const std::string prefix = name + "=";
  std::erase_if(environment,
                [&prefix](const std::string& variable) { return variable.starts_with(prefix); });
  if (value) environment.push_back(prefix + *value);
}

std::optional<std::string> take_variable(const char* name) {
  const char* const value = std::getenv(name);
  if (value == nullptr) return std::nullopt;
  std::string text(value);
  ::unsetenv(name);
  return text;
}

std::optional<int> to_descriptor(const std::string& text) {
  int number = -1;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, number);
  if (error != std::errc() || end != last || number < platform::kFirstInheritedDescriptor) {
    return std::nullopt;
  }
  return number;
}

Result<void> capture_output(platform::ProcessOptions& process, UniqueFd& output) {
  int fds[2];
  if (::pipe2(fds, O_CLOEXEC) != 0) return Error::from_errno("pipe2");
  output.reset(fds[0]);
  process.standard_output.reset(fds[1]);
  process.standard_error.reset(::fcntl(fds[1], F_DUPFD_CLOEXEC, 0));
  if (!process.standard_error) return Error::from_errno("dup");
  return {};
}

// The number under which the program will find what is given away here.
std::string give(platform::ProcessOptions& process, UniqueFd descriptor) {
  process.descriptors.push_back(std::move(descriptor));
  return std::to_string(platform::kFirstInheritedDescriptor +
                        static_cast<int>(process.descriptors.size()) - 1);
}

Result<platform::Process> start(platform::ProcessOptions process,
                                const std::optional<sandbox::Policy>& policy,
                                sandbox::Report& start_report,
                                std::optional<sandbox::ControlGroup>& control_group) {
  if (!policy || !policy->is_any_layer_wanted()) {
    return platform::Process::start(std::move(process));
  }
  auto setup = sandbox::SandboxSetup::make(*policy, sandbox::Step::kStart, process.program);
  if (!setup) return std::move(setup).error();
  process.setup = setup->get();
  auto started = platform::Process::start(std::move(process));
  start_report = (*setup)->report();
  if (started) control_group = (*setup)->take_control_group();
  return started;
}

// The second half of entering a sandbox. Whoever launched us is told how it went.
Result<void> lock_and_arrive(const UniqueFd& socket) {
  const std::optional<std::string> number = take_variable(kArrival);
  const std::optional<std::string> policy_text = take_variable(kSandbox);
  UniqueFd arrival;
  if (number) {
    auto adopted = platform::adopt_inherited_socket(std::atoi(number->c_str()));
    if (!adopted) return std::move(adopted).error();
    arrival = *std::move(adopted);
  }
  const auto tell = [&arrival](const std::string& words) {
    // Nobody may be there to hear it, which the connection then tells.
    if (arrival) static_cast<void>(::send(arrival.get(), words.data(), words.size(), MSG_NOSIGNAL));
  };
  sandbox::Report report;
  if (policy_text) {
    const auto policy = sandbox::parse_policy(*policy_text);
    if (!policy) {
      tell(refusal_text(policy.error().message()));
      return policy.error();
    }
    auto locked = sandbox::lock_process(*policy, std::array{socket.get(), arrival.get()});
    if (!locked) {
      tell(refusal_text(locked.error().message()));
      return std::move(locked).error();
    }
    report = *std::move(locked);
  }
  tell(arrival_text(report));
  return {};
}

}  // namespace

Result<InvitedProcess> launch_with_invitation(const LaunchOptions& options) {
  auto sockets = platform::make_socket_pair();
  if (!sockets) return std::move(sockets).error();

  platform::ProcessOptions process;
  process.program = options.program;
  process.arguments = options.arguments;
  process.arguments.insert(process.arguments.begin(), options.program);
  process.dies_with_parent = options.dies_with_parent;
  auto environment = options.environment ? *options.environment : own_environment();
  set_variable(environment, kInvitation, give(process, std::move(sockets->second)));
  std::optional<std::string> policy;
  if (options.sandbox && options.sandbox->is_any_layer_wanted()) policy = to_text(*options.sandbox);
  set_variable(environment, kSandbox, policy);

  UniqueFd arrival;
  std::optional<std::string> arrival_number;
  if (policy || options.arrival_deadline) {
    auto arrival_sockets = platform::make_socket_pair();
    if (!arrival_sockets) return std::move(arrival_sockets).error();
    arrival = std::move(arrival_sockets->first);
    arrival_number = give(process, std::move(arrival_sockets->second));
  }
  set_variable(environment, kArrival, arrival_number);
  show_own_status();
  UniqueFd status_page;
  auto status = StatusOfChild::make(status_page);
  if (!status) return Error(Errc::kLaunchFailed, status.error().message());
  set_variable(environment, kStatus, give(process, std::move(status_page)));
  process.environment = std::move(environment);

  UniqueFd output;
  if (options.captures_output || options.on_output) {
    if (auto captured = capture_output(process, output); !captured) {
      return std::move(captured).error();
    }
  }
  sandbox::Report report;
  std::optional<sandbox::ControlGroup> control_group;
  auto started = start(std::move(process), options.sandbox, report, control_group);
  if (!started) return Error(Errc::kLaunchFailed, started.error().message());
  return InvitedProcess{*std::move(started),     std::move(sockets->first), std::move(arrival),
                        std::move(output),       std::move(report),         *std::move(status),
                        std::move(control_group)};
}

Result<UniqueFd> take_invitation() {
  const std::optional<std::string> text = take_variable(kInvitation);
  if (!text) {
    return Error(Errc::kNotFound,
                 "this program was started by hand; it is meant to be launched by another one, "
                 "which leaves it a socket in FERRULE_INVITATION");
  }
  const std::optional<int> number = to_descriptor(*text);
  if (!number) {
    return Error(Errc::kHandshakeFailed,
                 "FERRULE_INVITATION=" + *text + " is not the number of a descriptor");
  }
  auto socket = platform::adopt_inherited_socket(*number);
  if (!socket) return socket;
  const std::optional<std::string> status = take_variable(kStatus);
  if (const auto page = to_descriptor(status.value_or(""))) show_status(*page);
  if (auto arrived = lock_and_arrive(*socket); !arrived) return std::move(arrived).error();
  return socket;
}

}  // namespace ferrule::service
