/**
 * The pixel cache: digests of sources, the file's layout, its building and its reading. Callers use
 * {@link org.mococxr.imaging.cache.PixelCache} only.
 */
package org.mococxr.imaging.cache;
