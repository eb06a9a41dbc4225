// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include <gtest/gtest.h>

#include "ferrule/ferrule.h"

#include "conformance/world.h"
#include "notebook.idl.h"

namespace ferrule::test {

/// A test that runs in every world, with a probe there and as many notebooks as it wants.
class NotebookWorldTest : public ::testing::TestWithParam<WorldKind> {
 protected:
  World& world() { return *world_; }
  boost::asio::any_io_executor executor() { return world_->io().get_executor(); }
  Remote<Probe>& probe() { return probe_; }
  Remote<Notebook> open_notebook() {
    Remote<Notebook> notebook;
    probe_->OpenNotebook(notebook.bind_new_pipe(world_->pipes(), executor()));
    return notebook;
  }

 private:
  std::unique_ptr<World> world_ = GetParam().make();
  Remote<Probe> probe_{world_->probe(), world_->io().get_executor()};
};

inline std::string name_of_world(const ::testing::TestParamInfo<WorldKind>& kind) {
  return kind.param.name;
}

}  // namespace ferrule::test
