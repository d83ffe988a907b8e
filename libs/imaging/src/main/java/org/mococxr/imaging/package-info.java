/**
 * Decoding of PNG, JPEG and DICOM into greyscale, resizing, transforms, augmentations and the pixel
 * cache. Knows nothing of labels or tensors.
 *
 * <p>Start at {@link org.mococxr.imaging.files.ImageDecoder} (a file becomes grey pixels), {@link
 * org.mococxr.imaging.cache.PixelCache} (many files, once) and {@link
 * org.mococxr.imaging.augmentation.Augmentations} (random views).
 */
package org.mococxr.imaging;
