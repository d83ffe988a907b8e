package org.mococxr.evaluation.results;

/**
 * One study's values.
 *
 * @param study its id, unique in a table
 * @param patient whose study it is; empty if not known
 * @param values one per task of the table, in its order; NaN where not known
 */
public record StudyRow(String study, String patient, double[] values) {}
