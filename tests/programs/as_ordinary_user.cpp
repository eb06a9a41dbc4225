// SPDX-License-Identifier: Apache-2.0
// Runs a program as a user without any rights: as_ordinary_user PROGRAM [ARGUMENT...]. Ends with
// 77, which means "skipped", if that user cannot reach the program.
#include <cstdlib>
#include <filesystem>
#include <grp.h>
#include <iostream>
#include <unistd.h>

namespace {

constexpr int kSkipped = 77;
constexpr uid_t kOrdinaryUser = 65533;

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return EXIT_FAILURE;
  if (::geteuid() == 0 && (::setgroups(0, nullptr) != 0 ||
                           ::setresgid(kOrdinaryUser, kOrdinaryUser, kOrdinaryUser) != 0 ||
                           ::setresuid(kOrdinaryUser, kOrdinaryUser, kOrdinaryUser) != 0)) {
    std::cerr << "as_ordinary_user: cannot become another user here\n";
    return kSkipped;
  }
  if (::access(argv[1], X_OK) != 0) {
    std::cerr << "as_ordinary_user: an ordinary user cannot reach " << argv[1] << '\n';
    return kSkipped;
  }
  // Where the program would leave reports of coverage or files of its own, this user may not write.
  std::filesystem::current_path("/tmp");
  ::execv(argv[1], argv + 1);
  return EXIT_FAILURE;
}
