/** Where things lie: the installation that is run from, and the work folder that is written to. */
package org.mococxr.local.work;
