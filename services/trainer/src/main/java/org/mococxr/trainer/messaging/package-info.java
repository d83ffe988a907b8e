/** How a run tells the world what it does: to Kafka in a pod, to the terminal by hand. */
package org.mococxr.trainer.messaging;
