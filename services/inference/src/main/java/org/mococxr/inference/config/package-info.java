/** Settings of the service, documented once, here. */
package org.mococxr.inference.config;
