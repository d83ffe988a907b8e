/** The commands of the tool {@code mococxr}, one class a command; thin over the libraries. */
package org.mococxr.trainer.cli;
