/**
 * Answers that go back to the hospital's archive by STOW-RS, off unless an archive is configured: a
 * structured report and heat maps in the study of each image.
 */
package org.mococxr.inference.archive;
