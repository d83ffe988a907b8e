/**
 * Encoders as files, their pooled features computed once per image and kept in memory-mapped files,
 * and linear heads on them. Reading features and applying heads is plain Java: a linear probe never
 * loads PyTorch.
 */
package org.mococxr.learning.features;
