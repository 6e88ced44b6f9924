// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "domain/tlog/growth.h"

// Where a log lies in files, for everybody to read: the layout of C2SP tlog-tiles, the second tree under "sm3/". Derived
// data: all of it can be made again from the store. One process writes, any thread reads.
namespace suyuan {

struct Checkpoints {
  std::string sha256, sm3;  // signed notes of the same size; "" for none
  friend bool operator==(const Checkpoints&, const Checkpoints&) = default;
  const std::string& of(tlog::HashKind tree) const { return tree == tlog::HashKind::kSm3 ? sm3 : sha256; }
};

class LogFolder {
 public:
  virtual ~LogFolder() = default;

  // As they were published last, "" where never. The power may have gone between the two: then the first is newer.
  // Errors: kInternal "log.disk".
  virtual Result<Checkpoints> published() = 0;
  // A tile of a published size. Whoever asks for fewer than there are gets the first of them. Errors: kNotFound
  // "log.no_tile"; kInternal "log.disk".
  virtual Result<std::string> tile(tlog::HashKind tree, const tlog::Tile& tile) = 0;

  // Durable on return, each file whole or not at all; a tile that is there is replaced. Errors: kInternal "log.disk": the
  // folder must not be written to any more by this process, since what a file system that failed says afterwards is not
  // worth much.
  virtual Status write(const std::vector<tlog::TileFile>& tiles) = 0;
  // Durable on return. Then narrower tiles that these make needless may go.
  virtual Status publish(const Checkpoints& checkpoints) = 0;
  // Takes everything away, so that it can be made again.
  virtual Status clear() = 0;
};

}  // namespace suyuan
