// SPDX-License-Identifier: Apache-2.0
// Programs that are launched into a sandbox: that they can do all a service does, and are really
// in.
#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unistd.h>
#include <vector>

#include <boost/asio/io_context.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ferrule/platform/memfd.h"
#include "ferrule/sandbox/observation.h"
#include "ferrule/ferrule.h"

#include "probe.idl.h"
#include "support/io_loop.h"
#include "support/process_counts.h"

namespace ferrule::test {
namespace {

using sandbox::Layer;
using sandbox::LayerState;
using sandbox::Policy;
using sandbox::Seen;
using std::chrono::milliseconds;
using ::testing::HasSubstr;

const char* reason_to_skip() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return "the sanitizer in the launched program makes calls of its own and reserves terabytes";
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  return "the sanitizer in the launched program makes calls of its own and reserves terabytes";
#endif
#endif
  return nullptr;
}

class SandboxedLaunchTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const char* reason = reason_to_skip()) GTEST_SKIP() << reason;
  }

  ChildProcess launch(const Policy& policy) {
    return runtime_
        .launch({.program = FERRULE_PROBE_PROGRAM, .sandbox = policy, .captures_output = true})
        .value();
  }
  error_code arrive(ChildProcess& child) {
    std::optional<error_code> result;
    child.async_arrive([&result](error_code error) { result = error; });
    run_until(io_, [&result] { return result.has_value(); });
    return *result;
  }
  ExitStatus wait(ChildProcess& child) {
    std::optional<ExitStatus> status;
    child.async_wait([&status](error_code, ExitStatus result) { status = result; });
    run_until(io_, [&status] { return status.has_value(); });
    return *status;
  }

  boost::asio::io_context io_{1};
  Runtime runtime_{io_.get_executor()};
};

