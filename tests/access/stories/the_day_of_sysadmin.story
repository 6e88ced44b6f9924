# shows: R1, R23, E1
# The system administrator (GB/T 22239 8.1.5.1) keeps the organisation and its people, gives no roles, and reads nothing
# of the chain.

sysadmin@P may POST /api/v1/organisations {"name":"门店","kind":"seller"}
  keeps shop from id
sysadmin@P may POST /api/v1/people {"login":"wang","org":$shop,"name":"王店员","mobile":"13911112222"}
  keeps wang from id
  hides 王店员 13911112222
sysadmin@P may PATCH /api/v1/people/$wang {"mobile":"13911113333"}
sysadmin@P may GET /api/v1/people
  shows "wang"
sysadmin@P may POST /api/v1/people/$wang/transfer {"to":$organisation:P}
sysadmin@P may PATCH /api/v1/people/$wang {"active":false}
sysadmin@P may PATCH /api/v1/organisations/$organisation:P {"name":"云起制造"}
# What it sees, or who sees it, is changed from above.
sysadmin@P may not PATCH /api/v1/organisations/$organisation:P {"division":"110000"}
sysadmin@P finds nothing at PATCH /api/v1/organisations/$organisation:D {"name":"x"}
sysadmin@P finds nothing at PATCH /api/v1/people/$person:seller@D {"active":false}
sysadmin@P finds nothing at POST /api/v1/people {"login":"li","org":$organisation:D,"name":"李"}
sysadmin@P may POST /api/v1/erasures {"event":"urn:event:e1","why":"the consumer asked for it"}

sysadmin@P may not PUT /api/v1/people/$wang/roles/producer
sysadmin@P may not POST /api/v1/keys {}
sysadmin@P may not GET /api/v1/audit
sysadmin@P may not GET /epcis/v2/events
sysadmin@P may not GET /api/v1/trace?id=$item
sysadmin@P may not report e8
sysadmin@P may not POST /api/v1/unmask {}
