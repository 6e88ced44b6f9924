# shows: R1, R23, E1
# The monitoring centre (002 3.2 a b d e) collects what happens in its place and sends in what it found; it marks nothing.

analyst@centre may GET /epcis/v2/events
  shows urn:event:e1 urn:event:e7
analyst@centre may report e8
analyst@centre may GET /epcis/v2/capture
analyst@centre may GET /api/v1/trace?id=$item
  shows urn:event:e8
analyst@centre may GET /api/v1/recall?id=$item
analyst@centre may GET /api/v1/marks
analyst@centre may GET /api/v1/figures?first=2026-11-01&last=2026-11-30
analyst@centre may POST /epcis/v2/queries {"name":"risk","query":{"EQ_bizStep":["inspecting"]}}
analyst@centre may GET /epcis/v2/queries/risk/events
  shows urn:event:e8
# What the centre sent in is its own; the documents of others are not.
analyst@centre finds nothing at GET /api/v1/captures/$job-P/document

analyst@centre may not POST /api/v1/marks {}
analyst@centre may not POST /api/v1/emergencies {}
analyst@centre may not POST /api/v1/unmask {}
analyst@centre may not GET /api/v1/audit
analyst@centre may not POST /api/v1/organisations {}
