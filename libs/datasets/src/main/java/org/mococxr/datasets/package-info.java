/**
 * Every dataset the method knows as one model, label policies, splits and draws, manifests, and the
 * phantom generator.
 */
package org.mococxr.datasets;
