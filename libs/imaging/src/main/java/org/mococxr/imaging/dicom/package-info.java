/**
 * Reading of DICOM files: the few header fields that the datasets need, the stored pixel values,
 * their rendering into 8-bit grey, and the writing of files, de-identified ones among them. It
 * knows no network.
 *
 * <p>Only the fields of {@link org.mococxr.imaging.dicom.DicomHeader} leave this package for data
 * sets: a patient's name, dates and addresses are never even decoded. {@link
 * org.mococxr.imaging.dicom.StudyReference} passes them on as bytes to those who write results back
 * into the same study.
 */
package org.mococxr.imaging.dicom;
