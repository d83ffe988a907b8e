/** What the cluster asks: whether this replica may be sent requests. */
package org.mococxr.inference.health;
