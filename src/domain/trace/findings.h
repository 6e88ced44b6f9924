// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/trace/node.h"

namespace suyuan::trace {

// What is wrong with one event, in document order, each at the node where it stands. Nobody reads the ten-thousandth:
// from there on they are only counted, and the last finding says how many there are.
class Findings {
 public:
  static constexpr std::size_t kMax = 9'999;  // with the last one a capture shows them all

  void add(const Node& at, std::string code, std::string text) { add_at(at.path, std::move(code), std::move(text)); }
  void add_at(std::string path, std::string code, std::string text) {
    if (all_.size() < kMax)
      all_.push_back({std::move(path), std::move(code), std::move(text)});
    else
      ++more_;
  }
  bool empty() const { return all_.empty(); }
  std::vector<Finding> take();

 private:
  std::vector<Finding> all_;
  std::size_t more_ = 0;
};

}  // namespace suyuan::trace
