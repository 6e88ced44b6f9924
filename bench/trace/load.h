// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/ports/warehouse.h"
#include "generator.h"
#include "measure.h"

namespace suyuan::bench {

// Something that takes events, durably, a commit for each submission.
class Target {
 public:
  virtual ~Target() = default;
  virtual void prepare(NewSubmission submission) = 0;  // not measured
  virtual void write() = 0;                            // measured: all that was prepared
};

// The store under test.
class WarehouseTarget : public Target {
 public:
  explicit WarehouseTarget(Warehouse& warehouse) : warehouse_(warehouse) {}
  void prepare(NewSubmission submission) override { waiting_.push_back(std::move(submission)); }
  void write() override;

 private:
  Warehouse& warehouse_;
  std::vector<NewSubmission> waiting_;
};

// SQLite with write-ahead log and synchronous=FULL: the JSON of each event into one table, and nothing else.
std::unique_ptr<Target> bare_loop(const std::filesystem::path& file);
// The same, and an index from the text of each id of goods to its events: what one would write first.
std::unique_ptr<Target> naive_layout(const std::filesystem::path& file);

// Marks at `from` and at the end of each of ten pieces from there to `to`.
constexpr std::size_t kPieces = 10;
std::vector<std::int64_t> pieces(std::int64_t from, std::int64_t to);
// Feeds events in submissions of `batch` until each mark (numbers of events, ascending); the cost of each stretch.
// `beside`: done at each mark by this thread, and counts as a pause of what follows.
std::vector<Cost> load(EventSource& source, Target& target, std::int64_t batch, const std::vector<std::int64_t>& marks,
                       const std::function<void()>& beside = {});

}  // namespace suyuan::bench
