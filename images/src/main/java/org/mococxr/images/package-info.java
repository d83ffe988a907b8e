/**
 * Container images of the services and the trainer, without a container engine. What an image is,
 * the Containerfiles say.
 */
package org.mococxr.images;
