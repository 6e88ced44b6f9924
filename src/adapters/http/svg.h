// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <utility>
#include <vector>

// Boxes in columns with lines between them: the picture of a chain. Every picture has a table beside it that says the
// same; the picture itself is one image to a screen reader.
namespace suyuan::http {

enum class BoxKind { kStart, kGoods, kProcess, kCarrier };

struct Box {
  int column = 0;  // 0 is upstream
  std::string title, note;
  BoxKind kind = BoxKind::kGoods;
};

struct Picture {
  std::string label;  // what a screen reader says
  std::vector<Box> boxes;
  std::vector<std::pair<std::size_t, std::size_t>> lines;  // indexes of boxes, upstream to downstream
};

std::string draw(const Picture& picture);  // <svg …>…</svg>

// At most `cells` columns of text as a terminal counts them (Chinese takes two), with "…" when cut.
std::string cut_to_width(std::string_view text, int cells);

}  // namespace suyuan::http