TEST_F(SandboxedLaunchTest, LetsAServiceDoItsWorkInEveryPreset) {
  for (const std::string_view name : Policy::preset_names()) {
    SCOPED_TRACE(name);
    const Policy policy = Policy::preset(name).value();
    ChildProcess child = launch(policy);
    Remote<Probe> probe(child.connection().request<Probe>(), io_.get_executor());
    std::vector<uint8_t> sent(std::size_t{3} << 20);
    for (size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<uint8_t>(i * 7);

    size_t num_answers = 0;
    const auto answered = [&num_answers](error_code error) {
      EXPECT_FALSE(error) << error.message();
      ++num_answers;
    };
    probe->Add(2, 3, [&](error_code error, int32_t sum) {
      answered(error);
      EXPECT_EQ(sum, 5);
    });
    // Through shared memory, both ways.
    probe->EchoBytes(Bytes(sent), [&](error_code error, const Bytes& bytes) {
      answered(error);
      EXPECT_TRUE(std::equal(bytes.begin(), bytes.end(), sent.begin(), sent.end()));
    });
    probe->EchoFile(platform::create_memfd("file", 10).value(),
                    [&](error_code error, UniqueFd file) {
                      answered(error);
                      EXPECT_TRUE(file);
                    });
    run_until(io_, [&] { return num_answers == 3 || !child.connection().is_open(); });
    EXPECT_EQ(num_answers, 3U) << child.failure() << child.output();

    if (!policy.is_any_layer_wanted()) continue;
    EXPECT_FALSE(arrive(child)) << child.failure();
    const auto seen = sandbox::observe_process(child.id()).value();
    for (const Layer layer : {Layer::kSeccomp, Layer::kNoNewPrivileges, Layer::kCapabilities}) {
      EXPECT_EQ(child.sandbox_report()[layer].state, LayerState::kInForce) << to_name(layer);
      EXPECT_EQ(seen.layers[layer], Seen::kYes) << to_name(layer);
    }
  }
}

TEST_F(SandboxedLaunchTest, StreamsAndSharesMemoryInEveryPreset) {
  for (const std::string_view name : Policy::preset_names()) {
    SCOPED_TRACE(name);
    ChildProcess child = launch(Policy::preset(name).value());
    Remote<Probe> probe(child.connection().request<Probe>(), io_.get_executor());
    Remote<Pourer> pourer;
    probe->OpenPourer(pourer.bind_new_pipe(runtime_, io_.get_executor()));
    DataPipe there = make_data_pipe({.capacity = 65536}).value();
    size_t num_answers = 0;
    pourer->Fill(std::move(there.producer), 3'000'000, true, [&](error_code error, const Poured&) {
      EXPECT_FALSE(error) << error.message();
      ++num_answers;
    });
    // Both ends in the sandbox, and a bell between them.
    pourer->Drain(std::move(there.consumer), [&](error_code error, const Poured& poured) {
      EXPECT_FALSE(error) << error.message();
      EXPECT_TRUE(poured.is_right);
      EXPECT_EQ(poured.num_bytes, 3'000'000U);
      ++num_answers;
    });
    CommonHandles handles;
    handles.file = ReadOnlyFile::adopt(UniqueFd(::open("/proc/self/exe", O_RDONLY))).value();
    handles.read_only_memory = ReadOnlySharedMemoryRegion::create(4096).value().region;
    handles.unsafe_memory = UnsafeSharedMemoryRegion::create(4096).value().region;
    pourer->UseHandles(
        std::move(handles), BigBuffer::make(300'000).value(),
        [&](error_code error, const CommonHandles&, const BigBuffer&, const BigBuffer& changed) {
          EXPECT_FALSE(error) << error.message();
          EXPECT_TRUE(changed.size() == 300'000 && changed.bytes()[299'999] == 1);
          ++num_answers;
        });
    run_until(io_, [&] { return num_answers == 3 || !child.connection().is_open(); });
    EXPECT_EQ(num_answers, 3U) << child.failure() << child.output();
  }
}

TEST_F(SandboxedLaunchTest, EndsWithItsConnection) {
  ChildProcess child = launch(Policy::decoder());
  ASSERT_FALSE(arrive(child));
  child.connection().close();
  EXPECT_EQ(wait(child).to_text(), "exit code 0");
}

TEST_F(SandboxedLaunchTest, KillsAProgramThatOnlySaysThatItIsLocked) {
  ChildProcess child = runtime_
                           .launch({.program = "/bin/sh",
                                    .arguments = {"-c",
                                                  "printf 'arrived\\nseccomp: in force\\n' >&4; "
                                                  "exec 4>&-; exec sleep infinity"},
                                    .sandbox = Policy::renderer()})
                           .value();
  ASSERT_EQ(arrive(child), Errc::kLaunchFailed);
  EXPECT_THAT(child.failure(), HasSubstr("which its sandbox renderer requires"));
  EXPECT_EQ(wait(child).signal, SIGKILL);
}

TEST_F(SandboxedLaunchTest, SaysWhyAProgramCouldNotBeLocked) {
  Policy policy = Policy::renderer();
  policy.allow_call("no_such_call");
  ChildProcess child =
      runtime_.launch({.program = FERRULE_PROBE_PROGRAM, .sandbox = policy}).value();
  EXPECT_EQ(arrive(child), Errc::kLaunchFailed);
  EXPECT_THAT(child.failure(), HasSubstr("there is no system call \"no_such_call\""));
}

TEST_F(SandboxedLaunchTest, NamesTheCallThatKilledInACrashReport) {
  // No call of the probe is refused, so something else says the words and dies that way.
  std::optional<CrashReport> report;
  Supervisor supervisor(
      runtime_, {.launch = {.program = "/bin/sh",
                            .arguments = {"-c",
                                          "echo 'ferrule: the sandbox refused mount' >&2; "
                                          "kill -SYS $$"},
                            .captures_output = true},
                 .restart = {.crash_budget = 0},
                 .on_ended = [&report](const CrashReport& crash, std::optional<milliseconds>) {
                   report = crash;
                 }});
  ASSERT_TRUE(supervisor.start());
  run_until(io_, [&report] { return report.has_value(); });
  EXPECT_EQ(report->refused_call, "mount");
}

// --- a thousand times
// ------------------------------------------------------------------------------

struct SystemCounts {
  ProcessCounts process;
  size_t num_mounts = 0;
  size_t num_namespaces = 0;
};

size_t count_lines(const char* path) {
  std::ifstream file(path);
  size_t count = 0;
  for (std::string line; std::getline(file, line);) ++count;
  return count;
}

/// Namespaces that processes below this one live in.
size_t count_namespaces() {
  namespace fs = std::filesystem;
  std::set<std::string> names;
  for (const sandbox::Observation& process : sandbox::observe_tree(::getpid())) {
    const fs::path folder = "/proc/" + std::to_string(process.id) + "/ns";
    for (const char* kind : {"user", "pid", "net", "mnt", "ipc", "uts", "cgroup"}) {
      std::error_code ignored;
      names.insert(fs::read_symlink(folder / kind, ignored).string());
    }
  }
  return names.size();
}

SystemCounts count_all() {
  return {count_process(), count_lines("/proc/self/mounts"), count_namespaces()};
}

TEST_F(SandboxedLaunchTest, LeavesNothingBehindAfterAThousandLaunches) {
  constexpr int kNumLaunches = 1000;
  SystemCounts before;
  for (int i = 0; i < kNumLaunches; ++i) {
    if (i == 10) before = count_all();  // the loop and the heap have what they need by now
    ChildProcess child = launch(Policy::decoder());
    // Killed at any moment: while it loads, while it locks itself, when it is there.
    if (i % 3 == 0) {
      ASSERT_FALSE(arrive(child)) << child.failure();
    }
    if (i % 3 == 1) run_ready(io_);
  }
  run_ready(io_);
  const SystemCounts after = count_all();
  EXPECT_EQ(after.process, before.process);
  EXPECT_EQ(after.num_mounts, before.num_mounts);
  EXPECT_EQ(after.num_namespaces, before.num_namespaces);
}

}  // namespace
}  // namespace ferrule::test
