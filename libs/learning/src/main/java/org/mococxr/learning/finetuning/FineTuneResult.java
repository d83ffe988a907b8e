package org.mococxr.learning.finetuning;

import java.util.Map;

/**
 * How a run ended.
 *
 * @param completed false if it was asked to stop and left a checkpoint
 * @param figures mean AUROC on validation and test, and others worth showing
 */
public record FineTuneResult(boolean completed, Map<String, Double> figures) {}
