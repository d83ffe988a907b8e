/** Making a split where the artefacts are kept. */
package org.mococxr.splitter.split;
