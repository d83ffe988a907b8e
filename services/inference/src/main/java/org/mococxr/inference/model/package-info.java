/**
 * Models being served: which there are, how one takes over from another while requests are under
 * way, and ONNX Runtime behind it. Nothing here knows where a bundle came from or who asks.
 */
package org.mococxr.inference.model;
