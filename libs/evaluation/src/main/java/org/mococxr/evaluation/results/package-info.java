/**
 * The tables that a test run leaves behind and that intervals and reports read: {@code
 * predictions.csv}, {@code groundtruth.csv}, {@code scores.csv} and {@code scores.txt}, a row per
 * study or per task.
 */
package org.mococxr.evaluation.results;
