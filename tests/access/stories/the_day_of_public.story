# shows: R1, R23, E1, T3
# Anybody (003 第二) reads the public page of a code, and is told to sign in for the rest.

public may GET /
  hides 条记录
public may GET /01/06901234567892/21/7
  hides 6901234000016 6901234000023
public is led on by GET /find?text=06901234567892
public may GET /api/v1/identify?text=06901234567892
public may GET /openapi.json
public may GET /api/v1/session
  says "signedIn":false

public must sign in to GET /trace?id=$item
public must sign in to GET /api/v1/trace?id=$item
public must sign in to GET /api/v1/recall?id=$item
public must sign in to GET /epcis/v2/events
public must sign in to GET /epcis/v2/events/urn:event:e1
public must sign in to GET /epcis/v2/epcs
public must sign in to GET /api/v1/captures/$job-P/document
public must sign in to GET /api/v1/figures?first=2026-10-01&last=2026-10-31
public must sign in to GET /api/v1/organisations
public must sign in to GET /api/v1/people
public must sign in to GET /api/v1/tasks
public must sign in to GET /api/v1/audit
public must sign in to GET /account
public must sign in to report e8
public must sign in to POST /api/v1/marks {}
public must sign in to POST /api/v1/unmask {}
