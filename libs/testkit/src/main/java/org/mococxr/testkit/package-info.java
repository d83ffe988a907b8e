/**
 * What tests of several modules share: servers that run beside the test ({@link
 * org.mococxr.testkit.S3Server}, for example), files written straight from their standards, and the
 * data and tools of this machine that a test needs ({@link org.mococxr.testkit.Needs}). Used with
 * scope test; it knows no modules but foundation and broker.
 */
package org.mococxr.testkit;
