/**
 * The splitter service: it reads {@code split requested}, divides the data set by the recipe, and
 * answers {@code split completed} with the manifests or {@code split failed} with what the user
 * must mend. Configuration is in {@code config}, Kafka in {@code messaging}, the work in {@code
 * split}. How data sets are read and split is no matter of the service: see {@code libs/datasets}.
 */
package org.mococxr.splitter;
