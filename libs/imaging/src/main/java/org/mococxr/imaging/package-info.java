/**
 * Decoding of PNG, JPEG and DICOM into greyscale, resizing, transforms, augmentations and the pixel
 * cache. Knows nothing of labels or tensors.
 */
package org.mococxr.imaging;
