/**
 * Pretraining as a job: options in, encoder out. Views of pictures, epochs, schedule, checkpoints,
 * metrics and probes around the steps of {@code moco}. The entry point is {@link
 * org.mococxr.learning.pretraining.Pretraining}.
 */
package org.mococxr.learning.pretraining;
