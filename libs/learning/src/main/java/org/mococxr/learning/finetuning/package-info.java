/**
 * From an encoder to a classifier: the linear probe on stored features (plain Java), end-to-end
 * training, evaluation by images seen, kept checkpoints, early stopping (method.md §4).
 */
package org.mococxr.learning.finetuning;
