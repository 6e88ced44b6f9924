// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/trace/node.h"

namespace suyuan::trace {

// What is wrong with one event, in document order, each at the node where it stands.
class Findings {
 public:
  void add(const Node& at, std::string code, std::string text) {
    all_.push_back({at.path, std::move(code), std::move(text)});
  }
  void add_at(std::string path, std::string code, std::string text) {
    all_.push_back({std::move(path), std::move(code), std::move(text)});
  }
  bool empty() const { return all_.empty(); }
  std::vector<Finding> take() { return std::move(all_); }

 private:
  std::vector<Finding> all_;
};

}  // namespace suyuan::trace
