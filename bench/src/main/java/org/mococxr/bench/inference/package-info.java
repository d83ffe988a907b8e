/** The packaged inference service beside ONNX Runtime alone: {@code make bench-inference}. */
package org.mococxr.bench.inference;
