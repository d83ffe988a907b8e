/**
 * The one description of a network: a small graph of nodes whose parameters carry torchvision's
 * names. The executor, the ONNX writer, shape inference, initialisation and Grad-CAM interpret it;
 * no architecture is written twice. Nothing here knows of DJL or of any tensor library.
 */
package org.mococxr.learning.network;
