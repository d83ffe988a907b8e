/**
 * What an experiment found, told to a person: {@link
 * org.mococxr.evaluation.report.ExperimentReport} holds everything that is shown and travels as
 * JSON; {@link org.mococxr.evaluation.report.HtmlReport} makes one self-contained page of it,
 * {@link org.mococxr.evaluation.report.CsvReport} a tidy table. Nothing here computes an interval
 * or reads a run.
 */
package org.mococxr.evaluation.report;
