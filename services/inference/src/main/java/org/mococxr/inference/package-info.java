/** The inference service: ONNX Runtime behind the Open Inference Protocol v2. */
package org.mococxr.inference;
