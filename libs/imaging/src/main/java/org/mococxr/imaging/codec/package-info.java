/**
 * Readers and writers of single picture formats, from and to bytes. They know nothing of files'
 * places, datasets or DICOM.
 */
package org.mococxr.imaging.codec;
