/** Event files that TensorBoard opens, written without TensorFlow. */
package org.mococxr.learning.tensorboard;
