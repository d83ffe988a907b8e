/**
 * The workload of a training pod: one RunSpec in, one finished run folder out. Nothing here knows
 * how the command line looks.
 */
package org.mococxr.trainer.run;
