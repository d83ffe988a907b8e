/**
 * Encoders, MoCo, losses, optimizers, schedules, checkpoints, import and export. DJL lives here and
 * nowhere else.
 */
package org.mococxr.learning;
