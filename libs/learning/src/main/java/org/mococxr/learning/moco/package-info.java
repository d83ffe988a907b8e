/**
 * Momentum contrast (He et al. 2020; Chen et al. 2020; Sowrirajan et al. 2021): the two encoders,
 * the queue, the loss and one step. Nothing here knows of files, images or schedules.
 */
package org.mococxr.learning.moco;
