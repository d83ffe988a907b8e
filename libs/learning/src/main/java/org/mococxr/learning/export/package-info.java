/**
 * Trained networks as ONNX: the graph is written from the one description of a network, checked
 * against what this module computes itself, and bundled with a {@code model.json} (docs/bundle.md).
 */
package org.mococxr.learning.export;
