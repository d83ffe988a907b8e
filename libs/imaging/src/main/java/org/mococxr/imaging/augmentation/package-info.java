/**
 * Random views of pictures for pretraining and fine-tuning, and the normalisation that follows. All
 * randomness comes from the {@link org.mococxr.foundation.RandomStream} of the view, so that a view
 * depends on nothing but its key. Tensors are not made here.
 *
 * <p>Our pictures are grey. Hue and saturation jitter and random greyscale of MoCo's recipes change
 * nothing in a grey picture (its hue is undefined, its saturation zero), so they are left out, and
 * no random number is drawn for them.
 */
package org.mococxr.imaging.augmentation;
