/**
 * Optimizers and schedules with PyTorch's formulas. DJL's own differ from them and their state
 * cannot be saved.
 */
package org.mococxr.learning.optim;
