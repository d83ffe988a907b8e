/**
 * What keeps a run of training across interruptions, pretraining and fine-tuning alike: checkpoints
 * and the log of its figures. Knows nothing of what is trained.
 */
package org.mococxr.learning.checkpoint;
