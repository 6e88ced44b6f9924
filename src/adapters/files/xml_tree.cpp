// SPDX-License-Identifier: Apache-2.0
#include "adapters/files/xml_tree.h"

#include <expat.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>

#include "base/text.h"

namespace suyuan {

namespace {

constexpr std::size_t kDepthMax = 64;
constexpr std::size_t kPartsMax = 1'000'000;
constexpr std::size_t kNameMax = 256;
constexpr std::size_t kPathMax = 1024;
constexpr std::size_t kBytesMax = std::size_t{1} << 30;  // expat counts in int
constexpr XML_Char kSeparator = '\x01';

class TreeParser {
 public:
  explicit TreeParser(std::string_view bytes) : bytes_(bytes), parser_(XML_ParserCreateNS("UTF-8", kSeparator)) {
    CHECK(parser_ != nullptr);
    XML_SetReturnNSTriplet(parser_.get(), 1);
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(parser_.get(), &TreeParser::start, &TreeParser::end);
    XML_SetCharacterDataHandler(parser_.get(), &TreeParser::characters);
    XML_SetStartDoctypeDeclHandler(parser_.get(), &TreeParser::doctype);
    XML_SetXmlDeclHandler(parser_.get(), &TreeParser::declaration);
  }

  Result<XmlElement> parse() {
    if (bytes_.size() > kBytesMax) return refuse("xml.too_many", "The document is larger than 1 GiB.");
    const auto status = XML_Parse(parser_.get(), bytes_.data(), static_cast<int>(bytes_.size()), 1);
    if (failure_) return std::move(*failure_);
    if (status != XML_STATUS_OK) {
      return refuse("xml.syntax", fmt::format("The document is no sound XML: {} in line {}, column {}. Check that it "
                                              "is whole and was not cut off.",
                                              XML_ErrorString(XML_GetErrorCode(parser_.get())),
                                              XML_GetCurrentLineNumber(parser_.get()),
                                              XML_GetCurrentColumnNumber(parser_.get()) + 1));
    }
    give_paths(root_, "");
    if (failure_) return std::move(*failure_);
    return std::move(root_);
  }

 private:
  static Error refuse(std::string_view code, std::string text) {
    return Error{ErrorKind::kInvalid, std::string(code), std::move(text)};
  }

  void stop(std::string_view code, std::string text) {
    if (!failure_) failure_ = refuse(code, std::move(text));
    XML_StopParser(parser_.get(), XML_FALSE);
  }

  std::size_t line() const { return XML_GetCurrentLineNumber(parser_.get()); }

  // "uri<sep>local<sep>prefix", "uri<sep>local" or "local".
  XmlName name_of(std::string_view triplet) {
    XmlName name;
    const std::size_t first = triplet.find(kSeparator);
    if (first == std::string_view::npos) {
      name.local = triplet;
    } else {
      const std::size_t second = triplet.find(kSeparator, first + 1);
      name.ns = triplet.substr(0, first);
      name.local = triplet.substr(first + 1, second == std::string_view::npos ? second : second - first - 1);
      if (second != std::string_view::npos) name.prefix = triplet.substr(second + 1);
    }
    if (triplet.size() > 4 * kNameMax || name.local.size() > kNameMax || name.prefix.size() > kNameMax)
      stop("xml.name_too_long", fmt::format("A name in line {} is longer than {} bytes.", line(), kNameMax));
    return name;
  }

  bool count() {
    if (++parts_ <= kPartsMax) return true;
    stop("xml.too_many",
         fmt::format("The document holds more than {} elements and attributes. Send it in parts.", kPartsMax));
    return false;
  }

