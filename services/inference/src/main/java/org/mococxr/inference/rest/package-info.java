/**
 * HTTP: the Open Inference Protocol v2 for programs ({@code /v2}) and an endpoint for people
 * ({@code /v1}). Translation only; what an answer is gets decided elsewhere.
 */
package org.mococxr.inference.rest;
