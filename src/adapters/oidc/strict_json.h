// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace suyuan::oidc {

// A JSON object in which no object names a member twice: two readers might take different ones. At most 16 deep.
std::optional<boost::json::object> strict_object(std::string_view text);

// A member that is a text; nothing when it is missing or something else.
std::optional<std::string> text_in(const boost::json::object& object, std::string_view name);

// base64url as RFC 7515 §2 has it: no padding, and one spelling only.
std::optional<std::string> from_base64url_strict(std::string_view text);

}  // namespace suyuan::oidc
