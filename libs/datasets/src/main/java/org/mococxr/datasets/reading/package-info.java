/** One reader for each format that data sets come in; what they share is in {@code CsvTable}. */
package org.mococxr.datasets.reading;
