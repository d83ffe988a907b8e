/** Options of images, encoders, pretraining and fine-tuning. */
package org.mococxr.specs.training;
