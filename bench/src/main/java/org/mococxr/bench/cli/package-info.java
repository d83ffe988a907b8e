/** What {@code make bench-cli} gives the command-line tool to work on. */
package org.mococxr.bench.cli;
