/**
 * The hospital's archive by DICOMweb (PS3.18): {@link org.mococxr.archive.DicomWebClient} searches,
 * retrieves and stores; {@link org.mococxr.archive.ArchiveDownload} keeps a de-identified copy of
 * what a query finds. It knows nothing of labels and data sets.
 */
package org.mococxr.archive;
