/**
 * Models being served: which there are, how one takes over from another while requests are under
 * way, how one is tried beside another (canaries and shadows), and ONNX Runtime behind it. Nothing
 * here knows where a bundle came from or who asks.
 */
package org.mococxr.inference.model;
