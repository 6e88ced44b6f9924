# shows: R1, R23, E1
# An industry body (003 第二) guides by numbers: of a month that is over, without names, and none of a few.

industry@association may GET /api/v1/figures?first=2026-10-01&last=2026-10-31
  hides 6901234 "P" "D" urn:event
industry@association is refused GET /api/v1/figures?first=2026-11-01&last=2026-11-30
  because figures.period
industry@association is refused GET /api/v1/figures?first=2026-10-02&last=2026-10-31
  because figures.period
industry@association may GET /api/v1/tasks
industry@association may GET /01/06901234567892/21/7

industry@association may not GET /epcis/v2/events
industry@association may not GET /epcis/v2/epcs
industry@association may not GET /api/v1/trace?id=$item
industry@association may not GET /api/v1/recall?id=$item
industry@association may not GET /api/v1/organisations
industry@association may not GET /epcis/v2/queries
industry@association may not GET /api/v1/marks
industry@association may not report e8
