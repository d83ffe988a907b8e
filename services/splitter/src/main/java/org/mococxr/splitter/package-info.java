/** The splitter service: split commands in, manifests out. */
package org.mococxr.splitter;
