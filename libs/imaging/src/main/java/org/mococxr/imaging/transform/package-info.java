/**
 * Deterministic picture-to-picture operations, equal to Pillow's and torchvision's within one grey
 * level, and the geometry and normalisation of a network's input. Nothing random lives here:
 * augmentations draw the numbers and call these.
 */
package org.mococxr.imaging.transform;
