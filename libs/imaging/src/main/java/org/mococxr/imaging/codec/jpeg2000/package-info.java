/**
 * A decoder of JPEG 2000 (ITU-T T.800) for one component, as DICOM's radiographs have it. Our own:
 * the one library for Java trusts its input, prints what it dislikes and may never come back. Start
 * at {@link org.mococxr.imaging.codec.jpeg2000.Jpeg2000Reader}.
 */
package org.mococxr.imaging.codec.jpeg2000;
