/**
 * Who may use which model. What a request says of its caller becomes a {@link
 * org.mococxr.inference.access.Caller} here; whoever takes a model's name from a request asks it.
 */
package org.mococxr.inference.access;
