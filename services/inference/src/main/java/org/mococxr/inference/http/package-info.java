/**
 * HTTP below the resources: taking bodies into memory within bounds, refusing what is too much, and
 * the wire of gRPC. Nothing here knows models.
 */
package org.mococxr.inference.http;
