/**
 * Whether what a model answers still looks like what it was tested on, and whether it is right by
 * the labels that come later.
 */
package org.mococxr.inference.quality;
