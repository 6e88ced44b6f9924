// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/ports/log_folder.h"

namespace suyuan {

// The tiles of one tree in a folder, which outlives it. Both trees share the entries of the first.
class TilesOf final : public tlog::TileSource {
 public:
  TilesOf(LogFolder& folder, tlog::HashKind tree) : folder_(folder), tree_(tree) {}
  Result<std::string> tile(const tlog::Tile& tile) override {
    return folder_.tile(tile.level < 0 ? tlog::HashKind::kSha256 : tree_, tile);
  }

 private:
  LogFolder& folder_;
  tlog::HashKind tree_;
};

}  // namespace suyuan
