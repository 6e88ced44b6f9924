// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "adapters/http/page_html.h"

namespace suyuan::http {

namespace {

constexpr int kBoxWidth = 184;
constexpr int kBoxHeight = 46;
constexpr int kColumn = 236;
constexpr int kRow = 62;
constexpr int kMargin = 8;

struct Look {
  std::string_view fill, stroke, dash;
};

Look look_of(BoxKind kind) {
  switch (kind) {
    case BoxKind::kStart:
      return {"#ffd400", "#1a1a1a", ""};
    case BoxKind::kGoods:
      return {"#e8f1ff", "#0b3d91", ""};
    case BoxKind::kProcess:
      return {"#ffffff", "#595959", ""};
    case BoxKind::kCarrier:
      return {"#f4f4f4", "#595959", "5 3"};
  }
  return {"#ffffff", "#595959", ""};
}

struct Point {
  int x = 0, y = 0;
};

std::vector<Point> places_of(const Picture& picture, Point& size) {
  std::map<int, int> heights;
  for (const Box& box : picture.boxes) ++heights[box.column];
  int tallest = 0;
  for (const auto& [column, height] : heights) tallest = std::max(tallest, height);
  std::map<int, int> used;
  std::vector<Point> places;
  for (const Box& box : picture.boxes) {
    const int lead = (tallest - heights[box.column]) * kRow / 2;
    places.push_back({kMargin + box.column * kColumn, kMargin + lead + used[box.column]++ * kRow});
    size.x = std::max(size.x, places.back().x + kBoxWidth + kMargin);
    size.y = std::max(size.y, places.back().y + kBoxHeight + kMargin);
  }
  return places;
}

std::string line_between(Point from, Point to) {
  const int y1 = from.y + kBoxHeight / 2;
  const int y2 = to.y + kBoxHeight / 2;
  if (to.x > from.x) {
    const int x1 = from.x + kBoxWidth;
    const int bend = (to.x - x1) / 2;
    return fmt::format("<path d=\"M{} {}C{} {} {} {} {} {}\"/>", x1, y1, x1 + bend, y1, to.x - 6 - bend / 2, y2,
                       to.x - 6, y2);
  }
  // Back to where it came from, or to a neighbour in the same column: around the right side.
  const int x1 = from.x + kBoxWidth;
  const int x2 = to.x + kBoxWidth + 6;
  const int out = std::max(x1, x2) + 36;
  return fmt::format("<path d=\"M{} {}C{} {} {} {} {} {}\"/>", x1, y1, out, y1, out, y2, x2, y2);
}

// The look of goods stands on the group, so that a picture of many of them stays small.
void draw_boxes(Html& out, const Picture& picture, const std::vector<Point>& places) {
  const Look usual = look_of(BoxKind::kGoods);
  out.raw(fmt::format("</g><g fill=\"{}\" stroke=\"{}\">", usual.fill, usual.stroke));
  for (std::size_t i = 0; i < places.size(); ++i) {
    const Look look = look_of(picture.boxes[i].kind);
    out.raw(fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"6\"", places[i].x, places[i].y,
                        kBoxWidth, kBoxHeight));
    if (picture.boxes[i].kind != BoxKind::kGoods) {
      out.raw(fmt::format(" fill=\"{}\" stroke=\"{}\"", look.fill, look.stroke));
    }
    if (!look.dash.empty()) out.raw(fmt::format(" stroke-dasharray=\"{}\"", look.dash));
    out.raw("/>");
  }
}

void draw_texts(Html& out, const Picture& picture, const std::vector<Point>& places) {
  out.raw("</g><g font-size=\"13\" fill=\"#1a1a1a\">");
  for (std::size_t i = 0; i < places.size(); ++i) {
    out.raw(fmt::format("<text x=\"{}\" y=\"{}\">", places[i].x + 8, places[i].y + 19));
    out.text(cut_to_width(picture.boxes[i].title, 22)).raw("</text>");
  }
  out.raw("</g><g font-size=\"11\" fill=\"#1a1a1a\">");
  for (std::size_t i = 0; i < places.size(); ++i) {
    out.raw(fmt::format("<text x=\"{}\" y=\"{}\">", places[i].x + 8, places[i].y + 37));
    out.text(cut_to_width(picture.boxes[i].note, 28)).raw("</text>");
  }
  out.raw("</g>");
}

}  // namespace

std::string cut_to_width(std::string_view text, int cells) {
  int used = 0;
  std::size_t i = 0;
  while (i < text.size()) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    const int width = length >= 3 ? 2 : 1;
    if (used + width > cells) return std::string(text.substr(0, i)) + "…";
    used += width;
    i += length;
  }
  return std::string(text);
}

std::string draw(const Picture& picture) {
  Point size;
  const auto places = places_of(picture, size);
  Html out;
  out.raw(fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"",
                      size.x + 40, size.y));
  out.text(picture.label)
      .raw("\"><defs><marker id=\"tip\" markerWidth=\"7\" markerHeight=\"7\" refX=\"5\" refY=\"3\" ");
  out.raw("orient=\"auto\"><path d=\"M0 0 6 3 0 6z\" fill=\"#595959\"/></marker></defs>");
  out.raw("<g fill=\"none\" stroke=\"#595959\" stroke-width=\"1.3\" marker-end=\"url(#tip)\">");
  for (const auto& [from, to] : picture.lines) out.raw(line_between(places[from], places[to]));
  draw_boxes(out, picture, places);
  draw_texts(out, picture, places);
  return out.raw("</svg>").take();
}

}  // namespace suyuan::http
