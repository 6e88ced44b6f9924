# shows: R1, R21, E1
# The provincial bureau sees the province whole; it does not act for the counties' people.

officer@province may GET /epcis/v2/events
  shows urn:event:e1 urn:event:e7
officer@province may GET /api/v1/trace?id=$item
  shows urn:event:e7
officer@province may GET /api/v1/organisations
  shows "P" "county-a" "stall"
  hides "far-shop"
# The producers of the province, with their places.
officer@province may GET /api/v1/organisations?kind=producer
  shows "P" 330102
  hides "D" "far-maker"
officer@province finds nothing at GET /api/v1/people/$person:producer@P
officer@province may not PATCH /api/v1/people/$person:officer@county-a {"active":false}
