/** gRPC: the Open Inference Protocol v2. Translation only, as in {@code rest}. */
package org.mococxr.inference.grpc;
