/** Settings of the splitter service. */
package org.mococxr.splitter.config;
