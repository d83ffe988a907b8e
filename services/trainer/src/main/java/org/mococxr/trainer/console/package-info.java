/** What a person sees in a terminal: progress bars and plain lines. */
package org.mococxr.trainer.console;
