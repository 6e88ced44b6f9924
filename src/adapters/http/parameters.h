// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <initializer_list>

#include "adapters/http/routes.h"

// What the routes of /api/v1 read alike.
namespace suyuan::http {

Error wrong_parameter(std::string_view name, std::string_view seen, std::string_view expected);
// Names that the route does not know are refused with the nearest: "?direcion=back" must not trace in both directions.
Status only_known(const Request& request, std::initializer_list<std::string_view> known);
// The one code that a text stands for; several readings are refused with the list, never guessed.
Result<codes::Identity> the_code(RouteContext& context, OrgId org, std::string_view text);
Result<std::int64_t> number_of(const Request& request, std::string_view name, std::int64_t otherwise,
                               std::int64_t least, std::int64_t most);

}  // namespace suyuan::http
