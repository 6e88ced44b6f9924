# shows: R1, R23, E1, T10
# The auditor (GB/T 22239 8.1.5.2) reads who did what in the own body, and can change nothing, nor read what it was about.

producer@P may POST /api/v1/marks {"id":"$code","reason":"自查发现问题"}
seller@D may POST /epcis/v2/queries {"name":"theirs","query":{}}
auditor@P may GET /api/v1/audit
  shows mark.make 自查发现问题
  hides theirs
auditor@P may GET /api/v1/audit?act=mark.make&format=csv
  shows mark.make
auditor@D may GET /api/v1/audit
  hides mark.make 自查发现问题
# That it was searched is an entry too.
auditor@P may GET /api/v1/audit?act=audit.read
  shows audit.read
auditor@P may GET /api/v1/keys
auditor@P may GET /api/v1/people
  shows producer@p
  hides seller@d

auditor@P may not GET /epcis/v2/events
auditor@P may not GET /api/v1/marks
auditor@P may not POST /api/v1/keys {}
auditor@P may not POST /api/v1/people {}
auditor@P may not PUT /api/v1/people/$person:producer@P/roles/auditor
auditor@P may not POST /api/v1/unmask {}
auditor@P may not report e8
