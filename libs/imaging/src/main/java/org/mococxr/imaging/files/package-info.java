/**
 * Picture files: any format that is known becomes grey pixels ({@link
 * org.mococxr.imaging.files.ImageDecoder}), and grey pixels become PNG or JPEG files ({@link
 * org.mococxr.imaging.files.ImageWriter}).
 */
package org.mococxr.imaging.files;
