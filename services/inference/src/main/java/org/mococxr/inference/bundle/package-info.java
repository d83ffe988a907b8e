/**
 * Bundles as they come from outside: reading {@code model.json}, fetching and verifying the files.
 * What a bundle holds is told in docs/bundle.md. Nothing here knows ONNX Runtime or HTTP.
 */
package org.mococxr.inference.bundle;
