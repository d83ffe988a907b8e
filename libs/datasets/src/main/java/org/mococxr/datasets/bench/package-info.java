/** Measures how fast a large data set is split; run by {@code make bench-data}. */
package org.mococxr.datasets.bench;
