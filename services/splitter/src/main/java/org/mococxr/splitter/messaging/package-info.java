/** Events in, events out. */
package org.mococxr.splitter.messaging;
