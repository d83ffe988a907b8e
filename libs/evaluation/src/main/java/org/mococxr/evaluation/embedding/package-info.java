/**
 * Features of images laid out in two dimensions, for a person to look at. Nothing here is a
 * measurement: no figure of a report may be computed from a layout.
 */
package org.mococxr.evaluation.embedding;
