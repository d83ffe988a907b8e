/**
 * Results as DICOM objects in the study of the picture that was read: a structured report ({@link
 * org.mococxr.imaging.results.StructuredReport}) and a heat map ({@link
 * org.mococxr.imaging.results.SecondaryCapture}). They are made here and sent elsewhere.
 */
package org.mococxr.imaging.results;
