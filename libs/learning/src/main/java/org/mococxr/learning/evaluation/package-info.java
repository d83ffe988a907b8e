/**
 * From logits of images to results per study: the maximum over a study's views, calibration on
 * validation, the tables that intervals and reports read (method.md §5). Plain Java.
 */
package org.mococxr.learning.evaluation;
