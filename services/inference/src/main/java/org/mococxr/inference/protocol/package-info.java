/**
 * The Open Inference Protocol v2 without its wire: what a request asks, whether it fits a model,
 * and the answer. HTTP and gRPC translate to and from here.
 */
package org.mococxr.inference.protocol;
