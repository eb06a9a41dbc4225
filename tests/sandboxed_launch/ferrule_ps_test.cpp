// SPDX-License-Identifier: Apache-2.0
// What ferrule-ps shows of programs that were launched, by their own word.
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

#include <boost/asio/io_context.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ferrule/base/internal/status_page.h"
#include "ferrule/ferrule.h"

#include "probe.idl.h"
#include "sandboxed_launch/answered_call.h"
#include "support/io_loop.h"
#include "support/temporary_folder.h"

namespace ferrule::test {
namespace {

struct Shown {
  std::string pipes;
  std::string links;
};

Shown shown_of(pid_t process) {
  const std::string id = std::to_string(process);
  FILE* const output = ::popen((std::string(FERRULE_PS) + " " + id).c_str(), "re");
  std::string text;
  for (int byte = std::fgetc(output); byte != EOF; byte = std::fgetc(output)) {
    text += static_cast<char>(byte);
  }
  ::pclose(output);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string first;
    std::string skipped;
    Shown shown;
    words >> first >> skipped >> skipped >> skipped >> skipped >> shown.pipes >> shown.links;
    if (first == id) return shown;
  }
  ADD_FAILURE() << text;
  return {};
}

class LaunchedPsTest : public ::testing::Test {
 protected:
  void add() { call_add(io_, probe_); }

  boost::asio::io_context io_{1};
  Runtime runtime_{io_.get_executor()};
  ChildProcess child_ = runtime_.launch({.program = FERRULE_PROBE_PROGRAM}).value();
  Remote<Probe> probe_{child_.connection().request<Probe>(), io_.get_executor()};
};

TEST_F(LaunchedPsTest, CountsPipesAndLinks) {
  add();
  const Shown before = shown_of(child_.id());
  EXPECT_EQ(before.links, "1");
  constexpr int kMore = 10;
  std::vector<Remote<Probe>> clones(kMore);
  for (Remote<Probe>& clone : clones) {
    probe_->Clone(clone.bind_new_pipe(runtime_, io_.get_executor()));
  }
  add();
  EXPECT_EQ(shown_of(child_.id()).pipes, std::to_string(std::stoi(before.pipes) + kMore));
  clones.clear();
  add();
  EXPECT_EQ(shown_of(child_.id()).pipes, before.pipes);
}

TEST_F(LaunchedPsTest, ShowsThoseWhoLaunch) {
  add();
  EXPECT_EQ(shown_of(::getpid()).links, "1");
  EXPECT_GE(std::stoi(shown_of(::getpid()).pipes), 1);
}

TEST_F(LaunchedPsTest, ShowsADashForAProgramThatWritesNothingOrNonsense) {
  const TemporaryFolder folder;
  status::Page page{};
  const auto shown_after_writing = [&] {
    std::ofstream(folder.file("page"), std::ios::binary)
        .write(reinterpret_cast<const char*>(&page), sizeof(page));
    const std::string write = "cat " + folder.file("page") + " >&$FERRULE_STATUS; ";
    ChildProcess child = runtime_
                             .launch({.program = "/bin/sh",
                                      .arguments = {"-c", write + "echo; exec sleep infinity"},
                                      .captures_output = true})
                             .value();
    run_until(io_, [&] { return !child.output().empty(); });
    return shown_of(child.id()).pipes;
  };
  EXPECT_EQ(shown_after_writing(), "-") << "nothing";
  page.format = status::kFormat;
  page.counts[0] = 77;
  EXPECT_EQ(shown_after_writing(), "77");
  page.counts[0] = ~uint64_t{0};
  EXPECT_EQ(shown_after_writing(), "-") << "a count that cannot be";
  page.format = 2;
  page.counts[0] = 77;
  EXPECT_EQ(shown_after_writing(), "-") << "another format";
}

}  // namespace
}  // namespace ferrule::test
