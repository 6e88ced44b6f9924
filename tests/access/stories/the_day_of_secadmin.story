# shows: R1, R23, E1, T10
# The security administrator (GB/T 22239 8.1.5.3) gives and takes roles, keys and sessions, never to oneself, and makes
# nobody.

secadmin@P may PUT /api/v1/people/$person:producer@P/roles/auditor
producer@P may GET /api/v1/audit
secadmin@P may DELETE /api/v1/people/$person:producer@P/roles/auditor
# At once.
producer@P may not GET /api/v1/audit
secadmin@P may not PUT /api/v1/people/$person:secadmin@P/roles/producer
  because role.to_oneself
secadmin@P is refused PUT /api/v1/people/$person:producer@P/roles/officer
  because role.wrong_organisation
secadmin@P finds nothing at PUT /api/v1/people/$person:seller@D/roles/seller

secadmin@P may POST /api/v1/keys {"role":"producer","acts":["event.capture"],"name":"产线","expires":"2027-02-01T00:00:00Z"}
  keeps key from id
secadmin@P may GET /api/v1/keys
  shows $key
secadmin@P may DELETE /api/v1/keys/$key
secadmin@P finds nothing at GET /api/v1/keys?organisation=$organisation:D
producer@P may GET /api/v1/session
secadmin@P may DELETE /api/v1/people/$person:producer@P/sessions
producer@P must sign in to GET /epcis/v2/events
secadmin@P finds nothing at DELETE /api/v1/people/$person:seller@D/sessions

producer-2@P may POST /api/v1/erasures {"event":"urn:event:e1","why":"the consumer asked for it"}
  keeps erasure from id
secadmin@far-maker finds nothing at POST /api/v1/erasures/$erasure/approve
secadmin@P may POST /api/v1/erasures/$erasure/approve

secadmin@P may not POST /api/v1/people {}
secadmin@P may not POST /api/v1/organisations {}
secadmin@P may not GET /api/v1/audit
secadmin@P may not GET /epcis/v2/events
secadmin@P may not report e8
