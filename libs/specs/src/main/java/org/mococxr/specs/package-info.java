/**
 * Experiments, runs and their options as typed records. What can be asked for is declared here
 * once; the command line, the schemas and the documentation are made from it. No transport, no
 * tensors.
 */
package org.mococxr.specs;
