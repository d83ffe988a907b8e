/** The topic of published models: read from its beginning at every start, then followed. */
package org.mococxr.inference.messaging;
