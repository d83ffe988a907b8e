/**
 * What tests of several modules share: servers that run in or beside the test ({@link
 * org.mococxr.testkit.KafkaBroker}, {@link org.mococxr.testkit.S3Server}), files written straight
 * from their standards, and the data and tools of this machine that a test needs ({@link
 * org.mococxr.testkit.Needs}). Used with scope test; it knows no module but foundation.
 */
package org.mococxr.testkit;
