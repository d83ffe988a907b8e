/**
 * Every data set the method knows as one model ({@link org.mococxr.datasets.Dataset}), label
 * policies, manifests, and splits into parts and draws. Formats are read in {@code reading}, splits
 * are drawn in {@code splitting}, {@code conversion} writes other formats, and {@code phantom}
 * makes a data set of its own. Nothing here decodes pixels, except to resize files; nothing knows
 * tensors.
 */
package org.mococxr.datasets;
