/** CSV files with a header line; knows nothing of what the columns mean. */
package org.mococxr.datasets.csv;
