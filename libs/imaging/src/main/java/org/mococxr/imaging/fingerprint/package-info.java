/** What tells pictures that are the same, or nearly, from others. */
package org.mococxr.imaging.fingerprint;
