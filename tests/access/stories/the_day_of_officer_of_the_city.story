# shows: R1, E1
# The city bureau stands above the counties: it sees what was reported from all of them, and nothing of another province.

officer@city may GET /epcis/v2/events
  shows urn:event:e1 urn:event:e3 urn:event:e5 urn:event:e7
officer@city may GET /api/v1/captures/$job-Q/document
officer@county-a may POST /epcis/v2/queries {"name":"county","query":{}}
officer@city may GET /epcis/v2/queries
  shows "county"
officer@county-a may GET /epcis/v2/queries
officer@far may GET /epcis/v2/queries
  hides county
officer@far may GET /epcis/v2/events
  hides urn:event
