# shows: R1, R23, E1
# Who tests (002 3.3 a): has an account, a body and tasks. Nothing of a chain is their business; samples and
# reports have no endpoint yet, and no other one opens to them in the meantime.

tester@lab may GET /api/v1/session
  shows "tester"
tester@lab may GET /api/v1/organisations/$organisation:lab
tester@lab finds nothing at GET /api/v1/organisations/$organisation:P
tester@lab may GET /api/v1/people/$person:tester@lab
# Not even of a colleague.
tester@lab finds nothing at GET /api/v1/people/$person:tester-2@lab
tester@lab may GET /api/v1/tasks
tester@lab may GET /api/v1/identify?text=06901234567892
tester@lab may GET /01/06901234567892/21/7

tester@lab may not GET /epcis/v2/events
tester@lab may not GET /api/v1/trace?id=$item
tester@lab may not GET /trace?id=$item
tester@lab may not GET /api/v1/recall?id=$item
tester@lab may not GET /epcis/v2/capture
tester@lab may not report e8
tester@lab may not GET /api/v1/marks
tester@lab may not GET /api/v1/figures?first=2026-11-01&last=2026-11-30
tester@lab may not GET /api/v1/audit
tester@lab may not POST /api/v1/unmask {}
tester@lab may not POST /api/v1/people {}