  static void start(void* self, const XML_Char* name, const XML_Char** attributes) {
    static_cast<TreeParser*>(self)->on_start(name, attributes);
  }
  static void end(void* self, const XML_Char*) { static_cast<TreeParser*>(self)->on_end(); }
  static void characters(void* self, const XML_Char* text, int size) {
    auto& parser = *static_cast<TreeParser*>(self);
    if (!parser.failure_ && !parser.open_.empty())
      parser.open_.back().text.append(text, static_cast<std::size_t>(size));
  }
  static void doctype(void* self, const XML_Char*, const XML_Char* system_id, const XML_Char* public_id, int inside) {
    if (system_id == nullptr && public_id == nullptr && inside == 0) return;  // declares nothing
    static_cast<TreeParser*>(self)->stop(
        "xml.doctype", "The document brings a DTD (<!DOCTYPE … >), which is never read. Leave it out.");
  }
  static void declaration(void* self, const XML_Char*, const XML_Char* encoding, int) {
    auto& parser = *static_cast<TreeParser*>(self);
    if (encoding == nullptr) return;
    std::string name(encoding);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
    const bool ascii = std::all_of(parser.bytes_.begin(), parser.bytes_.end(),
                                   [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (name == "UTF-8" || name == "UTF8" || name == "US-ASCII" || (ascii && !name.starts_with("UTF-"))) return;
    parser.stop(
        "document.not_utf8",
        fmt::format("The document declares the encoding {}. Save it as UTF-8 and send it again.", excerpt(encoding)));
  }

  void on_start(const XML_Char* name, const XML_Char** attributes) {
    if (failure_ || !count()) return;
    if (open_.size() >= kDepthMax)
      return stop("xml.too_deep", fmt::format("The elements in line {} lie deeper than {} levels.", line(), kDepthMax));
    XmlElement element;
    element.name = name_of(name);
    element.begin = static_cast<std::size_t>(XML_GetCurrentByteIndex(parser_.get()));
    element.text_begin = element.begin + static_cast<std::size_t>(XML_GetCurrentByteCount(parser_.get()));
    for (; *attributes != nullptr; attributes += 2) {
      if (!count()) return;
      element.attributes.push_back({name_of(attributes[0]), attributes[1]});
    }
    open_.push_back(std::move(element));
  }

  void on_end() {
    if (failure_ || open_.empty()) return;
    XmlElement done = std::move(open_.back());
    open_.pop_back();
    // An empty element <a/> ends where its start is over: index at the end, count 0.
    done.text_end = static_cast<std::size_t>(XML_GetCurrentByteIndex(parser_.get()));
    done.end = done.text_end + static_cast<std::size_t>(XML_GetCurrentByteCount(parser_.get()));
    done.text = std::string(trim(done.text));
    if (open_.empty())
      root_ = std::move(done);
    else
      open_.back().children.push_back(std::move(done));
  }

  // Siblings of one name are numbered from the second on, as there may be no second.
  void give_paths(XmlElement& element, const std::string& parent) {
    if (element.path.empty()) element.path = parent + "/" + element.name.written();
    path_bytes_ += element.path.size();
    if (element.path.size() > kPathMax || path_bytes_ > 32 * bytes_.size() + (std::size_t{1} << 20)) {
      if (!failure_)
        failure_ = refuse("xml.too_deep", fmt::format("Names and nesting at {} are longer than any document needs.",
                                                      excerpt(element.path)));
      return;
    }
    std::map<std::string, int> seen;
    for (XmlElement& child : element.children) {
      const std::string name = child.name.written();
      const int i = ++seen[name];
      if (i > 1) child.path = fmt::format("{}/{}[{}]", element.path, name, i);
      give_paths(child, element.path);
      if (failure_) return;
    }
  }

  struct Free {
    void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
  };
  std::string_view bytes_;
  std::unique_ptr<std::remove_pointer_t<XML_Parser>, Free> parser_;
  std::vector<XmlElement> open_;
  XmlElement root_;
  std::optional<Error> failure_;
  std::size_t parts_ = 0, path_bytes_ = 0;
};

}  // namespace

Result<XmlElement> read_xml(std::string_view bytes) { return TreeParser(bytes).parse(); }

}  // namespace suyuan
