/** The REST API: requests in, views of the state out. The dashboard's pages are resources. */
package org.mococxr.orchestrator.rest;
