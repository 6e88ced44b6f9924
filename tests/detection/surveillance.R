# SPDX-License-Identifier: Apache-2.0
# What R's package surveillance says about given series, for tests/detection and for `./dev bench detect`.
#   Rscript surveillance.R judge SERIES.csv ANSWERS.csv   bounds and alarms, a line for each series and week
#   Rscript surveillance.R time SERIES.csv ANSWERS.csv 60 processor time of each method, over as many series as fit into 60 s
# SERIES.csv: a line for each series, its counts with blanks between them, and the options to judge it with.
if (!requireNamespace("surveillance", quietly = TRUE)) quit(status = 3)
suppressPackageStartupMessages(library(surveillance))
options(warn = -1) # of fits that do not converge; the answers are compared all the same

# A method at some weeks; NA where the package fails or does not judge.
at_weeks <- function(weeks, length, columns, judge) {
  answer <- matrix(NA_real_, length, columns)
  fill <- function(some) answer[some, ] <<- judge(some)
  gaps <- any(diff(weeks) != 1) # farringtonFlexible takes neighbouring weeks only
  if (length(weeks) > 0 && (gaps || inherits(try(fill(weeks), silent = TRUE), "try-error")))
    for (week in weeks) try(fill(week), silent = TRUE)
  answer
}

from <- function(first, length) if (first <= length) first:length else integer(0)

ears <- function(series, weeks, method, floor, alpha) {
  found <- earsC(series, control = list(range = weeks, method = method, minSigma = floor, alpha = alpha))
  cbind(upperbound(found), alarms(found))
}

bayes_system <- function(old, weeks, years, half_window, this_year) {
  found <- algo.bayes(old, control = list(range = weeks, b = years, w = half_window, actY = this_year, alpha = 0.05))
  cbind(found$upperbound, found$alarm)
}

cusum_sums <- function(old, weeks, mean, reference, limit, transformation) {
  found <- algo.cusum(old, control = list(range = weeks, m = mean, k = reference, h = limit, trans = transformation))
  cbind(found$cusum, found$alarm)
}

farrington_1996 <- function(old, weeks, o) {
  found <- algo.farrington(old, control = list(range = weeks, b = o$years, w = o$half_window, alpha = o$alpha,
    reweight = o$reweighted == 1, powertrans = o$power, limit54 = c(o$recent_sum, o$recent_periods)))
  cbind(found$upperbound, found$alarm, found$trend)
}

flexible <- function(series, weeks, o, threshold) {
  found <- farringtonFlexible(series, control = list(range = weeks, b = o$years, w = o$half_window, alpha = o$alpha,
    reweight = o$reweighted == 1, powertrans = o$power, limit54 = c(o$recent_sum, o$recent_periods),
    weightsThreshold = o$weights_threshold, pThresholdTrend = o$trend_p, noPeriods = o$seasons,
    pastWeeksNotIncluded = o$excluded, thresholdMethod = threshold, glmWarnings = FALSE))
  cbind(upperbound(found), alarms(found), found@control$trend, found@control$expected, found@control$phiVector,
        found@control$pvalue)
}

counts_of <- function(o) as.numeric(strsplit(o$counts, " ", fixed = TRUE)[[1]])

# The methods of both, by name: the first week, how many columns, and how it is asked.
methods <- function(o, series, old) {
  length <- nrow(series)
  list(
    c1 = list(8, 2, function(w) ears(series, w, "C1", o$sd_min, 0.001)),
    c2 = list(10, 2, function(w) ears(series, w, "C2", o$sd_min, 0.001)),
    c3 = list(12, 2, function(w) ears(series, w, "C3", o$sd_min, 0.025)),
    bayes1 = list(7, 2, function(w) bayes_system(old, w, 0, 6, TRUE)),
    bayes2 = list(59, 2, function(w) bayes_system(old, w, 1, 6, TRUE)),
    bayes3 = list(109, 2, function(w) bayes_system(old, w, 2, 4, FALSE)),
    cusum = list(1, 2, function(w) cusum_sums(old, w, o$mean, o$reference, o$limit, "none")),
    standard = list(1, 2, function(w) cusum_sums(old, w, o$mean, 1.04, 2.26, "standard")),
    rossi = list(1, 2, function(w) cusum_sums(old, w, o$mean, 1.04, 2.26, "rossi")),
    farrington = list(o$first, 3, function(w) farrington_1996(old, w, o)),
    delta = list(o$first, 6, function(w) flexible(series, w, o, "delta")),
    plugin = list(o$first, 6, function(w) flexible(series, w, o, "nbPlugin")),
    muan = list(o$first, 6, function(w) flexible(series, w, o, "muan"))
  )
}
regressions <- c("farrington", "delta", "plugin", "muan")
parts <- c("upper", "alarm", "trend", "expected", "dispersion", "tail")

judge <- function(o) {
  counts <- counts_of(o)
  length <- length(counts)
  series <- sts(observed = counts, frequency = 52, start = c(2010, 1))
  all <- methods(o, series, sts2disProg(series))
  table <- data.frame(series = o$series, week = seq_len(length))
  for (name in names(all)) {
    weeks <- from(all[[name]][[1]], length)
    if (name %in% regressions) weeks <- weeks[(weeks - all[[name]][[1]]) %% o$step == 0]
    found <- at_weeks(weeks, length, all[[name]][[2]], all[[name]][[3]])
    before <- all[[name]][[1]] - 1 # the package refuses it: NA
    if (!(name %in% regressions) && before > 0)
      try(found[before, ] <- all[[name]][[3]](before), silent = TRUE)
    for (i in seq_len(ncol(found))) table[[paste(name, parts[i], sep = "_")]] <- signif(found[, i], 9)
  }
  table[(table$week - o$first) %% o$row_step == 0, ]
}

# Seconds of processor time by method, over as many of the series as fit into `limit` seconds.
timed <- c("c1", "c2", "c3", "bayes1", "bayes2", "bayes3", "cusum", "farrington", "plugin")
seconds_of <- function(o) {
  counts <- counts_of(o)
  series <- sts(observed = counts, frequency = 52, start = c(2010, 1))
  all <- methods(o, series, sts2disProg(series))
  sapply(timed, function(name) {
    weeks <- from(all[[name]][[1]], length(counts))
    spent <- system.time(at_weeks(weeks, length(counts), all[[name]][[2]], all[[name]][[3]]), gcFirst = FALSE)
    spent[["user.self"]] + spent[["sys.self"]]
  })
}
time_all <- function(given, limit) {
  seconds_of(given[[1]]) # R compiles what it runs for the second time; that is not counted
  begin <- proc.time()[["elapsed"]]
  sums <- numeric(length(timed))
  for (done in seq_along(given)) {
    sums <- sums + seconds_of(given[[done]])
    if (proc.time()[["elapsed"]] - begin > limit) break
  }
  data.frame(method = timed, seconds = sums, series = done)
}

rows <- function(table) lapply(seq_len(nrow(table)), function(i) as.list(table[i, ]))

arguments <- commandArgs(trailingOnly = TRUE)
given <- rows(read.csv(arguments[2], stringsAsFactors = FALSE))
version <- sprintf("surveillance %s, R %s", packageVersion("surveillance"), getRversion())
writeLines(version, sub("csv$", "txt", arguments[3]))
if (arguments[1] == "judge") {
  answers <- do.call(rbind, lapply(given, judge))
  write.csv(answers, arguments[3], row.names = FALSE, quote = FALSE, na = "")
} else {
  write.csv(time_all(given, as.numeric(arguments[4])), arguments[3], row.names = FALSE, quote = FALSE)
}
