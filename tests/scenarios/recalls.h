// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <set>

#include "app/trace/mark.h"
#include "app/trace/recall.h"
#include "world.h"

// The lines of a story that ask a recall or make a mark, and judge them.
namespace suyuan::scenarios {

class Recalls {
 public:
  using Words = std::vector<std::string>;
  // Both outlive this.
  Recalls(Things& things, Store& store) : things_(things), store_(store) {}

  void ask(const Words& words);     // "recall L1 at TIME", "mark L1"
  bool judges(const Words& words);  // false: it is no such line

 private:
  std::string name(trace::ObjectId object) const { return things_.name_of(answer_.names.at(object).id); }
  std::vector<codes::Identity> codes_of(const Words& words, std::optional<Instant>& at) const;
  void judge_counts(const Words& words);
  void judge_held(const std::string& listed);
  void judge_tell(const Words& words);
  void judge_unknown(const Words& words);
  void judge_last(const std::string& listed);
  void judge_listed(const std::string& listed);
  void judge_found(const std::string& listed);
  void judge_marked(const Words& words);

  Things& things_;
  Store& store_;
  RecallRequest request_;
  RecallAnswer answer_;
  std::string mark_;
};

}  // namespace suyuan::scenarios
