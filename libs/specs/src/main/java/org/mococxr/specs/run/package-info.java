/** What runs are told, by kind; and the sections of an experiment that are about results. */
package org.mococxr.specs.run;
