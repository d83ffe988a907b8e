/** The workload of a training pod, and the command-line tool for people. */
package org.mococxr.trainer;
