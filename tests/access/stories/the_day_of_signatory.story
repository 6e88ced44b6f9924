# shows: R1, R23, E1
# Who signs reports (002 3.3 a b): has an account, a body and tasks. Nothing of a chain is their business; samples and
# reports have no endpoint yet, and no other one opens to them in the meantime.

signatory@lab may GET /api/v1/session
  shows "signatory"
signatory@lab may GET /api/v1/organisations/$organisation:lab
signatory@lab finds nothing at GET /api/v1/organisations/$organisation:P
signatory@lab may GET /api/v1/people/$person:signatory@lab
# Not even of a colleague.
signatory@lab finds nothing at GET /api/v1/people/$person:signatory-2@lab
signatory@lab may GET /api/v1/tasks
signatory@lab may GET /api/v1/identify?text=06901234567892
signatory@lab may GET /01/06901234567892/21/7

signatory@lab may not GET /epcis/v2/events
signatory@lab may not GET /api/v1/trace?id=$item
signatory@lab may not GET /trace?id=$item
signatory@lab may not GET /api/v1/recall?id=$item
signatory@lab may not GET /epcis/v2/capture
signatory@lab may not report e8
signatory@lab may not GET /api/v1/marks
signatory@lab may not GET /api/v1/figures?first=2026-11-01&last=2026-11-30
signatory@lab may not GET /api/v1/audit
signatory@lab may not POST /api/v1/unmask {}
signatory@lab may not POST /api/v1/people {}
